"""What ledgers list (台账内容): one file per source, one table of them.

A new source is a file with a :class:`~reimbursement.sources.base.Source`, a foreign key of ``LedgerLine`` for
its rows, and an entry here. A new ledger of a source that is here needs a row of a pack, no program.
"""

from reimbursement.sources.base import LineKind, Source
from reimbursement.sources.exam_fees import EXAM_FEES
from reimbursement.sources.payments import PAYMENTS
from reimbursement.sources.services import SERVICES
from reimbursement.sources.visits import VISITS, WAIVERS

SOURCES: dict[str, Source] = {
    source.code: source for source in (PAYMENTS, EXAM_FEES, WAIVERS, VISITS, SERVICES)
}

__all__ = ["SOURCES", "LineKind", "Source"]

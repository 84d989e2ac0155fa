"""Services of family doctors (签约服务): what hospitals posted for the people who signed on.

郑卫农卫〔2019〕5号 二(十四): the ledger informs. Who pays a contract's fee is agreed in the contract; no
fund repays it by this ledger.
"""

from django.db.models import Q, Value

from beneficiaries.models import ServiceFee
from policies.codes import LedgerSource
from policies.models import LedgerKind
from reimbursement.sources.base import LineKind, Source


def _condition(kind: LedgerKind) -> Q:
    condition = Q(county__parent__code=kind.policy.city_code)
    if kind.identities:
        # As they were on the day of posting; later corrections of data move no row.
        condition &= Q(identities__has_any_keys=kind.identities)
    return condition


SERVICES = Source(
    code=LedgerSource.SERVICES,
    line_kind=LineKind.SERVICE_FEE,
    is_money=False,
    model=ServiceFee,
    condition=_condition,
    always=Q(),
    noun="签约服务经费",
    amount_field="amount_fen",
    fund=lambda _kind: Value(""),
    county="county",
    hospital="hospital",
    original=Q(corrects=None),
    sound_line=Q(fund=""),
    corrected=(("service_fee", "corrects"),),
)

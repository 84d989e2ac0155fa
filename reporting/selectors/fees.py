"""Ledger lines that belong to no claim (费用明细): exam fees and family doctors' services."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from beneficiaries.models import Person
from reimbursement.models import LedgerLine

# Papers that say whose a fee is, from a line.
PAPERS = ("exam_advance__application", "service_fee__contract")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """A fee of a line: ``row`` has ``item``, ``posted_on`` and ``corrects``.

    Attributes:
        subject: the disease appraised, or the package of services.
        since: the day of the contract.
    """

    row: Any
    person: Person
    document_no: str
    what: str
    subject: str
    identities: Sequence[str] = ()
    doctor: str = ""
    since: date | None = None
    payer: str = ""


def fee_lines(*, ledger_ids: list[int]) -> QuerySet[LedgerLine]:
    """The lines that list fees, by hospital, with what :func:`fee_of` looks at."""
    lines = LedgerLine.objects.filter(ledger__in=ledger_ids, payment=None, settlement=None)
    homes = [f"{path}__person__household" for path in PAPERS]
    found = lines.select_related(
        *homes, "exam_advance__exam__applied", "ledger__hospital", "ledger__kind__clause__document"
    )
    return found.order_by("ledger__hospital__code", "pk")


def fee_of(line: LedgerLine) -> Fee:
    """The fee that a line lists.

    Raises:
        ValueError: the line lists something else.
    """
    if line.exam_advance is not None:
        application = line.exam_advance.application
        return Fee(
            row=line.exam_advance,
            person=application.person,
            document_no=application.application_no,
            what="鉴定体检",
            subject=line.exam_advance.exam.applied.disease_name,
        )
    if line.service_fee is not None:
        contract = line.service_fee.contract
        return Fee(
            row=line.service_fee,
            person=contract.person,
            document_no=f"签约{contract.pk}",
            what="家庭医生签约服务",
            subject=contract.package,
            identities=line.service_fee.identities,
            doctor=contract.doctor,
            since=contract.signed_on,
            payer=line.service_fee.get_payer_display(),
        )
    raise ValueError(f"line {line.pk} lists no fee")

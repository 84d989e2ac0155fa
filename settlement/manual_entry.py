"""What an office enters of a claim from papers (零星报销录入), and the papers it must come with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from common.codes import VisitType
from settlement.engine.facts import GivenPayment
from settlement.intake import ClaimInput, LineInput
from settlement.manual_errors import EntryInvalidError, PapersMissingError
from settlement.models import ManualClaim, ManualStep

APPLICATION = "医疗救助申请审批表"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceInput:
    """An original invoice; ``issuer`` is empty where no batch code (票据代码) is printed."""

    issuer: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualInput:
    """One visit or stay from papers, amounts in fen.

    ``given`` is what was settled where the patient was treated: a tier with 0 was settled, too. ``total_fen``
    is the sum on the invoices, which the lines must make. ``overlaps_checked`` says that an overlapping stay
    was looked into.
    """

    visit_type: str
    admitted_on: date
    discharged_on: date
    bed_days: int
    referral: str
    diagnosis_code: str
    diagnosis_name: str
    total_fen: int
    lines: tuple[LineInput, ...]
    invoices: tuple[InvoiceInput, ...]
    papers: frozenset[str]
    complete_on: date
    township_signed_by: str = ""
    given: tuple[GivenPayment, ...] = ()
    chronic_disease: str = ""
    drug_lists: tuple[str, ...] = ()
    approval_no: str = ""
    fast_track: bool = False
    overlaps_checked: bool = False


def check_entry(entry: ManualInput, *, today: date) -> None:
    """Refuse an entry that cannot be.

    Raises:
        EntryInvalidError: no invoice, lines that do not make the invoices' sum, or days out of order.
    """
    made_of = sum([line.amount_fen for line in entry.lines])
    problems = (
        (not entry.invoices, "请至少登记一张发票原件。"),
        (
            len({(invoice.issuer, invoice.number) for invoice in entry.invoices}) < len(entry.invoices),
            "同一张发票登记了两次，请删去一张。",
        ),
        (not entry.lines, "请至少填写一行费用明细。"),
        (made_of != entry.total_fen, "费用明细之和与发票总额不一致，请核对后更正。"),
        (entry.complete_on > today, "材料齐全日期不能晚于今天。"),
        (entry.complete_on < entry.discharged_on, "材料齐全日期不能早于出院（就诊）日期。"),
    )
    for wrong, what in problems:
        if wrong:
            raise EntryInvalidError(what)


def check_papers(entry: ManualInput, *, required: Sequence[str]) -> None:
    """Refuse an incomplete claim (R74, R105), naming all that is missing.

    Raises:
        PapersMissingError: a paper of the checklist, or the township's signature, is missing.
    """
    missing = [paper for paper in required if paper not in entry.papers]
    if APPLICATION in required and APPLICATION in entry.papers and not entry.township_signed_by:
        missing.append(f"{APPLICATION}上乡镇（街道）扶贫部门的签字盖章")
    if missing:
        raise PapersMissingError(missing)


def claim_of(manual: ManualClaim) -> ClaimInput:
    """The claim as settlement takes it."""
    stay = manual.visit_type == VisitType.INPATIENT
    return ClaimInput(
        claim_no=manual.number,
        id_number=manual.person.id_number,
        visit_type=manual.visit_type,
        admitted_on=manual.admitted_on,
        discharged_on=manual.discharged_on,
        bed_days=manual.bed_days if stay else 0,
        referral=manual.referral,
        diagnosis_code=manual.diagnosis_code,
        diagnosis_name=manual.diagnosis_name,
        lines=tuple(
            LineInput(*row) for row in manual.lines.order_by("line_no").values_list(*LineInput._fields)
        ),
        chronic_disease=manual.chronic_disease,
        drug_lists=tuple(manual.drug_lists),
        approval_no=manual.approval_no,
        given=tuple(
            GivenPayment(tier=cast(Any, part.tier), fund=part.fund, amount_fen=part.amount_fen)
            for part in manual.given.all()
        ),
        from_papers=True,
    )


def pauses_of(steps: Sequence[ManualStep]) -> list[tuple[date, date]]:
    """The pauses that have ended, from the steps in order."""
    suspended = [step.on for step in steps if step.kind == ManualStep.Kind.SUSPENDED]
    resumed = [step.on for step in steps if step.kind == ManualStep.Kind.RESUMED]
    return list(zip(suspended, resumed, strict=False))

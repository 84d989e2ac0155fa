"""What the finance bureau's workbook shows (财政台账): items, the roll-up's detail, corrections; streamed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce

from common.codes import VisitType
from common.money import BASIS_POINTS, divide_half_up, format_percent
from organizations.models import Region
from organizations.scope import Scope
from policies.models import Fund
from reimbursement.models import (
    Approval,
    LedgerLine,
    LedgerPayment,
    LineDeduction,
    Submission,
    SubmissionItem,
)
from reimbursement.selectors import item_list, submission_list
from reporting.rows import CorrectionRow, ItemRow, RollUpRow, SignOffRow
from reporting.selectors.fees import PAPERS, fee_lines, fee_of
from reporting.selectors.ledgers import CHUNK, clauses_of, disease_names, label, postings, remark


@dataclass(frozen=True, slots=True, kw_only=True)
class FinanceSums:
    """What the sheets must come to, each added up by the database from its own entries, fen."""

    applied_fen: int
    deducted_fen: int
    approved_fen: int
    paid_fen: int
    corrections: int
    corrections_fen: int


def finance_submissions(*, scope: Scope, county: Region, year: int, quarter: int) -> list[Submission]:
    """The county's submissions of a quarter that somebody pays, those that the scope may see."""
    found = submission_list(scope=scope).filter(county=county, year=year, quarter=quarter, pays=True)
    return list(found.order_by("kind__position", "kind_code", "ordinal"))


def finance_items(*, scope: Scope, submissions: Sequence[Submission]) -> list[SubmissionItem]:
    """Their items with their sums; one query."""
    found = item_list(scope=scope).filter(submission__in=submissions)
    return list(found.order_by("submission__kind__position", "submission", "hospital__code", "fund"))


def finance_sums(*, items: Sequence[SubmissionItem]) -> FinanceSums:
    """The same sums from the entries themselves: a sheet that differs is not delivered."""
    lines = LedgerLine.objects.filter(ledger__in={item.ledger_id for item in items})
    corrections = lines.filter(corrects__isnull=False).aggregate(fen=Sum("amount_fen"), number=Count("pk"))
    return FinanceSums(
        applied_fen=_fen(lines),
        deducted_fen=_fen(LineDeduction.objects.filter(line__in=lines)),
        approved_fen=_fen(Approval.objects.filter(item__in=items)),
        paid_fen=_fen(LedgerPayment.objects.filter(item__in=items)),
        corrections=corrections["number"],
        corrections_fen=corrections["fen"] or 0,
    )


def item_rows(*, items: Sequence[Any]) -> list[ItemRow]:
    """Items as the summary shows them."""
    funds = dict(Fund.objects.values_list("code", "name"))
    return [
        ItemRow(
            number=number,
            hospital=item.hospital.name,
            hospital_code=item.hospital.code,
            bank_account=item.hospital.bank_account,
            kind=item.submission.kind.title or item.submission.kind_code,
            fund=funds.get(item.fund, item.fund),
            applied_fen=item.applied_fen,
            deducted_fen=item.deducted_fen,
            due_fen=item.applied_fen - item.deducted_fen,
            approved_fen=item.approved_fen,
            paid_fen=item.paid_fen,
            received_fen=item.received_fen,
            outstanding_fen=item.applied_fen - item.deducted_fen - item.paid_fen,
        )
        for number, item in enumerate(items, start=1)
    ]


def sign_off_rows(*, submissions: Sequence[Submission], items: Sequence[Any]) -> list[SignOffRow]:
    """One line per submission; its sums are those of the items shown."""
    rows = []
    for number, sent in enumerate(submissions, start=1):
        mine = [item for item in items if item.submission_id == sent.pk]
        applied = sum(item.applied_fen for item in mine)
        due = applied - sum(item.deducted_fen for item in mine)
        paid = sum(item.paid_fen for item in mine)
        unsure = "（待核实）" if sent.dues_provisional else ""
        rows.append(
            SignOffRow(
                number=number,
                submission_no=sent.number,
                kind=sent.kind.title or sent.kind_code,
                hospitals=len({item.hospital_id for item in mine}),
                submitted_on=sent.submitted_on,
                first_due=f"{sent.first_due_on}{unsure}" if sent.first_due_on else "未定期限",
                rest_due=f"{sent.rest_due_on}{unsure}" if sent.rest_due_on else "—",
                applied_fen=applied,
                due_fen=due,
                approved_fen=sum(item.approved_fen for item in mine),
                paid_fen=paid,
                outstanding_fen=due - paid,
                clause=sent.plan_clause,
                content_hash=sent.content_hash,
            )
        )
    return rows


def roll_up_rows(*, ledger_ids: list[int]) -> Iterator[RollUpRow]:
    """Every posting that ledgers of one kind claim, or every exam fee; one server-side cursor."""
    taken = _deductions(ledger_ids)
    fees = fee_lines(ledger_ids=ledger_ids)
    for number, line in enumerate(fees.iterator(chunk_size=CHUNK), start=1):
        yield _fee_row(line, number, taken.get((line.ledger_id, line.pk), (0, "")))
    diseases, clauses = disease_names(), clauses_of(ledger_ids=ledger_ids)
    found = postings(ledger_ids=ledger_ids).iterator(chunk_size=CHUNK)
    for number, values in enumerate(found, start=1):
        deducted_fen, why = taken.get((values["ledger_id"], values["id"]), (0, ""))
        yield RollUpRow(
            ledger_id=values["ledger_id"],
            number=number,
            township=values["township"] or "",
            village=values["village"] or "",
            head_name=values["head_name"] or "",
            name=values["name"],
            id_encrypted=values["id_encrypted"],
            hospital=values["hospital_name"],
            visit_type=label(VisitType, values["visit_type"]),
            disease=diseases.get(values["chronic_disease"]) or values["diagnosis_name"],
            admitted_on=values["admitted_on"],
            settled_on=values["discharged_on"],
            total_fen=values["total_fen"],
            basic_fen=values["basic_fen"],
            critical_fen=values["critical_fen"],
            supplementary_fen=values["supplementary_fen"],
            assistance_fen=values["assistance_fen"],
            backstop_fen=values["backstop_fen"],
            borne_fen=values["hospital_borne_fen"],
            waived_fen=values["waived_fen"],
            patient_fen=values["patient_fen"],
            basic_rate=_rate(values["basic_fen"], values["in_scope_fen"]),
            year=values["discharged_on"].year,
            month=values["discharged_on"].month,
            claimed_fen=values["claimed_fen"],
            deducted_fen=deducted_fen,
            basis=clauses.get((values["policy_id"], values["rule"]), ""),
            remark="；".join(filter(None, (remark(values), why))),
        )


def correction_rows(*, ledger_ids: list[int]) -> Iterator[CorrectionRow]:
    """Lines that correct an earlier one, with what they correct; one server-side cursor."""
    lines = (
        LedgerLine.objects.filter(ledger__in=ledger_ids, corrects__isnull=False)
        .select_related(
            "ledger__county",
            "ledger__hospital",
            "corrects__ledger__county",
            "corrects__ledger__hospital",
            "payment__settlement__claim__person",
            *[f"{path}__person" for path in PAPERS],
        )
        .order_by("ledger__hospital__code", "pk")
    )
    for number, line in enumerate(lines.iterator(chunk_size=CHUNK), start=1):
        yield _correction(line, number)


def _correction(line: LedgerLine, number: int) -> CorrectionRow:
    corrected = line.corrects
    if line.payment is not None:
        settlement = line.payment.settlement
        person, document_no = settlement.claim.person, settlement.claim.claim_no
        reason = f"：{settlement.reason}" if settlement.reason else ""
        what, posted_on = f"{settlement.get_kind_display()}{reason}", settlement.posted_on
    else:
        fee = fee_of(line)
        person, document_no = fee.person, fee.document_no
        what, posted_on = f"冲销：{fee.row.item}", fee.row.posted_on
    return CorrectionRow(
        number=number,
        hospital=line.ledger.hospital.name,
        name=person.name,
        id_encrypted=bytes(person.id_encrypted),
        document_no=document_no,
        what=what,
        posted_on=posted_on,
        ledger_no=line.ledger.ledger_no,
        amount_fen=line.amount_fen,
        corrected_ledger_no=corrected.ledger.ledger_no if corrected else "",
        corrected_line=str(corrected.pk) if corrected else "",
        corrected_fen=corrected.amount_fen if corrected else 0,
    )


def _fee_row(line: LedgerLine, number: int, taken: tuple[int, str]) -> RollUpRow:
    fee, (deducted_fen, why) = fee_of(line), taken
    home = fee.person.household
    return RollUpRow(
        ledger_id=line.ledger_id,
        number=number,
        township=home.township if home else "",
        village=home.village if home else "",
        head_name=home.head_name if home else "",
        name=fee.person.name,
        id_encrypted=bytes(fee.person.id_encrypted),
        hospital=line.ledger.hospital.name,
        visit_type=fee.what,
        disease=fee.row.item,
        admitted_on=None,
        settled_on=fee.row.posted_on,
        total_fen=line.amount_fen,
        basic_fen=None,
        critical_fen=None,
        supplementary_fen=None,
        assistance_fen=None,
        backstop_fen=None,
        borne_fen=None,
        waived_fen=None,
        patient_fen=None,
        basic_rate="",
        year=fee.row.posted_on.year,
        month=fee.row.posted_on.month,
        claimed_fen=line.amount_fen,
        deducted_fen=deducted_fen,
        basis=str(line.ledger.kind.clause),
        remark="；".join(filter(None, ("冲销" if fee.row.corrects_id else "", why))),
    )


def _deductions(ledger_ids: list[int]) -> dict[tuple[int, int], tuple[int, str]]:
    """Sum and reasons by ledger and row; entered by hand, so few."""
    found: dict[tuple[int, int], tuple[int, str]] = {}
    entries = LineDeduction.objects.filter(line__ledger__in=ledger_ids).order_by("pk")
    row = Coalesce("line__payment__settlement", "line")
    for ledger_id, row_id, fen, reason in entries.values_list("line__ledger", row, "amount_fen", "reason"):
        key = (ledger_id, row_id)
        before, why = found.get(key, (0, ""))
        said = f"{'扣减' if fen > 0 else '撤销扣减'}：{reason}"
        found[key] = (before + fen, f"{why}；{said}" if why else said)
    return found


def _rate(paid_fen: int, scope_fen: int) -> str:
    return format_percent(divide_half_up(paid_fen * BASIS_POINTS, scope_fen)) if scope_fen else ""


def _fen(rows: QuerySet[Any]) -> int:
    return rows.aggregate(fen=Sum("amount_fen"))["fen"] or 0

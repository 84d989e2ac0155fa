"""Reads of the reports (查询): ledgers of a quarter and their rows, streamed."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from common.codes import IdentityCategory, Tier, VisitType
from common.money import format_capital
from organizations.models import Hospital, Region
from organizations.scope import Scope
from policies.models import Disease, LedgerKind, Rule
from reimbursement.models import LedgerLine, QuarterlyLedger
from reimbursement.selectors import ledger_list
from reporting.rows import LedgerHead, LedgerRow
from reporting.selectors.fees import fee_lines, fee_of
from settlement.models import Settlement

CHUNK = 2000
_FIGURES = ("total_fen", "in_scope_fen", "patient_fen", "waived_fen", "hospital_borne_fen")
# What a line is a row for; the lines of one ledger are of one source.
_ROW = Coalesce(
    "lines__payment__settlement", "lines__settlement", "lines__exam_advance", "lines__service_fee"
)
_OF_THE_VISIT = {
    "name": "claim__person__name",
    "id_encrypted": "claim__person__id_encrypted",
    "township": "claim__person__household__township",
    "village": "claim__person__household__village",
    "head_name": "claim__person__household__head_name",
    "hospital_name": "claim__hospital__name",
    "identities": "inputs__facts__identities",
    "chronic_disease": "claim__chronic_disease",
    "diagnosis_name": "claim__diagnosis_name",
    "visit_type": "claim__visit_type",
    "admitted_on": "claim__admitted_on",
    "discharged_on": "claim__discharged_on",
    "claim_no": "claim__claim_no",
    "policy_id": "claim__policy_id",
}


def ledger_heads(
    *,
    scope: Scope,
    kind: LedgerKind,
    county: Region,
    hospital: Hospital | None = None,
    year: int,
    quarter: int,
) -> list[LedgerHead]:
    """The quarter's built ledgers of one kind and county that the scope may see, by hospital."""
    ledgers = (
        ledger_list(scope=scope)
        .filter(Q(hospital=hospital) if hospital else Q())
        .filter(kind_code=kind.code, county=county, year=year, quarter=quarter, built_at__isnull=False)
        .annotate(row_count=Count(_ROW, distinct=True))
        .order_by("hospital__code")
    )
    return [_head(ledger, row_count=ledger.row_count) for ledger in ledgers]


def ledger_sums(*, ledger_ids: list[int]) -> dict[int, int]:
    """The sum of each ledger's lines: what a sheet must come to, fen."""
    lines = LedgerLine.objects.filter(ledger__in=ledger_ids).order_by().values("ledger")
    return dict(lines.annotate(fen=Sum("amount_fen")).values_list("ledger", "fen"))


def ledger_rows(*, ledger_ids: list[int]) -> Iterator[tuple[int, LedgerRow]]:
    """Every row of the ledgers with its ledger's key: by hospital, then in order of discharge.

    One server-side cursor however many ledgers and rows there are; two small look-ups before it.
    """
    diseases = disease_names()
    clauses = clauses_of(ledger_ids=ledger_ids)
    current, number = 0, 0
    for values in postings(ledger_ids=ledger_ids).iterator(chunk_size=CHUNK):
        ledger_id = values["ledger_id"]
        number = number + 1 if ledger_id == current else 1
        current = ledger_id
        yield ledger_id, _row(values, number=number, diseases=diseases, clauses=clauses)
    for line in fee_lines(ledger_ids=ledger_ids).iterator(chunk_size=CHUNK):
        number = number + 1 if line.ledger_id == current else 1
        current = line.ledger_id
        yield current, _fee_row(line, number=number)


def postings(*, ledger_ids: list[int]) -> QuerySet[Settlement, dict[str, Any]]:
    """What ledgers of one kind list, one row per posting: by hospital, then in order of discharge."""
    lines = LedgerLine.objects.filter(ledger__in=ledger_ids)
    by_tier = {
        f"{tier.value}_fen": Coalesce(Sum("payments__amount_fen", filter=Q(payments__tier=tier)), 0)
        for tier in Tier
    }
    visit = {name: F(path) for name, path in _OF_THE_VISIT.items()}
    # Ledgers of one kind list either payments or the postings themselves.
    if lines.filter(settlement__isnull=False).exists():
        listed = Settlement.objects.filter(ledger_lines__ledger__in=ledger_ids).order_by()
        line = {"claimed_fen": F("ledger_lines__amount_fen"), "ledger_id": F("ledger_lines__ledger_id")}
        rows = listed.values("id", "kind", "reason", "posted_on", *_FIGURES, **visit, **line, rule=Value(""))
        found = rows.annotate(**by_tier)
    else:
        claimed = Q(payments__ledger_line__ledger__in=ledger_ids)
        listed = Settlement.objects.filter(pk__in=lines.values("payment__settlement")).order_by()
        found = listed.values("id", "kind", "reason", "posted_on", *_FIGURES, **visit).annotate(
            **by_tier,
            claimed_fen=Sum("payments__amount_fen", filter=claimed),
            rule=Min("payments__rule", filter=claimed),
            ledger_id=Min("payments__ledger_line__ledger_id", filter=claimed),
        )
    ordered: QuerySet[Settlement, dict[str, Any]] = found.order_by(
        "claim__hospital__code", "discharged_on", "id"
    )
    return ordered


def _row(
    values: dict[str, Any], *, number: int, diseases: dict[str, str], clauses: dict[tuple[int, str], str]
) -> LedgerRow:
    identities = [label(IdentityCategory, code) for code in values["identities"] or ()]
    return LedgerRow(
        number=number,
        name=values["name"],
        id_encrypted=values["id_encrypted"],
        identities="、".join(identities),
        address=f"{values['township'] or ''}{values['village'] or ''}",
        disease=diseases.get(values["chronic_disease"]) or values["diagnosis_name"],
        visit_type=label(VisitType, values["visit_type"]),
        admitted_on=values["admitted_on"],
        discharged_on=values["discharged_on"],
        total_fen=values["total_fen"],
        in_scope_fen=values["in_scope_fen"],
        basic_fen=values["basic_fen"],
        critical_fen=values["critical_fen"],
        supplementary_fen=values["supplementary_fen"],
        assistance_fen=values["assistance_fen"],
        backstop_fen=values["backstop_fen"],
        hospital_fen=values["waived_fen"] + values["hospital_borne_fen"],
        patient_fen=values["patient_fen"],
        claimed_fen=values["claimed_fen"],
        basis=clauses.get((values["policy_id"], values["rule"]), ""),
        remark=remark(values),
    )


def _fee_row(line: LedgerLine, *, number: int) -> LedgerRow:
    fee = fee_of(line)
    home = fee.person.household
    return LedgerRow(
        number=number,
        name=fee.person.name,
        id_encrypted=bytes(fee.person.id_encrypted),
        identities="",
        address=f"{home.township}{home.village}" if home else "",
        disease=fee.row.item,
        visit_type=fee.what,
        admitted_on=fee.row.posted_on,
        discharged_on=fee.row.posted_on,
        total_fen=line.amount_fen,
        in_scope_fen=0,
        basic_fen=0,
        critical_fen=0,
        supplementary_fen=0,
        assistance_fen=0,
        backstop_fen=0,
        hospital_fen=0,
        patient_fen=0,
        claimed_fen=line.amount_fen,
        basis=str(line.ledger.kind.clause),
        remark="冲销" if fee.row.corrects_id else "",
    )


def remark(values: dict[str, Any]) -> str:
    """What a reversal or adjustment takes back, and why."""
    kind = Settlement.Kind(values["kind"])
    if kind is Settlement.Kind.ORIGINAL:
        return ""
    reason = f"：{values['reason']}" if values["reason"] else ""
    return f"{kind.label}单据{values['claim_no']}{reason}"


def label(choices: type[IdentityCategory] | type[VisitType], code: str) -> str:
    """The code's Chinese name; an unknown code is kept and shown."""
    return str(choices(code).label) if code in choices.values else code


def disease_names() -> dict[str, str]:
    """Name by ``list/number``."""
    rows = Disease.objects.values_list("disease_list__code", "number", "name")
    return {f"{disease_list}/{number}": name for disease_list, number, name in rows}


def clauses_of(*, ledger_ids: list[int]) -> dict[tuple[int, str], str]:
    """``郑卫〔2017〕214号 三(一)`` by policy and rule, of the packs that claims were settled under."""
    policies = LedgerLine.objects.filter(ledger__in=ledger_ids).values("payment__claim__policy")
    rules = Rule.objects.filter(policy__in=policies, clause__isnull=False)
    return {
        (policy_id, code): f"{document} {path}"
        for policy_id, code, document, path in rules.values_list(
            "policy_id", "code", "clause__document__number", "clause__path"
        )
    }


def _head(ledger: QuarterlyLedger, *, row_count: int) -> LedgerHead:
    period = ledger.period
    due = (
        f"{ledger.due_on.isoformat()}{'（待核实）' if ledger.due_provisional else ''}"
        if ledger.due_on
        else "—"
    )
    submitted = f"已报送 {timezone.localdate(ledger.submitted_at).isoformat()}" if ledger.submitted_at else ""
    return LedgerHead(
        ledger_id=ledger.pk,
        ledger_no=ledger.ledger_no,
        title=ledger.kind.title or ledger.kind.code,
        period=f"{period}（{period.first_day.isoformat()} 至 {period.last_day.isoformat()}）",
        county=ledger.county.name,
        hospital=ledger.hospital.name,
        hospital_code=ledger.hospital.code,
        bank_account=ledger.hospital.bank_account,
        due=due,
        status=submitted or "编制中，未报送",
        built_at=timezone.localtime(ledger.built_at),
        content_hash=ledger.content_hash,
        row_count=row_count,
        total_fen=ledger.total_fen,
        capital=format_capital(ledger.total_fen),
    )

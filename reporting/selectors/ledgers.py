"""Reads of the reports (查询): ledgers of a quarter and their rows, streamed."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from common.codes import IdentityCategory, InsuranceType, Tier, VisitType
from common.money import format_capital
from organizations.models import Hospital, Region
from organizations.scope import Scope
from policies.codes import LedgerSource
from policies.models import Disease, LedgerKind, Rule
from reimbursement.models import LedgerLine, QuarterlyLedger
from reimbursement.selectors import ledger_list
from reporting.rows import FeeRow, LedgerHead, LedgerRow, WaiverRow
from reporting.selectors.fees import fee_lines, fee_of
from reporting.selectors.waivers import WaivedParts, waived_parts
from settlement.models import Settlement

CHUNK = 2000
_POSTING = (
    "id", "claim_id", "kind", "reason", "posted_on", "total_fen", "in_scope_fen", "over_limit_fen",
    "excluded_fen", "patient_fen", "waived_fen", "hospital_borne_fen",
)  # fmt: skip
_SHOWN_AS_READ = (
    "name", "id_encrypted", "admitted_on", "discharged_on", "total_fen", "in_scope_fen", "over_limit_fen",
    "excluded_fen", "waived_fen", "patient_fen", "claimed_fen", *[f"{tier.value}_fen" for tier in Tier],
)  # fmt: skip
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
    "insurance_type": "inputs__facts__insurance_type",
    # Bare values, not the whole explanation: what is selected is also what rows are grouped by.
    "first_tier": "explanation__tiers__0__tier",
    "deductible": "explanation__tiers__0__deductible__effective_fen",
    "chronic_disease": "claim__chronic_disease",
    "diagnosis_name": "claim__diagnosis_name",
    "visit_type": "claim__visit_type",
    "admitted_on": "claim__admitted_on",
    "discharged_on": "claim__discharged_on",
    "claim_no": "claim__claim_no",
    "policy_id": "claim__policy_id",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """Looked up once: diseases by ``list/number``, clauses by policy and rule."""

    diseases: dict[str, str]
    clauses: dict[tuple[int, str], str]


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


def ledger_rows(*, ledger_ids: list[int], source: str) -> Iterator[tuple[int, LedgerRow | FeeRow]]:
    """Every row of ledgers of one source with its ledger's key: by hospital, then in order of discharge.

    One server-side cursor however many ledgers and rows there are; two small look-ups before it, and two for
    every ``CHUNK`` rows of a ledger of waivers.
    """
    names = _Names(diseases=disease_names(), clauses=clauses_of(ledger_ids=ledger_ids))
    current, number = 0, 0
    for chunk in _chunks(postings(ledger_ids=ledger_ids).iterator(chunk_size=CHUNK)):
        waived = (
            waived_parts(claim_ids=[values["claim_id"] for values in chunk])
            if source == LedgerSource.WAIVERS
            else {}
        )
        for values in chunk:
            number = number + 1 if values["ledger_id"] == current else 1
            current = values["ledger_id"]
            yield current, _row(values, number=number, names=names, waived=waived.get(values["id"]))
    for line in fee_lines(ledger_ids=ledger_ids).iterator(chunk_size=CHUNK):
        number = number + 1 if line.ledger_id == current else 1
        current = line.ledger_id
        yield current, _fee_row(line, number=number)


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


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
        rows = listed.values(*_POSTING, **visit, **line, rule=Value(""))
        found = rows.annotate(**by_tier)
    else:
        claimed = Q(payments__ledger_line__ledger__in=ledger_ids)
        listed = Settlement.objects.filter(pk__in=lines.values("payment__settlement")).order_by()
        found = listed.values(*_POSTING, **visit).annotate(
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
    values: dict[str, Any], *, number: int, names: _Names, waived: WaivedParts | None
) -> LedgerRow | WaiverRow:
    identities = [label(IdentityCategory, code) for code in values["identities"] or ()]
    cells: dict[str, Any] = {name: values[name] for name in _SHOWN_AS_READ}
    cells |= {
        "number": number,
        "identities": "、".join(identities),
        "insurance": label(InsuranceType, values["insurance_type"] or ""),
        "address": f"{values['township'] or ''}{values['village'] or ''}",
        "disease": names.diseases.get(values["chronic_disease"]) or values["diagnosis_name"],
        "visit_type": label(VisitType, values["visit_type"]),
        "deductible_fen": values["deductible"] if values["first_tier"] == Tier.BASIC else None,
        "borne_fen": values["hospital_borne_fen"],
        "basis": names.clauses.get((values["policy_id"], values["rule"]), ""),
        "remark": remark(values),
    }
    if waived is None:
        return LedgerRow(**cells)
    return WaiverRow(**{**cells, **waived.fen, "basis": waived.clauses})


def _fee_row(line: LedgerLine, *, number: int) -> FeeRow:
    fee = fee_of(line)
    home = fee.person.household
    identities = [label(IdentityCategory, code) for code in fee.identities]
    return FeeRow(
        number=number,
        name=fee.person.name,
        id_encrypted=bytes(fee.person.id_encrypted),
        identities="、".join(identities),
        address=f"{home.township}{home.village}" if home else "",
        document_no=fee.document_no,
        doctor=fee.doctor,
        subject=fee.subject,
        since=fee.since,
        item=fee.row.item,
        posted_on=fee.row.posted_on,
        payer=fee.payer,
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


def label(choices: type[IdentityCategory | VisitType | InsuranceType], code: str) -> str:
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
        source=ledger.kind.source,
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

"""Reads of ledgers (查询): which rows a ledger lists, which ledgers a quarter has."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Aggregate, Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, ExtractQuarter, ExtractYear

from organizations.models import Region
from organizations.scope import Scope
from policies.codes import LedgerSource, PolicyStatus
from policies.models import LedgerKind
from reimbursement.models import LedgerLine, QuarterlyLedger
from reimbursement.quarters import Quarter
from reimbursement.sources import SOURCES
from settlement.models import Payment

# Quarters as one ascending number, in the database.
LEDGER_ORDINAL = F("year") * 4 + F("quarter")
POSTED_ORDINAL = ExtractYear("posted_on") * 4 + ExtractQuarter("posted_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerKey:
    """Which ledger to build: keys only, as tasks take them."""

    kind_id: int
    county_id: int
    hospital_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTotals:
    """What the lines of one ledger come to."""

    line_count: int
    total_fen: int
    content_hash: str


class _ContentHash(Aggregate):
    """SHA-256, in hex, over one text per line in the order of the rows listed."""

    template = (
        "encode(sha256(convert_to(coalesce(string_agg(%(expressions)s, E'\\n' "
        "ORDER BY coalesce(payment_id, settlement_id, exam_advance_id, service_fee_id)), ''), "
        "'UTF8')), 'hex')"
    )
    output_field = TextField()


# Over "<row> <fen>" of every line (内容摘要); the lines of one ledger are of one source.
CONTENT_HASH = _ContentHash(
    Concat(
        Cast(Coalesce("payment_id", "settlement_id", "exam_advance_id", "service_fee_id"), TextField()),
        Value(" ", output_field=TextField()),
        Cast("amount_fen", TextField()),
    )
)


def ledger_totals(*, ledger_id: int) -> LedgerTotals:
    """Count, sum and hash of the lines as they stand."""
    return LedgerTotals(
        **LedgerLine.objects.filter(ledger=ledger_id).aggregate(
            line_count=Count("pk"), total_fen=Coalesce(Sum("amount_fen"), 0), content_hash=CONTENT_HASH
        )
    )


def ledger_list(*, scope: Scope) -> QuerySet[QuarterlyLedger]:
    """The ledgers that the scope may see."""
    return QuarterlyLedger.objects.select_related("kind", "county", "hospital").filter(
        scope.limit(county="county", hospital="hospital")
    )


def kinds_of_quarter(*, quarter: Quarter) -> QuerySet[LedgerKind]:
    """One row per city and code: that of the newest pack that began before the quarter ended.

    A kind that a new pack drops stays: what was paid under the old pack is still claimed.
    """
    return (
        LedgerKind.objects.select_related("policy")
        .filter(
            policy__status__in=(PolicyStatus.PUBLISHED, PolicyStatus.RETIRED),
            policy__valid__startswith__lt=quarter.end,
        )
        .order_by("policy__city_code", "code", "-policy__valid")
        .distinct("policy__city_code", "code")
    )


def kind_in_force(*, kind: LedgerKind, quarter: Quarter) -> LedgerKind:
    """The row of the kind's city and code that holds for the quarter; ``kind`` when none is published."""
    same = kinds_of_quarter(quarter=quarter).filter(policy__city_code=kind.policy.city_code, code=kind.code)
    return same.first() or kind


def rows_of_kind(*, kind: LedgerKind) -> QuerySet[Any]:
    """The rows that ledgers of this kind list, of all counties and times (台账范围)."""
    return SOURCES[kind.source].rows(kind)


def rows_to_list(*, kind: LedgerKind, quarter: Quarter, county_id: int, hospital_id: int) -> QuerySet[Any]:
    """Rows of one hospital and county in no line yet whose place is this quarter's ledger.

    A row's place is the quarter of its posting date, or, once that quarter's ledger is submitted, the
    first quarter after the last submitted one. So every row has one place, in whatever order quarters
    are built: a preview of the next quarter takes nothing away from the last.
    """
    last = last_submitted(kind_code=kind.code, county_id=county_id, hospital_id=hospital_id)
    # Days, not sub-queries on ledgers: the planner would take those for one row, and loop over all lines.
    return rows_unlisted(kind=kind).filter(
        at_county=county_id,
        at_hospital=hospital_id,
        posted_on__gte=_listed_since(quarter=quarter, last=last),
        posted_on__lt=quarter.end,
    )


def last_submitted(*, kind_code: str, county_id: int, hospital_id: int) -> Quarter | None:
    """The last quarter whose ledger is submitted."""
    last = (
        QuarterlyLedger.objects.filter(
            kind_code=kind_code,
            county=county_id,
            hospital=hospital_id,
            status=QuarterlyLedger.Status.SUBMITTED,
        )
        .order_by("-year", "-quarter")
        .first()
    )
    return last.period if last else None


def _listed_since(*, quarter: Quarter, last: Quarter | None) -> date:
    """The first day whose rows have their place in the quarter; its end when nothing may be added."""
    if last is None or last < quarter.previous:
        return quarter.first_day
    return date.min if last == quarter.previous else quarter.end


def rows_unlisted(*, kind: LedgerKind) -> QuerySet[Any]:
    """Rows of the kind that stand in no line: of any ledger where they are money, else of this kind's."""
    source = SOURCES[kind.source]
    lines = LedgerLine.objects.filter(**{source.line_kind: OuterRef("pk")})
    if not source.is_money:
        lines = lines.filter(kind_code=kind.code)
    return source.rows(kind).filter(~Exists(lines))


def payments_of_kind(*, kind: LedgerKind) -> QuerySet[Payment]:
    """The hospitals' payments that ledgers of this kind claim; none for kinds that list something else."""
    return rows_of_kind(kind=kind) if kind.source == LedgerSource.PAYMENTS else Payment.objects.none()


def ledgers_to_build(
    *, quarter: Quarter, county: Region | None = None, kind: LedgerKind | None = None
) -> list[LedgerKey]:
    """Every hospital with something to claim in the quarter, or with a ledger of it that is still open."""
    kinds = [kind_in_force(kind=kind, quarter=quarter)] if kind else kinds_of_quarter(quarter=quarter)
    return [
        LedgerKey(kind_id=each.pk, county_id=county_id, hospital_id=hospital_id)
        for each in kinds
        for county_id, hospital_id in _places(kind=each, quarter=quarter, county=county)
    ]


def _places(*, kind: LedgerKind, quarter: Quarter, county: Region | None) -> list[tuple[int, int]]:
    still_open = QuarterlyLedger.objects.filter(
        Q(county=county) if county else Q(),
        kind_code=kind.code,
        kind__policy__city_code=kind.policy.city_code,
        year=quarter.year,
        quarter=quarter.number,
        status=QuarterlyLedger.Status.OPEN,
    )
    pairs = set(still_open.values_list("county_id", "hospital_id"))
    return sorted(pairs | _owed(kind=kind, quarter=quarter, county=county))


def _owed(*, kind: LedgerKind, quarter: Quarter, county: Region | None) -> set[tuple[int, int]]:
    """Counties and hospitals with rows whose place is the quarter: two queries, for all of them."""
    submitted = QuarterlyLedger.objects.filter(
        kind_code=kind.code, status=QuarterlyLedger.Status.SUBMITTED
    ).order_by("year", "quarter")
    last = {(ledger.county_id, ledger.hospital_id): ledger.period for ledger in submitted}
    newest = (
        rows_unlisted(kind=kind)
        .filter(Q(at_county=county.pk) if county else Q(), posted_on__lt=quarter.end)
        .order_by()
        .values_list("at_county", "at_hospital")
        .annotate(newest=Max("posted_on"))
    )
    return {
        (county_id, hospital_id)
        for county_id, hospital_id, on in newest
        if on >= _listed_since(quarter=quarter, last=last.get((county_id, hospital_id)))
    }

"""Reads of ledgers (查询): which payments a ledger claims, which ledgers a quarter has."""

from dataclasses import dataclass

from django.db.models import Aggregate, Count, Exists, F, OuterRef, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, ExtractQuarter, ExtractYear

from organizations.models import Region
from organizations.scope import Scope
from policies.codes import LedgerSource, PolicyStatus
from policies.models import LedgerKind
from reimbursement.models import LedgerLine, QuarterlyLedger
from reimbursement.quarters import Quarter
from settlement.models import Payment, Settlement

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
    """SHA-256, in hex, over one text per line in the order of payments."""

    template = (
        "encode(sha256(convert_to("
        "coalesce(string_agg(%(expressions)s, E'\\n' ORDER BY payment_id), ''), 'UTF8')), 'hex')"
    )
    output_field = TextField()


# Over "<payment> <fen>" of every line (内容摘要).
CONTENT_HASH = _ContentHash(
    Concat(
        Cast("payment_id", TextField()),
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
            source=LedgerSource.PAYMENTS,
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


def payments_of_kind(*, kind: LedgerKind) -> QuerySet[Payment]:
    """The hospitals' payments that ledgers of this kind claim, of all counties and times.

    A payment belongs to the kind as the pack states it under which its claim was settled. What is posted to
    the patient is between the fund and the patient: not the hospital's money, and in no hospital's ledger.
    """
    rows = LedgerKind.objects.select_related("fund").filter(
        policy__city_code=kind.policy.city_code, code=kind.code, source=LedgerSource.PAYMENTS
    )
    condition = Q(pk__in=())
    for row in rows:
        condition |= _condition_of(row)
    return Payment.objects.filter(condition, payee=Payment.Payee.HOSPITAL)


def payments_to_claim(*, kind: LedgerKind, quarter: Quarter) -> QuerySet[Payment]:
    """Unclaimed payments whose place is this quarter's ledger.

    A payment's place is the quarter of its posting date, or, once that quarter's ledger is submitted, the
    first quarter after the last submitted one. So every payment has one place, in whatever order quarters
    are built: a preview of the next quarter takes nothing away from the last.
    """
    submitted = QuarterlyLedger.objects.filter(
        kind_code=kind.code,
        county=OuterRef("county"),
        hospital=OuterRef("hospital"),
        status=QuarterlyLedger.Status.SUBMITTED,
    )
    before = quarter.previous
    follows_submitted = Exists(submitted.filter(year=before.year, quarter=before.number))
    closed = Exists(
        submitted.annotate(ordinal=LEDGER_ORDINAL).filter(ordinal__gte=quarter.year * 4 + quarter.number)
    )
    return payments_of_kind(kind=kind).filter(
        Q(posted_on__gte=quarter.first_day) | follows_submitted,
        ~closed,
        posted_on__lt=quarter.end,
        ledger_line=None,
    )


def ledgers_to_build(
    *, quarter: Quarter, county: Region | None = None, kind: LedgerKind | None = None
) -> list[LedgerKey]:
    """Every hospital with something to claim in the quarter, or with a ledger of it that is still open."""
    kinds = [kind_in_force(kind=kind, quarter=quarter)] if kind else kinds_of_quarter(quarter=quarter)
    where = Q(county=county) if county else Q()
    return [
        LedgerKey(kind_id=each.pk, county_id=county_id, hospital_id=hospital_id)
        for each in kinds
        for county_id, hospital_id in _places(kind=each, quarter=quarter, where=where)
    ]


def _places(*, kind: LedgerKind, quarter: Quarter, where: Q) -> list[tuple[int, int]]:
    owed = payments_to_claim(kind=kind, quarter=quarter).filter(where)
    still_open = QuarterlyLedger.objects.filter(
        where,
        kind_code=kind.code,
        kind__policy__city_code=kind.policy.city_code,
        year=quarter.year,
        quarter=quarter.number,
        status=QuarterlyLedger.Status.OPEN,
    )
    pairs = (
        owed.values_list("county_id", "hospital_id")
        .order_by()
        .union(still_open.values_list("county_id", "hospital_id").order_by())
    )
    return sorted(pairs)


def _condition_of(kind: LedgerKind) -> Q:
    condition = Q(claim__policy=kind.policy_id)
    if kind.tier:
        condition &= Q(tier=kind.tier)
    if kind.fund is not None:
        condition &= Q(fund=kind.fund.code)
    if kind.disease_lists or kind.identities:
        # As first settled: a later correction of the person's data moves no payment to another ledger.
        first = Settlement.objects.filter(claim=OuterRef("claim"), kind=Settlement.Kind.ORIGINAL)
        if kind.disease_lists:
            first = first.filter(inputs__claim__disease_lists__has_any_keys=kind.disease_lists)
        if kind.identities:
            first = first.filter(inputs__facts__identities__has_any_keys=kind.identities)
        condition &= Q(Exists(first))
    return condition

"""What was settled with a hospital in a period, to hold beside its own books (对账).

A hospital knows its settlements and reversals, by posting date. Adjustments are between fund and patient:
they are in no hospital's books and are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Aggregate, Count, Q, QuerySet, Sum

from organizations.scope import Scope
from settlement.models import Payment, Settlement

_OF_HOSPITAL = (Settlement.Kind.ORIGINAL, Settlement.Kind.REVERSAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Signed fen; ``count`` is settlements less reversals."""

    count: int
    total_fen: int
    paid_fen: int
    patient_fen: int


_SUMS: dict[str, Aggregate] = {
    "settled": Count("pk", filter=Q(kind=Settlement.Kind.ORIGINAL)),
    "taken_back": Count("pk", filter=Q(kind=Settlement.Kind.REVERSAL)),
    "total": Sum("total_fen"),
    "paid": Sum("paid_fen"),
    "patient": Sum("patient_fen"),
}
NOTHING = Sums(count=0, total_fen=0, paid_fen=0, patient_fen=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodTotals:
    """Sums per visit type, and what each fund owes the hospital per visit type, fen."""

    visits: Mapping[str, Sums]
    funds: Mapping[tuple[str, str], int]


def period_totals(*, scope: Scope, period: Period) -> PeriodTotals:
    """The totals of a period; two queries."""
    rows = _settlements(scope, period).order_by().values_list("claim__visit_type").annotate(**_SUMS)
    payments = Payment.objects.filter(
        scope.limit(county="county", hospital="hospital"),
        payee=Payment.Payee.HOSPITAL,
        posted_on__range=(period.first, period.last),
        settlement__kind__in=_OF_HOSPITAL,
    )
    funds = payments.order_by().values_list("claim__visit_type", "fund").annotate(Sum("amount_fen"))
    return PeriodTotals(
        visits={visit_type: _sums(*sums) for visit_type, *sums in rows},
        funds={(visit_type, fund): fen for visit_type, fund, fen in funds if fen},
    )


def claims_of_period(*, scope: Scope, period: Period, claim_nos: list[str]) -> dict[str, Sums]:
    """Sums per claim of those named; one query."""
    rows = _settlements(scope, period).filter(claim__claim_no__in=claim_nos)
    return {
        claim_no: _sums(*sums)
        for claim_no, *sums in rows.order_by().values_list("claim__claim_no").annotate(**_SUMS)
    }


def claims_not_named(
    *, scope: Scope, period: Period, claim_nos: list[str], most: int
) -> list[tuple[str, Sums]]:
    """Claims of the period that were not named and come to something, up to ``most``; one query."""
    rows = _settlements(scope, period).exclude(claim__claim_no__in=claim_nos)
    grouped = rows.order_by("claim__claim_no").values_list("claim__claim_no").annotate(**_SUMS)
    come_to_something = ~Q(total=0, paid=0, patient=0)
    return [(claim_no, _sums(*sums)) for claim_no, *sums in grouped.filter(come_to_something)[:most]]


def _settlements(scope: Scope, period: Period) -> QuerySet[Settlement]:
    return Settlement.objects.filter(
        scope.limit(county="claim__insured_county", hospital="claim__hospital"),
        kind__in=_OF_HOSPITAL,
        posted_on__range=(period.first, period.last),
    )


def _sums(settled: int, reversed_: int, total_fen: int, paid_fen: int, patient_fen: int) -> Sums:
    return Sums(count=settled - reversed_, total_fen=total_fen, paid_fen=paid_fen, patient_fen=patient_fen)

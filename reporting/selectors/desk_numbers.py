"""Numbers of the first page (首页数字): this quarter against the same days of the last one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, Sum

from beneficiaries.models import Identity, Person
from organizations.scope import Scope
from reimbursement.quarters import Quarter
from settlement.models import Payment, Settlement


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A number and what it was by the same day of the last quarter (同期)."""

    now: int
    before: int

    @property
    def change_bp(self) -> int | None:
        """The change in basis points, half away from zero; None where there was nothing before."""
        if self.before <= 0:
            return None
        change = abs(self.now - self.before) * 10_000
        rounded = (2 * change + self.before) // (2 * self.before)
        return rounded if self.now >= self.before else -rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterNumbers:
    """What was posted in the quarter so far; ``tiers`` by tier, ``reversed_count`` of this quarter."""

    quarter: Quarter
    settled: Compared
    total: Compared
    paid: Compared
    reversed_count: int
    tiers: Mapping[str, int]


def quarter_numbers(*, scope: Scope, today: date) -> QuarterNumbers:
    """Two queries over the postings of two quarters; sums are net of reversals, in fen."""
    quarter = Quarter.of(today)
    days = (today - quarter.first_day).days + 1
    before = quarter.previous
    same_day = min(before.first_day + timedelta(days=days), before.end)
    this = Q(posted_on__gte=quarter.first_day, posted_on__lt=quarter.end)
    last = Q(posted_on__gte=before.first_day, posted_on__lt=same_day)
    original, taken_back = Q(kind=Settlement.Kind.ORIGINAL), Q(kind=Settlement.Kind.REVERSAL)
    posted = Settlement.objects.filter(
        this | last, scope.limit(county="claim__insured_county", hospital="claim__hospital")
    ).aggregate(
        settled=Count("pk", filter=this & original),
        settled_before=Count("pk", filter=last & original),
        reversed=Count("pk", filter=this & taken_back),
        total=Sum("total_fen", filter=this, default=0),
        total_before=Sum("total_fen", filter=last, default=0),
    )
    tiers = {
        row["tier"]: Compared(now=row["now"], before=row["before"])
        for row in Payment.objects.filter(this | last, scope.limit(county="county", hospital="hospital"))
        .order_by()
        .values("tier")
        .annotate(
            now=Sum("amount_fen", filter=this, default=0), before=Sum("amount_fen", filter=last, default=0)
        )
    }
    return QuarterNumbers(
        quarter=quarter,
        settled=Compared(now=posted["settled"], before=posted["settled_before"]),
        total=Compared(now=posted["total"], before=posted["total_before"]),
        paid=Compared(
            now=sum([each.now for each in tiers.values()]),
            before=sum([each.before for each in tiers.values()]),
        ),
        reversed_count=posted["reversed"],
        tiers={tier: each.now for tier, each in tiers.items()},
    )


def people_count(*, scope: Scope) -> int:
    """Living people on record."""
    return Person.objects.filter(scope.limit(county="county", hospital=""), died_on=None).count()


def people_by_identity(*, scope: Scope, today: date) -> dict[str, int]:
    """People who hold an identity today; several identities count several times."""
    rows: Any = (
        Identity.objects.filter(
            scope.limit(county="person__county", hospital=""), valid__contains=today, person__died_on=None
        )
        .order_by()
        .values_list("category")
        .annotate(Count("person", distinct=True))
    )
    return dict(rows)

"""Rows that indicators count (指标的数据来源): each with an amount above and one below the line.

What a posting adds is signed, so that a reversal in a later period takes off there what it took back.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from beneficiaries.models import DoctorContract, Enrolment, Identity, Person
from common.codes import IdentityCategory, Tier, VisitType
from policies.models import Rule
from reporting.indicators.periods import Period
from reporting.models import IndicatorFigure
from settlement.models import Payment, Settlement

Kind = Settlement.Kind
CATASTROPHIC = "assistance-catastrophic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where rows come from.

    Attributes:
        code: names it.
        title: what a row is, as people say it.
        county: look-up of the county whose figures the row belongs to.
        hospital: look-up of the hospital; empty where rows belong to none.
        day: look-up of the day for the trend by month; empty where there is none.
        rows: the rows of a period.
        related: look-ups of what a list of rows shows, read along with them.
        order: of a list of rows, newest first; a total order.
        signed: rows that take others back count below zero.
    """

    code: str
    title: str
    county: str
    hospital: str
    day: str
    rows: Callable[[Period], QuerySet[Any, Any]]
    related: tuple[str, ...] = ()
    order: tuple[str, ...] = ("-pk",)
    signed: bool = False


def _postings(period: Period) -> QuerySet[Any, Any]:
    by_basic = (
        Payment.objects.filter(settlement=OuterRef("pk"), tier=Tier.BASIC)
        .order_by()
        .values("settlement")
        .values_list(Sum("amount_fen"))
    )
    rows = Settlement.objects.filter(posted_on__gte=period.since, posted_on__lt=period.end)
    return rows.order_by().alias(
        basic_fen=Coalesce(Subquery(by_basic), 0),
        inpatient=_true_when(claim__visit_type=VisitType.INPATIENT),
        at_home=_true_when(claim__hospital__county=F("claim__insured_county")),
        # A visit counts once: what was settled less what was taken back; adjustments are no visits.
        sign=Case(
            When(claim__year_end=True, then=Value(0)),
            When(kind=Kind.ORIGINAL, then=Value(1)),
            When(kind=Kind.REVERSAL, then=Value(-1)),
            default=Value(0),
            output_field=IntegerField(),
        ),
    )


def _lines(period: Period) -> QuerySet[Any, Any]:
    # Lines never change: they come with the settlement and go with its reversal.
    rows = _postings(period).filter(kind__in=(Kind.ORIGINAL, Kind.REVERSAL), claim__year_end=False)
    lines: QuerySet[Any, Any] = rows.alias(line_fen=Coalesce(F("claim__lines__amount_fen") * F("sign"), 0))
    return lines


def _assistance(period: Period) -> QuerySet[Any, Any]:
    telling = Rule.objects.filter(code__startswith=CATASTROPHIC).values("policy")
    return Payment.objects.filter(
        posted_on__gte=period.since,
        posted_on__lt=period.end,
        tier=Tier.ASSISTANCE,
        # Only packs that tell catastrophic assistance from ordinary assistance can say a share.
        claim__policy__in=telling,
    ).order_by()


def _people(period: Period) -> QuerySet[Any, Any]:
    recognised = Identity.objects.filter(
        person=OuterRef("pk"), category=IdentityCategory.REGISTERED_POOR, valid__contains=period.last_day
    )
    contracts = DoctorContract.objects.filter(person=OuterRef("pk"), valid__contains=period.last_day)
    alive = Q(died_on=None) | Q(died_on__gt=period.last_day)
    return (
        Person.objects.filter(alive, Exists(recognised))
        .order_by()
        .alias(
            insured=Exists(Enrolment.objects.filter(person=OuterRef("pk"), year=period.year)),
            contracted=Exists(contracts),
            # A county that keeps no contracts here has no rate, not a rate of nothing.
            contracts_kept=Exists(DoctorContract.objects.filter(person__county=OuterRef("county"))),
        )
    )


def _figures(period: Period) -> QuerySet[Any, Any]:
    newest = IndicatorFigure.objects.filter(
        code=OuterRef("code"), county=OuterRef("county"), year=OuterRef("year")
    ).order_by("-pk")
    return IndicatorFigure.objects.filter(year=period.year, pk=Subquery(newest.values("pk")[:1])).order_by()


def _true_when(**condition: Any) -> Case:
    return Case(When(**condition, then=Value(True)), default=Value(False), output_field=BooleanField())


_SHOWN = ("claim__hospital",)
POSTINGS = Source(
    code="postings",
    title="结算记账",
    county="claim__insured_county",
    hospital="claim__hospital",
    day="posted_on",
    rows=_postings,
    related=_SHOWN,
    signed=True,
)
LINES = replace(
    POSTINGS,
    code="lines",
    title="费用明细",
    rows=_lines,
    # A posting stands here once for every line of its bill.
    order=("-pk", "claim__lines__pk"),
)
ASSISTANCE = Source(
    code="assistance",
    title="医疗救助支付",
    county="county",
    hospital="hospital",
    day="posted_on",
    rows=_assistance,
    related=_SHOWN,
    signed=True,
)
PEOPLE = Source(code="people", title="建档立卡贫困人口", county="county", hospital="", day="", rows=_people)
FIGURES = Source(
    code="figures",
    title="指标填报",
    county="county",
    hospital="",
    day="",
    rows=_figures,
    related=("county",),
)

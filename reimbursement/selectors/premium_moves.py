"""People between two counties in a year (参保县变动): whose aid another county applied for, or gives back.

The aid belongs to the county where the person is insured for the year. Where that is corrected, the county
that applied before gives it back by a supplement; only then the other one applies.
"""

from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable

from beneficiaries.models import Enrolment
from reimbursement.models import PremiumSheet, PremiumSheetLine


class Claimed(NamedTuple):
    """Somebody and what a county's submitted sheets apply for, fen; ``county_name`` is the other county."""

    person_id: int
    name: str
    id_last4: str
    county_name: str
    amount_fen: int


def claimed_twice(sheet: PremiumSheet) -> list[Claimed]:
    """People for whom this sheet applies although another county's submitted sheets do (重复申请)."""
    here = sheet.lines.filter(person=OuterRef("person"), amount_fen__gt=0, previous_fen=0)
    return _claimed(_applied(sheet.year).exclude(sheet__county=sheet.county).filter(Exists(here)))


def waiting_for_others(sheet: PremiumSheet) -> list[Claimed]:
    """People insured here for whom another county has applied and not yet given back (待原县退出)."""
    insured = Enrolment.objects.filter(person=OuterRef("person"), year=sheet.year, county=sheet.county)
    own = _applied(sheet.year).filter(sheet__county=sheet.county, person=OuterRef("person"))
    rows = _applied(sheet.year).exclude(sheet__county=sheet.county).filter(Exists(insured), ~Exists(own))
    return _claimed(rows)


def to_be_given_back(sheet: PremiumSheet) -> list[Claimed]:
    """People for whom this county has applied, now insured in another for the year (应退出)."""
    insured = Enrolment.objects.filter(person=OuterRef("person"), year=sheet.year)
    elsewhere = insured.exclude(county=sheet.county)
    rows = _applied(sheet.year).filter(Exists(elsewhere), sheet__county=sheet.county)
    return _claimed(rows, county=Subquery(elsewhere.values("county__name")))


def _applied(year: int) -> QuerySet[Any, Any]:
    """Person and county with what submitted sheets come to, where that is something."""
    submitted = PremiumSheetLine.objects.filter(sheet__year=year, sheet__status=PremiumSheet.Status.SUBMITTED)
    groups = submitted.order_by().values("person", "sheet__county")
    return groups.annotate(amount_fen_applied=Sum("due_fen")).filter(amount_fen_applied__gt=0)


def _claimed(rows: QuerySet[Any, Any], *, county: Combinable | None = None) -> list[Claimed]:
    named = rows.annotate(county_name=county or F("sheet__county__name")).order_by("person", "sheet__county")
    values = named.values_list(
        "person", "person__name", "person__id_last4", "county_name", "amount_fen_applied"
    )
    return [Claimed(*row) for row in values]

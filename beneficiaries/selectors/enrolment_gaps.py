"""Who is recognised but not insured (参保缺口, 黔南医保发〔2019〕36号 二(一)), down to the person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from beneficiaries.models import Enrolment, Identity, NotInsured, Person
from organizations.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class GapTerms:
    """For which year, which identities, recognised until when; ``on`` is the day on which they must hold."""

    year: int
    identities: frozenset[str]
    last_day: date
    on: date


class GapCounts(NamedTuple):
    """How a county stands: recognised = insured + excused + missing."""

    recognised: int
    insured: int
    excused: int

    @property
    def missing(self) -> int:
        """Recognised, not insured, without an accepted reason."""
        return self.recognised - self.insured - self.excused

    @property
    def insured_bp(self) -> int | None:
        """Coverage (参保率) of those who are to be insured, in basis points."""
        due = self.recognised - self.excused
        return 10_000 * self.insured // due if due else None


class Place(NamedTuple):
    """A village or a household with what is missing there."""

    township: str
    village: str
    household_id: int | None
    household_no: str
    head_name: str
    missing: int


def recognised_people(*, scope: Scope, county_id: int, terms: GapTerms) -> QuerySet[Person]:
    """Living people of a county who are to be insured for the year."""
    held = Identity.objects.filter(
        person=OuterRef("pk"),
        category__in=terms.identities,
        valid__contains=terms.on,
        valid__startswith__lte=terms.last_day,
    )
    rows = Person.objects.filter(scope.limit(county="county", hospital=""), Exists(held), county=county_id)
    if scope.hospital_id is not None:
        return rows.none()
    return rows.filter(Q(died_on=None) | Q(died_on__gt=terms.on))


def people_missing(*, scope: Scope, county_id: int, terms: GapTerms) -> QuerySet[Person]:
    """Those of them who are not insured and have no accepted reason (缺口名单)."""
    rows = recognised_people(scope=scope, county_id=county_id, terms=terms)
    return rows.filter(~_insured(terms.year), ~_excused(terms.year))


def gap_counts(*, scope: Scope, county_id: int, terms: GapTerms) -> GapCounts:
    """One query however many people."""
    insured, excused = _insured(terms.year), _excused(terms.year)
    rows = recognised_people(scope=scope, county_id=county_id, terms=terms)
    counted = rows.annotate(is_insured=insured, is_excused=excused).aggregate(
        recognised=Count("pk"),
        insured=Count("pk", filter=Q(is_insured=True)),
        excused=Count("pk", filter=Q(is_insured=False, is_excused=True)),
    )
    return GapCounts(**counted)


def villages_missing(*, scope: Scope, county_id: int, terms: GapTerms) -> list[Place]:
    """What is missing by village; people without a household come last, under no village."""
    rows = people_missing(scope=scope, county_id=county_id, terms=terms)
    groups = (
        rows.order_by("household__township", "household__village")
        .values_list("household__township", "household__village")
        .annotate(missing=Count("pk"))
    )
    return [Place(township or "", village or "", None, "", "", count) for township, village, count in groups]


def households_missing(
    *, scope: Scope, county_id: int, terms: GapTerms, township: str, village: str
) -> list[Place]:
    """What is missing in a village by household."""
    rows = people_missing(scope=scope, county_id=county_id, terms=terms)
    groups = (
        within_village(rows, township=township, village=village)
        .order_by("household__household_no")
        .values_list("household_id", "household__household_no", "household__head_name")
        .annotate(missing=Count("pk"))
    )
    return [
        Place(township, village, key, number or "", head or "", count) for key, number, head, count in groups
    ]


def within_village(rows: QuerySet[Person], *, township: str, village: str) -> QuerySet[Person]:
    """Those of a village; of none, those without a household."""
    if not township and not village:
        return rows.filter(household=None)
    return rows.filter(household__township=township, household__village=village)


def day_of(*, year: int, today: date) -> date:
    """The day on which identities must hold: today within the year, else its first or last."""
    return min(max(today, date(year, 1, 1)), date(year + 1, 1, 1) - timedelta(days=1))


def group_counts(*, scope: Scope, county_id: int, categories: Iterable[str], on: date) -> dict[str, int]:
    """People by identity on a day, each category by itself (分类人数, 郑卫农卫〔2019〕5号 二(十四))."""
    if scope.hospital_id is not None:
        return {}
    rows = Identity.objects.filter(
        scope.limit(county="person__county", hospital=""), person__county=county_id, person__died_on=None,
        category__in=categories, valid__contains=on,
    )  # fmt: skip
    return dict(rows.order_by().values_list("category").annotate(Count("person", distinct=True)))


def _insured(year: int) -> Exists:
    return Exists(Enrolment.objects.filter(person=OuterRef("pk"), year=year))


def _excused(year: int) -> Exists:
    return Exists(NotInsured.objects.filter(person=OuterRef("pk"), year=year, withdrawn_at=None))

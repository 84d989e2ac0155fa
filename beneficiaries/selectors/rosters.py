"""Rosters as pages and files read them (名单查询), and how promptly and completely they come (R122, R166)."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db.models import QuerySet

from beneficiaries.models import Identity, RosterImport, RosterRow
from beneficiaries.rosters.headings import FIELDS
from beneficiaries.rosters.vocabulary import RIGHTS, SOURCES
from organizations.models import Office, Region, StaffMember
from organizations.scope import Scope

# The documents say "promptly" (及时) and name no interval: rosters are expected once a month (provisional).
MONTHS_BETWEEN = 1
ROWS_AT_ONCE = 2_000


def roster_sources_of(user: User) -> frozenset[str]:
    """Whose rosters a user may import: the own department's; medical insurance enters for all (R89)."""
    if not user.is_active:
        return frozenset()
    if user.is_superuser:
        return SOURCES
    staff = StaffMember.objects.select_related("office").filter(user=user).first()
    if staff is None or staff.office is None:
        return frozenset()
    return roster_sources_of_office(staff.office.kind)


def roster_sources_of_office(kind: str) -> frozenset[str]:
    """Whose rosters staff of an office of this kind may import; none of a hospital's."""
    if kind == Office.Kind.MEDICAL_INSURANCE:
        return SOURCES
    return frozenset({kind}) & frozenset(RIGHTS)


def roster_in_time_since(on: date) -> date:
    """The earliest day of a roster that is still recent enough on ``on``."""
    since = _months_later(on, -MONTHS_BETWEEN)
    while _months_later(since, MONTHS_BETWEEN) < on:
        since += timedelta(days=1)
    return since


def roster_regions(*, scope: Scope) -> QuerySet[Region]:
    """Counties and prefectures that a user may import for."""
    regions = Region.objects.filter(level__in=(Region.Level.COUNTY, Region.Level.PREFECTURE))
    return regions if scope.everything else regions.filter(pk__in=scope.county_ids)


def insured_regions(*, scope: Scope) -> QuerySet[Region]:
    """Counties whose list of the insured a user may import."""
    return roster_regions(scope=scope).filter(level=Region.Level.COUNTY)


def later_roster(roster: RosterImport) -> RosterImport | None:
    """A roster of the same source and region that is in force and of a later day."""
    rosters = RosterImport.objects.filter(
        source=roster.source,
        region=roster.region,
        year=roster.year,
        roster_on__gt=roster.roster_on,
        state=RosterImport.State.APPLIED,
    )
    return rosters.order_by("-roster_on").first()


def counties_moved_from(*, scope: Scope, roster: RosterImport) -> set[int]:
    """Counties of the scope out of which a roster moves people."""
    found = RosterRow.objects.filter(roster=roster, difference=RosterRow.Difference.MOVED)
    counties = set(found.values_list("person__county_id", flat=True).distinct())
    return counties if scope.everything else counties & scope.county_ids


def roster_rows(*, scope: Scope, roster: RosterImport, difference: str = "") -> QuerySet[RosterRow]:
    """Rows of a roster inside the scope, of one kind of difference if given."""
    rows = RosterRow.objects.filter(scope.limit(county="roster__region", hospital=""), roster=roster)
    if difference:
        rows = rows.filter(difference=difference)
    return rows.order_by("id")


def wrong_rows(*, scope: Scope, roster: RosterImport) -> Iterator[RosterRow]:
    """Rows to hand back, in the order of the file, streamed."""
    rows = roster_rows(scope=scope, roster=roster, difference=RosterRow.Difference.WRONG)
    return rows.select_related("county").order_by("row_no").iterator(chunk_size=ROWS_AT_ONCE)


def standing_identities(*, scope: Scope, roster: RosterImport) -> Iterator[Identity]:
    """Who holds an identity of the roster's source on its day: what is passed on (R28), streamed."""
    counties = [roster.region_id]
    if roster.region.level == Region.Level.PREFECTURE:
        counties = list(Region.objects.filter(parent=roster.region).values_list("pk", flat=True))
    rows = Identity.objects.filter(
        scope.limit(county="person__county", hospital=""),
        recognised_by=roster.source,
        category__in=roster.categories,
        valid__contains=roster.roster_on,
        person__county__in=counties,
    ).select_related("person__household", "person__county")
    return rows.order_by("person__county_id", "person_id", "category").iterator(chunk_size=ROWS_AT_ONCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Punctuality:
    """How promptly and completely a source supplies a county (及时率、完整率).

    Attributes:
        county: of the people.
        source: the department.
        latest: the newest roster in force; None when there never was one.
        due_on: by when the next is expected; None when there never was one.
        days_late: days after ``due_on``; 0 while in time.
        days_under_way: from the roster's day to its receipt.
        good_bp: rows without defects, of all, in basis points.
        blanks: heading → share of rows that leave it blank, in basis points.
    """

    county: Region
    source: str
    latest: RosterImport | None
    due_on: date | None = None
    days_late: int = 0
    days_under_way: int = 0
    good_bp: int = 0
    blanks: tuple[tuple[str, int], ...] = ()


def roster_punctuality(*, scope: Scope, on: date) -> list[Punctuality]:
    """One row per county and source, three statements however many there are (名单报送情况)."""
    counties = Region.objects.filter(level=Region.Level.COUNTY)
    if not scope.everything:
        counties = counties.filter(pk__in=scope.county_ids)
    counties = counties.order_by("code")
    regions = {region for county in counties for region in (county.pk, county.parent_id)}
    newest = (
        RosterImport.objects.filter(state=RosterImport.State.APPLIED, region__in=regions, roster_on__lte=on)
        .defer("file_encrypted")
        .order_by("region_id", "source", "-roster_on", "-id")
        .distinct("region_id", "source")
    )
    latest: dict[tuple[int, str], RosterImport] = {(row.region_id, row.source): row for row in newest}
    return [
        _punctuality(county, source, _newer(latest, county, source), on)
        for county in counties
        for source in RIGHTS
    ]


def _newer(
    latest: Mapping[tuple[int, str], RosterImport], county: Region, source: str
) -> RosterImport | None:
    """The county's own or its prefecture's, whichever is of the later day."""
    found = [latest.get((region, source)) for region in (county.pk, county.parent_id or 0)]
    there: Iterable[RosterImport] = [roster for roster in found if roster is not None]
    return max(there, key=lambda roster: roster.roster_on, default=None)


def _punctuality(county: Region, source: str, roster: RosterImport | None, on: date) -> Punctuality:
    if roster is None:
        return Punctuality(county=county, source=source, latest=None)
    due_on = _months_later(roster.roster_on, MONTHS_BETWEEN)
    rows = rows_of_file(roster)
    titles = {field.key: field.title for field in FIELDS}
    return Punctuality(
        county=county,
        source=source,
        latest=roster,
        due_on=due_on,
        days_late=max(0, (on - due_on).days),
        days_under_way=(roster.received_on - roster.roster_on).days,
        good_bp=10_000 * (rows - roster.count_of("wrong")) // rows if rows else 0,
        blanks=tuple(
            (titles[key], 10_000 * blank // rows)
            for key, blank in sorted(roster.blanks.items())
            if rows and blank
        ),
    )


def rows_of_file(roster: RosterImport) -> int:
    """Rows that the file had; people it does not name are no rows of it."""
    return int(roster.headings.get("rows", 0))


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))

"""Registers as their readers need them (登记簿): entries in scope, who may write, what is missing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet

from beneficiaries.models import Household, RegisterAttachment, RegisterEntry, RegisterKind
from organizations.models import Hospital, Region, StaffMember
from organizations.scope import NOTHING, Scope

UNDONE = (RegisterEntry.State.OPEN, RegisterEntry.State.IN_PROGRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCount:
    """A village, township, hospital or county, and how often it stands in the register."""

    unit: str
    done: int
    target: int

    @property
    def missing(self) -> int:
        """How many are missing."""
        return max(0, self.target - self.done)


def register_entries(*, scope: Scope, kind: RegisterKind | None = None) -> QuerySet[RegisterEntry]:
    """Entries of the scope's counties, or of the scope's hospital; of one register or all."""
    rows = RegisterEntry.objects.filter(scope.limit(county="county", hospital="hospital"))
    rows = rows.select_related("kind", "county", "person", "hospital", "region", "office")
    return rows if kind is None else rows.filter(kind=kind)


def register_attachments(*, scope: Scope) -> QuerySet[RegisterAttachment]:
    """Files of entries in the scope."""
    return RegisterAttachment.objects.filter(
        scope.limit(county="entry__county", hospital="entry__hospital")
    ).select_related("entry")


def register_kinds(*, scope: Scope, on: date) -> QuerySet[RegisterKind]:
    """The registers of the scope's cities, each with its ``total``, ``undone`` and ``overdue`` in scope."""
    if scope == NOTHING:
        return RegisterKind.objects.none()
    inside = scope.limit(county="entries__county", hospital="entries__hospital") & Q(entries__isnull=False)
    undone = inside & Q(entries__state__in=UNDONE)
    return RegisterKind.objects.filter(_in_cities(scope)).annotate(
        total=Count("entries", filter=inside),
        undone=Count("entries", filter=undone),
        overdue=Count("entries", filter=undone & Q(entries__due_on__lt=on)),
    )


def _in_cities(scope: Scope) -> Q:
    if scope.everything:
        return Q()
    counties = Region.objects.filter(
        Q(pk__in=scope.county_ids) | Q(hospitals=scope.hospital_id, hospitals__isnull=False)
    )
    codes = set(counties.values_list("code", flat=True)) | set(
        counties.values_list("parent__code", flat=True)
    )
    return Q(city_codes=[]) | Q(city_codes__overlap=[code for code in codes if code])


def register_counties(*, scope: Scope, kind: RegisterKind) -> QuerySet[Region]:
    """The counties in which somebody of this scope may enter something."""
    counties = Region.objects.filter(level=Region.Level.COUNTY)
    if scope.hospital_id is not None:
        counties = counties.filter(hospitals=scope.hospital_id)
    else:
        counties = counties.filter(scope.limit(county="pk", hospital=""))
    return counties.filter(parent__code__in=kind.city_codes) if kind.city_codes else counties


def may_write(*, user: User, kind: RegisterKind) -> bool:
    """Whether the documents leave this register to the user's office or hospital (R89)."""
    if not user.has_perm("beneficiaries.add_registerentry"):
        return False
    if user.is_superuser:
        return True
    staff = StaffMember.objects.select_related("office").filter(user=user).first()
    if staff is None:
        return False
    return kind.hospitals_write if staff.office is None else staff.office.kind in kind.writer_kinds


def villages_of(*, county: Region) -> list[tuple[str, str]]:
    """Townships and villages of a county, as its households name them."""
    rows = Household.objects.filter(county=county).order_by("township", "village")
    return list(rows.values_list("township", "village").distinct())


def register_gaps(*, scope: Scope, kind: RegisterKind, on: date) -> list[UnitCount]:
    """Every unit with its count against the register's target, the emptiest first; three queries at most."""
    if kind.target_count is None:
        return []
    entries = register_entries(scope=scope, kind=kind).order_by().filter(_in_period(kind, on))
    key = _KEYS[RegisterKind.TargetPer(kind.target_per)]
    counted = Counter({tuple(row[:-1]): row[-1] for row in entries.values_list(*key).annotate(n=Count("pk"))})
    found = [
        UnitCount(unit=name, done=counted[unit], target=kind.target_count)
        for unit, name in _units(scope=scope, kind=kind)
    ]
    return sorted(found, key=lambda row: (-row.missing, row.unit))


_KEYS = {
    RegisterKind.TargetPer.VILLAGE: ("county", "township", "village"),
    RegisterKind.TargetPer.TOWNSHIP: ("county", "township"),
    RegisterKind.TargetPer.HOSPITAL: ("hospital",),
    RegisterKind.TargetPer.COUNTY: ("county",),
}


def _units(*, scope: Scope, kind: RegisterKind) -> Sequence[tuple[tuple[object, ...], str]]:
    counties = register_counties(scope=scope, kind=kind)
    if kind.target_per == RegisterKind.TargetPer.HOSPITAL:
        hospitals = Hospital.objects.filter(scope.limit(county="county", hospital="pk"), county__in=counties)
        return [((pk,), name) for pk, name in hospitals.values_list("pk", "name")]
    if kind.target_per == RegisterKind.TargetPer.COUNTY:
        return [((pk,), name) for pk, name in counties.values_list("pk", "name")]
    key = _KEYS[RegisterKind.TargetPer(kind.target_per)]
    rows = (
        Household.objects.filter(county__in=counties).order_by().values_list(*key, "county__name").distinct()
    )
    several = len({row[0] for row in rows}) > 1
    return [(tuple(row[:-1]), "".join(([row[-1]] if several else []) + list(row[1:-1]))) for row in rows]


def _in_period(kind: RegisterKind, on: date) -> Q:
    if kind.target_period == RegisterKind.TargetPeriod.STANDING:
        return ~Q(state=RegisterEntry.State.CLOSED)
    first = date(on.year, 1, 1)
    if kind.target_period == RegisterKind.TargetPeriod.QUARTER:
        first = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    return Q(happened_on__gte=first, happened_on__lte=on)

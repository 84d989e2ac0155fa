"""Who may see what (可见范围): deny by default; every selector takes the scope as a required argument."""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db.models import Q

from organizations.models import Hospital, Region, StaffMember


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Counties, or one hospital, or everything; empty sees nothing."""

    everything: bool = False
    county_ids: frozenset[int] = frozenset()
    hospital_id: int | None = None

    def limit(self, *, county: str, hospital: str) -> Q:
        """The condition that keeps a query inside the scope.

        Args:
            county: look-up of the county in the queried model, e.g. ``insured_county``.
            hospital: look-up of the hospital, e.g. ``hospital``; ``""`` where rows belong to no hospital.
        """
        if self.everything:
            return Q()
        if self.hospital_id is not None and hospital:
            return Q(**{hospital: self.hospital_id})
        if self.county_ids:
            return Q(**{f"{county}__in": self.county_ids})
        return Q(pk__in=())


EVERYTHING = Scope(everything=True)
NOTHING = Scope()


def scope_of_hospital(hospital: Hospital) -> Scope:
    """A hospital sees its own rows."""
    return Scope(hospital_id=hospital.pk)


def scope_of_user(user: AbstractBaseUser | AnonymousUser) -> Scope:
    """What a user sees: the place of work decides; inactive users and those without one see nothing."""
    if not isinstance(user, User) or not user.is_active:
        return NOTHING
    if user.is_superuser:
        return EVERYTHING
    staff = StaffMember.objects.select_related("office__region").filter(user=user).first()
    if staff is None:
        return NOTHING
    if staff.hospital_id is not None:
        return Scope(hospital_id=staff.hospital_id)
    return Scope(county_ids=_counties_of(staff.office.region)) if staff.office is not None else NOTHING


def _counties_of(region: Region) -> frozenset[int]:
    """The region itself and what lies below it, down to the counties."""
    found = frozenset({region.pk})
    level: frozenset[int] = found
    while level:
        below = Region.objects.filter(parent__in=level).exclude(
            level__in=(Region.Level.TOWNSHIP, Region.Level.VILLAGE)
        )
        level = frozenset(below.values_list("pk", flat=True))
        found |= level
    return found

"""Reads of organizations (查询)."""

from django.db.models import QuerySet

from organizations.models import Hospital, HospitalKey
from organizations.scope import Scope


def hospital_key_find(*, key: str) -> HospitalKey | None:
    """The valid key with its hospital and the hospital's county, in one query; None for any other text."""
    prefix, _, secret = key.partition(".")
    # The database refuses NUL; no key has one, nor anything outside ASCII.
    if not secret or not key.isascii() or not key.isprintable():
        return None
    found = (
        HospitalKey.objects.select_related("hospital__county").filter(prefix=prefix, revoked=False).first()
    )
    if found is None or not HospitalKey.objects.key_generator.verify(key, found.hashed_key):
        return None
    return None if found.has_expired else found


def hospital_list(*, scope: Scope) -> QuerySet[Hospital]:
    """Hospitals the scope may see: its own, or those of its counties."""
    return Hospital.objects.select_related("county").filter(scope.limit(county="county", hospital="pk"))

"""Life of an API key (接口密钥): issue, rotate, revoke, note its use."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from organizations.errors import KeyRevokedError
from organizations.models import Hospital, HospitalKey

# How rough the last use is: a key in steady use is written this seldom.
USE_NOTED_EVERY = timedelta(minutes=10)


@transaction.atomic
def hospital_key_issue(*, hospital: Hospital, name: str, expires_at: datetime | None = None) -> str:
    """Issue an API key (发放接口密钥); several may be valid at once.

    Returns:
        The key in plain text, shown this once: only its hash is kept.
    """
    _, key = HospitalKey.objects.create_key(hospital=hospital, name=name, expiry_date=expires_at)
    return str(key)


@transaction.atomic
def hospital_key_rotate(*, key_id: str, overlap: timedelta) -> str:
    """Issue a key in the place of another, which stays valid for ``overlap`` at most (更换密钥).

    Returns:
        The new key in plain text; it never expires earlier than the old one would have.

    Raises:
        KeyRevokedError: the old key is revoked: there is nothing to overlap with.
    """
    old = HospitalKey.objects.select_for_update().get(pk=key_id)
    if old.revoked:
        raise KeyRevokedError(old.prefix)
    new = hospital_key_issue(hospital=old.hospital, name=old.name, expires_at=old.expiry_date)
    ends_at = timezone.now() + overlap
    old.expiry_date = ends_at if old.expiry_date is None else min(old.expiry_date, ends_at)
    old.save(update_fields=["expiry_date"])
    return new


@transaction.atomic
def hospital_key_revoke(*, key_id: str, by: User | None) -> HospitalKey:
    """Shut a key out at once, for good (吊销); asking again changes nothing."""
    key = HospitalKey.objects.select_for_update().get(pk=key_id)
    if not key.revoked:
        key.revoked, key.revoked_at, key.revoked_by = True, timezone.now(), by
        key.save(update_fields=["revoked", "revoked_at", "revoked_by"])
    return key


def hospital_key_used(*, key: HospitalKey) -> None:
    """Note that a key was used, unless that was noted a short while ago."""
    now = timezone.now()
    before = now - USE_NOTED_EVERY
    if key.last_used_at is None or key.last_used_at < before:
        HospitalKey.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=before), pk=key.pk).update(
            last_used_at=now
        )

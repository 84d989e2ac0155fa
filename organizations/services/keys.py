"""Writes of organizations (办理)."""

from datetime import datetime

from django.db import transaction

from organizations.models import Hospital, HospitalKey


@transaction.atomic
def hospital_key_issue(*, hospital: Hospital, name: str, expires_at: datetime | None = None) -> str:
    """Issue an API key (发放接口密钥); several may be valid at once.

    Returns:
        The key in plain text, shown this once: only its hash is kept.
    """
    _, key = HospitalKey.objects.create_key(hospital=hospital, name=name, expiry_date=expires_at)
    return str(key)

"""Reads of organizations (查询)."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

from organizations.models import Hospital, HospitalKey, Region
from organizations.scope import Scope

ModelT = TypeVar("ModelT", bound=Model)


def _columns(model: type[Model], alias: str) -> str:
    return ", ".join(f"{alias}.{field.column}" for field in model._meta.concrete_fields)


# Every request asks this: composing it by the query builder would cost more than settling the claim.
_FIND_KEY = f"""
SELECT {_columns(HospitalKey, "key")}, {_columns(Hospital, "hospital")}, {_columns(Region, "county")}
FROM organizations_hospitalkey key
JOIN organizations_hospital hospital ON hospital.id = key.hospital_id
JOIN organizations_region county ON county.id = hospital.county_id
WHERE key.prefix = %s AND NOT key.revoked
"""  # noqa: S608 - names of our own columns


def hospital_key_find(*, key: str) -> HospitalKey | None:
    """The valid key with its hospital and the hospital's county, in one query; None for any other text."""
    prefix, _, secret = key.partition(".")
    # The database refuses NUL; no key has one, nor anything outside ASCII.
    if not secret or not key.isascii() or not key.isprintable():
        return None
    with connection.cursor() as cursor:
        cursor.execute(_FIND_KEY, [prefix])
        row = cursor.fetchone()
    if row is None:
        return None
    values = iter(row)
    found = _restored(HospitalKey, values)
    found.hospital = _restored(Hospital, values)
    found.hospital.county = _restored(Region, values)
    if not HospitalKey.objects.key_generator.verify(key, found.hashed_key) or found.has_expired:
        return None
    return found


def _restored(model: type[ModelT], values: Iterator[Any]) -> ModelT:
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(connection.alias, names, list(islice(values, len(names))))


def hospital_list(*, scope: Scope) -> QuerySet[Hospital]:
    """Hospitals the scope may see: its own, or those of its counties."""
    return Hospital.objects.select_related("county").filter(scope.limit(county="county", hospital="pk"))

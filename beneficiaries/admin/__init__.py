"""Admin of households, people, identities, enrolment and certificates (人员)."""

from beneficiaries.admin import (
    certificates,
    entitlements,
    looks,
    papers,
    people,
    rosters,
)

__all__ = [
    "certificates",
    "entitlements",
    "looks",
    "papers",
    "people",
    "rosters",
]

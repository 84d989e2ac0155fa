"""Admin of households, people, identities, enrolment and certificates (人员)."""

from beneficiaries.admin import (
    certificates,
    enrolments,
    entitlements,
    family_doctors,
    follow_ups,
    looks,
    papers,
    people,
    register_entries,
    registers,
    rosters,
)

__all__ = [
    "certificates",
    "enrolments",
    "entitlements",
    "family_doctors",
    "follow_ups",
    "looks",
    "papers",
    "people",
    "register_entries",
    "registers",
    "rosters",
]

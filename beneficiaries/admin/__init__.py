"""Admin of households, people, identities, enrolment and certificates (人员)."""

from beneficiaries.admin import entitlements, looks, people, rosters

__all__ = ["entitlements", "looks", "people", "rosters"]

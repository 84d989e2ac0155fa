"""People and what they are entitled to be (人员、身份、参保、慢性病鉴定)."""

from beneficiaries.models.entitlements import ChronicCertificate, Enrolment, Identity, never_overlapping
from beneficiaries.models.looks import IdNumberLook
from beneficiaries.models.people import Household, Person
from beneficiaries.models.rosters import RosterChange, RosterDelivery, RosterImport, RosterRow

__all__ = [
    "ChronicCertificate",
    "Enrolment",
    "Household",
    "IdNumberLook",
    "Identity",
    "Person",
    "RosterChange",
    "RosterDelivery",
    "RosterImport",
    "RosterRow",
    "never_overlapping",
]

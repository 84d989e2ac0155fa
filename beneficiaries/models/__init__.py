"""People and what they are entitled to be (人员、身份、参保、慢性病鉴定)."""

from beneficiaries.models.entitlements import ChronicCertificate, Enrolment, Identity, never_overlapping
from beneficiaries.models.looks import IdNumberLook
from beneficiaries.models.people import Household, Person

__all__ = [
    "ChronicCertificate",
    "Enrolment",
    "Household",
    "IdNumberLook",
    "Identity",
    "Person",
    "never_overlapping",
]

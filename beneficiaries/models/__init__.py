"""People and what they are entitled to be (人员、身份、参保、慢性病鉴定)."""

from beneficiaries.models.certification import (
    AppliedDisease,
    CertificationApplication,
    CertificationDecision,
    CertificationPaper,
    CertificationStep,
)
from beneficiaries.models.entitlements import ChronicCertificate, Enrolment, Identity, never_overlapping
from beneficiaries.models.exams import CertificationExam, ExamAdvance, ExamAttachment
from beneficiaries.models.family_doctors import DoctorContract, FollowUp, ServiceFee
from beneficiaries.models.identity_changes import IdentityChange
from beneficiaries.models.insured_years import NotInsured, UnableToPay
from beneficiaries.models.looks import IdNumberLook
from beneficiaries.models.papers import (
    CertificateStep,
    HealthCard,
    HealthCardStep,
    NumberSeries,
    TreatmentMeasure,
)
from beneficiaries.models.people import Household, Person
from beneficiaries.models.registers import RegisterAttachment, RegisterEntry, RegisterKind, RegisterStep
from beneficiaries.models.rosters import RosterChange, RosterDelivery, RosterImport, RosterRow

__all__ = [
    "AppliedDisease",
    "CertificateStep",
    "CertificationApplication",
    "CertificationDecision",
    "CertificationExam",
    "CertificationPaper",
    "CertificationStep",
    "ChronicCertificate",
    "DoctorContract",
    "Enrolment",
    "ExamAdvance",
    "ExamAttachment",
    "FollowUp",
    "HealthCard",
    "HealthCardStep",
    "Household",
    "IdNumberLook",
    "Identity",
    "IdentityChange",
    "NotInsured",
    "NumberSeries",
    "Person",
    "RegisterAttachment",
    "RegisterEntry",
    "RegisterKind",
    "RegisterStep",
    "RosterChange",
    "RosterDelivery",
    "RosterImport",
    "RosterRow",
    "ServiceFee",
    "TreatmentMeasure",
    "UnableToPay",
    "never_overlapping",
]

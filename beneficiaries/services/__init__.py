"""Writing people down (人员登记): one transaction each, periods ``[from, to)``."""

from beneficiaries.services.certificates import certificate_issue
from beneficiaries.services.people import identity_recognise, person_enrol, person_register

__all__ = ["certificate_issue", "identity_recognise", "person_enrol", "person_register"]

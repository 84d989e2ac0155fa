"""A claim from papers as an office enters it, and staff who work on it."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib.auth.models import User

from beneficiaries.models import Person
from common.codes import FeeCategory, Referral, VisitType
from organizations.models import Hospital
from organizations.scope import Scope
from settlement.intake import LineInput
from settlement.manual_entry import InvoiceInput, ManualInput
from settlement.models import ManualClaim, PatientAccount
from settlement.services import patient_account_record
from settlement.services.manual import (
    manual_claim_approve,
    manual_claim_first_review,
    manual_claim_receive,
)

PAPERS = frozenset(
    {
        "医保证（卡）复印件", "身份证或户口簿复印件", "住院发票原件", "出院小结", "费用清单",
        "一卡通存折（卡）复印件", "医疗救助申请审批表",
    }
)  # fmt: skip
ENTRY = ManualInput(
    visit_type=VisitType.INPATIENT,
    admitted_on=date(2019, 6, 1),
    discharged_on=date(2019, 6, 11),
    bed_days=10,
    referral=Referral.NOT_NEEDED,
    diagnosis_code="I63.9",
    diagnosis_name="脑梗死",
    total_fen=2_000_000,
    lines=(LineInput(1, FeeCategory.WESTERN_MEDICINE, "药品", 2_000_000, 2_000_000, 0, 0, 0),),
    invoices=(InvoiceInput(issuer="41060119", number="0000001"),),
    papers=PAPERS,
    township_signed_by="李某",
    complete_on=date(2019, 6, 24),
)


def entry(invoice: str = "0000001", **changes: Any) -> ManualInput:
    """The usual entry, with an invoice number of its own."""
    return replace(ENTRY, invoices=(InvoiceInput(issuer="41060119", number=invoice),), **changes)


def staff(name: str) -> User:
    """A user, made once."""
    return User.objects.get_or_create(username=name)[0]


def scope_of(person: Person) -> Scope:
    """The scope of the county where the person lives."""
    return Scope(county_ids=frozenset({person.county_id}))


def receive(person: Person, hospital: Hospital, invoice: str = "0000001", **changes: Any) -> ManualClaim:
    """Enter a claim from papers."""
    return manual_claim_receive(
        scope=scope_of(person),
        id_number=person.id_number,
        hospital=hospital,
        entry=entry(invoice, **changes),
        by=staff("entry"),
    )


def approved(person: Person, hospital: Hospital, invoice: str = "0000001", **changes: Any) -> ManualClaim:
    """A claim from papers that passed both reviews."""
    manual = receive(person, hospital, invoice, **changes)
    manual_claim_first_review(manual=manual, by=staff("first"))
    return manual_claim_approve(manual=manual, by=staff("second"))


def account(person: Person) -> PatientAccount:
    """The person's own account."""
    return patient_account_record(
        person=person,
        holder_name=person.name,
        relation=PatientAccount.Relation.SELF,
        bank="示例县农村信用合作联社",
        number="6217 0000 1234 5678 901",
        by=staff("entry"),
    )

"""The entry form of a claim from papers as a browser sends it, and logins with and without rights."""

from django.contrib.auth.models import Permission, User
from django.test import Client

from beneficiaries.models import Person
from organizations.models import Hospital, Office, Region, StaffMember
from tests.settlement.manual.support import PAPERS

RIGHTS = {
    "entry": ("add_manualclaim",),
    "first": ("first_review_manualclaim", "suspend_manualclaim"),
    "second": ("second_review_manualclaim", "first_review_manualclaim"),
    "cashier": ("add_payoutbatch", "confirm_payoutbatch"),
    "viewer": (),
}


def client_of(name: str, county: Region) -> Client:
    """A client of an office of the county with the rights of this name, and the right to look."""
    user, created = User.objects.get_or_create(username=name, defaults={"is_staff": True})
    if created or not user.is_staff:
        user.is_staff = True
        user.save()
        office, _ = Office.objects.get_or_create(
            name=f"{county.name}医疗保障局", kind=Office.Kind.MEDICAL_INSURANCE, region=county
        )
        StaffMember.objects.create(user=user, office=office)
        looks = ("view_manualclaim", "view_payoutbatch", "view_patientrepayment", "view_claim")
        user.user_permissions.set(
            Permission.objects.filter(codename__in=(*looks, *RIGHTS[name.split("-", maxsplit=1)[0]]))
        )
    client = Client()
    client.force_login(user)
    return client


def form_of(person: Person, listed: Hospital | None, /, **changes: object) -> dict[str, object]:
    """A stay of 20,000.00 with one line and one invoice."""
    return {
        "id_number": person.id_number,
        "visit_type": "inpatient",
        "referral": "not_needed",
        "hospital": listed.pk if listed else "",
        "outside_level": "province_3",
        "admitted_on": "2019-06-01",
        "discharged_on": "2019-06-11",
        "bed_days": "10",
        "diagnosis_code": "I63.9",
        "diagnosis_name": "脑梗死",
        "total_fen": "20,000.00",
        "complete_on": "2019-06-24",
        "township_signed_by": "李某",
        "papers": sorted(PAPERS),
        "invoices-TOTAL_FORMS": "1",
        "invoices-INITIAL_FORMS": "0",
        "invoices-0-issuer": "41060119",
        "invoices-0-number": "0000001",
        "lines-TOTAL_FORMS": "2",
        "lines-INITIAL_FORMS": "0",
        "lines-0-category": "western_medicine",
        "lines-0-item_name": "药品",
        "lines-0-amount_fen": "20000",
        "lines-0-in_scope_fen": "20000.00",
        "lines-1-category": "other",
        **changes,
    }

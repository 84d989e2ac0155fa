"""Logins of the people who certify: the hospital's nurse, the office's reviewer and decider, others."""

from django.contrib.auth.models import Permission, User

from organizations.models import Hospital, Office, Region, StaffMember

LOOKS = (
    "view_certificationapplication", "view_certificationexam", "view_examadvance",
    "view_chroniccertificate", "view_healthcard",
)  # fmt: skip
RIGHTS = {
    "nurse": ("add_certificationapplication", "check_papers_certification", "examine_certification"),
    "reviewer": ("review_certification", "add_healthcard", "change_healthcard"),
    "decider": ("decide_certification", "issue_certificate", "add_treatmentmeasure"),
    "viewer": (),
}


def login(name: str, *, county: Region | None = None, hospital: Hospital | None = None) -> User:
    """A login of an office of the county, or of the hospital, with the rights that ``name`` begins with."""
    user = User.objects.create_user(name, is_staff=True)
    office = None
    if county is not None:
        office, _ = Office.objects.get_or_create(
            name=f"{county.name}医疗保障局", kind=Office.Kind.MEDICAL_INSURANCE, region=county
        )
    StaffMember.objects.create(user=user, office=office, hospital=hospital)
    names = (*LOOKS, *RIGHTS[name.split("-", maxsplit=1)[0]])
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user

"""Applications for certification as far as a test needs them, with the people who take the steps."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User

from beneficiaries.models import AppliedDisease, CertificationApplication, CertificationExam, Person
from common.codes import Designation
from organizations.models import Hospital
from organizations.scope import EVERYTHING
from settlement.services.certification import (
    Outcome,
    application_decide,
    application_receive,
    application_review,
    exam_enter,
    exams_finish,
    papers_check,
)
from settlement.services.certification.examining import ExamInput
from tests import factories

HEART, LIPIDS, TUMOUR, LEGACY = "zz-37/11", "zz-37/22", "zz-37/1", "zz-legacy/2"
COMPLETE = {
    "id_card": "present",
    "form": "present",
    "photograph": "present",
    "social_card": "present",
    "diagnosis": "present",
    "outpatient_record": "present",
    "inpatient_record": "not_needed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Who does what."""

    nurse: User
    reviewer: User
    decider: User


def staff() -> Staff:
    """Three people, made once."""
    made = {
        name: User.objects.get_or_create(username=f"{name}-c")[0] for name in ("nurse", "reviewer", "decider")
    }
    return Staff(**made)


def examiner() -> Hospital:
    """A hospital that certifies and sees chronic patients."""
    return factories.hospital(designations=[Designation.CERTIFICATION, Designation.CHRONIC_VISIT])


def received(who: Person, *diseases: str, at: Hospital | None = None) -> CertificationApplication:
    """An application of today."""
    return application_receive(
        scope=EVERYTHING,
        id_number=who.id_number,
        hospital=at or examiner(),
        diseases=diseases or (LIPIDS,),
        by=staff().nurse,
    )


def checked(who: Person, *diseases: str, at: Hospital | None = None) -> CertificationApplication:
    """Papers complete."""
    application = received(who, *diseases, at=at)
    papers_check(application=application, results=COMPLETE, by=staff().nurse)
    return refreshed(application)


def examined(
    application: CertificationApplication,
    item: str,
    fen: int,
    *,
    disease: str = LIPIDS,
    on: date = date(2019, 6, 30),
) -> CertificationExam:
    """An exam entered."""
    entry = ExamInput(disease=disease, item=item, done_on=on, amount_fen=fen)
    exam, created = exam_enter(application=application, exam=entry, by=staff().nurse)
    assert created
    return exam


def reviewed(application: CertificationApplication) -> CertificationApplication:
    """Exams finished and reviewed."""
    exams_finish(application=application, by=staff().nurse, note="见住院病历")
    application_review(application=application, by=staff().reviewer, note="符合鉴定标准")
    return refreshed(application)


def granted(
    application: CertificationApplication, *, last_day: date | None = None
) -> CertificationApplication:
    """Every disease granted."""
    outcome = Outcome(granted=True, last_day=last_day)
    outcomes = {row.pk: outcome for row in application.diseases.all()}
    application_decide(application=application, outcomes=outcomes, by=staff().decider)
    return refreshed(application)


def refreshed(application: CertificationApplication) -> CertificationApplication:
    """As it is in the database."""
    return CertificationApplication.objects.get(pk=application.pk)


def only(application: CertificationApplication) -> AppliedDisease:
    """Its one disease."""
    return application.diseases.get()

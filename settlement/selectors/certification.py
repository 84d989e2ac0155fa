"""Reads of certifications (慢性病鉴定查询): who applies, by which terms, what waits, exams and standards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from beneficiaries.models import (
    AppliedDisease,
    CertificationApplication,
    CertificationExam,
    CertificationPaper,
    CertificationStep,
    Enrolment,
    Person,
)
from common.codes import Designation
from common.encryption import blind_index
from organizations.models import Hospital, Region
from organizations.scope import Scope
from policies.certification import ExamSplit, exam_items_split, exam_standard_of
from policies.codes import ApplicationTiming
from policies.errors import PolicyNotFoundError
from policies.models import ApplicationRule, Disease, ExamStandard, Policy, PolicyParameter
from policies.selectors import policy_in_force
from settlement.certification_errors import CertificationError, CertificationNotFoundError
from settlement.errors import NotEnrolledError, PersonNotFoundError

State = CertificationApplication.State
# In the order in which the work goes on.
WAITING = (
    State.RECEIVED, State.PAPERS_MISSING, State.CHECKED, State.EXAMINED, State.REVIEWED, State.APPROVED,
)  # fmt: skip
# Whose exam fees are waived, as a parameter of the pack.
WAIVED_FOR = "exam-fees-waived"
# How many diseases one application names, as a parameter of the pack.
MOST_DISEASES = "certification-most-diseases"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The exams done for a disease against its standard (体检项目与标准的对照); amounts in fen."""

    applied: AppliedDisease
    exams: Sequence[CertificationExam]
    standard: ExamStandard | None
    missing: Sequence[str]
    waived_fen: int
    borne_fen: int


def applications_of(*, scope: Scope) -> QuerySet[CertificationApplication]:
    """The applications that the scope may see."""
    rows = CertificationApplication.objects.filter(scope.limit(county="county", hospital="hospital"))
    return rows.select_related("person", "county__parent", "hospital")


def application_find(*, scope: Scope, application_no: str) -> CertificationApplication:
    """An application of the scope by its number.

    Raises:
        CertificationNotFoundError: the scope has no such application.
    """
    rows = applications_of(scope=scope)
    found = rows.filter(application_no=application_no).first() if application_no.isprintable() else None
    if found is None:
        raise CertificationNotFoundError(application_no)
    return found


def certification_counts(*, scope: Scope) -> dict[str, int]:
    """How many applications wait in each state (待办数); 0 where none does."""
    rows = CertificationApplication.objects.filter(scope.limit(county="county", hospital="hospital"))
    found = rows.filter(state__in=WAITING).order_by().values_list("state").annotate(Count("id"))
    return {str(state): 0 for state in WAITING} | dict(found)


def applicant(*, scope: Scope, id_number: str, hospital: Hospital, year: int) -> Enrolment:
    """The enrolment of whoever applies; an office's own county, or anybody at the hospital's own window.

    Raises:
        PersonNotFoundError: nobody, or nobody of the scope, has the number.
        NotEnrolledError: not enrolled in the year.
    """
    person = Person.objects.filter(id_index=blind_index(id_number)).first()
    if person is None:
        raise PersonNotFoundError
    rows = Enrolment.objects.select_related("person", "county__parent")
    found = rows.filter(person=person, year=year).first()
    if found is None:
        raise NotEnrolledError(year)
    own_window = scope.hospital_id is not None and scope.hospital_id == hospital.pk
    if not (scope.everything or own_window or found.county_id in scope.county_ids):
        raise PersonNotFoundError
    return found


def policy_of(*, county: Region, on: date) -> Policy:
    """The pack of the city where the person is insured.

    Raises:
        PolicyNotFoundError: nothing is published for the day.
    """
    city = county.parent if county.level == Region.Level.COUNTY and county.parent else county
    return policy_in_force(city_code=city.code, on=on)


def waived_identities(*, policy: Policy) -> frozenset[str]:
    """Whose exam fees are waived (减免对象, 郑卫〔2017〕214号 三(二)).

    Raises:
        CertificationError: the pack does not say.
    """
    found = PolicyParameter.objects.filter(policy=policy, code=WAIVED_FOR).first()
    if found is None or not found.identities:
        raise CertificationError(
            f"{policy.title}没有写明鉴定体检费用减免的对象（参数 {WAIVED_FOR}），请先由政策管理人员补充。"
        )
    return frozenset(found.identities)


def most_diseases(*, policy: Policy) -> int | None:
    """How many diseases one application may name (一次申请的病种数); None where the pack sets no limit.

    Raises:
        CertificationError: the pack's limit is no number.
    """
    found = PolicyParameter.objects.filter(policy=policy, code=MOST_DISEASES).first()
    if found is None:
        return None
    if not (found.value.isascii() and found.value.isdecimal()):
        raise CertificationError(
            f"{policy.title}的参数 {MOST_DISEASES} 须为数字，现为“{found.value}”，请先由政策管理人员更正。"
        )
    return int(found.value)


def designated_hospitals(*, scope: Scope) -> QuerySet[Hospital]:
    """Where a certification may be examined (鉴定机构); a hospital's staff see their own."""
    rows = Hospital.objects.filter(designations__contains=[Designation.CERTIFICATION]).order_by("name")
    return rows.filter(pk=scope.hospital_id) if scope.hospital_id is not None else rows


def diseases_offered(*, on: date) -> list[tuple[str, str]]:
    """Keys and names of the diseases that packs in force take applications or renewals for."""
    rules = ApplicationRule.objects.filter(policy__status="published", policy__valid__contains=on)
    closed: dict[str, bool] = {}
    for rule in rules.order_by("position"):
        for code in rule.disease_lists:
            closed.setdefault(code, rule.timing == ApplicationTiming.CLOSED)
    rows = Disease.objects.filter(disease_list__code__in=closed).select_related("disease_list")
    return [
        (row.key, f"{row.number} {row.name}{'（仅续期）' if closed[row.disease_list.code] else ''}")
        for row in rows.order_by("disease_list__code", "number")
    ]


def exams_kept(*, application: CertificationApplication) -> list[CertificationExam]:
    """The exams that were not taken back."""
    rows = CertificationExam.objects.filter(applied__application=application, corrects=None, correction=None)
    return list(rows.select_related("applied").order_by("id"))


def exam_of_person(*, person_id: int, hospital_id: int, item: str, done_on: date) -> CertificationExam | None:
    """The exam of that day at that hospital that was not taken back, for whichever application."""
    rows = CertificationExam.objects.filter(item=item, done_on=done_on, corrects=None, correction=None)
    mine = rows.filter(applied__application__person=person_id, applied__application__hospital=hospital_id)
    return mine.select_related("applied__application").first()


def exams_compared(*, application: CertificationApplication) -> list[Compared]:
    """What was done for each disease against its standard (差异报告, 郑卫〔2017〕214号 四(三))."""
    kept = exams_kept(application=application)
    names = [exam.item for exam in kept]
    compared = []
    for applied in application.diseases.select_related("renews").order_by("id"):
        own = [exam for exam in kept if exam.applied_id == applied.pk]
        standard = _standard(application, applied)
        split: ExamSplit = exam_items_split(standard=standard, items=names)
        waived_fen = sum(
            [exam.amount_fen for exam in own if exam.standing == CertificationExam.Standing.WAIVED]
        )
        compared.append(
            Compared(
                applied=applied,
                exams=own,
                standard=standard,
                missing=split.missing,
                waived_fen=waived_fen,
                borne_fen=sum([exam.amount_fen for exam in own]) - waived_fen,
            )
        )
    return compared


def _standard(application: CertificationApplication, applied: AppliedDisease) -> ExamStandard | None:
    try:
        policy = policy_of(county=application.county, on=application.applied_on)
    except PolicyNotFoundError:
        return None
    return exam_standard_of(policy=policy, disease=applied.disease)


def papers_found(*, application: CertificationApplication) -> list[CertificationPaper]:
    """What the latest check found of each paper; none before the first check."""
    checks = (CertificationStep.Kind.PAPERS_MISSING, CertificationStep.Kind.CHECKED)
    last = application.steps.filter(kind__in=checks).order_by("-id").first()
    return list(last.papers.select_related("step__by").order_by("id")) if last is not None else []

"""From application to certificate: who may, when, what is waived, who decides, and what it changes."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Sum
from rest_framework.test import APIClient

from beneficiaries.errors import PaperError
from beneficiaries.models import (
    CertificationApplication,
    CertificationExam,
    CertificationStep,
    ChronicCertificate,
    ExamAdvance,
    Person,
)
from beneficiaries.services.certificates import certificate_end, measure_record
from common.codes import IdentityCategory
from organizations.models import Hospital
from organizations.scope import EVERYTHING, NOTHING, Scope, scope_of_hospital
from policies.models import PolicyParameter
from settlement.certification_errors import CertificationError, CertificationNotFoundError
from settlement.errors import NotEnrolledError, PersonNotFoundError
from settlement.selectors.certification import (
    application_find,
    applications_of,
    certification_counts,
    exams_compared,
)
from settlement.services.certification import (
    Outcome,
    application_decide,
    application_receive,
    application_return,
    application_review,
    application_withdraw,
    certificates_issue,
    exam_cancel,
    exam_enter,
    exams_finish,
    papers_check,
)
from settlement.services.certification.examining import ExamInput
from tests import factories
from tests.reimbursement.test_verify import without_guards
from tests.settlement.certification.support import (
    COMPLETE,
    HEART,
    LEGACY,
    LIPIDS,
    TUMOUR,
    checked,
    examined,
    examiner,
    granted,
    only,
    received,
    refreshed,
    reviewed,
    staff,
)

pytestmark = pytest.mark.usefixtures("packs", "today")
Standing = CertificationExam.Standing


def nothing_was_written() -> bool:
    tables = (CertificationApplication, CertificationStep, CertificationExam, ExamAdvance, ChronicCertificate)
    return not any(table.objects.exists() for table in tables)


# --- application


def test_numbers_follow_one_another_in_a_county_and_year(poor: Person):
    numbers = [received(who).application_no for who in (poor, factories.person())]
    assert numbers == ["JD410199-2019-00001", "JD410199-2019-00002"]


@pytest.mark.parametrize(
    ("on", "disease", "accepted"),
    [
        (date(2018, 4, 30), HEART, False),
        (date(2018, 5, 1), HEART, True),
        (date(2018, 4, 30), TUMOUR, True),
        (date(2019, 4, 30), HEART, True),
        (date(2018, 5, 1), LEGACY, False),
        (date(2019, 4, 30), LEGACY, False),
    ],
)
def test_eight_diseases_any_time_others_in_windows_monthly_from_2019_legacy_never(
    poor: Person, settings, on, disease, accepted
):
    settings.BUSINESS_DATE = on
    if accepted:
        assert received(poor, disease).state == "received"
        return
    with pytest.raises(CertificationError, match=r"^不予受理：.*(在申报期|不再受理新的申请)"):
        received(poor, disease)
    assert nothing_was_written()


def test_all_reasons_against_an_application_are_said_at_once(poor: Person):
    factories.certificate(poor, HEART)
    with pytest.raises(CertificationError) as refused:
        received(poor, HEART, LEGACY, "zz-37/99", LIPIDS)
    said = str(refused.value)
    assert "已有有效的就医证" in said
    assert "不再受理新的申请" in said
    assert "没有病种 zz-37/99" in said
    assert not CertificationApplication.objects.exists()


def test_seven_diseases_are_taken_and_eight_are_not(poor: Person):
    keys = [f"zz-37/{number}" for number in range(1, 9)]
    with pytest.raises(CertificationError, match="1 至 7 个病种"):
        received(poor, *keys)
    assert received(poor, *keys[:7]).diseases.count() == 7


def test_how_many_diseases_an_application_names_is_the_packs(poor: Person):
    keys = [f"zz-37/{number}" for number in range(1, 9)]
    with pytest.raises(CertificationError, match="请选择申请鉴定的病种"):
        application_receive(
            scope=EVERYTHING, id_number=poor.id_number, hospital=examiner(), diseases=(), by=staff().nurse
        )
    limit = PolicyParameter.objects.filter(policy__code="zhengzhou-2019", code="certification-most-diseases")
    with without_guards():
        limit.update(value="二")
        with pytest.raises(CertificationError, match="须为数字，现为“二”"):
            received(poor, *keys[:2])
        limit.update(value="2")
        with pytest.raises(CertificationError, match="1 至 2 个病种"):
            received(poor, *keys[:3])
        limit.delete()
    assert received(poor, *keys).diseases.count() == 8


def test_a_disease_that_waits_is_not_applied_for_twice(poor: Person):
    received(poor)
    with pytest.raises(CertificationError, match="已有办理中的申请"):
        received(poor)


def test_only_designated_hospitals_examine(poor: Person, hospital: Hospital):
    with pytest.raises(CertificationError, match="不是慢性病鉴定定点机构"):
        received(poor, at=hospital)
    assert nothing_was_written()


def test_an_office_takes_only_its_own_people_and_a_hospital_everybody_at_its_own_window(poor: Person):
    at, by = examiner(), staff().nurse
    elsewhere = Scope(county_ids=frozenset({factories.county("410185", "邻县").pk}))
    for scope in (elsewhere, NOTHING, scope_of_hospital(examiner())):
        with pytest.raises(PersonNotFoundError):
            application_receive(scope=scope, id_number=poor.id_number, hospital=at, diseases=[LIPIDS], by=by)
    assert nothing_was_written()
    made = application_receive(
        scope=scope_of_hospital(at), id_number=poor.id_number, hospital=at, diseases=[LIPIDS], by=by
    )
    assert application_find(scope=scope_of_hospital(at), application_no=made.application_no) == made
    for scope in (elsewhere, NOTHING, scope_of_hospital(examiner())):
        assert not applications_of(scope=scope).exists()
        assert certification_counts(scope=scope)["received"] == 0
        with pytest.raises(CertificationNotFoundError):
            application_find(scope=scope, application_no=made.application_no)


def test_whoever_is_not_insured_this_year_is_sent_to_enrol_first(packs: None):
    with pytest.raises(NotEnrolledError):
        received(factories.person(years=(2018,)))


# --- papers


def test_missing_papers_are_named_and_brought_later(poor: Person):
    application = received(poor)
    nurse = staff().nurse
    step = papers_check(application=application, results=COMPLETE | {"photograph": "missing"}, by=nurse)
    assert (refreshed(application).state, step.note) == ("papers_missing", "缺少或不符：1寸照。")
    papers_check(application=application, results=COMPLETE, by=nurse)
    found = refreshed(application)
    assert (found.state, found.checked_by) == ("checked", nurse)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"photograph": "not_needed"}, "只有门诊病历或住院病历"),
        ({"outpatient_record": "not_needed"}, "至少有一项"),
        ({"form": ""}, "每一项材料"),
    ],
)
def test_every_paper_needs_a_result_that_can_be(poor: Person, change, reason):
    application = received(poor)
    with pytest.raises(CertificationError, match=reason):
        papers_check(application=application, results=COMPLETE | change, by=staff().nurse)
    assert refreshed(application).state == "received"


# --- exams


def test_an_exam_outside_the_standard_is_not_waived(poor: Person):
    application = checked(poor)
    waived = examined(application, "血 脂", 8_000)
    outside = examined(application, "头颅MRI", 60_000)
    assert (waived.standing, outside.standing) == ("waived", "outside")
    advance = ExamAdvance.objects.get()
    assert (advance.exam, advance.amount_fen, advance.county, advance.hospital) == (
        waived, 8_000, poor.county, application.hospital,
    )  # fmt: skip
    (compared,) = exams_compared(application=application)
    assert (compared.waived_fen, compared.borne_fen) == (8_000, 60_000)
    assert compared.missing == ("肝功能", "血糖")


def test_an_exam_done_again_is_not_waived_again_even_for_another_disease(poor: Person, settings):
    settings.BUSINESS_DATE = date(2019, 7, 2)
    application = checked(poor, LIPIDS, HEART)
    examined(application, "血脂", 8_000, on=date(2019, 7, 2))
    settings.BUSINESS_DATE = date(2019, 7, 3)
    again = examined(application, "血脂", 8_000, disease=HEART, on=date(2019, 7, 3))
    assert again.standing == "outside"
    assert ExamAdvance.objects.count() == 1


def test_only_the_poor_are_waived_their_exams(packs: None):
    application = checked(factories.person(identities=(IdentityCategory.LOW_INCOME,)))
    assert examined(application, "血脂", 8_000).standing == "not_entitled"
    assert not ExamAdvance.objects.exists()


def test_the_same_exam_once_more_is_answered_with_the_first_and_another_amount_is_refused(poor: Person):
    application = checked(poor)
    first = examined(application, "血脂", 8_000)
    entry = ExamInput(disease=LIPIDS, item="血脂", done_on=date(2019, 6, 30), amount_fen=8_000)
    assert exam_enter(application=application, exam=entry, by=None) == (first, False)
    other = ExamInput(disease=LIPIDS, item="血脂", done_on=date(2019, 6, 30), amount_fen=9_000)
    with pytest.raises(CertificationError, match="一次检查只计一次费用"):
        exam_enter(application=application, exam=other, by=None)
    assert ExamAdvance.objects.aggregate(fen=Sum("amount_fen"))["fen"] == 8_000


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"disease": HEART}, "没有该病种"),
        ({"done_on": date(2019, 6, 29)}, "体检日期"),
        ({"done_on": date(2019, 7, 1)}, "体检日期"),
        ({"amount_fen": 0}, "大于 0"),
        ({"item": ""}, "项目名称"),
    ],
)
def test_an_exam_that_cannot_be_is_refused(poor: Person, change, reason):
    application = checked(poor)
    values = {"disease": LIPIDS, "item": "血脂", "done_on": date(2019, 6, 30), "amount_fen": 1} | change
    with pytest.raises(CertificationError, match=reason):
        exam_enter(application=application, exam=ExamInput(**values), by=None)
    assert not CertificationExam.objects.exists()


def test_a_wrong_exam_is_taken_back_by_counter_entries(poor: Person):
    application, nurse = checked(poor), staff().nurse
    wrong = examined(application, "血脂", 80_000)
    with pytest.raises(CertificationError, match="请填写说明"):
        exam_cancel(exam=wrong, by=nurse, note=" ")
    exam_cancel(exam=wrong, by=nurse, note="金额多录一位")
    with pytest.raises(CertificationError, match="已经冲销"):
        exam_cancel(exam=wrong, by=nurse, note="再冲")
    right = examined(application, "血脂", 8_000)
    assert right.standing == "waived"
    assert list(ExamAdvance.objects.values_list("amount_fen", flat=True)) == [80_000, -80_000, 8_000]


def test_a_disease_without_exams_needs_a_reason(poor: Person):
    application = checked(poor)
    with pytest.raises(CertificationError, match="高脂血症没有体检项目"):
        exams_finish(application=application, by=staff().nurse)
    exams_finish(application=application, by=staff().nurse, note="见住院病历")
    assert refreshed(application).state == "examined"


# --- review, decision, certificate


def test_neither_who_checked_nor_who_reviewed_decides(poor: Person):
    application = reviewed(checked(poor))
    outcomes = {only(application).pk: Outcome(granted=True)}
    for same in (staff().nurse, staff().reviewer):
        with pytest.raises(CertificationError, match="须由另一人决定"):
            application_decide(application=application, outcomes=outcomes, by=same)
    assert refreshed(application).state == "reviewed"


def test_steps_do_not_follow_out_of_order(poor: Person):
    application = received(poor)
    people = staff()
    with pytest.raises(CertificationError, match="现在的状态是“待核对材料”"):
        exams_finish(application=application, by=people.nurse, note="x")
    with pytest.raises(CertificationError, match="不能办理“审核”"):
        application_review(application=application, by=people.reviewer, note="x")
    with pytest.raises(CertificationError, match="不能办理“决定”"):
        application_decide(application=application, outcomes={}, by=people.decider)
    with pytest.raises(CertificationError, match="不能办理“发证”"):
        certificates_issue(application=application, by=people.decider)


def test_some_diseases_granted_some_refused(poor: Person):
    application = reviewed(checked(poor, LIPIDS, HEART))
    heart, lipids = application.diseases.order_by("disease")
    with pytest.raises(CertificationError, match="写明理由"):
        application_decide(
            application=application,
            outcomes={heart.pk: Outcome(granted=True), lipids.pk: Outcome(granted=False)},
            by=staff().decider,
        )
    outcomes = {
        heart.pk: Outcome(granted=True, last_day=date(2021, 6, 29)),
        lipids.pk: Outcome(granted=False, reason="血脂未达标准"),
    }
    application_decide(application=application, outcomes=outcomes, by=staff().decider)
    (certificate,) = certificates_issue(application=refreshed(application), by=staff().decider)
    assert certificate.certificate_no == "JY410199-2019-00001"
    assert certificate.disease == HEART
    assert certificate.valid == DateRange(date(2019, 6, 30), date(2021, 6, 30))
    assert lipids.decision.reason == "血脂未达标准"
    assert list(application.steps.values_list("kind", flat=True)) == [
        "applied", "checked", "examined", "reviewed", "decided", "certified",
    ]  # fmt: skip


def test_an_application_refused_as_a_whole_issues_nothing(poor: Person):
    application = reviewed(checked(poor))
    outcomes = {only(application).pk: Outcome(granted=False, reason="未达标准")}
    application_decide(application=application, outcomes=outcomes, by=staff().decider)
    assert refreshed(application).state == "refused"
    with pytest.raises(CertificationError):
        certificates_issue(application=application, by=staff().decider)
    assert not ChronicCertificate.objects.exists()


def test_sent_back_for_exams_and_withdrawn(poor: Person):
    application = reviewed(checked(poor))
    application_return(application=application, by=staff().reviewer, note="补做血糖")
    assert (refreshed(application).state, refreshed(application).reviewed_by) == ("checked", None)
    application_withdraw(application=application, by=staff().nurse, note="本人放弃")
    assert refreshed(application).state == "withdrawn"
    assert received(poor).state == "received"


def test_a_certificate_that_ends_is_renewed_from_its_end_legacy_ones_too(poor: Person, settings):
    first = granted(reviewed(checked(poor)), last_day=date(2019, 12, 31))
    (old,) = certificates_issue(application=first, by=staff().decider)
    second = reviewed(checked(poor))
    assert only(second).renews == old
    (new,) = certificates_issue(application=granted(second, last_day=date(2020, 12, 31)), by=staff().decider)
    assert new.valid == DateRange(date(2020, 1, 1), date(2021, 1, 1))
    with pytest.raises(CertificationError, match="已有有效的就医证"):
        received(poor)
    factories.certificate(other := factories.person(), LEGACY)
    certificate_end(
        certificate=other.certificates.get(), last_day=date(2019, 12, 31), by=staff().decider, reason="复审"
    )
    assert only(received(other, LEGACY)).renews == other.certificates.get()


def test_a_certificate_is_ended_with_a_reason_and_never_back_in_time(poor: Person):
    certificate, by = factories.certificate(poor), staff().decider
    with pytest.raises(PaperError, match="原因"):
        certificate_end(certificate=certificate, last_day=date(2019, 6, 30), by=by, reason="")
    with pytest.raises(PaperError, match="不能早于 2019-06-30"):
        certificate_end(certificate=certificate, last_day=date(2019, 6, 29), by=by, reason="治愈")
    ended = certificate_end(certificate=certificate, last_day=date(2019, 6, 30), by=by, reason="治愈")
    assert ended.valid == DateRange(date(2018, 3, 1), date(2019, 7, 1))
    assert ended.steps.get().reason == "治愈"


def test_treatment_measures_are_added_and_stay(poor: Person):
    certificate = factories.certificate(poor)
    for measure in ("氨氯地平 5mg 每日一次", "加用缬沙坦 80mg"):
        measure_record(certificate=certificate, on=date(2019, 6, 30), measure=measure, by=staff().nurse)
    assert [row.measure for row in certificate.measures.all()] == ["加用缬沙坦 80mg", "氨氯地平 5mg 每日一次"]
    with pytest.raises(PaperError):
        measure_record(certificate=certificate, on=date(2019, 7, 1), measure="x", by=staff().nurse)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE beneficiaries_chroniccertificate SET certificate_no = 'X'",
        "UPDATE beneficiaries_chroniccertificate SET valid = daterange('2017-01-01', NULL)",
        "DELETE FROM beneficiaries_chroniccertificate",
        "UPDATE beneficiaries_certificationapplication SET applied_on = '2018-01-01'",
        "UPDATE beneficiaries_certificationapplication SET decided_by_id = reviewed_by_id",
        "UPDATE beneficiaries_certificationstep SET note = 'x'",
        "UPDATE beneficiaries_examadvance SET amount_fen = 1",
        "DELETE FROM beneficiaries_certificationexam",
    ],
)
def test_the_database_refuses_to_rewrite_what_was_done(poor: Person, statement):
    application = checked(poor)
    examined(application, "血脂", 8_000)
    certificates_issue(application=granted(reviewed(application)), by=staff().decider)
    with (
        pytest.raises(DatabaseError, match="insert_only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


# --- what it changes for a claim


def test_a_visit_before_the_certificates_first_day_gets_no_backstop(api: APIClient, poor: Person):
    application = granted(reviewed(checked(poor, HEART)))
    certificates_issue(application=application, by=staff().decider)
    paid = {}
    for day in ("2019-06-29", "2019-06-30"):
        visit = factories.chronic_visit(
            poor, f"V{day}", chronic_disease=HEART, diagnosis_code="I25.1", diagnosis_name="冠心病",
            admitted_on=day, discharged_on=day,
        )  # fmt: skip
        answer = api.post("/api/v1/claims/", visit, format="json")
        assert answer.status_code == 201, answer.json()
        paid[day] = [row["tier"] for row in answer.json()["payments"]]
    assert "backstop" not in paid["2019-06-29"]
    assert "backstop" in paid["2019-06-30"]

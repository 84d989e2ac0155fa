"""The pages of certifications and registers: who sees them, who may take which step."""

import pytest
from django.test import Client
from django.urls import reverse

from beneficiaries.models import CertificationApplication, CertificationExam, HealthCard, Person
from organizations.models import Hospital
from tests import factories
from tests.settlement.certification.staff import login
from tests.settlement.certification.support import (
    checked,
    examined,
    examiner,
    granted,
    received,
    refreshed,
    reviewed,
)

pytestmark = pytest.mark.usefixtures("packs", "today")
LIST = reverse("admin:beneficiaries_certificationapplication_changelist")


def client_of_staff(name: str, **place: object) -> Client:
    client = Client()
    client.force_login(login(name, **place))
    return client


def step(application: CertificationApplication, slug: str) -> str:
    return reverse("admin:settlement_certification_step", args=[application.pk, slug])


def page(application: CertificationApplication) -> str:
    return reverse("admin:beneficiaries_certificationapplication_change", args=[application.pk])


def test_strangers_find_nothing(poor: Person):
    application = checked(poor)
    exam = examined(application, "血脂", 8_000)
    place = {"county": factories.county("410185", "邻县")}
    strangers = [client_of_staff("reviewer-b", **place), client_of_staff("nurse-b", hospital=examiner())]
    pages = [
        page(application),
        step(application, "finish"),
        step(application, "review"),
        reverse("admin:beneficiaries_certificationexam_change", args=[exam.pk]),
        reverse("admin:settlement_certification_exam_cancel", args=[exam.pk]),
    ]
    for client in strangers:
        assert application.application_no not in client.get(LIST).content.decode()
        assert {client.get(each).status_code for each in pages} <= {403, 404}
    assert refreshed(application).state == "checked"


def test_steps_are_offered_and_taken_only_with_the_permission(poor: Person, hospital: Hospital):
    application = checked(poor)
    examined(application, "血脂", 8_000)
    viewer = client_of_staff("viewer", county=factories.county())
    assert "体检项目与鉴定标准对照" in viewer.get(page(application)).content.decode()
    for slug in ("exam", "finish", "withdraw"):
        assert viewer.post(step(application, slug), {"note": "x"}).status_code == 403
        assert step(application, slug) not in viewer.get(page(application)).content.decode()
    assert viewer.get(reverse("admin:settlement_certification_apply")).status_code == 403
    assert refreshed(application).state == "checked"


def test_a_hospital_does_not_decide_whatever_its_rights(poor: Person):
    application = reviewed(checked(poor))
    nurse = client_of_staff("decider-h", hospital=application.hospital)
    assert nurse.get(step(application, "decide")).status_code == 403
    decider = client_of_staff("decider", county=factories.county())
    row = application.diseases.get()
    sent = {f"outcome-{row.pk}": "refused", f"last_day-{row.pk}": "", f"reason-{row.pk}": ""}
    assert "请写明理由" in decider.post(step(application, "decide"), sent).content.decode()
    assert refreshed(application).state == "reviewed"


def test_an_exam_is_taken_back_on_its_page(poor: Person):
    application = checked(poor)
    exam = examined(application, "血脂", 80_000)
    nurse = client_of_staff("nurse", hospital=application.hospital)
    at = reverse("admin:settlement_certification_exam_cancel", args=[exam.pk])
    assert (
        at
        in nurse.get(reverse("admin:beneficiaries_certificationexam_change", args=[exam.pk])).content.decode()
    )
    assert nurse.post(at, {"note": "金额有误"}).status_code == 302
    assert list(CertificationExam.objects.values_list("amount_fen", flat=True)) == [80_000, -80_000]


def test_the_work_list_asks_as_many_questions_for_many_as_for_one(
    poor: Person, django_assert_max_num_queries
):
    reviewer = client_of_staff("reviewer", county=factories.county())
    received(poor)
    reviewer.get(LIST)
    for _ in range(4):
        received(factories.person())
    with django_assert_max_num_queries(14):
        shown = reviewer.get(LIST).content.decode()
    assert "JD410199-2019-00005" in shown
    assert poor.id_number not in shown


def test_cards_are_issued_and_reported_lost_by_pages(poor: Person):
    office = client_of_staff("reviewer", county=factories.county())
    issue = reverse("admin:beneficiaries_health_card_issue")
    sent = {"id_number": poor.id_number, "issued_on": "2019-06-30", "card_no": ""}
    assert office.post(issue, sent).status_code == 302
    assert "已有健康保障证" in office.post(issue, sent).content.decode()
    card = HealthCard.objects.get()
    lost = reverse("admin:beneficiaries_health_card_act", args=[card.pk, "lost"])
    assert office.post(lost, {"reason": "遗失"}).status_code == 302
    assert HealthCard.objects.get().status == "lost"
    stranger = client_of_staff("reviewer-b", county=factories.county("410185", "邻县"))
    assert "没有登记该身份证号" in stranger.post(issue, sent).content.decode()
    assert stranger.post(lost, {"reason": "x"}).status_code == 404
    assert HealthCard.objects.count() == 1


def test_a_certificate_is_ended_and_its_treatment_written_down_by_pages(poor: Person):
    certificate = factories.certificate(poor)
    decider = client_of_staff("decider", county=factories.county())
    measure = reverse("admin:beneficiaries_certificate_measure", args=[certificate.pk])
    assert decider.post(measure, {"on": "2019-06-30", "measure": "氨氯地平"}).status_code == 302
    end = reverse("admin:beneficiaries_certificate_end", args=[certificate.pk])
    assert "不能早于" in decider.post(end, {"last_day": "2019-06-01", "reason": "治愈"}).content.decode()
    assert decider.post(end, {"last_day": "2019-06-30", "reason": "治愈"}).status_code == 302
    shown = decider.get(
        reverse("admin:beneficiaries_chroniccertificate_change", args=[certificate.pk])
    ).content.decode()
    assert all(words in shown for words in ("氨氯地平", "治愈", "2018-03-01 至 2019-06-30"))
    viewer = client_of_staff("viewer", county=factories.county())
    assert viewer.post(end, {"last_day": "2019-06-30", "reason": "x"}).status_code == 403


def test_a_granted_application_shows_its_decision(poor: Person):
    application = granted(reviewed(checked(poor)))
    viewer = client_of_staff("viewer", county=factories.county())
    shown = viewer.get(page(application)).content.decode()
    assert "2019-06-30 起" in shown
    assert "符合鉴定标准" in shown

"""Exams of a certification through the hospitals' interface."""

import pytest
from rest_framework.test import APIClient

from beneficiaries.models import CertificationExam, ExamAdvance, Person
from tests.settlement.certification.support import checked, examiner, received

pytestmark = pytest.mark.usefixtures("packs", "today")


def url(number: str) -> str:
    return f"/api/v1/certifications/{number}/exams/"


def exam(**changes: object) -> dict[str, object]:
    return {"disease": "zz-37/22", "item": "血脂", "done_on": "2019-06-30", "amount": "80.00", **changes}


def test_exams_are_entered_once_and_compared_with_the_standard(client_of, poor: Person):
    hospital = examiner()
    api = client_of(hospital)
    at = url(checked(poor, at=hospital).application_no)
    first, again = (api.post(at, exam(), format="json") for _ in range(2))
    assert (first.status_code, first.json()["standing"]) == (201, "waived")
    assert (again.status_code, again.json()) == (200, first.json())
    outside = api.post(at, exam(item="头颅MRI", amount="600.00", receipt_no="P1"), format="json")
    assert (outside.status_code, outside.json()["standing_name"]) == (201, "标准外，不减免")
    assert list(ExamAdvance.objects.values_list("amount_fen", flat=True)) == [8_000]
    answer = api.get(at).json()
    assert (answer["state_name"], answer["waived"]) == ("待体检", "80.00")
    assert answer["diseases"][0]["missing"] == ["肝功能", "血糖"]
    assert [row["item"] for row in answer["diseases"][0]["exams"]] == ["血脂", "头颅MRI"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": 80}, "amount_not_string"),
        ({"amount": "0.00"}, "certification_refused"),
        ({"done_on": "2019-06-29"}, "certification_refused"),
        ({"disease": "zz-37/1"}, "certification_refused"),
        ({"id_number": "x"}, "field_unknown"),
    ],
)
def test_an_exam_that_cannot_be_is_refused(client_of, poor: Person, change, code):
    hospital = examiner()
    at = url(checked(poor, at=hospital).application_no)
    answer = client_of(hospital).post(at, exam(**change), format="json")
    problem = answer.json()
    assert answer.status_code == 422
    assert code in {problem["code"], *[row["code"] for row in problem.get("errors", ())]}
    assert not CertificationExam.objects.exists()


def test_nobody_enters_exams_elsewhere_too_early_or_without_a_key(client_of, poor: Person):
    hospital = examiner()
    application = received(poor, at=hospital)
    at = url(application.application_no)
    early = client_of(hospital).post(at, exam(), format="json")
    assert (early.status_code, early.json()["code"]) == (422, "certification_state_wrong")
    stranger = client_of(examiner())
    for answer in (stranger.get(at), stranger.post(at, exam(), format="json")):
        assert (answer.status_code, answer.json()["code"]) == (404, "certification_not_found")
    assert APIClient().post(at, exam(), format="json").status_code == 401
    assert not CertificationExam.objects.exists()

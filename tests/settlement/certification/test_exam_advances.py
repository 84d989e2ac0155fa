"""A hospital advances one exam once, however many applications it serves."""

import pytest

from beneficiaries.models import ExamAdvance, Person
from settlement.certification_errors import CertificationError
from settlement.services.certification import application_withdraw, exam_cancel
from tests.settlement.certification.support import HEART, LIPIDS, checked, examined, examiner, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("packs", "today")]


def advanced() -> list[int]:
    return list(ExamAdvance.objects.order_by("id").values_list("amount_fen", flat=True))


def test_an_exam_is_not_advanced_again_for_an_application_made_anew(poor: Person) -> None:
    at = examiner()
    first = checked(poor, LIPIDS, at=at)
    exam = examined(first, "血脂", 8_000)
    application_withdraw(application=first, by=staff().nurse, note="病种填错")
    again = checked(poor, LIPIDS, at=at)
    with pytest.raises(CertificationError, match=first.application_no):
        examined(again, "血脂", 8_000)
    assert advanced() == [8_000]
    exam_cancel(exam=exam, by=staff().nurse, note="改记到新申请")
    examined(again, "血脂", 8_000)
    assert advanced() == [8_000, -8_000, 8_000]


def test_an_exam_is_not_advanced_for_two_applications_at_a_time(poor: Person) -> None:
    at = examiner()
    examined(checked(poor, LIPIDS, at=at), "血脂", 8_000)
    other = checked(poor, HEART, at=at)
    with pytest.raises(CertificationError, match="一次检查只计一次费用"):
        examined(other, "血脂", 8_000, disease=HEART)
    assert advanced() == [8_000]

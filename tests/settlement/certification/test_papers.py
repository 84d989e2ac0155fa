"""The register of health guarantee cards, and what it decides at a chronic visit."""

from datetime import date

import pytest
from rest_framework.test import APIClient

from beneficiaries.errors import PaperError
from beneficiaries.models import HealthCard, Person
from beneficiaries.services.health_cards import (
    health_card_issue,
    health_card_replace,
    health_card_report_lost,
    health_card_withdraw,
)
from common.codes import Designation, VisitType
from organizations.models import Hospital
from policies.models import Policy, PolicyParameter
from policies.services import policy_clone
from settlement.errors import NotDesignatedError
from settlement.intake import ClaimInput, LineInput
from settlement.selectors.grounds import check_grounds
from tests import factories
from tests.settlement.certification.support import staff

pytestmark = pytest.mark.usefixtures("packs", "today")


def test_a_card_is_issued_lost_replaced_and_withdrawn_and_every_step_is_kept(poor: Person):
    by = staff().decider
    card = health_card_issue(person=poor, by=by)
    assert card.card_no == "BZ410199-2019-00001"
    with pytest.raises(PaperError, match="已有健康保障证"):
        health_card_issue(person=poor, by=by)
    health_card_report_lost(card=card, by=by, reason="本人遗失")
    with pytest.raises(PaperError, match="现在的状态是“挂失”"):
        health_card_report_lost(card=card, by=by, reason="再报")
    new = health_card_replace(card=card, by=by, reason="遗失补办")
    assert (new.card_no, new.replaces) == ("BZ410199-2019-00002", card)
    with pytest.raises(PaperError, match="写明原因"):
        health_card_withdraw(card=new, by=by, reason="")
    health_card_withdraw(card=new, by=by, reason="脱贫退出")
    assert [(row.card_id, row.status) for row in card.steps.all()] == [
        (card.pk, "issued"), (card.pk, "lost"), (card.pk, "replaced"),
    ]  # fmt: skip
    assert health_card_issue(person=poor, by=by, card_no="旧证-7").card_no == "旧证-7"
    with pytest.raises(PaperError, match="已经登记过"):
        health_card_issue(person=factories.person(), by=by, card_no="旧证-7")
    with pytest.raises(PaperError, match="不能晚于今天"):
        health_card_issue(person=factories.person(), by=by, issued_on=date(2019, 7, 1))
    assert HealthCard.objects.count() == 3


@pytest.mark.parametrize(
    "case",
    [
        ("BZ410199-2019-00001", False, 201),
        ("BZ410199-2019-00001", True, "papers_invalid"),
        ("BZ999", False, "papers_mismatch"),
    ],
)
def test_a_visit_needs_the_valid_card_once_one_is_registered(
    api: APIClient, poor: Person, row_counts, case: tuple
):
    shown, lost, status = case
    certificate = factories.certificate(poor)
    card = health_card_issue(person=poor, by=staff().decider)
    if lost:
        health_card_report_lost(card=card, by=staff().decider, reason="遗失")
    papers = {
        "insurance_card": "C1",
        "health_certificate": shown,
        "visit_certificate": certificate.certificate_no,
    }
    before = row_counts()
    answer = api.post("/api/v1/claims/", factories.chronic_visit(poor, papers=papers), format="json")
    if status == 201:
        assert answer.status_code == 201
        return
    assert (answer.status_code, answer.json()["code"]) == (422, status)
    assert row_counts() == before


def test_a_pack_may_ask_for_the_designation_for_chronic_visits(poor: Person, hospital: Hospital):
    pack = policy_clone(
        policy=Policy.objects.get(code="zhengzhou-2019"), code="zhengzhou-designated",
        valid_from=date(2030, 1, 1), valid_to=None, drafted_by=None,
    )  # fmt: skip
    first = PolicyParameter.objects.filter(policy=pack).first()
    PolicyParameter.objects.create(
        policy=pack, code="chronic-designation", title="慢性病就诊定点", value="是", position=999,
        provisional=True, clause=first.clause,
    )  # fmt: skip
    visit = ClaimInput(
        claim_no="V1", id_number=poor.id_number, visit_type=VisitType.CHRONIC_OUTPATIENT,
        admitted_on=date(2030, 1, 2), discharged_on=date(2030, 1, 2), bed_days=0, referral="not_needed",
        diagnosis_code="I11.9", diagnosis_name="高血压性心脏病", chronic_disease="zz-37/12",
        lines=(LineInput(1, "western_medicine", "药品", 100, 100, 0, 0, 0),),
    )  # fmt: skip
    asked = {"claim": visit, "person_id": poor.pk, "policy_id": pack.pk}
    with pytest.raises(NotDesignatedError, match="不是慢性病就诊定点机构"):
        check_grounds(hospital=hospital, **asked)
    designated = factories.hospital(designations=[Designation.CHRONIC_VISIT])
    check_grounds(hospital=designated, **asked)

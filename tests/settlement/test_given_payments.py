"""What another system paid stands when the year is folded again (决定 0010), through the services."""

from datetime import date
from typing import Any

import pytest
from pytest_django import Settings

from beneficiaries.models import Person
from common.codes import IdentityCategory
from organizations.models import Hospital, Region
from policies.models import Policy, ShareLimit
from policies.services import policy_clone, policy_retire
from settlement.engine.errors import GivenPaymentError
from settlement.models import Claim
from settlement.services import year_end_run
from settlement.services.year_end import YearEndSummary
from tests import factories
from tests.settlement.support import findings, paid, pools, reverse, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def given(amount: str) -> list[dict[str, Any]]:
    """The critical tier, settled by another system."""
    return [{"tier": "critical", "fund": "residents_critical", "amount": amount}]


def stay(who: Person, claim_no: str, amount: str, **fields: Any) -> dict[str, Any]:
    return factories.stay(who, claim_no, lines=[factories.line(amount=amount)], **fields)


def test_reversing_an_earlier_stay_leaves_what_another_system_paid_on_a_later_one(hospital: Hospital):
    """S1 takes the basic tier's whole limit of the year; on S2 of 50,000 the other system pays 40,000.

    Without S1 basic insurance would pay most of S2, but only 10,000 are left beside the 40,000.
    """
    resident = factories.person(identities=())
    settle(hospital, stay(resident, "S1", "300000.00"))
    assert paid("S1")["basic"] == 15_000_000
    settle(hospital, stay(resident, "S2", "50000.00", given=given("40000.00")))
    assert paid("S2")["critical"] == 4_000_000
    assert "basic" not in paid("S2")
    reverse(hospital, "S1")
    assert paid("S1") == {}
    assert paid("S2") == {"basic": 1_000_000, "critical": 4_000_000}
    assert pools()["basic.paid"] == 1_000_000
    assert findings() == []


def test_settling_anew_still_refuses_what_does_not_fit(hospital: Hospital):
    resident = factories.person(identities=())
    with pytest.raises(GivenPaymentError, match=r"其他系统已支付 40000\.00 元，超过"):
        settle(hospital, stay(resident, "S2", "50000.00", given=given("40000.00")))
    assert not Claim.objects.exists()


@pytest.fixture
def ceiling(packs: None) -> Policy:
    """Zhengzhou 2019 with all payments limited to 80 % of the bill."""
    old = Policy.objects.get(code="zhengzhou-2019")
    limited = policy_clone(
        policy=old,
        code="zhengzhou-2019-ceiling",
        valid_from=old.valid.lower,
        valid_to=old.valid.upper,
        drafted_by=None,
    )
    ShareLimit.objects.create(
        policy=limited,
        code="ceiling",
        title="总额封顶",
        position=99,
        kind="overall_ceiling",
        share_bp=8_000,
        provisional=True,
    )
    policy_retire(policy=old)
    factories.publish(limited)
    return limited


def test_what_the_overall_ceiling_cut_is_not_caught_up_with_later(
    hospital: Hospital, ceiling: Policy, settings: Settings
):
    """Stays of 6,000, basic 2,000 given, 80 % = 4,800.

    S1: supplementary (4,000 − 3,000) × 30 % = 300; assistance 3,700 × 70 % = 2,590, cut to 2,500.
    S2: critical (8,000 − 5,500) × 85 % = 2,125; supplementary 950 − 300 = 650;
    assistance 4,925 × 70 % − 2,500 − 90 = 857.50, cut to 25.
    """
    member = factories.person(identities=(IdentityCategory.MINIMUM_LIVING,))
    settle(hospital, factories.stay(member, "S1", **factories.bill_of("4000")))
    settle(hospital, factories.stay(member, "S2", **factories.bill_of("4000")))
    first = {"basic": 200_000, "supplementary": 30_000, "assistance": 250_000}
    assert paid("S1") == first
    assert paid("S2") == {"basic": 200_000, "critical": 212_500, "supplementary": 65_000, "assistance": 2_500}
    assert pools()["assistance.paid:forgone"] == 9_000 + 83_250
    settings.BUSINESS_DATE = date(2020, 1, 2)
    city = Region.objects.get(code="410100")
    assert year_end_run(city=city, year=2019) == YearEndSummary(looked_at=1)
    reverse(hospital, "S1")
    assert paid("S2") == first
    assert pools()["assistance.paid:forgone"] == 9_000
    assert year_end_run(city=city, year=2019).granted == 0
    assert findings() == []

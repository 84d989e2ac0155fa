"""The worked reversals of ``tests/cases/reversals.yaml``, step by step through the services."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from common.money import parse_yuan
from organizations.models import Hospital
from tests import factories
from tests.settlement.support import findings, paid, pools, reverse, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

CASES = yaml.safe_load(
    (Path(__file__).parent.parent / "cases" / "reversals.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=[f"{case['case']} {case['name']}" for case in CASES])
def test_reversals_come_out_as_worked(case: dict[str, Any], hospital: Hospital, packs: None) -> None:
    resident = factories.person(identities=())
    for step in case["steps"]:
        if "settle" in step:
            body = factories.stay(resident, step["settle"], **factories.bill_of(str(step["base"])))
            settle(hospital, body)
            expected = {step["settle"]: step["paid"]}
        else:
            reverse(hospital, step["reverse"])
            expected = step["paid"]
        for claim_no, tiers in expected.items():
            assert paid(claim_no) == {tier: parse_yuan(amount) for tier, amount in tiers.items()}, claim_no
        if step.get("pools") == "empty":
            assert pools() == {}
    assert findings() == []

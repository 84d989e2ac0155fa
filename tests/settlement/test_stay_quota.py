"""A quota per stay as a row of a shipped pack (按病种定（限）额付费, 黔南医保发〔2019〕36号 二(四)4)."""

from dataclasses import replace
from datetime import date

import pytest

from policies.models import Policy, Quota
from policies.services import policy_clone
from settlement.compiler import compile_terms
from settlement.engine.facts import Claim, CostLine, Facts
from settlement.engine.settle import settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("packs")]

POOR = Facts(
    identities=frozenset({"registered_poor"}),
    insurance_type="residents",
    age_years=60,
    county_class="",
)
STAY = Claim(
    on=date(2018, 7, 10),
    visit_type="inpatient",
    hospital_level="county_2",
    place="in_county",
    lines=(CostLine(line_no=1, category="surgery", amount_fen=600_000, in_scope_fen=600_000),),
    diseases=frozenset({"zz-37/1"}),
    disease_lists=frozenset({"zz-37"}),
)


def test_tiers_run_inside_the_quota_and_a_disease_without_one_follows_ordinary_rules():
    source = Policy.objects.get(code="zhengzhou-2018")
    draft = policy_clone(
        policy=source, code="with-stay-quota", valid_from=date(2030, 1, 1), valid_to=None, drafted_by=None
    )
    terms = compile_terms(draft)
    Quota.objects.filter(policy=draft, code="zz-37/1").update(period="visit", amount_fen=400_000)
    quota = compile_terms(draft)
    inside = settle(STAY, POOR, {}, quota)
    assert (inside.over_quota_fen, inside.in_scope_fen) == (200_000, 600_000)
    # As a stay of 4,000, the rest with the patient.
    smaller = replace(STAY, lines=(replace(STAY.lines[0], amount_fen=400_000, in_scope_fen=400_000),))
    alone = settle(smaller, POOR, {}, terms)
    assert [payment.paid_fen for payment in inside.payments] == [
        payment.paid_fen for payment in alone.payments
    ]
    assert inside.patient_fen == alone.patient_fen + 200_000
    other = replace(STAY, diseases=frozenset({"zz-37/2"}))
    assert settle(other, POOR, {}, quota, explain=False) == settle(other, POOR, {}, terms, explain=False)

"""The second look at a result refuses what cannot be right, whatever the first look did."""

from collections.abc import Callable

import pytest

from settlement.engine.bill import Bill, check_lines
from settlement.engine.compiled import compile_policy
from settlement.engine.errors import InvariantError
from settlement.engine.funds import split_over_funds
from settlement.engine.invariants import check_settlement
from settlement.engine.result import FundAmount, Settlement
from settlement.engine.settle import settle
from settlement.engine.tiers import Outcome, pay_tiers
from tests.settlement.engine.build import cap, claim, flat, person, policy, rule

VISIT = claim("100.00")
TERMS = policy(rule("救助", "assistance", bands=flat("70%"), caps=(cap("80.00", "p"), cap("75.00"))))


def finished() -> tuple[Settlement, Bill, list[Outcome]]:
    settlement = settle(VISIT, person(), {}, TERMS, explain=False)
    bill = check_lines(VISIT)
    plan = compile_policy(TERMS).plan_for(VISIT, person(), {}, bill.total_fen)
    return settlement, bill, pay_tiers(VISIT, plan, {}, bill.in_scope_fen, traced=False).outcomes


def with_payment(settlement: Settlement, **fields: object) -> Settlement:
    return settlement._replace(payments=(settlement.payments[0]._replace(**fields),))


def test_a_sound_settlement_passes() -> None:
    settlement, bill, outcomes = finished()
    check_settlement(settlement, bill, outcomes, {})
    assert split_over_funds(outcomes) == settlement.payments


@pytest.mark.parametrize(
    "broken",
    [
        lambda s: s._replace(patient_fen=-1),
        lambda s: s._replace(hospital_borne_fen=-1),
        lambda s: s._replace(waived_fen=-1),
        lambda s: with_payment(s, paid_fen=-1),
        lambda s: with_payment(s, paid_fen=10_001),
        lambda s: with_payment(s, base_fen=10_001),
        lambda s: with_payment(s, account_fen=-1),
        lambda s: with_payment(s, funds=(FundAmount("fund", 6_999),)),
        lambda s: with_payment(s, funds=(FundAmount("a", 7_001), FundAmount("b", -1))),
        lambda s: with_payment(s, account_funds=(FundAmount("fund", 1),)),
        lambda s: s._replace(payments=(*s.payments, *s.payments)),
    ],
)
def test_a_broken_settlement_is_refused(broken: Callable[[Settlement], Settlement]) -> None:
    settlement, bill, outcomes = finished()
    with pytest.raises(InvariantError):
        check_settlement(broken(settlement), bill, outcomes, {})


@pytest.mark.parametrize("wrong", [{"total_fen": 10_001}, {"in_scope_fen": 9_999}, {"excluded_fen": -1}])
def test_a_broken_bill_is_refused(wrong: dict[str, int]) -> None:
    settlement, bill, outcomes = finished()
    with pytest.raises(InvariantError):
        check_settlement(settlement, bill._replace(**wrong), outcomes, {})


def test_a_bill_whose_negative_part_is_balanced_is_refused() -> None:
    settlement, bill, outcomes = finished()
    with pytest.raises(InvariantError):
        check_settlement(settlement, bill._replace(excluded_fen=-1, upfront_fen=1), outcomes, {})


@pytest.mark.parametrize(
    ("fields", "year"),
    [({"paid_fen": 7_501}, {}), ({}, {"p": 1_001}), ({"account_fen": 1}, {})],
)
def test_a_payment_beyond_its_caps_is_refused(fields: dict[str, int], year: dict[str, int]) -> None:
    settlement, bill, outcomes = finished()
    with pytest.raises(InvariantError):
        check_settlement(settlement, bill, [outcomes[0]._replace(**fields)], year)

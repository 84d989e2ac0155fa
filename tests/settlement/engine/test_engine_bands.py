"""Deductibles, bands, caps, scale and rounding: each variant a rule can state as data."""

import pytest

from settlement.engine.errors import MissingParameterError, PolicyDefectError
from settlement.engine.settle import settle
from settlement.engine.terms import Policy, Rule, Uplift
from tests.settlement.engine.build import (
    after,
    bands,
    cap,
    claim,
    deductible,
    flat,
    paid,
    pay,
    person,
    policy,
    pools,
    rule,
    when,
    yuan,
)

COUNTY = {
    "deductible": deductible("400.00"),
    "bands": bands(("400.00", "1500.00", "63%"), ("1500.00", "", "83%")),
}


def basic(**fields: object) -> Policy:
    return policy(rule("统筹", "basic", **{**COUNTY, **fields}))


def lowered(uplift_kind: str, value: int = 0, **fields: object) -> Policy:
    return policy(
        rule("统筹", "basic", **{**COUNTY, **fields}),
        uplifts=(Uplift(code="倾斜", tier="basic", kind=uplift_kind, value=value),),
    )


@pytest.mark.parametrize(
    ("in_scope", "expected"),
    [("399.99", "0.00"), ("400.00", "0.00"), ("400.02", "0.01"), ("1499.99", "692.99"), ("1500.00", "693.00"),
     ("1500.01", "693.01"), ("20000.00", "16048.00")],
)  # fmt: skip
def test_bands_are_half_open_and_begin_at_the_deductible(in_scope: str, expected: str) -> None:
    assert paid(pay(basic(), in_scope), "basic") == yuan(expected)


def test_bands_from_zero_are_clipped_at_the_deductible() -> None:
    terms = basic(deductible=deductible("400.00"), bands=flat("50%"))
    assert paid(pay(terms, "400.00"), "basic") == 0
    assert paid(pay(terms, "1000.00"), "basic") == yuan("300.00")


def test_when_the_deductible_is_waived_the_first_paying_band_reaches_down_to_zero() -> None:
    terms = lowered("deductible_waive")
    assert paid(pay(terms, "100.00"), "basic") == yuan("63.00")
    assert paid(pay(terms, "20000.00"), "basic") == yuan("16300.00")


def test_when_the_deductible_is_halved_the_first_paying_band_reaches_down_to_the_half() -> None:
    terms = lowered("deductible_scale", 5_000)
    assert paid(pay(terms, "200.00"), "basic") == 0
    assert paid(pay(terms, "300.00"), "basic") == yuan("63.00")


def test_a_band_at_rate_zero_only_spells_the_deductible_out() -> None:
    spelled = bands(("0.00", "400.00", "0%"), ("400.00", "1500.00", "63%"), ("1500.00", "", "83%"))
    terms = lowered("rate_floor", 7_000, bands=spelled)
    assert paid(pay(terms, "400.00"), "basic") == 0
    assert paid(pay(terms, "500.00"), "basic") == yuan("70.00")
    waived = lowered("deductible_waive", bands=spelled)
    assert paid(pay(waived, "100.00"), "basic") == yuan("63.00")


def test_the_deductible_falls_with_the_admission_and_stays_at_the_last_amount() -> None:
    terms = basic(deductible=deductible("400.00", "200.00"))
    year: dict[str, int] = {}
    seen = []
    for _ in range(3):
        result = pay(terms, "500.00", year)
        seen.append(paid(result, "basic"))
        year = after(year, result)
    # From the second admission on, the first band reaches down to 200.
    assert seen == [yuan("63.00"), yuan("189.00"), yuan("189.00")]
    assert year["admissions"] == 3


def test_a_visit_that_is_no_admission_does_not_count_as_one() -> None:
    terms = basic(deductible=deductible("400.00", "200.00"))
    result = pay(terms, "500.00", {"admissions": 5}, visit_type="outpatient")
    assert paid(result, "basic") == yuan("63.00")
    assert pools(result) == {}


def test_the_first_two_admissions_of_the_year_have_no_deductible() -> None:
    terms = lowered("deductible_waive_first", 2)
    amounts = [paid(pay(terms, "500.00", {"admissions": n}), "basic") for n in range(4)]
    assert amounts == [yuan("315.00"), yuan("315.00"), yuan("63.00"), yuan("63.00")]


def test_the_first_admissions_are_admissions_only() -> None:
    result = pay(lowered("deductible_waive_first", 2), "500.00", visit_type="outpatient")
    assert paid(result, "basic") == yuan("63.00")


@pytest.mark.parametrize(
    ("in_scope", "expected"), [("999.99", "0.00"), ("1000.00", "500.00"), ("1000.01", "500.01")]
)
def test_a_threshold_pays_nothing_below_and_the_whole_from_it_on(in_scope: str, expected: str) -> None:
    terms = basic(deductible=deductible("1000.00", threshold_only=True), bands=flat("50%"))
    assert paid(pay(terms, in_scope), "basic") == yuan(expected)


def test_a_threshold_stretches_the_first_band_to_zero() -> None:
    terms = basic(
        deductible=deductible("1000.00", threshold_only=True),
        bands=bands(("1000.00", "2000.00", "50%"), ("2000.00", "", "80%")),
    )
    assert paid(pay(terms, "3000.00"), "basic") == yuan("1800.00")


def test_a_threshold_measured_by_year_pays_the_whole_when_it_is_crossed() -> None:
    terms = policy(
        rule("大病", "critical", measured="year", base_pool="base",
             deductible=deductible("1000.00", threshold_only=True), bands=flat("50%"))
    )  # fmt: skip
    first = pay(terms, "999.99")
    assert paid(first, "critical") == 0
    second = pay(terms, "0.01", after({}, first))
    # 500.00 is due for the year; this visit's bill leaves room for one fen only.
    assert paid(second, "critical") == yuan("0.01")


def test_bands_on_the_excess_start_at_the_deductible() -> None:
    terms = basic(
        deductible=deductible("10000.00"),
        bands=bands(("0.00", "50000.00", "60%"), ("50000.00", "", "70%")),
        bands_on_excess=True,
    )
    assert paid(pay(terms, "10000.00"), "basic") == 0
    assert paid(pay(terms, "60000.00"), "basic") == yuan("30000.00")
    assert paid(pay(terms, "70000.00"), "basic") == yuan("37000.00")


def test_bands_on_the_excess_move_with_a_halved_deductible() -> None:
    terms = lowered(
        "deductible_scale", 5_000,
        deductible=deductible("10000.00"), bands=bands(("0.00", "50000.00", "60%"), ("50000.00", "", "70%")),
        bands_on_excess=True,
    )  # fmt: skip
    assert paid(pay(terms, "55000.00"), "basic") == yuan("30000.00")
    assert paid(pay(terms, "65000.00"), "basic") == yuan("37000.00")


def test_above_a_closed_last_band_nothing_more_is_paid() -> None:
    terms = basic(deductible=deductible("0.00"), bands=bands(("0.00", "1000.00", "50%")))
    assert paid(pay(terms, "5000.00"), "basic") == yuan("500.00")


def test_a_visit_cap_holds_for_every_visit_anew() -> None:
    terms = basic(bands=flat("50%"), deductible=deductible("0.00"), caps=(cap("100.00"),))
    first = pay(terms, "199.98")
    assert paid(first, "basic") == yuan("99.99")
    assert paid(pay(terms, "200.00", after({}, first)), "basic") == yuan("100.00")
    assert paid(pay(terms, "200.02"), "basic") == yuan("100.00")


def two_pools() -> Policy:
    return policy(
        rule("普通", "assistance", condition=when(visit_types="inpatient"), bands=flat("70%"),
             caps=(cap("10000.00", "ordinary"), cap("20000.00", "all"))),
        rule("大病", "assistance", condition=when(disease_lists="list"), bands=flat("70%"),
             caps=(cap("20000.00", "all"),)),
    )  # fmt: skip


def test_a_payment_draws_on_every_pool_its_caps_name() -> None:
    result = pay(two_pools(), "1000.00")
    assert pools(result) == {"ordinary": yuan("700.00"), "all": yuan("700.00"), "admissions": 1}


def test_the_pool_with_the_least_room_limits() -> None:
    year = {"ordinary": yuan("9999.99"), "all": yuan("12000.00")}
    assert paid(pay(two_pools(), "1000.00", year), "assistance") == yuan("0.01")
    year = {"ordinary": 0, "all": yuan("19999.98")}
    assert paid(pay(two_pools(), "1000.00", year), "assistance") == yuan("0.02")


def test_an_overdrawn_pool_pays_nothing_rather_than_taking_back() -> None:
    assert paid(pay(two_pools(), "1000.00", {"all": yuan("20000.01")}), "assistance") == 0


def test_a_lifted_cap_still_counts_in_its_pool() -> None:
    terms = policy(
        rule("大病", "critical", bands=flat("50%"), caps=(cap("100.00", "paid"),)),
        uplifts=(Uplift(code="不封顶", tier="critical", kind="no_cap"),),
    )
    result = pay(terms, "1000.00", {"paid": yuan("100.00")})
    assert paid(result, "critical") == yuan("500.00")
    assert pools(result)["paid"] == yuan("500.00")


def test_employees_get_half_the_rate_and_half_the_limit() -> None:
    terms = policy(
        rule("职工", "assistance", bands=flat("70%"), caps=(cap("10000.00", "p"),), scale_bp=5_000)
    )
    assert paid(pay(terms, "1000.00"), "assistance") == yuan("350.00")
    assert paid(pay(terms, "18000.00"), "assistance") == yuan("5000.00")


def test_a_scaled_rate_is_exact_and_rounded_once() -> None:
    # 33.33 % of 33.33 % of 100.01 is 11.110…; rounding each factor would give another fen.
    terms = policy(rule("职工", "assistance", bands=flat("33.33%"), scale_bp=3_333))
    assert paid(pay(terms, "100.01"), "assistance") == 1111


def test_a_fixed_sum_per_bed_day_is_limited_by_what_is_left() -> None:
    terms = policy(rule("床日", "assistance", bed_day_fen=yuan("20.00")))
    assert paid(pay(terms, "5000.00", bed_days=90), "assistance") == yuan("1800.00")
    less = pay(terms, "1799.99", bed_days=90)
    assert (paid(less, "assistance"), less.account_fen) == (yuan("1799.99"), 0)
    assert paid(pay(terms, "5000.00"), "assistance") == 0


def test_a_pack_may_pay_whole_yuan() -> None:
    terms = policy(rule("统筹", "basic", bands=flat("50%")), rounding_unit_fen=100)
    assert paid(pay(terms, "100.98"), "basic") == yuan("50.00")
    assert paid(pay(terms, "101.00"), "basic") == yuan("51.00")


def test_bands_are_summed_before_they_are_rounded() -> None:
    terms = policy(rule("统筹", "basic", bands=bands(("0.00", "0.01", "40%"), ("0.01", "", "40%"))))
    # 0.4 + 0.4 fen are 0.8; rounded one by one they would be nothing.
    assert paid(pay(terms, "0.02"), "basic") == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"bands": ()},
        {"measured": "year"},
        {"accrual": "catch_up", "base_pool": "b", "paid_pool": "p"},
        {"accrual": "catch_up", "measured": "year", "base_pool": "b"},
        {"deductible": deductible()},
        {"funding": "nobody"},
    ],
)
def test_what_a_matching_rule_lacks_is_an_error_and_never_zero(broken: dict[str, object]) -> None:
    terms = basic(**broken)
    with pytest.raises(MissingParameterError, match="统筹"):
        pay(terms, "1000.00")


def test_what_a_rule_lacks_does_not_matter_where_it_does_not_match() -> None:
    terms = policy(
        rule("统筹", "basic", condition=when(hospital_levels="county"), **COUNTY),
        rule("未定", "basic", condition=when(hospital_levels="province")),
    )
    assert paid(pay(terms, "500.00"), "basic") == yuan("63.00")
    with pytest.raises(MissingParameterError, match="未定"):
        pay(terms, "500.00", hospital_level="province")


@pytest.mark.parametrize(
    "broken",
    [
        {"bands": bands(("0.00", "100.00", "50%"), ("90.00", "", "60%"))},
        {"bands": bands(("0.00", "100.00", "50%"), ("110.00", "", "60%"))},
        {"bands": bands(("0.00", "", "50%"), ("100.00", "", "60%"))},
        {"bands": bands(("100.00", "100.00", "50%"))},
        {"deductible": deductible("1.00", threshold_only=True), "bands_on_excess": True},
        {"bed_day_fen": 100},
        {"base_pool": "same", "caps": (cap("1.00", "same"),)},
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(PolicyDefectError):
        pay(basic(**broken), "1000.00")


def test_a_rule_of_a_tier_the_policy_has_not_is_refused() -> None:
    lost: Rule = rule("救助", "assistance", bands=flat("70%"))
    with pytest.raises(PolicyDefectError, match="救助"):
        settle(claim("1.00"), person(), {}, policy(lost, tiers=("basic",)))

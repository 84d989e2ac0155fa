"""Choosing among rules, uplifts, benefits, given payments and the funds of a payment."""

import pytest

from settlement.engine.errors import GivenPaymentError, MissingParameterError, PolicyDefectError
from settlement.engine.result import FundAmount
from settlement.engine.settle import settle
from settlement.engine.terms import Citation, Funding, FundShare, Policy, Uplift
from tests.settlement.engine.build import (
    bands,
    cap,
    claim,
    deductible,
    flat,
    given,
    paid,
    pay,
    person,
    policy,
    pools,
    rule,
    when,
    yuan,
)


def uplifted(*uplifts: tuple[str, int], rate: str = "50%", low: str = "1000.00", **more: object) -> Policy:
    return policy(
        rule("统筹", "basic", deductible=deductible(low), bands=flat(rate)),
        uplifts=tuple(
            Uplift(code=f"{kind}{value}", tier="basic", kind=kind, value=value, **more)
            for kind, value in uplifts
        ),
    )


@pytest.mark.parametrize(
    ("uplifts", "expected"),
    [
        ([], "4500.00"),
        ([("rate_add", 500)], "4950.00"),
        ([("rate_add", 500), ("rate_add", 300)], "4950.00"),
        ([("rate_add", 9_000)], "9000.00"),
        ([("rate_floor", 8_000)], "7200.00"),
        ([("rate_floor", 3_000)], "4500.00"),
        ([("rate_floor", 6_000), ("rate_add", 1_500)], "5850.00"),
        ([("rate_floor", 6_000), ("rate_add", 500)], "5400.00"),
        ([("rate_cut", 2_000)], "2700.00"),
        ([("rate_cut", 2_000), ("rate_cut", 1_000)], "2700.00"),
        ([("rate_cut", 9_000)], "0.00"),
        ([("rate_add", 6_000), ("rate_cut", 2_000)], "7200.00"),
        ([("deductible_scale", 5_000)], "4750.00"),
        ([("deductible_scale", 5_000), ("deductible_scale", 2_000)], "4900.00"),
        ([("deductible_scale", 5_000), ("deductible_waive", 0)], "5000.00"),
        ([("deductible_scale", 20_000)], "4500.00"),
    ],
)
def test_uplifts_of_one_kind_do_not_stack(uplifts: list[tuple[str, int]], expected: str) -> None:
    assert paid(pay(uplifted(*uplifts), "10000.00"), "basic") == yuan(expected)


def test_the_floor_and_the_added_points_hold_band_by_band() -> None:
    # 鞍医保发〔2019〕37号 三(二)5(1): at least 60 %, and five points more (Q11).
    terms = policy(
        rule("大病", "critical", bands=bands(("0.00", "1000.00", "50%"), ("1000.00", "", "60%"))),
        uplifts=(
            Uplift(code="不低于六成", tier="critical", kind="rate_floor", value=6_000),
            Uplift(code="提高五点", tier="critical", kind="rate_add", value=500),
        ),
    )
    assert paid(pay(terms, "2000.00"), "critical") == yuan("1250.00")


def test_an_uplift_can_name_the_rules_it_changes() -> None:
    terms = policy(
        rule("甲", "assistance", benefit="甲", bands=flat("10%"), caps=(cap("1.00"),)),
        rule("乙", "assistance", benefit="乙", bands=flat("10%"), caps=(cap("1.00"),)),
        uplifts=(Uplift(code="不封顶", tier="assistance", kind="no_cap", rules=frozenset({"乙"})),),
    )
    result = pay(terms, "1000.00")
    assert [p.paid_fen for p in result.payments] == [yuan("1.00"), yuan("99.90")]


def test_uplifts_fall_away_without_a_referral() -> None:
    terms = uplifted(("rate_add", 500), ("deductible_waive", 0), lost_without_referral=True)
    assert paid(pay(terms, "10000.00", referral="referred"), "basic") == yuan("5500.00")
    assert paid(pay(terms, "10000.00"), "basic") == yuan("5500.00")
    assert paid(pay(terms, "10000.00", referral="not_referred"), "basic") == yuan("4500.00")


def competing() -> Policy:
    return policy(
        rule("七成", "assistance", condition=when(identities="低保"), bands=flat("70%"),
             base_pool="base:a", caps=(cap("1000.00", "paid:a"),)),
        rule("五成", "assistance", condition=when(identities="低收入"), bands=flat("50%"),
             base_pool="base:b", caps=(cap("5000.00", "paid:b"),)),
        rule("又七成", "assistance", condition=when(identities="特困"), bands=flat("70%"),
             base_pool="base:a", caps=(cap("1000.00", "paid:c"),)),
    )  # fmt: skip


def test_of_competing_rules_the_one_that_pays_most_holds_and_nothing_is_added() -> None:
    both = person("低保 低收入")
    small = settle(claim("1000.00"), both, {}, competing())
    large = settle(claim("10000.00"), both, {}, competing())
    assert [(p.rule, p.paid_fen) for p in small.payments] == [("七成", yuan("700.00"))]
    assert [(p.rule, p.paid_fen) for p in large.payments] == [("五成", yuan("5000.00"))]


def test_among_equal_payments_the_rule_listed_first_holds() -> None:
    result = settle(claim("100.00"), person("特困 低保"), {}, competing())
    assert result.payments[0].rule == "七成"


def test_every_matching_rules_base_pool_counts_once_but_only_the_winner_is_paid_from() -> None:
    result = settle(claim("1000.00"), person("低保 低收入 特困"), {}, competing())
    assert pools(result) == {
        "base:a": yuan("1000.00"), "base:b": yuan("1000.00"), "paid:a": yuan("700.00"), "admissions": 1,
    }  # fmt: skip


def test_benefits_of_a_tier_pay_one_after_the_other_on_what_is_left() -> None:
    terms = policy(
        rule("住院", "assistance", benefit="住院", bands=flat("70%")),
        rule("床日", "assistance", benefit="床日", bed_day_fen=yuan("20.00")),
    )
    result = pay(terms, "1000.00", bed_days=30)
    assert [(p.benefit, p.base_fen, p.paid_fen) for p in result.payments] == [
        ("住院", yuan("1000.00"), yuan("700.00")),
        ("床日", yuan("300.00"), yuan("300.00")),
    ]


def test_the_same_pool_is_drawn_on_twice_within_one_claim() -> None:
    terms = policy(
        rule("甲", "assistance", benefit="甲", bands=flat("50%"), caps=(cap("600.00", "p"),)),
        rule("乙", "assistance", benefit="乙", bands=flat("100%"), caps=(cap("600.00", "p"),)),
    )
    result = pay(terms, "1000.00")
    assert [p.paid_fen for p in result.payments] == [yuan("500.00"), yuan("100.00")]
    assert pools(result)["p"] == yuan("600.00")


def test_no_matching_rule_pays_nothing_and_leaves_all_to_the_next_tier() -> None:
    terms = policy(
        rule("大病", "critical", condition=when(identities="低保"), bands=flat("50%")),
        rule("救助", "assistance", bands=flat("50%")),
    )
    result = pay(terms, "1000.00")
    assert [(p.tier, p.base_fen) for p in result.payments] == [("assistance", yuan("1000.00"))]


def with_given(**fields: object) -> Policy:
    return policy(
        rule("统筹", "basic", bands=flat("50%"), base_pool="basic:base", caps=(cap("100.00", "basic:paid"),)),
        rule("救助", "assistance", bands=flat("70%")),
        **fields,
    )


def test_a_given_payment_is_taken_as_it_is_and_later_tiers_run_on_what_is_left() -> None:
    result = pay(with_given(), "1000.00", given=(given("basic", "600.00"),))
    basic, assistance = result.payments
    assert (basic.given, basic.rule, basic.paid_fen) == (True, "统筹", yuan("600.00"))
    assert basic.funds == (FundAmount("elsewhere", yuan("600.00")),)
    assert (assistance.base_fen, assistance.paid_fen) == (yuan("400.00"), yuan("280.00"))
    # The cap of our rule does not limit what is already paid, but its pool counts it.
    assert pools(result) == {
        "basic:base": yuan("1000.00"), "basic:paid": yuan("600.00"), "admissions": 1,
    }  # fmt: skip


def test_two_funds_may_have_paid_one_tier_elsewhere() -> None:
    result = pay(with_given(), "1000.00", given=(given("basic", "600.00"), given("basic", "0.50", "insurer")))
    assert result.payments[0].paid_fen == yuan("600.50")
    assert result.payments[0].funds == (
        FundAmount("elsewhere", yuan("600.00")),
        FundAmount("insurer", yuan("0.50")),
    )


def test_a_given_payment_no_rule_of_ours_matches_has_no_rule() -> None:
    terms = policy(
        rule("统筹", "basic", condition=when(insurance_types="residents"), bands=flat("50%")),
        rule("救助", "assistance", bands=flat("70%")),
    )
    facts = person(insurance_type="employees")
    result = settle(claim("100.00", given=(given("basic", "80.00"),)), facts, {}, terms)
    assert result.payments[0].rule == ""
    assert result.patient_fen == yuan("6.00")


@pytest.mark.parametrize(
    "wrong", [given("basic", "1000.01"), given("critical", "1.00"), given("basic", "-0.01")]
)
def test_a_given_payment_that_cannot_be_is_refused(wrong: object) -> None:
    with pytest.raises(GivenPaymentError):
        pay(with_given(), "1000.00", given=(wrong,))
    assert pay(with_given(), "1000.00", given=(given("basic", "1000.00"),)).patient_fen == 0


def split(*weights: int) -> tuple[FundShare, ...]:
    return tuple(FundShare(fund=name, weight=w) for name, w in zip("abc", weights, strict=False))


@pytest.mark.parametrize(
    ("weights", "amount", "expected"),
    [
        ((5, 2, 3), "50.00", ["25.00", "10.00", "15.00"]),
        ((5, 2, 3), "0.01", ["0.01", "0.00", "0.00"]),
        ((5, 2, 3), "0.03", ["0.01", "0.01", "0.01"]),
        ((1, 1), "0.01", ["0.01", "0.00"]),
        ((1, 1), "100.01", ["50.01", "50.00"]),
    ],
)
def test_funds_share_a_payment_to_the_fen(weights: tuple[int, ...], amount: str, expected: list[str]) -> None:
    terms = policy(
        rule("救助", "assistance", bands=flat("100%")),
        fundings=(Funding(code="fund", shares=split(*weights)),),
    )
    assert [part.amount_fen for part in pay(terms, amount).payments[0].funds] == [yuan(e) for e in expected]


def test_the_first_funding_row_whose_condition_matches_holds() -> None:
    rows = (
        Funding(code="fund", shares=split(1), condition=when(county_classes="1")),
        Funding(code="fund", shares=split(5, 2, 3), condition=when(county_classes="2")),
    )
    terms = policy(rule("救助", "assistance", bands=flat("100%")), fundings=rows)
    first = settle(claim("10.00"), person(county_class="1"), {}, terms)
    second = settle(claim("10.00"), person(county_class="2"), {}, terms)
    assert len(first.payments[0].funds) == 1
    assert len(second.payments[0].funds) == 3
    with pytest.raises(MissingParameterError, match="资金来源"):
        settle(claim("10.00"), person(county_class="3"), {}, terms)


def test_a_funding_row_without_shares_is_refused() -> None:
    terms = policy(
        rule("救助", "assistance", bands=flat("100%"), citation=Citation(clause="x")),
        fundings=(Funding(code="fund", shares=()),),
    )
    with pytest.raises(PolicyDefectError):
        pay(terms, "1.00")


@pytest.mark.parametrize(
    ("condition", "facts", "fields", "expected"),
    [
        ({"age_from": 14}, {"age_years": 14}, {}, True),
        ({"age_from": 14}, {"age_years": 13}, {}, False),
        ({"age_below": 14}, {"age_years": 14}, {}, False),
        ({"age_below": 14}, {"age_years": 13}, {}, True),
        ({"total_from_fen": 10_000}, {}, {}, True),
        ({"total_from_fen": 10_001}, {}, {}, False),
        ({"total_below_fen": 10_000}, {}, {}, False),
        ({"total_below_fen": 10_001}, {}, {}, True),
        ({"certified": True}, {"certified_diseases": frozenset({"l/1"})}, {"chronic_disease": "l/1"}, True),
        ({"certified": True}, {"certified_diseases": frozenset({"l/1"})}, {"chronic_disease": "l/2"}, False),
        ({"certified": True}, {"certified_diseases": frozenset({"l/1"})}, {}, False),
        ({"identities": "a b"}, {"identities": "b c"}, {}, True),
        ({"identities": "a b"}, {"identities": "c"}, {}, False),
        ({"insurance_types": "employees"}, {}, {}, False),
        ({"visit_types": "inpatient"}, {}, {}, True),
        ({"visit_types": "outpatient"}, {}, {}, False),
        ({"hospital_levels": "county"}, {}, {}, True),
        ({"hospital_levels": "city"}, {}, {}, False),
        ({"hospital_designations": "psychiatric"}, {}, {}, False),
        ({"hospital_designations": "x y"}, {}, {"hospital_designations": frozenset("y")}, True),
        ({"ownerships": "public"}, {}, {}, True),
        ({"ownerships": "private"}, {}, {}, False),
        ({"places": "in_county"}, {}, {}, True),
        ({"places": "outside"}, {}, {}, False),
        ({"referrals": "not_referred"}, {}, {}, False),
        ({"disease_lists": "l m"}, {}, {"disease_lists": frozenset("m")}, True),
        ({"disease_lists": "l"}, {}, {"disease_lists": frozenset("m")}, False),
        ({"drug_lists": "d"}, {}, {}, False),
        ({"county_classes": "1"}, {"county_class": "1"}, {}, True),
        ({"county_classes": "1"}, {"county_class": "2"}, {}, False),
    ],
)
def test_a_condition_asks_for_what_it_names(
    condition: dict[str, object], facts: dict[str, object], fields: dict[str, object], expected: bool
) -> None:
    terms = policy(rule("统筹", "basic", condition=when(**condition), bands=flat("100%")))
    result = settle(claim("100.00", **fields), person(**facts), {}, terms)
    assert (result.patient_fen == 0) is expected
    # A second settlement of the same policy object must not remember the wrong plan.
    assert settle(claim("100.00", **fields), person(**facts), {}, terms) == result


def test_plans_are_not_mixed_up_between_situations() -> None:
    terms = policy(
        rule("老人", "basic", condition=when(age_from=60), bands=flat("90%")),
        rule("大额", "basic", condition=when(total_from_fen=10_000), bands=flat("80%")),
        rule("其他", "basic", bands=flat("10%")),
    )
    for _ in range(2):
        assert paid(settle(claim("99.99"), person(age_years=59), {}, terms), "basic") == 1000
        assert paid(settle(claim("100.00"), person(age_years=59), {}, terms), "basic") == 8000
        assert paid(settle(claim("100.00"), person(age_years=60), {}, terms), "basic") == 9000

"""Around the tiers: catch-up, quotas, waivers, out-of-catalogue control, overall ceiling, the bill itself."""

from datetime import date

import pytest

from common.money import parse_percent
from settlement.engine.errors import (
    LinePartsError,
    MissingParameterError,
    PolicyDefectError,
    YearEndClaimError,
)
from settlement.engine.facts import CostLine
from settlement.engine.result import Settlement
from settlement.engine.settle import fold, settle
from settlement.engine.terms import Policy, Quota, QuotaPeriod, Rule, ShareLimit, StartThreshold, Waiver
from tests.settlement.engine.build import (
    after,
    bands,
    cap,
    claim,
    deductible,
    flat,
    given,
    line,
    paid,
    pay,
    person,
    policy,
    pools,
    rule,
    when,
    yuan,
)
from tests.settlement.engine.zhengzhou_rules import CHRONIC, assistance_catch_up, chronic, waivers_2019


def catch_up(**fields: object) -> Rule:
    terms = {
        "measured": "year",
        "accrual": "catch_up",
        "base_pool": "base",
        "paid_pool": "paid",
        "starts": StartThreshold(pool="base", reaches_fen=yuan("1000.00")),
        "bands": flat("70%"),
    }
    return rule("救助补算", "assistance", **{**terms, **fields})


def test_catch_up_starts_on_the_fen_that_reaches_the_threshold() -> None:
    terms = policy(catch_up())
    year = after({}, pay(terms, "999.98"))
    assert year == {"base": yuan("999.98"), "admissions": 1}
    waiting = pay(terms, "0.01", year)
    assert waiting.payments == ()
    started = pay(terms, "0.02", year)
    assert (started.payments[0].paid_fen, started.account_fen) == (2, yuan("699.98"))
    assert pools(started)["paid"] == yuan("700.00")
    # What goes to the account belongs to earlier visits: it does not lower this bill below nothing.
    assert started.patient_fen == 0


def test_catch_up_never_pays_twice_and_never_takes_back() -> None:
    terms = policy(catch_up())
    assert pay(terms, "1000.00", {"base": yuan("1000.00"), "paid": yuan("1400.00")}).payments == ()
    assert pay(terms, "1000.00", {"base": yuan("1000.00"), "paid": yuan("9999.00")}).payments == ()


def test_a_cap_on_the_paid_pool_counts_a_payment_once() -> None:
    result = pay(policy(catch_up(caps=(cap("1000.00", "paid"),))), "2000.00")
    assert result.payments[0].paid_fen == yuan("1000.00")
    assert pools(result)["paid"] == yuan("1000.00")


def test_the_year_end_run_pays_who_never_reached_the_threshold_to_the_account() -> None:
    year_end = claim(year_end=True)
    year = after({}, pay(policy(catch_up()), "500.00"))
    result = settle(year_end, person(), year, policy(catch_up()))
    assert (result.payments[0].paid_fen, result.account_fen) == (0, yuan("350.00"))
    assert result.payments[0].account_funds == (("fund", yuan("350.00")),)
    assert pools(result) == {"paid": yuan("350.00")}
    assert result.patient_fen == 0


def test_the_year_end_run_considers_catch_up_rules_only() -> None:
    terms = policy(
        rule("床日", "assistance", benefit="床日", bed_day_fen=100, measured="visit"),
        rule("大病", "critical", measured="year", base_pool="c", bands=flat("50%")),
        catch_up(),
    )
    result = settle(claim(year_end=True, bed_days=5), person(), {"c": 100, "base": 1000}, terms)
    assert [(p.rule, p.account_fen) for p in result.payments] == [("救助补算", 700)]


def test_the_year_end_run_carries_no_cost() -> None:
    with pytest.raises(YearEndClaimError):
        settle(claim("1.00", year_end=True), person(), {}, policy(catch_up()))


def test_the_assistance_deductible_by_level_holds_in_catch_up_too() -> None:
    terms = policy(catch_up(deductible=deductible("300.00"), bands=bands(("300.00", "", "70%"))))
    assert pay(terms, "1000.00").payments[0].paid_fen == yuan("490.00")


def test_the_start_threshold_may_lie_on_another_tiers_base() -> None:
    # 8,000 left after basic; supplementary counts all of it, so assistance starts in the same claim.
    result = pay(assistance_catch_up(), "16000.00")
    assert paid(result, "assistance") == yuan("4340.00")


@pytest.mark.parametrize(("period", "pool"), [("month", "2018-02"), ("quarter", "2018-Q1"), ("year", "2018")])
def test_a_quota_counts_in_its_period(period: QuotaPeriod, pool: str) -> None:
    quotas = {CHRONIC: Quota(disease=CHRONIC, period=period, amount_fen=yuan("100.00"))}
    base = chronic()
    terms = policy(*base.rules, quotas=quotas, quota_visit_types=base.quota_visit_types)
    visit = claim("60.00", visit_type="outpatient_chronic", chronic_disease=CHRONIC, on=date(2018, 2, 28))
    first = settle(visit, person(), {}, terms)
    assert pools(first)[f"quota:{CHRONIC}:{pool}"] == yuan("60.00")
    second = settle(visit, person(), after({}, first), terms)
    assert (second.over_quota_fen, paid(second, "basic")) == (yuan("20.00"), yuan("26.00"))
    assert second.patient_fen == yuan("34.00")


def test_quarters_begin_in_january_april_july_and_october() -> None:
    seen = []
    for month in (1, 3, 4, 6, 7, 9, 10, 12):
        visit = claim(
            "1.00", visit_type="outpatient_chronic", chronic_disease=CHRONIC, on=date(2018, month, 1)
        )
        seen.append(settle(visit, person(), {}, chronic()).pool_entries[-1].pool[-2:])
    assert seen == ["Q1", "Q1", "Q2", "Q2", "Q3", "Q3", "Q4", "Q4"]


@pytest.mark.parametrize("disease", [CHRONIC, "zhengzhou37/99"])
def test_a_quota_the_office_has_not_entered_refuses_the_claim(disease: str) -> None:
    visit = claim("60.00", visit_type="outpatient_chronic", chronic_disease=disease)
    with pytest.raises(MissingParameterError, match="限额"):
        settle(visit, person(), {}, chronic(None))


def test_without_a_chronic_disease_no_quota_applies_and_no_backstop_pays() -> None:
    visit = claim("60.00", visit_type="outpatient_chronic")
    result = settle(visit, person("建档立卡"), {}, chronic())
    assert (paid(result, "backstop"), result.over_quota_fen) == (0, 0)


def test_free_items_come_off_first_and_then_a_tenth_of_the_rest() -> None:
    poor = person("建档立卡")
    bill = (line("10.00", no=1, category="挂号"), line("990.00", no=2, excluded="500.05", upfront="20.00"))
    result = settle(claim(lines=bill), poor, {}, waivers_2019())
    assert result.waived_fen == yuan("10.00") + 15_101
    assert result.lines[0].waived_fen == yuan("10.00")
    assert (result.in_scope_fen, result.excluded_fen, result.upfront_fen) == (89_100, 45_004, 1_800)
    total = result.waived_fen + result.in_scope_fen + result.excluded_fen + result.upfront_fen
    assert total == result.total_fen == 152_005


def test_a_free_item_may_be_free_in_part_only() -> None:
    terms = policy(
        rule("统筹", "basic", bands=flat("100%")),
        waivers=(
            Waiver(code="半", rate_bp=5_000, categories=frozenset({"挂号"})),
            Waiver(code="少", rate_bp=1_000, categories=frozenset({"挂号", "注射"})),
        ),
    )
    result = pay(terms, "", lines=(line("10.01", category="挂号"), line("10.00", no=2, category="注射")))
    assert [item.waived_fen for item in result.lines] == [501, 100]


def test_a_bill_of_free_items_only_leaves_nothing_to_reduce() -> None:
    result = settle(claim(lines=(line("10.00", category="挂号"),)), person("建档立卡"), {}, waivers_2019())
    assert (result.waived_fen, result.patient_fen) == (yuan("10.00"), 0)


def staged(stage: str) -> Policy:
    return policy(
        rule("统筹", "basic", bands=flat("50%")),
        rule("救助", "assistance", bands=flat("50%")),
        waivers=(Waiver(code="减一成", rate_bp=1_000, stage=stage),),
    )


@pytest.mark.parametrize(
    ("stage", "waived", "basic", "assistance", "patient"),
    [
        ("bill", "120.00", "450.00", "225.00", "405.00"),
        ("before_assistance", "50.00", "500.00", "225.00", "425.00"),
        ("patient_share", "45.00", "500.00", "250.00", "405.00"),
    ],
)
def test_the_tenth_comes_off_at_the_stage_the_policy_says(
    stage: str, waived: str, basic: str, assistance: str, patient: str
) -> None:
    result = pay(staged(stage), "", lines=(line("1000.00", excluded="200.00"),))
    assert result.waived_fen == yuan(waived)
    assert (paid(result, "basic"), paid(result, "assistance")) == (yuan(basic), yuan(assistance))
    assert result.patient_fen == yuan(patient)


@pytest.mark.parametrize(
    "waiver",
    [
        Waiver(code="x", rate_bp=1_000, stage="patient_share", categories=frozenset({"挂号"})),
        Waiver(code="x", rate_bp=1_000, stage="before_assistance"),
    ],
)
def test_a_waiver_at_a_stage_it_cannot_have_is_refused(waiver: Waiver) -> None:
    with pytest.raises(PolicyDefectError):
        pay(policy(rule("统筹", "basic", bands=flat("50%")), waivers=(waiver,)), "1.00")


def limited(**limits: str) -> Policy:
    rows = tuple(ShareLimit(code=name, share_bp=parse_percent(share)) for name, share in limits.items())
    return policy(rule("统筹", "basic", bands=flat("50%")), out_of_catalogue=rows)


def test_of_several_out_of_catalogue_limits_the_strictest_holds() -> None:
    result = pay(limited(loose="20%", strict="10%"), "", lines=(line("800.00", excluded="200.00"),))
    assert result.hospital_borne_fen == yuan("100.00")


def test_the_out_of_catalogue_share_is_taken_of_the_bill_after_its_waivers() -> None:
    terms = policy(
        rule("统筹", "basic", bands=flat("50%")),
        out_of_catalogue=(ShareLimit(code="一成", share_bp=1_000),),
        waivers=(Waiver(code="减一成", rate_bp=1_000),),
    )
    # 1,000 less a tenth: 720 in scope, 180 outside; a tenth of 900 may be outside.
    result = pay(terms, "", lines=(line("800.00", excluded="200.00"),))
    assert (result.hospital_borne_fen, result.patient_fen) == (yuan("90.00"), yuan("450.00"))


def ceiling(share: str = "90%") -> Policy:
    return policy(
        rule("统筹", "basic", bands=flat("80%")),
        rule("大病", "critical", bands=flat("50%"), caps=(cap("9999.00", "critical:paid"),)),
        rule("救助", "assistance", bands=flat("100%"), caps=(cap("9999.00", "assistance:paid"),)),
        overall_ceilings=(ShareLimit(code="九成", share_bp=parse_percent(share)),),
    )


def test_the_overall_ceiling_cuts_the_last_tier_first_and_the_pools_follow() -> None:
    result = pay(ceiling("95%"), "1000.00")
    assert [p.paid_fen for p in result.payments] == [yuan("800.00"), yuan("100.00"), yuan("50.00")]
    assert pools(result)["assistance:paid"] == yuan("50.00")
    assert result.patient_fen == yuan("50.00")


def test_the_overall_ceiling_goes_on_to_the_tier_before() -> None:
    result = pay(ceiling("85%"), "1000.00")
    assert [p.paid_fen for p in result.payments] == [yuan("800.00"), yuan("50.00")]
    assert "assistance:paid" not in pools(result)


def test_of_several_ceilings_the_highest_holds() -> None:
    base = ceiling("95%")
    rows = (*base.overall_ceilings, ShareLimit(code="八成", share_bp=8_000))
    result = pay(policy(*base.rules, overall_ceilings=rows), "1000.00")
    assert sum(p.paid_fen for p in result.payments) == yuan("950.00")


def test_the_ceiling_counts_given_payments_and_does_not_cut_them() -> None:
    result = pay(ceiling("70%"), "1000.00", given=(given("basic", "800.00"),))
    assert [(p.tier, p.paid_fen) for p in result.payments] == [("basic", yuan("800.00"))]


def test_account_payments_are_outside_the_ceiling() -> None:
    terms = policy(catch_up(), overall_ceilings=(ShareLimit(code="五成", share_bp=5_000),))
    result = pay(terms, "100.00", {"base": yuan("1000.00")})
    assert (result.payments[0].paid_fen, result.account_fen) == (yuan("50.00"), yuan("670.00"))
    assert pools(result)["paid"] == yuan("720.00")


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_fen": 99, "in_scope_fen": 100},
        {"amount_fen": 101, "in_scope_fen": 100},
        {"amount_fen": 50, "in_scope_fen": 100, "excluded_fen": -50},
        {"amount_fen": 100, "in_scope_fen": 90, "waived_fen": 10},
        {"amount_fen": -1, "in_scope_fen": -1},
    ],
)
def test_a_line_whose_parts_do_not_make_its_amount_is_refused(wrong: dict[str, int]) -> None:
    bad = CostLine(line_no=7, category="西药", **wrong)
    with pytest.raises(LinePartsError, match="第 7 行"):
        settle(claim(lines=(bad,)), person(), {}, staged("bill"))


def test_a_year_is_a_fold_and_the_opening_is_left_alone() -> None:
    terms = policy(catch_up())
    opening = {"base": yuan("900.00")}
    entries = [(claim("60.00"), person(), terms), (claim("60.00"), person(), terms)]
    results: list[Settlement] = list(fold(entries, opening))
    assert [r.account_fen for r in results] == [0, yuan("714.00") - yuan("60.00")]
    assert opening == {"base": yuan("900.00")}
    assert results == list(fold(entries, opening))


def test_a_claim_without_lines_pays_nothing() -> None:
    result = pay(staged("bill"), "")
    assert (result.total_fen, result.payments, result.patient_fen) == (0, (), 0)


def test_a_condition_on_the_total_asks_for_the_bill_before_waivers() -> None:
    terms = policy(
        rule("统筹", "basic", bands=flat("50%"), condition=when(total_from_fen=10_000)),
        waivers=(Waiver(code="减一成", rate_bp=1_000),),
    )
    assert paid(pay(terms, "100.00"), "basic") == yuan("45.00")

"""Listed drugs are paid more, line by line (目录内药品比例提高, 鞍医保发〔2019〕37号 三(二)5(2))."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.money import BASIS_POINTS, parse_percent
from settlement.engine.bands import Schedule, more_for_drugs, paid_up_to, paid_with_drugs, schedule_for
from settlement.engine.compiled import compile_policy
from settlement.engine.errors import PolicyDefectError
from settlement.engine.explain_zh import describe
from settlement.engine.facts import Claim, CostLine
from settlement.engine.result import Settlement
from settlement.engine.settle import fold, settle
from settlement.engine.terms import Band, Deductible, Policy, Rule, Uplift
from settlement.engine.uplifts import Adjustment
from tests.settlement.engine.build import (
    after,
    bands,
    cap,
    claim,
    deductible,
    flat,
    line,
    paid,
    person,
    policy,
    pools,
    rule,
    when,
    yuan,
)
from tests.settlement.engine.strategies import rising_bands

LIST = frozenset({"37"})
POOR = person("低保")


def drug(in_scope: str, no: int = 2) -> CostLine:
    return replace(line(in_scope, no=no), drug_lists=LIST)


def visit(ordinary: str, drugs: str) -> Claim:
    return claim(lines=(line(ordinary), drug(drugs)), drug_lists=LIST)


def more(points: str, code: str = "靶向药", kind: str = "drug_rate_add", **fields: object) -> Uplift:
    condition = when(identities="低保", **({"drug_lists": LIST} if kind == "drug_rate_add" else {}))
    return Uplift(
        **{
            "code": code,
            "tier": "basic",
            "kind": kind,
            "value": parse_percent(points),
            "condition": condition,
        }
        | fields
    )


def terms(*uplifts: Uplift, **fields: object) -> Policy:
    return policy(rule("统筹", "basic", **{"bands": flat("60%")} | fields), uplifts=uplifts or (more("10%"),))


def basic(policy: Policy, ordinary: str, drugs: str, year: dict[str, int] | None = None) -> int:
    return paid(settle(visit(ordinary, drugs), POOR, year or {}, policy), "basic")


def test_only_the_drug_lines_are_paid_more() -> None:
    assert basic(terms(), "6000.00", "4000.00") == yuan("6400.00")


def test_a_drug_on_no_list_and_a_person_without_identity_get_ordinary_terms() -> None:
    plain = claim(lines=(line("6000.00"), line("4000.00", no=2)), drug_lists=LIST)
    assert paid(settle(plain, POOR, {}, terms()), "basic") == yuan("6000.00")
    assert paid(settle(visit("6000.00", "4000.00"), person(), {}, terms()), "basic") == yuan("6000.00")


def test_the_deductible_eats_ordinary_cost_first() -> None:
    low = terms(deductible=deductible("1000.00"))
    assert basic(low, "1000.00", "4000.00") == yuan("2800.00")
    # Of 4,000 of drugs 500 must fill the deductible: 3,500 at 70 %.
    assert basic(low, "500.00", "4000.00") == yuan("2450.00")


def test_cost_above_the_last_band_does_not_push_drugs_out() -> None:
    closed = terms(bands=bands(("0.00", "5000.00", "60%")))
    assert basic(closed, "0.00", "4000.00") == yuan("2800.00")
    assert basic(closed, "9000.00", "4000.00") == yuan("3400.00")


def test_a_rate_stops_at_one_hundred_per_cent_and_drugs_go_where_they_get_most() -> None:
    steep = terms(bands=bands(("0.00", "1000.00", "50%"), ("1000.00", "", "95%")))
    # 1,000 of the 3,000 lie in the first band (+10), the others get 5 more: 100 %.
    assert basic(steep, "1000.00", "3000.00") == yuan("500.00") + yuan("2850.00") + yuan("200.00")
    full = terms(bands=flat("100%"))
    assert basic(full, "0.00", "3000.00") == yuan("3000.00")


def test_points_for_drugs_and_for_everything_do_not_add_up() -> None:
    both = terms(more("10%"), more("15%", "全部", "rate_add"))
    assert basic(both, "6000.00", "4000.00") == yuan("7500.00")
    lower = terms(more("10%"), more("4%", "全部", "rate_add"))
    assert basic(lower, "6000.00", "4000.00") == yuan("3840.00") + yuan("2800.00")


def test_the_better_of_two_uplifts_for_drugs_holds() -> None:
    assert basic(terms(more("10%"), more("20%", "另一")), "6000.00", "4000.00") == yuan("6800.00")


def test_both_parts_are_rounded_once_together() -> None:
    # 0.01 × 60 % + 0.01 × 70 % = 0.013.
    assert basic(terms(), "0.01", "0.01") == 1
    # 0.5 and 0.6 fen: rounded apart they would make 2.
    assert basic(terms(more("10%"), bands=flat("50%")), "0.01", "0.01") == 1


def test_a_threshold_counts_drugs_as_all_other_cost() -> None:
    threshold = terms(deductible=deductible("1000.00", threshold_only=True))
    assert basic(threshold, "400.00", "500.00") == 0
    assert basic(threshold, "400.00", "600.00") == yuan("660.00")


def test_waived_and_over_quota_cost_is_ordinary_cost_first() -> None:
    after_others = policy(
        rule("统筹", "basic", bands=flat("50%")),
        rule("大病", "critical", bands=flat("50%")),
        uplifts=(more("10%", tier="critical"),),
    )
    result = settle(visit("6000.00", "4000.00"), POOR, {}, after_others)
    # 5,000 are left, 4,000 of them drugs.
    assert paid(result, "critical") == yuan("2900.00")


def by_year(**fields: object) -> Policy:
    return terms(
        **{
            "measured": "year",
            "base_pool": "base",
            "paid_pool": "paid",
            "deductible": deductible("1000.00"),
            "bands": bands(("1000.00", "9000.00", "60%"), ("9000.00", "", "95%")),
            "caps": (cap("50000.00", "paid"),),
        }
        | fields
    )


def test_a_year_measures_its_drugs_in_a_pool_of_their_own() -> None:
    first = settle(visit("500.00", "2000.00"), POOR, {}, by_year())
    assert paid(first, "basic") == yuan("1050.00")
    assert pools(first) == {
        "base": yuan("2500.00"),
        "base:drugs": yuan("2000.00"),
        "paid": yuan("1050.00"),
        "admissions": 1,
    }
    # Now all 2,000 of the first visit's drugs lie above the deductible: 500 at 60 % and 500 more at 10 %.
    second = settle(visit("500.00", "0.00"), POOR, after({}, first), by_year())
    assert paid(second, "basic") == yuan("350.00")


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(
    rising_bands(1_000),
    st.integers(0, 10_000),
    st.sampled_from([0, 500, 4_000]),
    st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 60_000)), min_size=1, max_size=4),
)
def test_a_year_pays_the_same_however_it_is_split(
    rows: object, points: int, cut: int, visits: list[tuple[int, int]]
) -> None:
    uplifts = (more("0%", value=points), Uplift(code="降", tier="basic", kind="rate_cut", value=cut))
    year = policy(
        rule(
            "年", "basic", measured="year", base_pool="base", bands=rows, deductible=Deductible(
                amounts_fen=(1_000,))
        ),
        uplifts=uplifts,
    )  # fmt: skip

    def of(ordinary_fen: int, drugs_fen: int) -> Claim:
        lines = (
            CostLine(line_no=1, category="西药", amount_fen=ordinary_fen, in_scope_fen=ordinary_fen),
            CostLine(
                line_no=2, category="西药", amount_fen=drugs_fen, in_scope_fen=drugs_fen, drug_lists=LIST
            ),
        )
        return claim(lines=lines, drug_lists=LIST)

    def total(results: list[Settlement]) -> int:
        return sum(paid(result, "basic") for result in results)

    split = list(fold([(of(*amounts), POOR, year) for amounts in visits]))
    whole = settle(of(sum(o for o, _ in visits), sum(d for _, d in visits)), POOR, {}, year)
    assert total(split) == total([whole])


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(
    rising_bands(),
    st.integers(0, 10_000),
    st.integers(0, 4_000),
    st.tuples(st.integers(0, 90_000), st.integers(0, 90_000), st.integers(1, 9_000)),
)
def test_more_cost_and_more_drugs_never_pay_less_nor_more_than_they_cost(
    rows: tuple[Band, ...], points: int, cut: int, amounts: tuple[int, int, int]
) -> None:
    cost, drugs, more_fen = amounts
    # Closed and falling bands too: the first ones in reverse order, none above.
    rates = sorted((band.rate_bp for band in rows), reverse=True)
    closed = tuple(replace(band, rate_bp=rate) for band, rate in zip(rows, rates, strict=True))
    for chosen in (rows, closed[:-1] or closed):
        schedule, _ = schedule_for(
            Rule(code="规则", tier="basic", bands=chosen, funding="fund"),
            Adjustment(ordinary_deductible_fen=0, deductible_fen=0, drug_rate_add_bp=points, rate_cut_bp=cut),
            1,
        )
        drugs_fen = min(drugs, cost)
        now = paid_with_drugs(cost, drugs_fen, schedule)
        assert paid_up_to(cost, schedule) <= now <= cost
        assert paid_with_drugs(cost + more_fen, drugs_fen, schedule) >= now
        # Some of the cost becomes a drug; and a drug is added.
        other_fen = min(cost, drugs_fen + more_fen)
        assert paid_with_drugs(cost, other_fen, schedule) >= now
        assert paid_with_drugs(cost + more_fen, drugs_fen + more_fen, schedule) >= now
        counted_fen, exact = more_for_drugs(cost, drugs_fen, schedule)
        assert counted_fen <= drugs_fen
        assert exact <= points * BASIS_POINTS * drugs_fen


def test_catch_up_counts_the_years_drugs() -> None:
    caught_up = by_year(accrual="catch_up", caps=(), bands=flat("60%"), deductible=deductible("0.00"))
    first = settle(visit("500.00", "2000.00"), POOR, {}, caught_up)
    assert paid(first, "basic") == yuan("1700.00")
    run = settle(claim(year_end=True), POOR, after({}, first), caught_up)
    assert run.account_fen == 0
    without = {"base": yuan("2500.00"), "base:drugs": yuan("2000.00")}
    assert settle(claim(year_end=True, drug_lists=LIST), POOR, without, caught_up).account_fen == yuan(
        "1700.00"
    )


def test_the_explanation_states_what_the_drugs_got_more() -> None:
    low = terms(deductible=deductible("1000.00"))
    explanation = settle(visit("500.00", "4000.00"), POOR, {}, low).explanation or {}
    tier = explanation["tiers"][0]
    assert tier["drugs"] == {
        "cost_fen": yuan("4000.00"),
        "counted_fen": yuan("3500.00"),
        "add_bp": 1_000,
        "exact_yuan": "350.00",
    }
    assert (tier["by_bands_fen"], tier["paid_fen"]) == (yuan("2450.00"), yuan("2450.00"))
    assert tier["uplift"]["items"][2] == {"step": "rate", "amount_fen": yuan("350.00")}
    sentence = "其中目录内药品 4,000.00 元，计入 3,500.00 元，比例提高至多 10%，多支付 350.00 元"
    assert sentence in describe(explanation)[0]


def test_uplifts_for_drugs_must_name_one_and_the_same_list() -> None:
    for condition in (when(identities="低保"), when(drug_lists=frozenset({"other"}))):
        with pytest.raises(PolicyDefectError, match="药品目录"):
            compile_policy(terms(more("10%"), more("20%", "另一", condition=condition)))
    with pytest.raises(PolicyDefectError, match="药品目录"):
        compile_policy(terms(more("10%", condition=when(identities="低保"))))


def test_below_a_threshold_no_drug_gets_more() -> None:
    schedule = Schedule(
        floors_fen=(0,), weights=(5_000,), below=(0,), divisor=10_000, unit_fen=1, offset_fen=0,
        threshold_fen=100, drug_slices=((1_000, 0, None),),
    )  # fmt: skip
    assert more_for_drugs(99, 99, schedule) == (0, 0)
    assert more_for_drugs(100, 80, schedule) == (80, 80_000)

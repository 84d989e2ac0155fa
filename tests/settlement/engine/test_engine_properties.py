"""What always holds, over random policies, people and years of claims."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settlement.engine.compiled import compile_policy
from settlement.engine.facts import Claim, CostLine, Facts
from settlement.engine.result import Settlement
from settlement.engine.settle import add_entries, fold, settle
from settlement.engine.terms import Policy, Rule
from tests.settlement.engine.build import claim as stay
from tests.settlement.engine.build import person, policy
from tests.settlement.engine.strategies import (
    IDENTITIES,
    amounts,
    claims,
    people,
    policies,
    rising_bands,
    years,
)

thorough = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def granted(result: Settlement) -> int:
    """All that a settlement grants, on the bill and to the account, fen."""
    return sum(p.paid_fen + p.account_fen for p in result.payments)


@thorough
@given(policies(), people(), st.lists(claims(), max_size=4))
def test_parts_make_the_total_and_no_payment_exceeds_what_was_left(
    terms: Policy, who: Facts, visits: list[Claim]
) -> None:
    for result in fold([(visit, who, terms) for visit in visits]):
        waived_on_bill = sum(line.waived_fen for line in result.lines)
        parts = result.excluded_fen + result.over_limit_fen + result.upfront_fen + result.in_scope_fen
        assert result.total_fen == waived_on_bill + parts
        for line in result.lines:
            rest = line.excluded_fen + line.over_limit_fen + line.upfront_fen + line.in_scope_fen
            assert line.amount_fen == line.waived_fen + rest
            assert min(line.excluded_fen, line.over_limit_fen, line.upfront_fen, line.in_scope_fen) >= 0
        left = result.in_scope_fen - result.over_quota_fen
        for payment in result.payments:
            assert 0 <= payment.paid_fen <= left
            left -= payment.paid_fen
        on_bill = sum(p.paid_fen for p in result.payments)
        assert result.patient_fen >= 0
        assert (
            result.patient_fen == result.total_fen - result.waived_fen - on_bill - result.hospital_borne_fen
        )


@thorough
@given(policies(), people(), st.lists(claims(), max_size=5))
def test_caps_hold_over_a_year(terms: Policy, who: Facts, visits: list[Claim]) -> None:
    # An uplift may lift a cap: then there is nothing to hold.
    terms = replace(terms, uplifts=tuple(u for u in terms.uplifts if u.kind != "no_cap"))
    caps = {rule.code: [(cap, rule.scale_bp) for cap in rule.caps] for rule in terms.rules}
    year: dict[str, int] = {}
    for result in fold([(visit, who, terms) for visit in visits]):
        add_entries(year, result.pool_entries)
        for payment in result.payments:
            for cap, scale_bp in caps[payment.rule]:
                limit = cap.limit_fen * scale_bp / 10_000 + 0.5
                assert payment.paid_fen + payment.account_fen <= limit
                # Another rule with a higher limit may fill a pool further, in a later tier never: pools
                # of tiers are apart here, and a tier pays once.
                if cap.pool:
                    assert year[cap.pool] <= limit


@thorough
@given(policies(), people(), st.lists(claims(), max_size=4))
def test_funds_make_the_payment(terms: Policy, who: Facts, visits: list[Claim]) -> None:
    for result in fold([(visit, who, terms) for visit in visits]):
        for payment in result.payments:
            assert sum(part.amount_fen for part in payment.funds) == payment.paid_fen
            assert sum(part.amount_fen for part in payment.account_funds) == payment.account_fen
            assert all(part.amount_fen >= 0 for part in (*payment.funds, *payment.account_funds))


# Thresholds that open the whole amount at once and whole-yuan rounding jump by more than a fen per fen: a
# tier may then take so much that a later, better one meets less. Waivers by rate and ceilings by share move
# with the whole bill. ``smooth`` policies leave these out.
@thorough
@given(policies(smooth=True), people(), claims(), years(), amounts)
def test_more_in_scope_cost_never_pays_less(
    terms: Policy, who: Facts, visit: Claim, year: dict[str, int], more: int
) -> None:
    extra = CostLine(line_no=9, category="西药", amount_fen=more, in_scope_fen=more)
    larger = replace(visit, lines=(*visit.lines, extra))
    assert granted(settle(larger, who, year, terms)) >= granted(settle(visit, who, year, terms))


# A start threshold counts what is left to earlier tiers: a better identity may leave less and so wait longer.
# Smooth policies have none.
@thorough
@given(policies(smooth=True), people(), claims(), years(), st.sampled_from(IDENTITIES))
def test_more_identities_never_pay_less(
    terms: Policy, who: Facts, visit: Claim, year: dict[str, int], also: str
) -> None:
    better = replace(who, identities=who.identities | {also})
    assert granted(settle(visit, better, year, terms)) >= granted(settle(visit, who, year, terms))


@thorough
@given(
    rising_bands(), st.integers(0, 50_000), st.lists(amounts, min_size=1, max_size=5), st.integers(0, 200_000)
)
def test_a_split_stay_is_one_stay(bands: object, low: int, parts: list[int], limit: int) -> None:
    from settlement.engine.terms import Cap, Deductible  # noqa: PLC0415

    def by_year(tier: str) -> Rule:
        return Rule(
            code=tier, tier=tier, measured="year", base_pool=f"{tier}:base", bands=bands, funding="fund",
            deductible=Deductible(amounts_fen=(low,)), caps=(Cap(limit_fen=limit, pool=f"{tier}:paid"),),
        )  # fmt: skip

    terms = policy(by_year("critical"), by_year("supplementary"))
    split = list(fold([(cost(part), person(), terms) for part in parts]))
    whole = settle(cost(sum(parts)), person(), {}, terms)
    for tier in ("critical", "supplementary"):
        in_parts = sum(p.paid_fen for result in split for p in result.payments if p.tier == tier)
        assert in_parts == sum(p.paid_fen for p in whole.payments if p.tier == tier)
    assert sum(result.patient_fen for result in split) == whole.patient_fen


def cost(in_scope_fen: int) -> Claim:
    return stay(
        lines=(CostLine(line_no=1, category="西药", amount_fen=in_scope_fen, in_scope_fen=in_scope_fen),)
    )


@thorough
@given(policies(), people(), claims(), years(), st.randoms(use_true_random=False))
def test_the_order_of_lines_is_irrelevant(
    terms: Policy, who: Facts, visit: Claim, year: dict[str, int], shuffle: object
) -> None:
    lines = list(visit.lines)
    shuffle.shuffle(lines)
    one = settle(visit, who, year, terms, explain=False)
    other = settle(replace(visit, lines=tuple(lines)), who, year, terms, explain=False)
    assert one._replace(lines=()) == other._replace(lines=())


@thorough
@given(policies(), people(), st.lists(claims(), max_size=3))
def test_folding_twice_gives_the_same_and_plans_remember_nothing_else(
    terms: Policy, who: Facts, visits: list[Claim]
) -> None:
    entries = [(visit, who, terms) for visit in visits]
    once = list(fold(entries))
    # A copy of the policy has no remembered plans, the compiled one has them all.
    fresh = list(fold([(visit, who, replace(terms)) for visit in visits]))
    compiled = list(fold([(visit, who, compile_policy(terms)) for visit in visits]))
    assert once == fresh == compiled
    assert [r._replace(explanation=None) for r in once] == list(fold(entries, explain=False))


@thorough
@given(policies(), people(), claims(), years())
def test_settle_and_reverse_is_nothing(terms: Policy, who: Facts, visit: Claim, year: dict[str, int]) -> None:
    result = settle(visit, who, year, terms)
    pools = dict(year)
    add_entries(pools, result.pool_entries)
    add_entries(pools, [entry._replace(amount=-entry.amount) for entry in result.pool_entries])
    assert settle(visit, who, pools, terms) == result


@thorough
@given(policies(), people(), st.lists(claims(), max_size=3), years())
def test_the_explanation_has_the_numbers_of_the_result(
    terms: Policy, who: Facts, visits: list[Claim], opening: dict[str, int]
) -> None:
    for result in fold([(visit, who, terms) for visit in visits], opening):
        tiers = result.explanation["tiers"]
        assert sum(t["paid_fen"] for t in tiers) == sum(p.paid_fen for p in result.payments)
        assert sum(t["account_fen"] for t in tiers if "account_fen" in t) == result.account_fen
        assert result.explanation["totals"]["patient_fen"] == result.patient_fen
        assert sum(w["waived_fen"] for w in result.explanation["waivers"]) == result.waived_fen
        for tier in tiers:
            assert bool(tier["why_nothing"]) == (not tier["paid_fen"] and not tier["account_fen"])
            check_tier(tier, terms.rounding_unit_fen)


def check_tier(tier: dict, unit: int) -> None:
    if "uplift" in tier:
        gain = tier["uplift"]
        assert gain["ordinary_fen"] + sum(item["amount_fen"] for item in gain["items"]) == (
            tier["paid_fen"] + tier["account_fen"]
        )
    if tier.get("bands"):
        rows = [*tier["bands"], *([tier["drugs"]] if "drugs" in tier else [])]
        exact = sum(float(row["exact_yuan"]) for row in rows) * 100
        assert abs(exact - tier["by_bands_fen"]) <= unit + 1e-3
        assert tier["paid_fen"] + tier["account_fen"] <= tier["by_bands_fen"] or tier["by_bands_fen"] < 0


def test_a_policy_of_nothing_pays_nothing() -> None:
    nothing = policy(tiers=("basic",))
    result = settle(cost(100), person(), {}, nothing)
    assert (result.payments, result.patient_fen) == ((), 100)
    assert result.pool_entries == (("admissions", 1),)


@pytest.mark.parametrize("day", [date(2019, 1, 1), date(2019, 12, 31)])
def test_the_day_alone_changes_nothing_without_a_quota(day: date) -> None:
    terms = policy(tiers=("basic",))
    assert settle(stay("1.00", on=day), person(), {}, terms) == settle(stay("1.00"), person(), {}, terms)

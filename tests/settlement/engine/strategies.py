"""Random policies, people and claims (hypothesis)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from settlement.engine.facts import Claim, CostLine, Facts
from settlement.engine.terms import (
    TIERS,
    Band,
    Cap,
    Condition,
    Deductible,
    Funding,
    FundShare,
    Policy,
    Quota,
    Rule,
    ShareLimit,
    StartThreshold,
    Tier,
    Uplift,
    Waiver,
)

IDENTITIES = ("低保", "特困", "建档立卡")
LEVELS = ("county", "city")
CATEGORIES = ("挂号", "西药")
CHRONIC_VISIT = "outpatient_chronic"
DISEASES = ("l/1", "l/2")
DRUGS = frozenset({"drugs"})
# Small amounts meet edges often, large ones go through every band.
amounts = st.one_of(st.integers(0, 60), st.integers(0, 50_000), st.integers(0, 30_000_000))


@st.composite
def rising_bands(draw: st.DrawFn, start: int = 0) -> tuple[Band, ...]:
    """Contiguous bands with rates that do not fall, the last one open (what the audit asks of a policy)."""
    widths = draw(st.lists(st.integers(1, 40_000), max_size=3))
    rates = sorted(draw(st.lists(st.integers(1, 10_000), min_size=len(widths) + 1, max_size=len(widths) + 1)))
    bands, floor = [], start
    for width, rate in zip(widths, rates, strict=False):
        bands.append(Band(floor_fen=floor, ceiling_fen=floor + width, rate_bp=rate))
        floor += width
    return (*bands, Band(floor_fen=floor, ceiling_fen=None, rate_bp=rates[-1]))


@st.composite
def conditions(draw: st.DrawFn, *, identities: bool = True) -> Condition:
    return Condition(
        identities=draw(st.frozensets(st.sampled_from(IDENTITIES), max_size=2))
        if identities
        else frozenset(),
        hospital_levels=draw(st.sampled_from([frozenset(), frozenset(), frozenset({"county"})])),
    )


@st.composite
def rules(draw: st.DrawFn, tier: Tier, number: int, *, smooth: bool = False) -> Rule:
    """A rule; ``smooth`` leaves out what makes a payment jump: thresholds and start thresholds.

    Pools are the tier's own: rules of one tier share them, two tiers do not.
    """
    by_year = draw(st.booleans())
    low = draw(st.integers(0, 30_000))
    threshold = not smooth and draw(st.booleans())
    on_excess = not threshold and draw(st.booleans())
    catch_up = by_year and draw(st.booleans())
    starts = catch_up and not smooth and draw(st.booleans())
    pools = draw(
        st.sampled_from([(), (f"{tier}:paid",), ("", f"{tier}:all"), (f"{tier}:paid", f"{tier}:all")])
    )
    return Rule(
        code=f"{tier}{number}",
        tier=tier,
        condition=draw(conditions()),
        measured="year" if by_year else "visit",
        accrual="catch_up" if catch_up else "incremental",
        base_pool=f"{tier}:base" if by_year else "",
        paid_pool=f"{tier}:caught_up" if catch_up else "",
        starts=StartThreshold(pool="basic:base", reaches_fen=draw(st.integers(0, 50_000)))
        if starts
        else None,
        deductible=Deductible(
            amounts_fen=draw(st.sampled_from([(low,), (low, low // 2)])), threshold_only=threshold
        ),
        bands=draw(rising_bands(0 if on_excess else draw(st.sampled_from([0, low])))),
        bands_on_excess=on_excess,
        caps=tuple(Cap(limit_fen=draw(st.integers(0, 100_000)), pool=pool) for pool in pools),
        scale_bp=draw(st.sampled_from([10_000, 10_000, 5_000, 3_333])),
        requires_quota=tier == "backstop",
        funding="fund",
    )


@st.composite
def uplifts(draw: st.DrawFn, tier: Tier, number: int) -> Uplift:
    kind: Any = draw(
        st.sampled_from(
            ["deductible_scale", "deductible_waive", "deductible_waive_first", "rate_add", "rate_floor",
             "rate_cut", "no_cap", "drug_rate_add"]
        )
    )  # fmt: skip
    # A penalty never hangs on an identity: being poor must not cost anything.
    return Uplift(
        code=f"{tier}+{number}",
        tier=tier,
        kind=kind,
        value=draw(st.integers(0, 3)) if kind == "deductible_waive_first" else draw(st.integers(0, 10_000)),
        condition=replace(
            draw(conditions(identities=kind != "rate_cut")),
            drug_lists=DRUGS if kind == "drug_rate_add" else frozenset(),
        ),
        lost_without_referral=draw(st.booleans()),
    )


@st.composite
def policies(draw: st.DrawFn, *, smooth: bool = False) -> Policy:
    tiers = tuple(t for t in TIERS if draw(st.booleans())) or ("basic",)
    shares = draw(st.lists(st.integers(0, 9), min_size=1, max_size=3).filter(sum))
    waivers = () if smooth else tuple(draw(st.lists(bill_waivers(), max_size=2)))
    ceilings = () if smooth else tuple(draw(st.lists(share_limits(), max_size=1)))
    return Policy(
        code="random",
        city="随机市",
        tiers=tiers,
        rules=tuple(draw(rules(t, n, smooth=smooth)) for t in tiers for n in range(draw(st.integers(0, 3)))),
        fundings=(
            Funding(
                code="fund", shares=tuple(FundShare(fund=f"f{i}", weight=w) for i, w in enumerate(shares))
            ),
        ),
        uplifts=tuple(draw(uplifts(t, n)) for t in tiers for n in range(draw(st.integers(0, 2)))),
        waivers=waivers,
        out_of_catalogue=tuple(draw(st.lists(share_limits(), max_size=1))),
        overall_ceilings=ceilings,
        quotas={
            d: Quota(disease=d, period=draw(st.sampled_from(["visit", "quarter"])), amount_fen=draw(amounts))
            for d in DISEASES
        },
        quota_visit_types=frozenset({CHRONIC_VISIT}),
        rounding_unit_fen=1 if smooth else draw(st.sampled_from([1, 1, 100])),
    )


@st.composite
def bill_waivers(draw: st.DrawFn) -> Waiver:
    categories = draw(st.frozensets(st.sampled_from(CATEGORIES), max_size=2))
    return Waiver(
        code="减免",
        rate_bp=draw(st.integers(0, 10_000)),
        categories=categories,
        stage="bill" if categories else draw(st.sampled_from(["bill", "patient_share"])),
        condition=draw(conditions()),
    )


@st.composite
def share_limits(draw: st.DrawFn) -> ShareLimit:
    return ShareLimit(code="比例", share_bp=draw(st.integers(0, 10_000)), condition=draw(conditions()))


@st.composite
def cost_lines(draw: st.DrawFn) -> CostLine:
    parts = draw(st.tuples(amounts, *[st.one_of(st.just(0), amounts)] * 3))
    return CostLine(
        line_no=1,
        category=draw(st.sampled_from(CATEGORIES)),
        amount_fen=sum(parts),
        in_scope_fen=parts[0],
        excluded_fen=parts[1],
        over_limit_fen=parts[2],
        upfront_fen=parts[3],
        drug_lists=draw(st.sampled_from([frozenset(), DRUGS])),
    )


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    chronic = draw(st.booleans())
    lines = tuple(draw(st.lists(cost_lines(), max_size=3)))
    return Claim(
        on=date(2019, 1, 1) + timedelta(days=draw(st.integers(0, 364))),
        visit_type=CHRONIC_VISIT if chronic else draw(st.sampled_from(["inpatient", "outpatient"])),
        hospital_level=draw(st.sampled_from(LEVELS)),
        place="in_county",
        referral=draw(st.sampled_from(["not_needed", "not_referred"])),
        chronic_disease=draw(st.sampled_from(DISEASES)) if chronic else "",
        diseases=draw(st.frozensets(st.sampled_from(DISEASES))),
        drug_lists=frozenset().union(*[line.drug_lists for line in lines]),
        lines=lines,
    )


@st.composite
def people(draw: st.DrawFn) -> Facts:
    return Facts(
        identities=draw(st.frozensets(st.sampled_from(IDENTITIES))),
        insurance_type="residents",
        age_years=draw(st.integers(0, 90)),
    )


def years() -> st.SearchStrategy[dict[str, int]]:
    """Pools as earlier claims may have left them."""
    names = [f"{tier}:{kind}" for tier in TIERS for kind in ("base", "paid", "all", "caught_up")]
    return st.dictionaries(st.sampled_from(names), amounts, max_size=6)

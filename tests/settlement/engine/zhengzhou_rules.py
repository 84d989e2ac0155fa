"""Provisional ordinary terms of Henan (待核实) and what 郑州 adds, written out for the engine's tests."""

from collections.abc import Iterable

from settlement.engine.terms import Policy, Quota, Rule, StartThreshold, Uplift, Waiver
from tests.settlement.engine.build import (
    bands,
    cap,
    cite,
    deductible,
    flat,
    policy,
    rule,
    when,
    yuan,
)

FREE_ITEMS = frozenset({"挂号", "注射", "换药", "救护车"})
CHRONIC = "zhengzhou37/11"

# level: deductible, edge between the bands, rate below, rate above
BASIC = {
    "township": ("200.00", "800.00", "70%", "90%"),
    "county": ("400.00", "1500.00", "63%", "83%"),
    "city_second": ("500.00", "3000.00", "55%", "75%"),
    "city_third": ("900.00", "4000.00", "53%", "72%"),
    "province_third": ("1500.00", "7000.00", "50%", "68%"),
}


def basic_rules() -> tuple[Rule, ...]:
    return tuple(
        rule(
            f"统筹{level}",
            "basic",
            condition=when(hospital_levels=level, visit_types="inpatient"),
            deductible=deductible(low),
            bands=bands((low, edge, below), (edge, "", above)),
        )
        for level, (low, edge, below, above) in BASIC.items()
    )


def critical_rule(code: str, low: str, rows: Iterable[tuple[str, str, str]], limit: str = "") -> Rule:
    return rule(
        code,
        "critical",
        measured="year",
        base_pool="critical:base",
        deductible=deductible(low),
        bands=bands(*rows),
        caps=(cap(limit, "critical:paid"),) if limit else (),
    )


CRITICAL_2017 = critical_rule(
    "大病2017", "15000.00",
    [("15000.00", "50000.00", "50%"), ("50000.00", "100000.00", "60%"), ("100000.00", "", "70%")],
    "400000.00",
)  # fmt: skip
CRITICAL_2018_POOR = critical_rule(
    "大病2018贫困", "7500.00",
    [("7500.00", "50000.00", "80%"), ("50000.00", "100000.00", "85%"), ("100000.00", "", "95%")],
)  # fmt: skip
CRITICAL_2019 = critical_rule(
    "大病2019", "11000.00", [("11000.00", "100000.00", "60%"), ("100000.00", "", "70%")], "400000.00"
)
CRITICAL_2019_POOR = critical_rule(
    "大病2019贫困", "5500.00", [("5500.00", "100000.00", "85%"), ("100000.00", "", "95%")]
)
SUPPLEMENTARY = rule(
    "大病补充",
    "supplementary",
    measured="year",
    base_pool="supplementary:base",
    deductible=deductible("3000.00"),
    bands=bands(
        ("3000.00", "5000.00", "30%"), ("5000.00", "10000.00", "40%"), ("10000.00", "15000.00", "50%"),
        ("15000.00", "50000.00", "80%"), ("50000.00", "", "90%"),
    ),
)  # fmt: skip


def only(terms: Rule) -> Policy:
    """A policy of one rule: its base is the claim's whole in-scope cost."""
    return policy(terms)


def four_tiers_2018() -> Policy:
    return policy(
        *basic_rules(),
        CRITICAL_2018_POOR,
        SUPPLEMENTARY,
        rule("救助", "assistance", bands=flat("70%"), caps=(cap("10000.00", "assistance:year"),)),
    )


def chronic(quota: str | None = "5000.00") -> Policy:
    """Chronic outpatient visits with a quota and the county's backstop (郑卫〔2017〕214号 三(一))."""
    condition = when(visit_types="outpatient_chronic")
    return policy(
        rule("慢性病门诊", "basic", condition=condition, bands=flat("65%")),
        CRITICAL_2018_POOR,
        SUPPLEMENTARY,
        rule(
            "兜底", "backstop", bands=flat("100%"), requires_quota=True,
            condition=when(visit_types="outpatient_chronic", identities="建档立卡", certified=True),
            citation=cite("郑卫〔2017〕214号 三(一)"),
        ),
        quotas={
            CHRONIC: Quota(
                disease=CHRONIC, period="quarter", amount_fen=yuan(quota) if quota is not None else None
            )
        },
        quota_visit_types=frozenset({"outpatient_chronic"}),
    )  # fmt: skip


def waivers_2019() -> Policy:
    """郑卫农卫〔2019〕5号 二(一): free items, a tenth off the rest; the deductible only inside the county."""
    where = when(places="in_county municipal", identities="建档立卡", visit_types="inpatient")
    return policy(
        *basic_rules(),
        waivers=(
            Waiver(code="四免", rate_bp=10_000, categories=FREE_ITEMS, condition=where),
            Waiver(code="减一成", rate_bp=1_000, condition=where),
        ),
        uplifts=(
            Uplift(
                code="县内免起付", tier="basic", kind="deductible_waive",
                condition=when(places="in_county", identities="建档立卡"),
                citation=cite("郑卫农卫〔2019〕5号 二(一)"),
            ),
        ),
    )  # fmt: skip


def assistance_catch_up() -> Policy:
    """Assistance that waits for the supplementary deductible (郑民文〔2017〕131号 三(六))."""
    return policy(
        rule("统筹", "basic", bands=flat("50%")),
        SUPPLEMENTARY,
        rule(
            "救助补算",
            "assistance",
            measured="year",
            accrual="catch_up",
            base_pool="assistance:base",
            paid_pool="assistance:paid",
            starts=StartThreshold(pool="supplementary:base", reaches_fen=yuan("3000.00")),
            bands=flat("70%"),
            caps=(cap("10000.00", "assistance:paid"),),
            citation=cite("郑民文〔2017〕131号 三(六)"),
        ),
    )

"""Every worked row of docs/settlement.md is computed here and must stand in the text."""

from pathlib import Path

import pytest

from common.money import format_yuan, split_by_weights
from settlement.engine.facts import Claim, Facts
from settlement.engine.result import Settlement
from settlement.engine.settle import settle
from settlement.engine.terms import Policy, Uplift, UpliftKind
from tests.settlement.engine.anshan_rules import ALL, ORDINARY, SIXTEEN, anshan
from tests.settlement.engine.build import (
    after,
    claim,
    deductible,
    flat,
    line,
    paid,
    pay,
    person,
    policy,
    rule,
    yuan,
)
from tests.settlement.engine.qiannan_rules import qiannan_assistance
from tests.settlement.engine.test_engine_around import ceiling, staged
from tests.settlement.engine.test_engine_drugs import POOR
from tests.settlement.engine.test_engine_drugs import terms as drug_terms
from tests.settlement.engine.test_engine_drugs import visit as bill_with_drugs
from tests.settlement.engine.test_engine_given import CRITICAL as GIVEN
from tests.settlement.engine.test_engine_given import FULL, TWO_TIERS
from tests.settlement.engine.zhengzhou_rules import (
    CHRONIC,
    CRITICAL_2019,
    assistance_catch_up,
    basic_rules,
    chronic,
    four_tiers_2018,
    only,
)

TEXT = (Path(__file__).parents[3] / "docs" / "settlement.md").read_text(encoding="utf-8")


def row(*cells: int | str) -> str:
    return "| " + " | ".join(format_yuan(c) if isinstance(c, int) else c for c in cells) + " |"


def tiers(result: Settlement, *names: str) -> list[int]:
    return [paid(result, name) for name in names]


def year_of(terms: Policy, who: Facts, visits: list[Claim]) -> list[tuple[Settlement, dict[str, int]]]:
    year: dict[str, int] = {}
    rows = []
    for visit in visits:
        result = settle(visit, who, year, terms)
        year = after(year, result)
        rows.append((result, year))
    return rows


def bill_rows() -> list[str]:
    bill = line("18808.16", excluded="2533.97", over_limit="1396.89", upfront="703.44")
    result = pay(policy(tiers=("basic",)), "", lines=(bill,))
    return [
        row(
            result.excluded_fen,
            result.over_limit_fen,
            result.upfront_fen,
            result.in_scope_fen,
            result.total_fen,
        )
    ]


UPLIFTS: dict[str, list[tuple[UpliftKind, int]]] = {
    "none": [],
    "add 5 points": [("rate_add", 500)],
    "add 5 points, add 3 points": [("rate_add", 500), ("rate_add", 300)],
    "floor 60 %, add 5 points": [("rate_floor", 6_000), ("rate_add", 500)],
    "floor 60 %, add 15 points": [("rate_floor", 6_000), ("rate_add", 1_500)],
    "add 60 points, cut 20 points": [("rate_add", 6_000), ("rate_cut", 2_000)],
    "deductible × 50 %": [("deductible_scale", 5_000)],
    "deductible × 50 %, deductible waived": [("deductible_scale", 5_000), ("deductible_waive", 0)],
}


def uplift_rows() -> list[str]:
    rows = []
    for name, kinds in UPLIFTS.items():
        terms = policy(
            rule("统筹", "basic", deductible=deductible("1000.00"), bands=flat("50%")),
            uplifts=tuple(Uplift(code=k, tier="basic", kind=k, value=v) for k, v in kinds),
        )
        rows.append(row(name, paid(pay(terms, "10000.00"), "basic")))
    return rows


def waiver_rows() -> list[str]:
    rows = []
    for stage in ("bill", "before_assistance", "patient_share"):
        result = pay(staged(stage), "", lines=(line("1000.00", excluded="200.00"),))
        rows.append(row(stage, result.waived_fen, *tiers(result, "basic", "assistance"), result.patient_fen))
    return rows


def quota_rows() -> list[str]:
    who = person("建档立卡", certified_diseases=frozenset({CHRONIC}))
    visits = [
        claim(cost, visit_type="outpatient_chronic", chronic_disease=CHRONIC)
        for cost in ("4400.00", "1000.00", "1000.00")
    ]
    return [
        row(
            result.in_scope_fen,
            *tiers(result, "basic", "backstop"),
            result.over_quota_fen,
            result.patient_fen,
        )
        for result, _ in year_of(chronic(), who, visits)
    ]


def band_rows() -> list[str]:
    terms = policy(*basic_rules())
    amounts = ("399.99", "400.00", "400.01", "1500.00", "20000.00")
    return [row(cost, paid(pay(terms, cost), "basic")) for cost in amounts]


def year_rows() -> list[str]:
    rows, before = [], 0
    visits = [claim(cost) for cost in ("8000.00", "6000.00", "20000.00")]
    for result, _ in year_of(only(CRITICAL_2019), person(), visits):
        rows.append(row(result.in_scope_fen, before, paid(result, "critical")))
        before += result.in_scope_fen
    return [*rows, row(before, 0, paid(pay(only(CRITICAL_2019), "34000.00"), "critical"))]


def pool_rows() -> list[str]:
    sixteen = {"disease_lists": frozenset({SIXTEEN})}
    visits = [claim("18000.00", **sixteen), claim("5000.00"), claim("18000.00", **sixteen)]
    names = ("one of the 16", "ordinary", "one of the 16")
    return [
        row(name, result.in_scope_fen, paid(result, "assistance"), year.get(ORDINARY, 0), year[ALL])
        for name, (result, year) in zip(names, year_of(anshan(), person("低保"), visits), strict=True)
    ]


def choice_rows() -> list[str]:
    rows = []
    for rest in ("5000.00", "14285.71", "18000.00"):
        visit = claim(rest, disease_lists=frozenset({SIXTEEN}))
        payment = settle(visit, person("特困"), {}, anshan()).payments[0]
        rows.append(row(rest, payment.paid_fen, payment.rule))
    return rows


def catch_up_rows() -> list[str]:
    visits = [claim("5000.00"), claim("1200.00"), claim("3000.00"), claim(year_end=True)]
    names = ("basic", "supplementary", "assistance")
    return [
        row(
            result.total_fen if result.total_fen else "year end",
            *tiers(result, *names),
            result.account_fen,
            result.patient_fen,
        )
        for result, _ in year_of(assistance_catch_up(), person(), visits)
    ]


def ceiling_rows() -> list[str]:
    rows = []
    for share in ("95%", "85%"):
        result = pay(ceiling(share), "1000.00")
        rows.append(row(share, *tiers(result, "basic", "critical", "assistance"), result.patient_fen))
    return rows


def outside_rows() -> list[str]:
    rows = []
    for approved, said in ((False, "no"), (True, "yes")):
        visit = claim(lines=(line("16500.00", excluded="3500.00"),), out_of_catalogue_approved=approved)
        result = settle(visit, person("特困"), {}, qiannan_assistance())
        rows.append(
            row(
                result.total_fen,
                result.excluded_fen,
                said,
                result.hospital_borne_fen,
                result.patient_fen,
            )
        )
    return rows


def four_tier_rows() -> list[str]:
    result = pay(four_tiers_2018(), "60000.00", hospital_level="city_third")
    names = ("basic", "critical", "supplementary", "assistance")
    return [row("60000.00", *tiers(result, *names), result.patient_fen)]


def fund_rows() -> list[str]:
    return [
        row(amount, shares, ", ".join(map(format_yuan, split_by_weights(yuan(amount), weights))))
        for amount, shares, weights in (
            ("0.01", "1:1", (1, 1)),
            ("0.03", "5:2:3", (5, 2, 3)),
            ("50.00", "5:2:3", (5, 2, 3)),
        )
    ]


def given_rows() -> list[str]:
    visit = claim("1000.00", given=GIVEN)
    years: tuple[dict[str, int], ...] = (FULL, {})
    results = [settle(visit, person(), year, TWO_TIERS, given_stands=True) for year in years]
    return [
        row(year.get("basic:paid", 0), *tiers(result, "basic", "critical"), result.patient_fen)
        for year, result in zip(years, results, strict=True)
    ]


def drug_rows() -> list[str]:
    low = drug_terms(deductible=deductible("1000.00"))
    bills = (("6000.00", "4000.00"), ("1000.00", "4000.00"), ("500.00", "4000.00"), ("10000.00", "0.00"))
    return [row(*bill, paid(settle(bill_with_drugs(*bill), POOR, {}, low), "basic")) for bill in bills]


@pytest.mark.parametrize(
    "rows",
    [bill_rows, uplift_rows, waiver_rows, quota_rows, band_rows, year_rows, pool_rows, choice_rows,
     catch_up_rows, ceiling_rows, outside_rows, four_tier_rows, fund_rows, given_rows, drug_rows],
)  # fmt: skip
def test_the_worked_table_in_the_documentation_is_what_the_engine_computes(rows: object) -> None:
    # The rows stand together, in this order.
    assert "\n".join(rows()) in TEXT

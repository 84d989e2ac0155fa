"""Worked cases of the mechanics, from tests/cases/mechanics_*.yaml, against rules written out in tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from common.money import format_yuan
from settlement.engine.errors import LinePartsError
from settlement.engine.facts import Claim, CostLine
from settlement.engine.result import Settlement
from settlement.engine.settle import settle
from settlement.engine.terms import TIERS, Policy
from tests.settlement.engine import zhengzhou_rules as zhengzhou
from tests.settlement.engine.anshan_rules import anshan
from tests.settlement.engine.build import after, cap, claim, flat, line, paid, person, policy, rule, yuan
from tests.settlement.engine.qiannan_rules import qiannan, qiannan_assistance

CASES = Path(__file__).parents[2] / "cases"


def three_times_500() -> Policy:
    return policy(*(rule(tier, tier, bands=flat("100%"), caps=(cap("500.00"),))
                    for tier in ("basic", "critical", "assistance")))  # fmt: skip


def same_fund_twice() -> Policy:
    return policy(
        rule("甲", "assistance", benefit="甲", bands=flat("60%")),
        rule("乙", "assistance", benefit="乙", bands=flat("100%")),
    )


RULES: dict[str, Callable[[], Policy]] = {
    "anshan": anshan,
    "qiannan": qiannan,
    "qiannan_assistance": qiannan_assistance,
    "chronic": zhengzhou.chronic,
    "supplementary": lambda: zhengzhou.only(zhengzhou.SUPPLEMENTARY),
    "critical_2017": lambda: zhengzhou.only(zhengzhou.CRITICAL_2017),
    "critical_2018_poor": lambda: zhengzhou.only(zhengzhou.CRITICAL_2018_POOR),
    "critical_2019": lambda: zhengzhou.only(zhengzhou.CRITICAL_2019),
    "critical_2019_poor": lambda: zhengzhou.only(zhengzhou.CRITICAL_2019_POOR),
    "basic": lambda: policy(*zhengzhou.basic_rules()),
    "four_tiers_2018": zhengzhou.four_tiers_2018,
    "waivers_2019": zhengzhou.waivers_2019,
    "assistance_catch_up": zhengzhou.assistance_catch_up,
    "three_times_500": three_times_500,
    "same_fund_twice": same_fund_twice,
    "rate_84": lambda: policy(rule("比例", "basic", bands=flat("84%"))),
}


def all_cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("mechanics_*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            found.append(pytest.param(case, id=f"{case['case']} {case['name']}"))
    return found


def claim_of(row: dict[str, Any]) -> Claim:
    more = {
        name: frozenset(row[key])
        for key, name in {
            "disease_lists": "disease_lists",
            "drug_lists": "drug_lists",
            "designations": "hospital_designations",
        }.items()
        if key in row
    }
    return claim(
        visit_type=row.get("visit", "inpatient"),
        hospital_level=row.get("level", "county"),
        place=row.get("place", "in_county"),
        referral=row.get("referral", "not_needed"),
        chronic_disease=row.get("chronic", ""),
        bed_days=row.get("bed_days", 0),
        out_of_catalogue_approved=row.get("approved", False),
        year_end=row.get("year_end", False),
        lines=lines_of(row),
        **more,
    )


def lines_of(row: dict[str, Any]) -> tuple[CostLine, ...]:
    if row.get("year_end"):
        return ()
    if "lines" in row:
        return tuple(line(no=number, **cost) for number, cost in enumerate(row["lines"], start=1))
    parts = {name: row[name] for name in ("excluded", "over_limit", "upfront") if name in row}
    return (line(row["rest"], **parts),)


def seen(result: Settlement, wanted: str) -> Any:
    """The figure of a settlement that a case names."""
    if wanted in TIERS:
        return format_yuan(paid(result, wanted))
    if wanted == "funds":
        totals: dict[str, int] = {}
        for fund, amount_fen in (part for payment in result.payments for part in payment.funds):
            totals[fund] = totals.get(fund, 0) + amount_fen
        return {fund: format_yuan(amount_fen) for fund, amount_fen in totals.items()}
    if wanted == "rule":
        return result.payments[-1].rule
    assert result.explanation is not None
    if wanted == "why":
        reasons = [tier["why_nothing"] for tier in result.explanation["tiers"] if tier["why_nothing"]]
        return next((why for why in reversed(reasons) if why != "no_rule_matches"), reasons[-1])
    return format_yuan(getattr(result, f"{wanted}_fen"))


@pytest.mark.parametrize("case", all_cases())
def test_the_worked_figure_comes_out(case: dict[str, Any]) -> None:
    terms = RULES[case["rules"]]()
    who = person(
        " ".join(case["identities"]),
        insurance_type=case.get("insurance", "residents"),
        certified_diseases=frozenset(case.get("certified", ())),
    )
    year: dict[str, int] = {}
    for row in case["claims"]:
        result = settle(claim_of(row), who, year, terms)
        expected = row["expect"]
        assert {wanted: seen(result, wanted) for wanted in expected} == expected
        year = after(year, result)
    for pool, amount in case.get("pools", {}).items():
        assert year[pool] == yuan(amount)


def test_a_line_one_fen_off_is_refused() -> None:
    bill = CostLine(
        line_no=1, category="西药", amount_fen=2344247, in_scope_fen=1880816, excluded_fen=253397,
        over_limit_fen=139689, upfront_fen=70344,
    )  # fmt: skip
    with pytest.raises(LinePartsError, match=r"相差 0\.01 元"):
        settle(claim(lines=(bill,)), person(), {}, RULES["rate_84"]())

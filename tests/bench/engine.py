"""How many settlements a second one core makes: ``python -m tests.bench.engine``.

A typical claim of two lines goes through four and five tiers, for somebody with uplifts, amid a year.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from time import process_time

from settlement.engine.compiled import compile_policy
from settlement.engine.settle import settle
from settlement.engine.terms import Policy, Uplift
from tests.settlement.engine.build import claim, flat, line, person, policy, rule, when, yuan
from tests.settlement.engine.zhengzhou_rules import four_tiers_2018

SECONDS = 0.1
ROUNDS = 15
POOR = person("建档立卡")
YEAR = {
    "critical:base": yuan("9000.00"),
    "supplementary:base": yuan("4000.00"),
    "assistance:year": yuan("1500.00"),
    "admissions": 1,
}
BILL = (
    line("28000.00", no=1, category="西药", excluded="900.00", upfront="650.00"),
    line("7400.00", no=2, category="检查"),
)
VISIT = claim(lines=BILL, hospital_level="city_third")


def five_tiers() -> Policy:
    base = four_tiers_2018()
    backstop = rule("兜底", "backstop", bands=flat("100%"), condition=when(identities="建档立卡"))
    uplift = Uplift(
        code="提高五点", tier="basic", kind="rate_add", value=500, condition=when(identities="建档立卡")
    )
    return policy(*base.rules, backstop, uplifts=(uplift,))


def per_second(call: Callable[[], object]) -> int:
    """The best of some rounds: the others were disturbed."""
    best = 0.0
    for _ in range(ROUNDS):
        count, start = 0, process_time()
        while (spent := process_time() - start) < SECONDS:
            for _ in range(200):
                call()
            count += 200
        best = max(best, count / spent)
    return int(best)


def main() -> None:
    """Print settlements a second, without and with explanation."""
    four, five = compile_policy(four_tiers_2018()), compile_policy(five_tiers())
    only_basic = compile_policy(policy(*four_tiers_2018().rules[:5]))
    small = replace(VISIT, lines=(line("120.00"),), visit_type="inpatient")
    explanation = settle(VISIT, POOR, YEAR, five).explanation
    rows: list[tuple[str, Callable[[], object]]] = [
        ("four tiers, all pay", lambda: settle(VISIT, POOR, YEAR, four, explain=False)),
        ("five tiers, all pay", lambda: settle(VISIT, POOR, YEAR, five, explain=False)),
        ("four tiers, nothing above the deductible", lambda: settle(small, POOR, {}, four, explain=False)),
        ("one tier", lambda: settle(VISIT, POOR, YEAR, only_basic, explain=False)),
        ("four tiers, explained", lambda: settle(VISIT, POOR, YEAR, four)),
        ("five tiers, explained", lambda: settle(VISIT, POOR, YEAR, five)),
        ("json of that explanation", lambda: json.dumps(explanation)),
    ]
    for name, call in rows:
        print(f"{name:45} {per_second(call):>10,} /s")


if __name__ == "__main__":
    main()

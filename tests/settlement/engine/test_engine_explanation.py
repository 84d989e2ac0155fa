"""A settlement explains itself: the numbers are those of the result, the sentences can be read."""

import json
from typing import Any

import pytest

from settlement.engine.explain_zh import describe
from settlement.engine.facts import Claim, Facts
from settlement.engine.settle import settle
from settlement.engine.terms import Citation, Policy, ShareLimit, Uplift, Waiver
from tests.settlement.engine.anshan_rules import anshan
from tests.settlement.engine.build import (
    bands,
    cap,
    claim,
    deductible,
    flat,
    given,
    line,
    pay,
    person,
    policy,
    rule,
    when,
    yuan,
)
from tests.settlement.engine.qiannan_rules import qiannan, qiannan_assistance
from tests.settlement.engine.zhengzhou_rules import (
    CHRONIC,
    assistance_catch_up,
    chronic,
    four_tiers_2018,
    waivers_2019,
)

POOR = person("建档立卡")


def explained(terms: Policy, visit: Claim, facts: Facts = POOR, year: Any = None) -> dict[str, Any]:
    explanation = settle(visit, facts, year or {}, terms).explanation
    assert explanation is not None
    return explanation


def the_tier(explanation: dict[str, Any], tier: str) -> dict[str, Any]:
    return next(entry for entry in explanation["tiers"] if entry["tier"] == tier)


def test_without_explain_there_is_none_and_the_figures_are_the_same() -> None:
    visit = claim("60000.00", hospital_level="city_third")
    with_reasons = settle(visit, POOR, {}, four_tiers_2018())
    without = settle(visit, POOR, {}, four_tiers_2018(), explain=False)
    assert without.explanation is None
    assert with_reasons._replace(explanation=None) == without


def test_bands_show_slice_rate_and_exact_amount() -> None:
    basic = the_tier(explained(four_tiers_2018(), claim("20000.00")), "basic")
    assert basic["bands"] == [
        {"floor_fen": 40_000, "ceiling_fen": 150_000, "rate_bp": 6_300, "slice_fen": 110_000,
         "exact_yuan": "693.00"},
        {"floor_fen": 150_000, "rate_bp": 8_300, "slice_fen": 1_850_000, "exact_yuan": "15355.00"},
    ]  # fmt: skip
    assert (basic["base_fen"], basic["before_fen"], basic["paid_fen"]) == (2_000_000, 0, 1_604_800)


def test_a_year_shows_what_was_before_and_only_this_claims_slices() -> None:
    year = {"critical:base": yuan("49000.00")}
    critical = the_tier(explained(qiannan(), claim("10000.00"), person(), year), "critical")
    assert critical["before_fen"] == yuan("49000.00")
    assert critical["bands"][0]["slice_fen"] == critical["base_fen"] == yuan("3350.00")


def test_an_exact_amount_keeps_its_decimals() -> None:
    terms = policy(rule("统筹", "basic", bands=flat("33.33%"), scale_bp=5_000))
    basic = the_tier(explained(terms, claim("0.01")), "basic")
    assert basic["bands"][0]["exact_yuan"] == "0.0016665"


def test_the_deductible_is_shown_before_and_after_with_the_uplifts_that_hold() -> None:
    critical = the_tier(explained(qiannan(), claim("40000.00")), "critical")
    assert critical["deductible"] == {
        "ordinary_fen": 700_000, "effective_fen": 350_000, "threshold_only": False,
    }  # fmt: skip
    assert [uplift["code"] for uplift in critical["uplifts"]] == [
        "大病起付减半",
        "大病提高五点",
        "大病不封顶",
    ]
    assert critical["cap_lifted"] is True


def test_the_gain_over_ordinary_terms_is_split_into_steps_that_add_up() -> None:
    year = {"critical:paid": yuan("248000.00"), "critical:base": yuan("3500.00")}
    critical = the_tier(explained(qiannan(), claim("40000.00"), POOR, year), "critical")
    # Ordinary: 8,500 above 7,000 at 60 % are 5,100, the cap leaves 2,000.
    assert critical["uplift"] == {
        "ordinary_fen": yuan("2000.00"),
        "gain_fen": yuan("5800.00"),
        "items": [
            {"step": "rule", "amount_fen": 0},
            {"step": "deductible", "amount_fen": 0},
            {"step": "rate", "amount_fen": 0},
            {"step": "cap", "amount_fen": yuan("5800.00")},
        ],
    }


def test_the_steps_name_deductible_and_rate_apart() -> None:
    critical = the_tier(explained(qiannan(), claim("40000.00")), "critical")
    assert [item["amount_fen"] for item in critical["uplift"]["items"]] == [0, 210_000, 42_500, 0]


def test_a_rule_for_the_poor_alone_is_gain_altogether() -> None:
    assistance = the_tier(explained(qiannan_assistance(), claim("5000.00")), "assistance")
    assert assistance["uplift"]["ordinary_fen"] == 0
    assert assistance["uplift"]["items"][0] == {"step": "rule", "amount_fen": yuan("3500.00")}


def test_a_gain_cannot_be_stated_while_ordinary_terms_are_missing() -> None:
    terms = policy(
        rule("普通", "basic"),
        rule("贫困", "basic", condition=when(identities="建档立卡"), bands=flat("90%")),
    )
    with pytest.raises(Exception, match="普通"):
        explained(terms, claim("100.00"))
    only_ordinary = rule("普通", "basic", condition=when(identities="普通"))
    basic = the_tier(explained(policy(only_ordinary, terms.rules[1]), claim("100.00")), "basic")
    assert basic["uplift"]["ordinary_fen"] == 0


def test_a_cut_by_the_ceiling_is_a_step_of_its_own() -> None:
    terms = policy(
        rule("统筹", "basic", bands=flat("90%")), overall_ceilings=(ShareLimit(code="八成", share_bp=8_000),)
    )
    explanation = explained(terms, claim("100.00"))
    assert explanation["ceiling"]["cut_fen"] == 1_000
    assert explanation["tiers"][0]["paid_fen"] == 8_000
    assert explanation["tiers"][0]["uplift"]["items"][-1] == {"step": "ceiling", "amount_fen": -1_000}


def test_candidates_not_taken_stay_visible() -> None:
    visit = claim("18000.00", disease_lists=frozenset({"anshan16"}))
    assistance = the_tier(explained(anshan(), visit, person("特困 低保")), "assistance")
    assert assistance["rule"] == "低保十六种"
    assert [(c["rule"], c["amount_fen"], c["why"]) for c in assistance["candidates"]] == [
        ("特困十六种", 1_260_000, "pays_the_same"),
        ("低保住院", 1_000_000, "pays_less"),
        ("特困住院", 1_000_000, "pays_less"),
    ]


def test_caps_show_limit_use_and_room() -> None:
    year = {"assistance:ordinary": 900_000, "assistance:all": 900_000}
    assistance = the_tier(explained(anshan(), claim("5000.00"), person("低保"), year), "assistance")
    assert assistance["caps"] == [
        {"pool": "assistance:ordinary", "limit_fen": 1_000_000, "used_fen": 900_000, "room_fen": 100_000},
        {"pool": "assistance:all", "limit_fen": 2_000_000, "used_fen": 900_000, "room_fen": 1_100_000},
    ]
    assert assistance["funds"] == [
        {"fund": "city", "amount_fen": 50_000}, {"fund": "county", "amount_fen": 50_000},
    ]  # fmt: skip


def alone(**fields: Any) -> Policy:
    return policy(rule("甲", "basic", **fields))


WHY = [
    (alone(condition=when(identities="x"), bands=flat("1%")), {}, {}, "no_rule_matches"),
    (alone(deductible=deductible("9.00"), bands=flat("1%")), {}, {}, "below_deductible"),
    (alone(bands=flat("1%"), caps=(cap("1.00", "p"),)), {"p": 100}, {}, "cap_reached"),
    (alone(bands=flat("0%")), {}, {}, "bands_pay_nothing"),
    (alone(bed_day_fen=1), {}, {}, "no_bed_days"),
    (alone(bands=flat("1%")), {}, {"lines": ()}, "nothing_left"),
    (
        alone(measured="year", base_pool="b", bands=bands(("0.00", "5.00", "9%"))),
        {"b": 500}, {}, "above_last_band",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("terms", "year", "fields", "why"), WHY, ids=[row[3] for row in WHY])
def test_a_tier_that_pays_nothing_says_why(
    terms: Policy, year: dict[str, int], fields: dict[str, Any], why: str
) -> None:
    explanation = pay(terms, "5.00", year, **fields).explanation
    assert explanation is not None
    assert explanation["tiers"][0]["why_nothing"] == why


def test_provisional_numbers_are_marked() -> None:
    terms = policy(
        rule("统筹", "basic", bands=flat("50%"), citation=Citation(provisional=True)),
        uplifts=(
            Uplift(code="加五", tier="basic", kind="rate_add", value=500, citation=Citation(clause="甲")),
        ),
    )
    explanation = explained(terms, claim("100.00"))
    assert explanation["tiers"][0]["provisional"] is True
    assert explanation["tiers"][0]["uplifts"][0]["provisional"] is False
    assert "待核实" in describe(explanation)[0]


def test_the_sentences_of_a_settlement() -> None:
    terms = policy(
        rule("县级住院", "basic", deductible=deductible("400.00"),
             bands=bands(("400.00", "1500.00", "63%"), ("1500.00", "", "83%")),
             citation=Citation(provisional=True)),
        rule("低保救助", "assistance", condition=when(identities="低保"), bands=flat("70%"),
             caps=(cap("10000.00", "p"),), citation=Citation(clause="郑民文〔2017〕131号 二(四)")),
    )  # fmt: skip
    assert describe(explained(terms, claim("2000.00"), person("低保"), {"p": yuan("9900.00")})) == [
        "基本医疗保险（县级住院）：本次基数 2,000.00 元；起付线 400.00 元；"
        "400.00 元至 1,500.00 元部分 1,100.00 元按 63% 支付 693.00 元；"
        "1,500.00 元以上部分 500.00 元按 83% 支付 415.00 元；"
        "本次支付 1,108.00 元（fund 1,108.00 元）（待核实）。",
        "医疗救助（低保救助）：本次基数 892.00 元；全部 892.00 元按 70% 支付 624.40 元；"
        "年度封顶线 10,000.00 元，此前已用 9,900.00 元，还可支付 100.00 元；"
        "本次支付 100.00 元（fund 100.00 元）；"
        "依据 郑民文〔2017〕131号 二(四)。",
        "　提高待遇部分：普通待遇 0.00 元，提高 100.00 元（适用专门规则 100.00 元）。",
        "总费用 2,000.00 元，减免 0.00 元，各层次支付 1,208.00 元，医院承担 0.00 元，个人自付 792.00 元。",
    ]  # fmt: skip


WHOLE = [
    (four_tiers_2018(), claim("60000.00", hospital_level="city_third"), POOR, {}),
    (qiannan(), claim("40000.00", referral="not_referred"), POOR, {}),
    (anshan(), claim("5000.00", bed_days=9, disease_lists=frozenset({"severe_mental"}),
                     hospital_designations=frozenset({"psychiatric"})), person("低保"), {}),
    (qiannan_assistance(), claim(lines=(line("16500.00", excluded="3500.00"),)), POOR, {}),
    (qiannan_assistance(), claim(lines=(line("16500.00", excluded="3500.00"),),
                                 out_of_catalogue_approved=True), POOR, {}),
    (chronic(), claim("6000.00", visit_type="outpatient_chronic", chronic_disease=CHRONIC), POOR, {}),
    (waivers_2019(), claim(lines=(line("10.00", category="挂号"), line("9990.00", no=2))), POOR, {}),
    (assistance_catch_up(), claim("100.00"), person(),
     {"assistance:base": 500_000, "supplementary:base": 500_000}),
    (assistance_catch_up(), claim(year_end=True), person(), {"assistance:base": 1_000}),
    (four_tiers_2018(), claim("100.00", given=(given("critical", "10.00"),)), person(), {}),
    (policy(rule("床日", "assistance", bed_day_fen=5, scale_bp=5_000, caps=(cap("1.00"),)),
            waivers=(Waiver(code="甲", rate_bp=100, stage="before_assistance"),
                     Waiver(code="乙", rate_bp=100, stage="patient_share"))),
     claim("100.00", bed_days=3), person(), {}),
]  # fmt: skip


@pytest.mark.parametrize("whole", WHOLE)
def test_every_explanation_is_json_and_can_be_read(
    whole: tuple[Policy, Claim, Facts, dict[str, int]],
) -> None:
    terms, visit, facts, year = whole
    explanation = explained(terms, visit, facts, year)
    assert json.loads(json.dumps(explanation)) == explanation
    only_plain(explanation)
    sentences = describe(explanation)
    assert all(sentence.endswith("。") for sentence in sentences)
    assert sentences[-1].startswith("总费用")


def only_plain(node: object) -> None:
    if isinstance(node, dict):
        assert all(isinstance(key, str) for key in node)
        for value in node.values():
            only_plain(value)
    elif isinstance(node, list):
        for value in node:
            only_plain(value)
    else:
        assert isinstance(node, int | str)


def test_waivers_of_every_stage_add_up_in_the_explanation() -> None:
    result = settle(WHOLE[-1][1], person(), {}, WHOLE[-1][0])
    assert result.explanation is not None
    rows = [(row["code"], row["waived_fen"]) for row in result.explanation["waivers"]]
    assert rows == [("甲", 100), ("乙", 99)]
    assert result.waived_fen == 199

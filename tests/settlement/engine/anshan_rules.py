"""Assistance by 鞍医保发〔2019〕37号 三(二), written out for the engine's tests; earlier tiers are left out.

``assistance:ordinary`` counts ordinary stays; ``assistance:all`` counts them with the catastrophic ones,
whose limit is "another 10,000" on top: 20,000 together.
"""

from settlement.engine.terms import Funding, FundShare, Policy, Rule
from tests.settlement.engine.build import cap, cite, flat, policy, rule, when, yuan

SIXTEEN, SEVEN = "anshan16", "anshan7"
ORDINARY, ALL = "assistance:ordinary", "assistance:all"
LAW = "鞍医保发〔2019〕37号 三(二)"


def _inpatient(code: str, who: str, rate: str, limit: str, clause: str) -> Rule:
    return rule(
        code,
        "assistance",
        benefit="inpatient",
        condition=when(identities=who, visit_types="inpatient", insurance_types="residents"),
        bands=flat(rate),
        caps=(cap(limit, ORDINARY), cap("20000.00", ALL)),
        funding="basic_assistance",
        citation=cite(LAW + clause),
    )


def _catastrophic(code: str, who: str, rate: str, limit: str, clause: str, *, listed: str = SIXTEEN) -> Rule:
    return rule(
        code,
        "assistance",
        benefit="inpatient",
        condition=when(
            identities=who, visit_types="inpatient", disease_lists=listed, insurance_types="residents"
        ),
        bands=flat(rate),
        caps=(cap(limit, ALL),),
        funding="catastrophic",
        citation=cite(LAW + clause),
    )


def _outpatient(code: str, who: str, rate: str, clause: str) -> Rule:
    return rule(
        code,
        "assistance",
        benefit="outpatient",
        condition=when(identities=who, visit_types="outpatient"),
        bands=flat(rate),
        caps=(cap("100.00", "assistance:outpatient"),),
        funding="basic_assistance",
        citation=cite(LAW + clause),
    )


def _special(code: str, who: str, rate: str, clause: str) -> Rule:
    return rule(
        code,
        "assistance",
        benefit="special",
        condition=when(identities=who, visit_types="outpatient_special", drug_lists="anti_rejection"),
        bands=flat(rate),
        caps=(cap("10000.00", "assistance:special"),),
        funding="basic_assistance",
        citation=cite(LAW + clause),
    )


def anshan() -> Policy:
    employees = rule(
        "低保职工住院",
        "assistance",
        benefit="inpatient",
        condition=when(identities="低保", visit_types="inpatient", insurance_types="employees"),
        bands=flat("70%"),
        caps=(cap("10000.00", ORDINARY), cap("20000.00", ALL)),
        scale_bp=5_000,
        funding="basic_assistance",
        citation=cite(LAW + "5(5)"),
    )
    bed_days = rule(
        "精神障碍床日",
        "assistance",
        benefit="bed_days",
        condition=when(
            identities="低保 特困 建档立卡",
            visit_types="inpatient",
            hospital_designations="psychiatric",
            disease_lists="severe_mental",
        ),
        bed_day_fen=yuan("20.00"),
        funding="basic_assistance",
        citation=cite(LAW + "5(3)"),
    )
    basic = rule(
        "建档立卡门诊",
        "basic",
        condition=when(
            identities="建档立卡", visit_types="outpatient", hospital_levels="second first",
            ownerships="public",
        ),
        bands=flat("90%"),
        caps=(cap("2000.00", "basic:outpatient"),),
        citation=cite(LAW + "1(2)"),
    )  # fmt: skip
    return policy(
        basic,
        # Among equal payments the first listed holds: a catastrophic stay must not use up the ordinary limit.
        _catastrophic("低保十六种", "低保", "70%", "20000.00", "2(5)"),
        _catastrophic("特困十六种", "特困", "70%", "20000.00", "3(5)"),
        _catastrophic("低收入十六种", "低收入", "50%", "10000.00", "4(2)"),
        _catastrophic("建档立卡七种", "建档立卡", "70%", "10000.00", "1(4)", listed=SEVEN),
        _inpatient("低保住院", "低保", "70%", "10000.00", "2(4)"),
        _inpatient("特困住院", "特困", "100%", "10000.00", "3(4)"),
        _inpatient("低收入住院", "低收入", "50%", "5000.00", "4(1)"),
        employees,
        _outpatient("低保门诊", "低保", "60%", "2(2)"),
        _outpatient("特困门诊", "特困", "100%", "3(2)"),
        _special("低保特病", "低保", "70%", "2(3)"),
        _special("特困特病", "特困", "100%", "3(3)"),
        bed_days,
        code="anshan-2019",
        city="鞍山市",
        fundings=(
            Funding(code="fund", shares=(FundShare(fund="residents", weight=1),)),
            Funding(
                code="basic_assistance",
                shares=(FundShare(fund="city", weight=1), FundShare(fund="county", weight=1)),
                citation=cite("鞍医保发〔2019〕37号 四(三)2"),
            ),
            Funding(
                code="catastrophic",
                shares=(FundShare(fund="city", weight=1),),
                citation=cite("鞍医保发〔2019〕37号 四(三)1"),
            ),
        ),
    )

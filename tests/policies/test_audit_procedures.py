"""The audit of premium aid: what blocks a publication, what must be confirmed."""

from dataclasses import replace

import pytest

from policies.audit import Severity, audit_row
from policies.pack.reader import read_pack_file
from policies.pack.rows import Row
from tests.policies.packs import PACKS


def pack(code: str) -> Row:
    found = read_pack_file(PACKS / f"{code}.yaml").policy
    assert found is not None
    return found


def with_rows(policy: Row, section: str, rows: list[Row]) -> Row:
    return replace(policy, children={**policy.children, section: rows})


def changed(policy: Row, section: str, code: str, **values: object) -> Row:
    rows = [
        replace(row, values={**row.values, **values}) if row.text("code") == code else row
        for row in policy.children[section]
    ]
    return with_rows(policy, section, rows)


def without(policy: Row, section: str, code: str) -> Row:
    return with_rows(policy, section, [row for row in policy.children[section] if row.text("code") != code])


def found(policy: Row, kind: str) -> list[tuple[str, str]]:
    return [(item.severity, str(item)) for item in audit_row(policy) if item.kind == kind]


@pytest.mark.parametrize(
    "code",
    [
        "anshan-2019",
        "qiannan-2019",
        "zhengzhou-2017",
        "zhengzhou-2017-11",
        "zhengzhou-2018",
        "zhengzhou-2019",
    ],
)
def test_the_shipped_packs_have_only_provisional_findings(code):
    assert {finding.severity for finding in audit_row(pack(code))} == {Severity.PROVISIONAL}


def test_a_year_without_contribution_is_an_error():
    two_years = pack("zhengzhou-2018")
    end = two_years.values["valid_to"].replace(year=2020)
    two_years = replace(two_years, values={**two_years.values, "valid_to": end})
    assert found(two_years, "contribution_missing") == [
        (
            "error",
            "policy:zhengzhou-2018：有参保资助，但没有 2019 年“城乡居民基本医疗保险”的个人缴费标准。",
        )
    ]


def test_aid_that_takes_off_an_unknown_subsidy_is_an_error():
    unknown = changed(pack("zhengzhou-2018"), "contributions", "residents", central_subsidy_fen=None)
    assert found(unknown, "central_subsidy_missing") == [
        ("error", "contributions:residents：有资助须扣除中央财政补助，但没有填写 central_subsidy。")
    ]


def test_a_county_class_that_nobody_bears_is_an_error():
    qiannan = pack("qiannan-2019")
    other = changed(qiannan, "fundings", "assistance", county_classes=["非贫困县"])
    incomplete = without(other, "fundings", "premium-aid-class-3")
    assert found(incomplete, "aid_shares_incomplete") == [
        (
            "error",
            "premium_aids:registered-poor：资金方案“premium-aid-registered-poor”没有写明“非贫困县”由谁分担。",
        )
    ]


def test_an_identity_that_no_fund_bears_is_an_error():
    anshan = changed(pack("anshan-2019"), "fundings", "premium-aid-others", identities=["minimum_living"])
    assert [text for _, text in found(anshan, "aid_shares_incomplete")] == [
        "premium_aids:extreme-poverty：资金方案“premium-aid-others”没有写明特困供养人员由谁分担。",
        "premium_aids:extreme-poverty：资金方案“premium-aid-others”没有写明孤儿由谁分担。",
    ]


def test_aid_above_the_contribution_must_be_confirmed():
    high = changed(pack("qiannan-2019"), "premium_aids", "registered-poor", amount_fen=22_001)
    assert found(high, "aid_above_contribution") == [
        (
            "warning",
            "premium_aids:registered-poor："
            "定额 220.01 元高于个人缴费 220.00 元（2019 年），只资助到个人缴费。",
        )
    ]
    exact = changed(pack("qiannan-2019"), "premium_aids", "registered-poor", amount_fen=22_000)
    assert found(exact, "aid_above_contribution") == []


def test_an_identity_that_is_not_mentioned_must_be_confirmed():
    gap = without(pack("anshan-2019"), "premium_aids", "low-income")
    assert found(gap, "aid_identity_gap") == [
        ("warning", "policy:anshan-2019：没有写明低收入救助对象是否资助参保；不资助的请写“不资助”。")
    ]

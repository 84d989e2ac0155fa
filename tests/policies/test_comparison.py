"""Two packs side by side: what changed from 2018 to 2019, and that nothing differs from itself."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.comparison import Difference, Kind, compare, policies_compare
from policies.comparison_words import Dictionary
from policies.models import Policy
from policies.pack.reader import read_pack_file
from policies.pack.rows import Row
from tests.policies.packs import PACKS

WORDS = Dictionary()
POOR = "大病保险（困难群众）"


def shipped() -> dict[str, Row]:
    """Every shipped pack as its file says it."""
    files = [read_pack_file(path) for path in sorted(PACKS.glob("*.yaml"))]
    return {file.policy.text("code"): file.policy for file in files if file.policy is not None}


ROWS = shipped()


@pytest.fixture
def years(drafts: dict[str, Policy]) -> list[Difference]:
    return policies_compare(left=drafts["zhengzhou-2018"], right=drafts["zhengzhou-2019"])


def of(differences: list[Difference], row: str) -> dict[str, tuple[str, str]]:
    return {item.field: (item.left, item.right) for item in differences if item.row == row}


@given(st.sampled_from(sorted(ROWS)))
def test_a_pack_does_not_differ_from_itself(code: str) -> None:
    assert compare(ROWS[code], ROWS[code], words=WORDS) == []
    same = compare(ROWS[code], ROWS[code], words=WORDS, unchanged=True)
    assert same
    assert {item.kind for item in same} == {Kind.SAME}


@given(st.sampled_from(sorted(ROWS)), st.sampled_from(sorted(ROWS)))
def test_turned_round_what_was_added_is_removed(left: str, right: str) -> None:
    there = compare(ROWS[left], ROWS[right], words=WORDS)
    back = compare(ROWS[right], ROWS[left], words=WORDS)
    turned = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED, Kind.CHANGED: Kind.CHANGED}
    assert sorted((item.section, item.left, item.right, item.kind) for item in there) == sorted(
        (item.section, item.right, item.left, turned[item.kind]) for item in back
    )


def test_the_critical_deductible_of_the_poor_fell_in_2019(years: list[Difference]) -> None:
    changes = of(years, POOR)
    assert changes["起付线（元，按住院次序）"] == ("7,500.00", "5,500.00")
    assert changes["分段"] == (
        "7,500.00–50,000.00 80%；50,000.00–100,000.00 85%；100,000.00 以上 95%",
        "5,500.00–100,000.00 85%；100,000.00 以上 95%",
    )
    clauses = {(item.clause_left, item.clause_right) for item in years if item.row == POOR}
    assert clauses == {("郑民文〔2017〕131号 二(三)", "郑民文〔2017〕131号 二(三)")}


def test_the_waivers_are_new_in_2019(years: list[Difference]) -> None:
    waivers = [item for item in years if item.section == "减免"]
    assert [(item.row, item.kind) for item in waivers] == [
        ("免挂号费、注射费、换药费、救护车费（县域内）", Kind.ADDED),
        ("住院费用减免 10%（县域内）", Kind.ADDED),
        ("免挂号费、注射费、换药费、救护车费（市级医疗机构）", Kind.ADDED),
        ("住院费用减免 10%（市级医疗机构）", Kind.ADDED),
    ]
    assert waivers[0].left == ""
    assert waivers[0].right.startswith("减免比例：100%；费用类别：挂号费、注射费、换药费、救护车费；")
    assert (waivers[0].clause_left, waivers[0].clause_right) == ("", "郑卫农卫〔2019〕5号 二(一)")


def test_the_head_and_the_parameters_are_compared_too(years: list[Difference]) -> None:
    assert of(years, "")["起始日"] == ("2018-01-01", "2019-01-01")
    assert of(years, "县级托底保障（调节实际报销比例）")["整条"][1].startswith("值：不实行")
    assert of(years, "个人年度缴费") == {
        "参保年度": ("2018", "2019"),
        "个人缴费（元）": ("180.00", "220.00"),
    }


def test_procedures_are_compared_in_words(years: list[Difference]) -> None:
    (aid,) = [item for item in years if item.row == "县级财政精准资助参保（建档立卡）"]
    assert (aid.section, aid.kind, aid.clause_right) == ("参保资助", Kind.ADDED, "郑卫农卫〔2019〕5号 二(四)")
    assert aid.right.startswith(
        "身份类别：建档立卡贫困人口；参保险种：城乡居民基本医疗保险；资助方式：全额；"
        "资金方案：资助参保（建档立卡）：县级"
    )
    assert of(years, "37 种慢性病按月申报") == {
        "申请时间": ("申报期", "按月"),
        "申报月份（空为另行公布）": ("5、11", ""),
        "依据条款": ("郑卫〔2017〕214号 三(二)", "郑卫农卫〔2019〕5号 二(三)"),
        "待核实": ("是", ""),
        "说明": ("文件未载申报月份，5 月、11 月为演示数。", ""),
        "名称": ("其余病种按申报期", "37 种慢性病按月申报"),
    }


def test_what_did_not_change_is_left_out(years: list[Difference]) -> None:
    assert of(years, "财政兜底（门诊慢性病）") == {}
    assert not {"病种限额", "鉴定标准", "拨付办法"} & {item.section for item in years}


def test_a_pool_that_changes_is_named_though_the_amounts_are_equal() -> None:
    pack = ROWS["zhengzhou-2018"]
    rules = [
        replace(rule, children={**rule.children, "caps": [Row(values={"limit_fen": 100, "pool": pool})]})
        for rule, pool in zip((pack.children["rules"][0],) * 2, ("one", "two"), strict=True)
    ]
    left, right = (replace(pack, children={**pack.children, "rules": [rule]}) for rule in rules)
    (difference,) = compare(left, right, words=WORDS)
    assert (difference.field, difference.left, difference.right) == (
        "封顶线",
        "全年 1.00（累计池 one）",
        "全年 1.00（累计池 two）",
    )


def test_comparing_takes_few_queries(drafts: dict[str, Policy], django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(42):
        policies_compare(left=drafts["zhengzhou-2018"], right=drafts["zhengzhou-2019"])

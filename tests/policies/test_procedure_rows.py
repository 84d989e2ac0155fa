"""Rows of premium aid, paying out and certification that a pack file cannot hold."""

import pytest

from policies.models import Contribution, Disbursement, PremiumAid
from policies.pack.reader import read_pack_text
from policies.pack.rows import PackError
from tests.policies.test_policy_tables import refuses

HEAD = """\
policy: {code: p, title: t, city_code: "990100", city_name: 某市, from: 2020-01-01, tiers: [医疗救助]}
"""


def problems(section: str) -> list[str]:
    with pytest.raises(PackError) as caught:
        read_pack_text(HEAD + section, "pack.yaml")
    return [problem.message for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("section", "row", "message"),
    [
        ("premium_aids", "kind: 定额, funding: f", "须填写定额 amount。"),
        ("premium_aids", 'kind: 全额, amount: "1.00", funding: f', "只有定额资助填写 amount。"),
        ("premium_aids", "kind: 全额", "须写明资金方案 funding。"),
        ("premium_aids", "kind: 不资助, funding: f", "不资助的条目不写 funding。"),
        (
            "premium_aids",
            "kind: 全额, funding: f, age_from: 60",
            "年龄条件 age_from、age_below 须与年龄计算日 age_on 同时填写。",
        ),
        (
            "premium_aids",
            'kind: 全额, funding: f, age_from: 60, age_on: "13-01"',
            '年龄计算日 age_on 须写成 "01-01" 的形式。',
        ),
        (
            "premium_aids",
            "kind: 全额, funding: f, overrides: x",
            "overrides 须与县区代码 county_code 同时填写。",
        ),
        (
            "contributions",
            'year: 2020, insurance_type: 城乡居民基本医疗保险, amount: "1.00", central_subsidy: "1.01"',
            "中央财政补助 central_subsidy 不得超过个人缴费 amount。",
        ),
        (
            "disbursements",
            "subject: 零星报销, rest_working_days: 5",
            "全额拨付没有余款，不填 rest_working_days。",
        ),
        (
            "disbursements",
            "subject: 零星报销, first_share: 70%, first_working_days: 10",
            "分两次拨付须填写 first_working_days 和 rest_working_days。",
        ),
        ("applications", "disease_lists: [x], timing: 按月, months: [1]", "只有按申报期申请的填写 months。"),
        (
            "applications",
            "disease_lists: [x], timing: 申报期, months: [13]",
            "申报月份 months 须为 1 至 12。",
        ),
    ],
)
def test_a_row_that_contradicts_itself_is_refused_in_words(section, row, message):
    assert problems(f"{section}:\n  - {{code: a, provisional: true, {row}}}\n") == [message]


def test_an_exam_named_twice_is_refused():
    assert problems("exam_standards:\n  - {disease: x/1, provisional: true, items: [血脂, 血脂]}\n") == [
        "同一鉴定项目写了两次。"
    ]


def test_the_database_refuses_the_same(drafts):
    plain = {"policy": drafts["zhengzhou-2018"], "code": "new", "position": 99, "provisional": True}
    refuses(PremiumAid(**plain, kind="fixed", funding="f").save, "policies_premiumaid_amount")
    refuses(PremiumAid(**plain, kind="full").save, "policies_premiumaid_funding")
    refuses(PremiumAid(**plain, kind="none", age_from=60).save, "policies_premiumaid_ages")
    refuses(PremiumAid(**plain, kind="none", overrides="x").save, "policies_premiumaid_overrides")
    part = Disbursement(**plain, subject="manual_claims", first_share_bp=7_000, first_working_days=10)
    refuses(part.save, "policies_disbursement_parts")
    again = Contribution(**plain, year=2018, insurance_type="residents", amount_fen=1)
    refuses(again.save, "policies_contribution_year_unique")
    more = Contribution(**plain, year=2020, insurance_type="residents", amount_fen=1, central_subsidy_fen=2)
    refuses(more.save, "policies_contribution_amounts")

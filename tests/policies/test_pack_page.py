"""Premium aid, paying out and certification on the page of a pack."""

from policies.admin.pack_page import pack_tables
from policies.models import Policy


def texts(policy: Policy, title: str) -> list[list[str]]:
    (table,) = [table for table in pack_tables(policy)[0] if table.title == title]
    return [[cell.text for cell in row] for row in table.rows]


def test_the_page_shows_contributions_aid_and_paying_out_with_their_clauses(drafts):
    pack = drafts["zhengzhou-2018"]
    assert texts(pack, "个人缴费标准（元/人·年）") == [
        ["个人年度缴费", "2018", "城乡居民基本医疗保险", "180.00", "30.00", "—", "待核实"]
    ]
    aids = texts(pack, "参保资助")
    assert aids[3] == [
        "资助参保（低收入家庭 60 周岁以上老年人）",
        "低收入救助对象；城乡居民基本医疗保险；60周岁及以上（按 01-01 计算）",
        "扣除中央补助",
        "资助参保：市、县各半",
        "郑民文〔2017〕131号 一(一)",
        "待核实",
    ]
    assert "须认定确实无力缴费" in aids[6][1]
    assert texts(pack, "拨付办法")[0][:3] == ["财政拨付兜底和鉴定费用", "医疗机构垫付资金", "100%"]


def test_the_page_shows_applications_and_exam_standards(drafts):
    pack = drafts["zhengzhou-2019"]
    assert [row[:3] for row in texts(pack, "病种申请")] == [
        ["原城镇居民医保、新农合的其他慢性病", "原城镇居民医保、新农合其他慢性病（名单待核实）", "不再受理"],
        ["37 种慢性病按月申报", "郑州市农村贫困人口慢性病病种（37种）", "按月"],
    ]
    standards = texts(pack, "鉴定标准")
    assert len(standards) == 37
    assert standards[21][:2] == ["高脂血症", "血脂、肝功能、血糖"]


def test_what_awaits_confirmation_names_the_new_rows_too(drafts):
    kinds = {kind for kind, _ in pack_tables(drafts["zhengzhou-2018"])[1]}
    assert {"个人缴费标准", "参保资助", "拨付办法", "鉴定标准", "病种申请"} <= kinds


def test_the_page_takes_few_queries(drafts, django_assert_max_num_queries):
    with django_assert_max_num_queries(26):
        pack_tables(drafts["zhengzhou-2019"])

"""Pack files: round trip, loading twice, errors that name file and line."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from policies.errors import PolicyLockedError
from policies.models import Clause, Disease, Policy, Rule
from policies.pack.reader import read_pack_text
from policies.pack.rows import PackError
from policies.pack.tables import row_of_policy
from policies.services import policy_export, policy_load
from tests.policies.packs import PACKS, ZHENGZHOU

SMALL = """\
documents:
  - number: 试〔2020〕1号
    title: 试行办法
    issuers: [某市医疗保障局]
    issued_on: 2020-01-01
    clauses:
      - {path: 一(一), gist: 住院按比例支付。}
funds:
  - {code: small_fund, name: 某基金, level: 县级财政}
policy:
  code: small-2020
  title: 某市2020年待遇
  city_code: "990100"
  city_name: 某市
  from: 2020-01-01
  to: 2021-01-01
  tiers: [医疗救助]
rules:
  - code: only
    tier: 医疗救助
    funding: fund
    clause: 试〔2020〕1号 一(一)
    when: {identities: [低保对象]}
    bands:
      - {from: "0.00", to: "100.00", rate: 50%}
      - {from: "100.00", rate: 72.5%}
fundings:
  - code: fund
    clause: 试〔2020〕1号 一(一)
    shares: [{fund: small_fund, weight: 1}]
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def edited(path: Path, before: str, after: str) -> Path:
    assert SMALL.count(before) == 1
    path.write_text(SMALL.replace(before, after), encoding="utf-8")
    return path


def test_shipped_packs_come_back_from_the_database_as_they_were_written(drafts):
    for code, policy in drafts.items():
        path = PACKS / f"{code}.yaml"
        written = read_pack_text(path.read_text(encoding="utf-8"), str(path)).policy
        assert row_of_policy(policy) == written


def test_export_loads_without_a_change_and_exports_the_same_text(drafts, tmp_path):
    for policy in drafts.values():
        text = policy_export(policy=policy)
        path = tmp_path / f"{policy.code}.yaml"
        path.write_text(text, encoding="utf-8")
        result = policy_load(paths=[path])
        assert (result.created, result.changed, result.unchanged) == ([], [], [policy.code])
        assert policy_export(policy=Policy.objects.get(pk=policy.pk)) == text


def test_export_of_one_database_loads_into_an_empty_place_with_the_same_text(drafts, tmp_path):
    policy = drafts["zhengzhou-2019"]
    text = policy_export(policy=policy)
    policy.delete()
    path = tmp_path / "export.yaml"
    path.write_text(text, encoding="utf-8")
    (again,) = policy_load(paths=[path]).policies
    assert policy_export(policy=again) == text


def test_loading_twice_writes_nothing(drafts, django_assert_num_queries):
    before = list(Rule.objects.order_by("pk").values_list("pk", flat=True))
    result = policy_load(paths=ZHENGZHOU)
    assert (result.created, result.changed) == ([], [])
    assert "zhengzhou-2018" in result.unchanged
    assert "郑卫〔2017〕214号" in result.unchanged
    assert list(Rule.objects.order_by("pk").values_list("pk", flat=True)) == before


def test_a_changed_draft_is_replaced(db, small):
    policy_load(paths=[small])
    result = policy_load(paths=[edited(small, "rate: 50%", "rate: 60%")])
    assert result.changed == ["small-2020"]
    rule = Rule.objects.get(code="only")
    assert [band.rate_bp for band in rule.bands.all()] == [6_000, 7_250]


def test_a_changed_file_against_a_published_pack_is_refused(published, tmp_path):
    text = (PACKS / "zhengzhou-2018.yaml").read_text(encoding="utf-8")
    path = tmp_path / "changed.yaml"
    path.write_text(text.replace("rate: 65%", "rate: 66%"), encoding="utf-8")
    with pytest.raises(PolicyLockedError, match=r"zhengzhou-2018 已发布.*换用新的代码"):
        policy_load(paths=[path])


def test_the_same_file_against_a_published_pack_is_no_error(published):
    assert "zhengzhou-2018" in policy_load(paths=ZHENGZHOU).unchanged


def test_a_changed_clause_of_a_published_pack_is_refused(published, tmp_path):
    text = (PACKS / "documents.yaml").read_text(encoding="utf-8")
    path = tmp_path / "documents.yaml"
    path.write_text(text.replace("慢性病门诊费用实行限额管理", "另有规定"), encoding="utf-8")
    with pytest.raises(PolicyLockedError, match="政策已锁定：条款 三\\(一\\)"):
        policy_load(paths=[path])


def test_one_wrong_file_keeps_all_others_out(db, small, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("funds:\n  - {code: other, name: 某资金, level: 乡级财政}\n", encoding="utf-8")
    with pytest.raises(PackError):
        policy_load(paths=[small, wrong])
    assert not Policy.objects.filter(code="small-2020").exists()
    assert not Clause.objects.filter(document__number="试〔2020〕1号").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after", "line", "message"),
    [
        ('from: "0.00", to', "from: 0.00, to", 25, "金额须写成带引号的两位小数"),
        ("rate: 72.5%", "rate: 72.5", 26, "比例须写成百分数"),
        ("rate: 72.5%", "rate: 172.5%", 26, "不得超过 100%"),
        ("rate: 72.5%", "rates: 72.5%", 26, "不认识的键“rates”"),
        ('to: "100.00"', 'to: "0.00"', 25, "上限 to 须大于下限"),
        ('to: "100.00"', 'to: "200.00"', 19, "与前一段重叠"),
        ("tier: 医疗救助", "tier: 民政救助", 20, "不在代码表中，可填：基本医疗保险"),
        ("identities: [低保对象]", "identities: [五保]", 23, "“五保”不在代码表中"),
        ("    funding: fund\n", "", 19, "缺少 funding"),
        ("    funding: fund\n", "    funding: nobody\n", 19, "资金方案“nobody”不在本政策包"),
        ("weight: 1", "weight: 0", 30, "权重 weight 须为正整数"),
        ("{fund: small_fund,", "{fund: big_fund,", 30, "资金“big_fund”尚未录入"),
        ("to: 2021-01-01", "to: 2019-01-01", 11, "须晚于起始日"),
        ('city_code: "990100"', "city_code: 990100", 13, "文字须加引号"),
        ("  title: 某市2020年待遇\n", "  title: 甲\n  title: 乙\n", 13, "写了两次"),
        (
            "fundings:\n  - code: fund\n    clause: 试〔2020〕1号 一(一)\n",
            "fundings:\n  - code: fund\n",
            28,
            "须写明依据条款",
        ),
        (
            "    clause: 试〔2020〕1号 一(一)\n    when",
            "    clause: 试〔2020〕1号 九\n    when",
            19,
            "条款“试〔2020〕1号 九”尚未录入",
        ),
        ("policy:\n", "policy: [\n", 10, "YAML"),
    ],
)
def test_a_load_error_names_file_line_and_what_to_do(small, before, after, line, message):
    with pytest.raises(PackError) as caught:
        policy_load(paths=[edited(small, before, after)])
    texts = [str(problem) for problem in caught.value.problems]
    lines = [text for text in texts if message in text]
    assert lines, texts
    assert str(small) in lines[0]
    if message != "YAML":
        assert f"第 {line} 行" in lines[0], texts


def test_two_problems_are_reported_together(db, small):
    text = SMALL.replace("rate: 50%", "rate: half").replace("tier: 医疗救助", "tier: x")
    small.write_text(text, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        policy_load(paths=[small])
    assert len(caught.value.problems) == 2


def test_the_thirty_seven_diseases_carry_number_origin_window_and_aliases(drafts):
    diseases = Disease.objects.filter(disease_list__code="zz-37")
    assert list(diseases.values_list("number", flat=True)) == list(range(1, 38))
    at_any_time = diseases.filter(any_time_application=True).values_list("number", flat=True)
    assert list(at_any_time) == [1, 2, 3, 19, 28, 30, 36, 37]
    assert [alias.name for alias in diseases.get(number=36).aliases.all()] == ["非小细胞肺癌"]
    assert diseases.get(number=5).qualifier == "肝硬化失代偿期"
    assert {disease.origin for disease in diseases.filter(number__gte=28)} == {"郑人社医疗〔2016〕13号"}


def test_the_command_says_what_is_wrong(db, tmp_path):
    with pytest.raises(CommandError, match="文件无法读取"):
        call_command("load_policy", str(tmp_path / "missing.yaml"))


def test_the_commands_load_publish_and_export(db, small, capsys):
    call_command("load_policy", str(small))
    call_command("export_policy", "small-2020")
    assert "rate: 72.5%" in capsys.readouterr().out

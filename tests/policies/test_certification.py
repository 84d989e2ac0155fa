"""Exam standards, times of application and legacy diseases of the shipped packs."""

from datetime import date

import pytest

from policies.certification import application_acceptance, exam_items_split, exam_standard_of
from policies.models import ApplicationRule, Disease, ExamStandard, Policy


def disease(key: str) -> Disease:
    code, _, number = key.partition("/")
    return Disease.objects.select_related("disease_list").get(disease_list__code=code, number=int(number))


@pytest.mark.parametrize("code", ["zhengzhou-2018", "zhengzhou-2019"])
def test_every_one_of_the_37_diseases_has_a_standard_of_three_to_eight_exams(drafts, code):
    standards = ExamStandard.objects.filter(policy=drafts[code])
    assert [row.code for row in standards] == [f"zz-37/{number}" for number in range(1, 38)]
    assert {len(row.items) for row in standards} <= set(range(3, 9))
    assert all(row.provisional and str(row.clause) == "郑卫〔2017〕214号 三(二)" for row in standards)


def test_only_exams_of_the_standard_are_waived(drafts):
    standard = exam_standard_of(policy=drafts["zhengzhou-2018"], disease="zz-37/22")
    assert standard.items == ["血脂", "肝功能", "血糖"]
    split = exam_items_split(standard=standard, items=["血 脂", "头颅MRI", "血糖", "血糖"])
    assert split.waived == ("血脂", "血糖")
    assert split.outside == ("头颅MRI", "血糖")
    assert (split.charged, split.missing) == ((), ("肝功能",))


def test_an_exam_that_is_not_waived_is_charged_though_in_the_standard():
    standard = ExamStandard(items=["血脂"], charged_items=["基因检测（EGFR）"])
    split = exam_items_split(standard=standard, items=["基因检测(egfr)", "血脂"])
    assert (split.waived, split.charged, split.outside) == (("血脂",), ("基因检测（EGFR）",), ())


def test_without_a_standard_nothing_is_waived(drafts):
    assert exam_standard_of(policy=drafts["zhengzhou-2018"], disease="zz-legacy/1") is None
    split = exam_items_split(standard=None, items=["血脂"])
    assert (split.waived, split.outside) == ((), ("血脂",))


@pytest.mark.parametrize(
    ("pack", "key", "on", "accepted", "timing", "reason"),
    [
        ("zhengzhou-2018", "zz-37/1", date(2018, 2, 1), True, "any_time", "“恶性肿瘤”可随时申请。"),
        (
            "zhengzhou-2018", "zz-37/4", date(2018, 4, 30), False, "windows",
            "“伴严重并发症的糖尿病”在申报期（5 月、11 月）内申请。",
        ),
        (
            "zhengzhou-2018", "zz-37/4", date(2018, 5, 1), True, "windows",
            "“伴严重并发症的糖尿病”在申报期（5 月、11 月）内申请。",
        ),
        ("zhengzhou-2019", "zz-37/4", date(2019, 4, 30), True, "monthly", "“伴严重并发症的糖尿病”按月申报。"),
        (
            "zhengzhou-2019", "zz-legacy/2", date(2019, 4, 30), False, "closed",
            "“支气管哮喘”只认可原有鉴定，不再受理新的申请。",
        ),
    ],
)  # fmt: skip
def test_when_a_disease_may_be_applied_for(drafts, *, pack, key, on, accepted, timing, reason):
    found = application_acceptance(policy=drafts[pack], disease=disease(key), on=on)
    assert (found.accepted, found.timing, found.reason) == (accepted, timing, reason)
    assert found.clause


def test_the_eight_diseases_of_any_time_are_those_of_the_document(drafts):
    pack = drafts["zhengzhou-2018"]
    february = [
        one.number
        for one in Disease.objects.filter(disease_list__code="zz-37").select_related("disease_list")
        if application_acceptance(policy=pack, disease=one, on=date(2018, 2, 1)).accepted
    ]
    assert february == [1, 2, 3, 19, 28, 30, 36, 37]


def test_windows_without_months_are_announced_by_the_office(drafts):
    pack = drafts["zhengzhou-2018"]
    ApplicationRule.objects.filter(policy=pack, code="all").update(months=[])
    found = application_acceptance(policy=pack, disease=disease("zz-37/4"), on=date(2018, 2, 1))
    assert found.accepted
    assert "由经办机构公布" in found.reason


def test_a_disease_of_no_rule_is_not_accepted(drafts):
    pack = drafts["zhengzhou-2018"]
    ApplicationRule.objects.filter(policy=pack).delete()
    found = application_acceptance(policy=pack, disease=disease("zz-37/1"), on=date(2018, 2, 1))
    assert (found.accepted, found.timing) == (False, None)
    assert found.reason == "“恶性肿瘤”不在郑州市受理鉴定的病种内。"


def test_legacy_diseases_are_listed_with_quotas(drafts):
    legacy = Disease.objects.filter(disease_list__code="zz-legacy")
    assert legacy.count() == 10
    pack: Policy = drafts["zhengzhou-2019"]
    assert pack.quota_set.filter(code__startswith="zz-legacy/").count() == 10

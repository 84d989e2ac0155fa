"""The pack of Anshan gives the worked figures; its lists hold what the document lists."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from policies.models import Disease, DiseaseList, Policy, PolicyDocument
from policies.selectors import disease_list_codes, policy_parameters
from settlement.compiler import compile_terms
from settlement.trial import policy_of_code, trial_read, trial_run
from tests.policies.packs import PACKS, only_shipped_packs

CASES = trial_read(Path(__file__).parents[1] / "cases" / "anshan.yaml")
# 鞍医保发〔2019〕37号 三(二)1(3), in its order; the document writes "I 型糖尿病" with a space.
FORTY = (
    "儿童白血病、儿童先天性心脏病、重性精神病、终末期肾病、乳腺癌、宫颈癌、耐多药肺结核、艾滋病机会性感染、肺癌、"
    "食道癌、胃癌、结肠癌、直肠癌、I型糖尿病、肝癌、膀胱癌、甲状腺癌、慢性粒细胞白血病、急性心肌梗塞、急性脑梗死、"
    "血友病、唇腭裂、甲亢、儿童苯丙酮尿症、尿道下裂、再障、儿童脑瘫、胆管癌、胰腺癌、卵巢癌、病毒性肝硬化、"
    "难治性癫痫病、红斑狼疮、儿童甲低、白内障、尘肺、神经母细胞瘤、儿童淋巴瘤、骨肉瘤、地中海贫血"
)
SEVEN = "儿童白血病、儿童先天性心脏病、终末期肾病、乳腺癌、宫颈癌、耐多药肺结核、艾滋病机会性感染"
SIXTEEN = f"{SEVEN}、肺癌、食道癌、胃癌、结肠癌、直肠癌、慢性粒细胞白血病、急性心肌梗塞、急性脑梗死、血友病"


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), only_shipped_packs([PACKS]):
        yield


@pytest.fixture
def pack(loaded: None, db: None) -> Policy:
    return Policy.objects.get(code="anshan-2019")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text("code"))
def test_a_worked_case_comes_out(case, pack):
    lines = list(trial_run(case, policy_of_code))
    assert lines
    assert [str(line) for line in lines if not line.agrees] == []


def test_every_figure_of_the_list_is_among_the_cases():
    codes = {part for case in CASES for part in case.text("code").split("-")}
    assert {f"C{number}" for number in range(1, 22)} <= codes


def test_the_lists_hold_the_documents_diseases_in_its_order(pack):
    own = Disease.objects.filter(disease_list__code="as-40").order_by("number")
    assert "、".join(disease.name for disease in own) == FORTY
    for code, names in (("as-7", SEVEN), ("as-16", SIXTEEN), ("as-severe-mental", "重性精神病")):
        gathered = DiseaseList.objects.get(code=code).also_includes.order_by("number")
        assert "、".join(disease.name for disease in gathered) == names
    assert [len(names.split("、")) for names in (FORTY, SIXTEEN, SEVEN)] == [40, 16, 7]
    assert not own.filter(icd10_ranges=None).exists()


def test_a_disease_is_on_every_list_that_gathers_it(pack):
    assert disease_list_codes(key="as-40/1") == {"as-40", "as-16", "as-7"}
    assert disease_list_codes(key="as-40/3") == {"as-40", "as-severe-mental"}
    assert disease_list_codes(key="as-40/9") == {"as-40", "as-16"}
    assert disease_list_codes(key="as-40/40") == {"as-40"}


def test_what_the_document_leaves_open_is_provisional(pack):
    document = PolicyDocument.objects.get(number="鞍医保发〔2019〕37号")
    assert document.issued_on is None
    rules = {rule.code: rule.citation for rule in compile_terms(pack).rules}
    ordinary = {code for code, citation in rules.items() if citation.provisional}
    assert ordinary == {
        "basic-inpatient-1", "basic-inpatient-2", "basic-inpatient-3", "basic-inpatient-province",
        "basic-inpatient-1-rural", "basic-inpatient-2-rural", "basic-inpatient-3-rural",
        "basic-inpatient-province-rural", "basic-outpatient", "basic-outpatient-rural",
        "basic-special-outpatient", "critical",
    }  # fmt: skip
    parameters = policy_parameters(policy=pack)
    assert (parameters["targeted-drugs"].value, parameters["targeted-drugs"].provisional) == ("37", True)
    assert parameters["pack-period"].provisional
    assert parameters["two-schemes"].provisional


def test_each_fund_source_stands_on_its_clause(pack):
    fundings = {row.code: row for row in pack.funding_set.select_related("clause__document")}
    assert str(fundings["assistance-basic"].clause) == "鞍医保发〔2019〕37号 四(三)2"
    assert str(fundings["assistance-catastrophic-registered-poor"].clause) == "鞍医保发〔2019〕37号 四(三)1"
    assert fundings["assistance-catastrophic-low-income"].provisional
    assert fundings["bed-days"].provisional

"""The pack of Qiannan gives the worked figures; shares, days and lists as the document states them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from policies.models import Disease, Policy
from policies.selectors import policy_parameters
from settlement.trial import policy_of_code, trial_read, trial_run
from tests.policies.packs import PACKS, only_shipped_packs

CASES = trial_read(Path(__file__).parents[1] / "cases" / "qiannan.yaml")
# 黔南医保发〔2019〕36号 二(四)4, in its order.
TWENTY_ONE = (
    "儿童先天性心脏病、儿童白血病、白内障、终末期肾病、食管癌、胃癌、结肠癌、直肠癌、肺癌、肝癌、乳腺癌、宫颈癌、"
    "急性心肌梗死、尘肺、神经母细胞瘤、儿童淋巴瘤、骨肉瘤、血友病、地中海贫血、唇腭裂、尿道下裂"
)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), only_shipped_packs([PACKS]):
        yield


@pytest.fixture
def pack(loaded: None, db: None) -> Policy:
    return Policy.objects.get(code="qiannan-2019")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text("code"))
def test_a_worked_case_comes_out(case, pack):
    lines = list(trial_run(case, policy_of_code))
    assert lines
    assert [str(line) for line in lines if not line.agrees] == []


def test_every_figure_that_settlement_decides_is_among_the_cases():
    assert {"C30", "C31", "C32", "C33", "C34"} <= {case.text("code") for case in CASES}


def test_the_list_holds_the_documents_diseases_in_its_order(pack):
    own = Disease.objects.filter(disease_list__code="qn-21").order_by("number")
    assert "、".join(disease.name for disease in own) == TWENTY_ONE
    assert own.count() == 21
    assert own[0].qualifier.startswith("房间隔缺损、室间隔缺损、动脉导管未闭、肺动脉狭窄、法氏四联征")
    assert own[1].qualifier == "急性淋巴细胞白血病、急性早幼粒细胞白血病"
    assert not own.filter(icd10_ranges=None).exists()


def test_cutoff_and_limit_are_parameters_on_their_clauses(pack):
    parameters = policy_parameters(policy=pack)
    law = "黔南医保发〔2019〕36号"
    stated = {code: (row.value, str(row.clause), row.provisional) for code, row in parameters.items()}
    assert stated["enrolment-cutoff"] == ("08-31", f"{law} 二(二)", False)
    assert stated["assistance-annual-limit"] == ("30000.00", f"{law} 二(四)3", True)


def test_twelve_counties_stand_in_three_classes(pack):
    parameters = policy_parameters(policy=pack)
    counties = [len(parameters[f"county-class-{number}"].value.split("、")) for number in (1, 2, 3)]
    assert counties == [2, 8, 2]

"""Both packs of Zhengzhou 2017: the year goes on when the pack changes on 2017-11-13."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from common.money import format_yuan
from policies.models import Disease, DiseaseList, Policy
from settlement.compiler import compile_terms
from settlement.engine.settle import fold
from settlement.trial import policy_of_code, trial_read, trial_run
from tests.policies.packs import PACKS, only_shipped_packs
from tests.settlement.engine.build import claim, given, line, paid, person

CASES = trial_read(Path(__file__).parents[1] / "cases" / "2017-zhengzhou.yaml")


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), only_shipped_packs([PACKS]):
        yield


@pytest.fixture
def packs(loaded: None, db: None) -> dict[str, Policy]:
    return {policy.code: policy for policy in Policy.objects.filter(city_code="410100")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text("code"))
def test_a_worked_case_comes_out(case, packs):
    lines = list(trial_run(case, policy_of_code))
    assert lines
    assert [str(line) for line in lines if not line.agrees] == []


def test_the_periods_follow_one_another_without_a_gap(packs):
    periods = sorted((policy.valid.lower, policy.valid.upper) for policy in packs.values())
    assert periods[0][0] == date(2017, 9, 28)
    assert [end for _, end in periods[:-1]] == [start for start, _ in periods[1:]]


def test_critical_insurance_goes_on_counting_over_the_change_of_pack(packs):
    before, after = compile_terms(packs["zhengzhou-2017"]), compile_terms(packs["zhengzhou-2017-11"])
    poor = person("distressed_child")

    def stay(amount: str, on: date):
        return claim(on=on, lines=(line(amount),), given=(given("basic", "0.00", "residents_pool"),))

    first, second = stay("30000.00", date(2017, 10, 10)), stay("30000.00", date(2017, 12, 10))
    changed = [paid(result, "critical") for result in fold([(first, poor, before), (second, poor, after)])]
    # As much as one stay of 60,000: C55-poor-2017.
    assert [format_yuan(fen) for fen in changed] == ["12375.00", "17500.00"]


def test_the_lists_of_twenty_five_and_twenty_one_are_marked_as_unconfirmed(packs):
    lists = {row.code: row for row in DiseaseList.objects.filter(code__in=["zz-25", "zz-21"])}
    assert all("名单待核实" in row.name for row in lists.values())
    assert Disease.objects.filter(disease_list__code="zz-25").count() == 25
    gathered = lists["zz-21"].also_includes.order_by("number").values_list("name", flat=True)
    national = Disease.objects.filter(disease_list__code="qn-21").order_by("number")
    assert list(gathered) == [disease.name for disease in national]

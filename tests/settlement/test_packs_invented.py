"""A city that nobody programmed: only a pack file makes it settle (tests/cases/packs/invented-city.yaml)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from policies.audit import policy_audit
from policies.models import Policy
from policies.services import policy_export, policy_load, policy_publish
from settlement.trial import policy_of_code, trial_read, trial_run
from tests.policies.packs import only_shipped_packs

FILES = Path(__file__).parents[1] / "cases"
PACK = FILES / "packs" / "invented-city.yaml"
CASES = trial_read(FILES / "invented-city.yaml")


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), only_shipped_packs([PACK]):
        yield


@pytest.fixture
def pack(loaded: None, db: None) -> Policy:
    return Policy.objects.get(code="cloud-creek-2020")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text("code"))
def test_a_worked_case_comes_out(case, pack):
    lines = list(trial_run(case, policy_of_code))
    assert lines
    assert [str(line) for line in lines if not line.agrees] == []


def test_it_is_published_without_anything_to_confirm(pack):
    assert policy_audit(pack) == []
    assert policy_publish(policy=pack, reviewed_by=None, confirmed_provisional=()).status == "published"


def test_it_comes_back_from_an_export(pack, tmp_path):
    path = tmp_path / "export.yaml"
    path.write_text(policy_export(policy=pack), encoding="utf-8")
    result = policy_load(paths=[path])
    assert (result.created, result.changed, result.unchanged) == ([], [], ["cloud-creek-2020"])

"""The shipped packs give the worked figures (tests/cases/zhengzhou*.yaml)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from policies.audit import policy_audit
from policies.models import Policy
from policies.services import findings_to_confirm, policy_publish
from settlement.compiler import compile_terms, compiled_policy
from settlement.trial import TrialError, policy_of_code, trial_read, trial_run
from tests.policies.packs import only_shipped_packs

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "tests" / "cases").glob("zhengzhou*.yaml"))
CASES = [case for path in FILES for case in trial_read(path)]


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The shipped packs, loaded once for the module; each test undoes its own changes."""
    with django_db_blocker.unblock(), only_shipped_packs():
        yield


@pytest.fixture
def packs(loaded: None, db: None) -> dict[str, Policy]:
    return {policy.code: policy for policy in Policy.objects.all()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text("code"))
def test_a_worked_case_comes_out(case, packs):
    lines = list(trial_run(case, policy_of_code))
    assert lines
    assert [str(line) for line in lines if not line.agrees] == []


def test_every_figure_of_the_list_is_among_the_cases():
    codes = {case.text("code").split("-")[0][:3] for case in CASES}
    assert {"C50", "C51", "C52", "C54", "C55", "C56", "C57", "C58", "C59", "C60", "C61", "C62"} <= codes


def test_the_command_prints_and_succeeds_when_all_agree(packs, capsys):
    call_command("trial", str(FILES[0]))
    out = capsys.readouterr().out
    assert "C58 四个层次" in out
    assert "不符 0 项" in out


def test_the_command_fails_and_marks_the_line_when_a_figure_differs(packs, capsys, tmp_path):
    text = FILES[0].read_text(encoding="utf-8").replace('财政兜底: "350.00"', '财政兜底: "350.01"', 1)
    path = tmp_path / "cases.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        call_command("trial", str(path))
    assert stopped.value.code == 1
    assert "财政兜底：应为 350.01，算得 350.00  ← 不符" in capsys.readouterr().out


def test_a_pack_that_is_not_loaded_is_named(db):
    with pytest.raises(TrialError, match="没有政策包 nowhere"):
        policy_of_code("nowhere")


def test_a_published_policy_is_read_once_and_a_draft_each_time(packs, django_assert_num_queries):
    draft, published = packs["zhengzhou-2018"], packs["zhengzhou-2019"]
    names = findings_to_confirm(policy_audit(published))
    policy_publish(policy=published, reviewed_by=None, confirmed_provisional=names)
    kept = compiled_policy(published.pk)
    with django_assert_num_queries(0):
        assert compiled_policy(published.pk) is kept
    assert compiled_policy(draft.pk) is not compiled_policy(draft.pk)


def test_compiling_takes_ten_queries(packs, django_assert_num_queries):
    with django_assert_num_queries(10):
        compiled = compile_terms(packs["zhengzhou-2019"])
    assert compiled.quotas["zz-37/4"].amount_fen == 150_000
    assert compiled.rules[0].citation.provisional

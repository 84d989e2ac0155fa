"""The table of requirements: every one once, nothing named that is not there, the page up to date."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from reporting.coverage import Coverage, Requirement, coverage_problems, coverage_text, read_coverage

ROOT = Path(settings.BASE_DIR)
FILE = ROOT / "fixtures" / "coverage.yaml"


@pytest.fixture(scope="module")
def coverage() -> Coverage:
    return read_coverage(FILE)


def with_one(coverage: Coverage, number: int, /, **changes: object) -> Coverage:
    """The table with one requirement changed."""
    items = [replace(item, **changes) if item.number == number else item for item in coverage.requirements]
    return replace(coverage, requirements=items)


def test_every_requirement_is_there_once_and_what_it_names_exists(coverage: Coverage) -> None:
    assert [item.number for item in coverage.requirements] == list(range(1, 223))
    assert coverage_problems(coverage, root=ROOT) == []


def test_every_requirement_stands_in_one_document(coverage: Coverage) -> None:
    listed = [item.number for section in coverage.sections for item in coverage.of(section)]
    assert listed == list(range(1, 223))


def test_the_page_is_up_to_date(coverage: Coverage, capsys: pytest.CaptureFixture) -> None:
    written = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert written == coverage_text(coverage)
    assert re.findall(r"^\| (R\d+) ", written, re.MULTILINE) == [f"R{number}" for number in range(1, 223)]
    call_command("coverage", "--check")
    assert "最新" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("place", "name", "word"),
    [
        ("rows", "rules:nobody", "条目"),
        ("rows", "disease_lists:nobody", "条目"),
        ("models", "policies.Nobody", "数据"),
        ("commands", "nobody", "命令"),
        ("pages", "admin:nobody", "页面"),
        ("cases", "zhengzhou/C5", "算例"),
        ("cases", "nobody/C50", "算例"),
        ("tests", "tests/nobody.py", "测试"),
        ("tests", "tests/reporting/test_coverage.py::test_nobody", "测试"),
    ],
)
def test_a_name_of_nothing_is_found(coverage: Coverage, place: str, name: str, word: str) -> None:
    wrong = with_one(coverage, 10, places={place: [name]})
    assert coverage_problems(wrong, root=ROOT) == [f"R10：没有这个{word}：{name}"]


def test_a_row_of_another_document_does_not_count(coverage: Coverage) -> None:
    wrong = with_one(coverage, 10, places={"rows": ["share_limits:out-of-catalogue"]})
    assert coverage_problems(wrong, root=ROOT) == ["R10：没有这个条目：share_limits:out-of-catalogue"]


def test_a_statement_needs_its_proof(coverage: Coverage) -> None:
    without = with_one(coverage, 10, places={})
    assert coverage_problems(without, root=ROOT) == ["R10：写明在何处的才算做到，还没有的不写在何处"]
    half = with_one(coverage, 10, status="partly")
    assert coverage_problems(half, root=ROOT) == ["R10：部分做到的须写明还缺什么，其余不写"]
    odd = with_one(coverage, 10, status="maybe")
    assert "状态“maybe”须为" in coverage_problems(odd, root=ROOT)[0]


def test_a_missing_and_a_foreign_number_are_found(coverage: Coverage) -> None:
    moved = with_one(coverage, 222, number=223)
    assert coverage_problems(moved, root=ROOT) == ["R222 没有列出", "R223 不是要求的编号"]


def test_the_same_number_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "coverage.yaml"
    file.write_text("documents: []\nrequirements:\n  R1: {gist: a}\n  R1: {gist: b}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="重复：R1"):
        read_coverage(file)


def test_the_command_refuses_an_outdated_page(settings, tmp_path: Path, coverage: Coverage) -> None:
    for name in ("fixtures", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "docs").mkdir()
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match="请运行 python manage"):
        call_command("coverage", "--check")
    call_command("coverage")
    assert (tmp_path / "docs" / "coverage.md").read_text(encoding="utf-8") == coverage_text(coverage)


def test_what_nothing_here_answers_is_said_to_be_missing(coverage: Coverage) -> None:
    by_number: dict[int, Requirement] = {item.number: item for item in coverage.requirements}
    for number in (66, 112):
        assert by_number[number].status == "not yet"

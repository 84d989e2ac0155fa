"""Registers configured as data: loading, entering, closing, targets, files; who sees and who writes."""

from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from beneficiaries.models import Household, RegisterAttachment, RegisterEntry, RegisterKind, RegisterStep
from beneficiaries.registers.fields import RegisterValuesError
from beneficiaries.registers.file import RegisterFileError, registers_read
from beneficiaries.selectors.registers import register_entries, register_gaps, register_kinds
from beneficiaries.services.register_kinds import RegisterInUseError, registers_load
from beneficiaries.services.registers import (
    Entered,
    RegisterError,
    entry_attach,
    entry_change,
    entry_close,
    entry_record,
    entry_reopen,
    entry_start,
)
from organizations.models import Region
from organizations.scope import NOTHING, Scope
from tests import factories

FILE = Path(__file__).resolve().parents[2] / "fixtures" / "registers.yaml"
pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(today) -> None:
    registers_load(path=FILE)


@pytest.fixture
def county(loaded) -> Region:
    return factories.county()


@pytest.fixture
def clerk(django_user_model):
    return django_user_model.objects.create_user("登记员")


def kind_of(code: str) -> RegisterKind:
    return RegisterKind.objects.get(code=code)


def record(code: str, county: Region, by, *, on: date = date(2019, 6, 3), **values) -> RegisterEntry:
    return entry_record(
        kind=kind_of(code), county=county, entered=Entered(happened_on=on, values=values), by=by
    )


def problem_of(county: Region, by, **fields) -> RegisterEntry:
    return record("problems", county, by, problem="两户未参保", solution="入户核实后补参保", **fields)


def test_loading_the_file_again_changes_nothing(loaded) -> None:
    again = registers_load(path=FILE)
    assert (again.total, again.added, again.changed) == (27, 0, 0)


def test_every_register_names_its_clause_and_writers(loaded) -> None:
    for kind in RegisterKind.objects.all():
        assert "〔" in kind.clause
        assert kind.writer_kinds


CONDUCT = {"area": "资金管理使用不规范", "problem": "甲", "rectification": "乙"}
AWAY = {"reason": "异地安置", "place": "甲", "since": date(2019, 1, 1)}
HEAD = "registers: {x: {name: 甲, group: 乙, clause: 丙, purpose: 丁, "
FIELD = "fields: [{key: a, title: 甲, type: text}]}}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("registers: []", "最外层应为 registers"),
        ("registers: {X1: {}}", "代码只用小写字母"),
        ("registers: {x: {name: 甲}}", "缺少 group、clause、purpose、fields、writers"),
        (
            HEAD + "writers: [health], fields: [{key: a, title: 甲, type: colour}]}}",
            "项目 a 的类型只能是 text",
        ),
        (HEAD + "writers: [police], " + FIELD, "没有部门 police"),
        (HEAD + "writers: [health], hospitals_write: true, " + FIELD, "fields 中须有类型为 hospital 的项目"),
        (
            HEAD + "writers: [health], target: {count: 2, per: village, period: year}, " + FIELD,
            "fields 中须有类型为 village 的项目",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_what_to_do(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "registers.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RegisterFileError, match=sentence):
        registers_read(path)


def test_a_field_with_entries_cannot_lose_its_meaning(county, clerk, tmp_path: Path) -> None:
    problem_of(county, clerk)
    path = tmp_path / "registers.yaml"
    text = FILE.read_text(encoding="utf-8")
    path.write_text(
        text.replace(
            "{key: solution, title: 解决办法, type: long_text",
            "{key: solution, title: 解决办法, type: number",
        ),
        encoding="utf-8",
    )
    with pytest.raises(RegisterInUseError, match="解决办法"):
        registers_load(path=path)


def test_a_problem_gets_its_deadline_and_is_closed_by_somebody(county, clerk) -> None:
    entry = problem_of(county, clerk)
    assert (entry.state, entry.due_on) == ("open", date(2019, 7, 3))
    entry_start(entry=entry, note="", by=clerk)
    closed = entry_close(entry=entry, note="两户已参保", by=clerk)
    assert (closed.state, closed.closed_on, closed.closed_by, closed.closing_note) == (
        "closed",
        date(2019, 6, 30),
        clerk,
        "两户已参保",
    )
    assert list(entry.steps.values_list("action", flat=True)) == ["recorded", "started", "closed"]
    reopened = entry_reopen(entry=entry, note="又发现一户", by=clerk)
    assert (reopened.state, reopened.closed_on, reopened.closing_note) == ("in_progress", None, "")


def test_working_days_count_over_the_dragon_boat_holiday(county, clerk) -> None:
    entry = record("hotline", county, clerk, on=date(2019, 6, 6), kind="投诉", matter="窗口无人")
    # 2019-06-07 to 06-09 was the holiday.
    assert entry.due_on == date(2019, 6, 14)


def test_closing_needs_words_and_happens_once(county, clerk) -> None:
    entry = problem_of(county, clerk)
    with pytest.raises(RegisterError, match="请写明办结情况"):
        entry_close(entry=entry, note="  ", by=clerk)
    entry_close(entry=entry, note="已办", by=clerk)
    with pytest.raises(RegisterError, match="已于 2019-06-30 办结"):
        entry_close(entry=entry, note="再办", by=clerk)
    with pytest.raises(RegisterError, match="请先重新办理"):
        entry_change(
            entry=entry, entered=Entered(happened_on=date(2019, 6, 3), values={}), note="改", by=clerk
        )
    assert RegisterStep.objects.count() == 2


def test_a_change_keeps_what_was_said_before(county, clerk) -> None:
    entry = problem_of(county, clerk)
    entered = Entered(happened_on=date(2019, 6, 4), values={"problem": "三户未参保", "solution": "补参保"})
    entry_change(entry=entry, entered=entered, note="数错了", by=clerk)
    first, second = entry.steps.all()
    assert (first.content["问题"], second.content["问题"]) == ("两户未参保", "三户未参保")
    assert (second.content["日期"], second.note) == ("2019-06-04", "数错了")


@pytest.mark.parametrize(
    ("code", "values", "key", "sentence"),
    [
        ("problems", {"problem": "甲"}, "solution", "请填写解决办法"),
        ("problems", {"problem": "甲" * 1001, "solution": "乙"}, "problem", "最多 1000 字，现有 1001 字"),
        ("problems", {"problem": "甲", "solution": "乙", "colour": "红"}, "colour", "没有“colour”这一项"),
        ("hotline", {"kind": "闲聊", "matter": "甲"}, "kind", "只能选择：咨询、投诉、举报、建议"),
        ("conduct", {**CONDUCT, "amount": -1}, "amount", "应为不小于0的数"),
        ("conduct", {**CONDUCT, "amount": 1.5}, "amount", "应为不小于0的数"),
        ("remote-treatment", {**AWAY, "person": 7}, "person", "没有找到"),
    ],
)  # fmt: skip
def test_values_that_do_not_fit_are_refused_and_nothing_is_written(  # noqa: PLR0917
    county, clerk, code, values, key, sentence
) -> None:
    with pytest.raises(RegisterValuesError) as caught:
        record(code, county, clerk, **values)
    assert sentence in caught.value.problems[key]
    assert RegisterEntry.objects.count() == RegisterStep.objects.count() == 0


def test_a_day_to_come_is_refused(county, clerk) -> None:
    with pytest.raises(RegisterValuesError, match="日期不能晚于今天（2019-06-30）"):
        problem_of(county, clerk, on=date(2019, 7, 1))


def test_steps_and_attachments_cannot_be_changed(county, clerk, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    entry = problem_of(county, clerk)
    entry_attach(entry=entry, name="核实表.pdf", content=b"%PDF-1.7 x", by=clerk)
    for table in ("beneficiaries_registerstep", "beneficiaries_registerattachment"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET by_id = by_id"):
            with (
                pytest.raises(DatabaseError, match="insert_only"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)


def test_files_are_checked_by_what_they_begin_with(county, clerk, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    entry = problem_of(county, clerk)
    for name, content in (
        ("a.html", b"<script>"), ("a.pdf", b"<script>"), ("a.jpg", b"%PDF-1.7"), ("a.pdf", b""),
        ("a.pdf", b"%PDF-" + b"0" * (10 * 1024 * 1024)),
    ):  # fmt: skip
        with pytest.raises(RegisterError, match="附件"):
            entry_attach(entry=entry, name=name, content=content, by=clerk)
    assert not RegisterAttachment.objects.exists()
    kept = entry_attach(entry=entry, name="../../etc/照片.JPG", content=b"\xff\xd8\xff\xe0", by=clerk)
    assert (kept.name, kept.media_type, kept.size) == ("照片.JPG", "image/jpeg", 4)
    assert kept.file.path.startswith(str(tmp_path / "registers"))
    assert "照片" not in kept.file.path


def test_villages_short_of_two_mobile_clinics_a_year_stand_first(county, clerk) -> None:
    for number, village in enumerate(("东街村", "石桥村", "石桥村", "柳沟村")):
        Household.objects.create(
            household_no=f"H{number}", county=county, township="青山乡", village=village, head_name="某"
        )
    hospital = factories.hospital()
    for village, on in (
        ("石桥村", date(2019, 3, 1)), ("石桥村", date(2019, 5, 1)), ("柳沟村", date(2019, 5, 2)),
        ("东街村", date(2018, 12, 31)),
    ):  # fmt: skip
        record("mobile-clinics", county, clerk, on=on, place=("青山乡", village), hospital=hospital)
    scope = Scope(county_ids=frozenset({county.pk}))
    rows = register_gaps(scope=scope, kind=kind_of("mobile-clinics"), on=date(2019, 6, 30))
    assert [(row.unit, row.done, row.target, row.missing) for row in rows] == [
        ("青山乡东街村", 0, 2, 2),
        ("青山乡柳沟村", 1, 2, 1),
        ("青山乡石桥村", 2, 2, 0),
    ]


def test_counts_and_entries_stay_inside_the_scope(county, clerk) -> None:
    other = factories.county("410185", "邻县")
    hospital = factories.hospital()
    problem_of(county, clerk, on=date(2019, 5, 1))
    problem_of(county, clerk, hospital=hospital)
    problem_of(other, clerk)

    def counts(scope: Scope) -> tuple[int, int, int]:
        kind = register_kinds(scope=scope, on=date(2019, 6, 30)).get(code="problems")
        return kind.total, kind.undone, kind.overdue

    assert counts(Scope(county_ids=frozenset({county.pk}))) == (2, 2, 1)
    assert counts(Scope(county_ids=frozenset({other.pk}))) == (1, 1, 0)
    assert counts(Scope(hospital_id=hospital.pk)) == (1, 1, 0)
    assert counts(Scope(everything=True)) == (3, 3, 1)
    assert not register_kinds(scope=NOTHING, on=date(2019, 6, 30)).exists()
    assert not register_entries(scope=NOTHING).exists()


def test_a_register_of_zhengzhou_is_not_shown_in_another_city(loaded) -> None:
    elsewhere = factories.county("522701", "别处", city="522700")
    codes = set(
        register_kinds(scope=Scope(county_ids=frozenset({elsewhere.pk})), on=date(2019, 6, 30)).values_list(
            "code", flat=True
        )
    )
    assert "problems" in codes
    assert "lushi-support" not in codes

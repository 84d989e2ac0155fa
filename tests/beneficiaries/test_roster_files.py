"""Roster files as people and other programs save them (名单文件)."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest

from beneficiaries.rosters.cells import date_of
from beneficiaries.rosters.files import RosterFileError, Sheet, open_roster
from tests.beneficiaries.rosters import row_of, xlsx

SHEET = "xl/worksheets/sheet1.xml"


def rewritten(content: bytes, path: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            part = old.read(entry)
            new.writestr(entry, change(part) if entry == path else part)
    return made.getvalue()


def saved(fill: Callable[[Any], None]) -> bytes:
    """A workbook whose first sheet was filled by hand."""
    book = openpyxl.Workbook()
    fill(book.active)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def names(sheet: Sheet) -> list[tuple[int, object]]:
    at = sheet.columns["name"]
    return [(number, cells[at]) for number, cells in sheet.rows]


def test_wrong_size_in_the_file_hides_no_row_and_no_column() -> None:
    content = rewritten(
        xlsx([row_of(1), row_of(2)]),
        SHEET,
        lambda part: re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="A1"/>', part),
    )
    sheet = open_roster(content)
    assert names(sheet) == [(3, "示例乙1"), (4, "示例丙2")]
    assert sheet.columns["since"] == 8


def test_roster_below_empty_rows_on_the_second_sheet_keeps_its_row_numbers() -> None:
    def fill(first: Any) -> None:
        first["A1"] = "填表说明"
        second = first.parent.create_sheet("名单")
        for at, heading in enumerate(("姓名", "身份证号", "人员类别", "认定日期"), start=3):
            second.cell(4, at, heading)
        second.cell(7, 3, "示例甲")
        second.cell(7, 6, date(2019, 5, 1))

    sheet = open_roster(saved(fill))
    assert names(sheet) == [(7, "示例甲")]


def test_days_are_read_as_day_serial_number_or_text() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(("姓名", "身份证号", "人员类别", "认定日期"))
        for day in (date(2019, 5, 1), 43586, 20190501, "2019年5月1日", "2019.5.1"):
            sheet.append(("示例甲", "", "", day))

    sheet = open_roster(saved(fill))
    assert {date_of(cells[3]) for _, cells in sheet.rows} == {date(2019, 5, 1)}


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: rewritten(content, "xl/workbook.xml", lambda part: b"<workbook"),
        lambda content: rewritten(content, SHEET, lambda part: part[: len(part) * 3 // 4]),
        lambda content: rewritten(content, "xl/sharedStrings.xml", lambda part: b"<sst/>"),
    ],
    ids=["cut short", "no workbook", "half a sheet", "no strings"],
)
def test_damaged_file_is_refused_with_a_sentence(damage: Callable[[bytes], bytes]) -> None:
    content = damage(xlsx([row_of(n) for n in range(400)]))
    with pytest.raises(RosterFileError, match=r"重新另存为 \.xlsx") as refused:
        list(open_roster(content).rows)
    assert refused.value.code == "file_unreadable"

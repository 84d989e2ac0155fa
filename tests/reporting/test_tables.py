"""A table of any length: rows leave memory, heights stay in the file (数据表)."""

from dataclasses import dataclass
from pathlib import Path

import openpyxl
from xlsxwriter import Workbook

from reporting.columns import Column, Format
from reporting.workbooks.styles import make_styles
from reporting.workbooks.tables import Caption, Table

CAPTION = Caption(title="表", lines=(("左", "右"),), capital="", counted="", signatures=(), stamp="")
COLUMNS = (
    Column(title="序号", attribute="number", format=Format.COUNT, width=6),
    Column(title="姓名", attribute="name", format=Format.TEXT, width=8),
    Column(title="村", attribute="name", format=Format.TEXT, width=8),
    Column(title="住址", attribute="address", format=Format.TEXT, width=10),
)


@dataclass(frozen=True)
class Row:
    number: int
    address: str
    name: str = "张三"


def test_heights_of_long_rows_are_written_and_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    with Workbook(str(path), {"constant_memory": True}) as book:
        table = Table(book=book, styles=make_styles(book), name="表", caption=CAPTION, columns=COLUMNS)
        table.write(Row(number, "石门坎乡大河边村民小组七号" * (number % 2)) for number in range(400))
        [sheet] = book.worksheets()
        assert (len(sheet.row_info), len(sheet.row_sizes)) < (10, 10)
    written = openpyxl.load_workbook(path)["表"]
    assert [written.row_dimensions[row].height for row in (4, 5, 6, 403)] == [29.25, 54.0, 29.25, 54.0]

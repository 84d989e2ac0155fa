"""Workbooks around rosters (名单工作簿): the template, what is handed back, what is passed on.

All are streamed (``constant_memory``); ID numbers are text; a name that starts with ``=`` stays a name.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from beneficiaries.models import Enrolment, Identity, RosterRow
from beneficiaries.rosters.headings import BY_KEY, FIELDS, Field, column_letter
from beneficiaries.rosters.problems import PROBLEMS
from beneficiaries.rosters.vocabulary import CATEGORY_WORDS, INSURANCE_WORDS, PAID_BY_WORDS
from common.encryption import decrypt

_CELL = {
    "font_name": "宋体", "font_size": 10, "border": 1, "valign": "vcenter", "num_format": "@",
    "text_wrap": True,
}  # fmt: skip
_HEAD = {**_CELL, "bold": True, "align": "center", "bg_color": "#E7EEF5"}
_WRONG = {**_CELL, "bg_color": "#FFC7CE", "font_color": "#9C0006"}
_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
TEMPLATE_ROWS = 2_000
LINE_POINTS, ROW_POINTS = 14, 6
PASSED_ON = (
    ("序号", 7), ("姓名", 12), ("身份证号", 21), ("性别", 6), ("出生日期", 12), ("身份类别", 18),
    ("县（市、区）", 14), ("乡镇（街道）", 14), ("村（社区）", 14), ("户编号", 18), ("户主姓名", 12),
    ("认定日期", 12), ("有效期至", 12),
)  # fmt: skip


class _Sheet:
    """A sheet written row by row, every cell as text, every row as high as what stands in it.

    ``title`` is printed above every page; it is no row, so that a corrected sheet can be uploaded again.
    """

    def __init__(
        self, book: Workbook, name: str, columns: Sequence[tuple[str, float]], *, title: str
    ) -> None:
        self._widths = [width for _, width in columns]
        self._formats = {kind: book.add_format(kind_format) for kind, kind_format in _FORMATS.items()}
        self.sheet: Worksheet = book.add_worksheet(name)
        self._next = 0
        for at, (_, width) in enumerate(columns):
            self.sheet.set_column(at, at, width)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0)
        self.sheet.freeze_panes(1, 0)
        self.sheet.set_header(f"&C&14{title.replace('&', '&&')}")
        self.sheet.set_footer("&C第 &P 页，共 &N 页")
        self.write([title for title, _ in columns], kind="head")

    def write(self, values: Iterable[str], *, kind: str = "cell", wrong: Iterable[int] = ()) -> None:
        """One row; ``wrong`` columns are marked."""
        marked, cells = set(wrong), list(values)
        lines = max(_lines(cell, width) for cell, width in zip(cells, self._widths, strict=True))
        # Before its cells: with constant memory a row is written as soon as the next one begins.
        self.sheet.set_row(self._next, LINE_POINTS * lines + ROW_POINTS)
        for at, value in enumerate(cells):
            cell_format = self._formats["wrong" if at in marked else kind]
            self.sheet.write_string(self._next, at, value, cell_format)
        self._next += 1


_FORMATS: Mapping[str, dict[str, Any]] = {"cell": _CELL, "head": _HEAD, "wrong": _WRONG}


_CHOICES: Mapping[str, list[str]] = {
    "sex": ["男", "女"],
    "leaves": ["新增", "保留", "退出"],
    "insurance_type": ["城乡居民", "新农合", "职工"],
    "paid_by": [str(way.label) for way in Enrolment.PaidBy],
}
_WORDS: Mapping[str, Iterable[str]] = {
    "category": CATEGORY_WORDS, "insurance_type": INSURANCE_WORDS, "paid_by": PAID_BY_WORDS,
}  # fmt: skip


def write_template(file: IO[bytes], fields: Sequence[Field] = FIELDS) -> None:
    """The template to fill in (名单模板): headings, text columns, choices, notes."""
    book = Workbook(file, {"strings_to_formulas": False})
    head, text = book.add_format(_HEAD), book.add_format({**_CELL, "border": 0, "text_wrap": False})
    sheet = book.add_worksheet("名单")
    for at, field in enumerate(fields):
        sheet.set_column(at, at, field.width, text)
        sheet.write_string(0, at, f"{field.title}*" if field.required else field.title, head)
    sheet.set_row(0, 24)
    sheet.freeze_panes(1, 2)
    keys = [field.key for field in fields]
    for key in _CHOICES.keys() & keys:
        at, choices = keys.index(key), _CHOICES[key]
        sheet.data_validation(1, at, TEMPLATE_ROWS, at, {"validate": "list", "source": choices})
    notes = book.add_worksheet("填写说明")
    notes.set_column(0, 0, 16)
    notes.set_column(1, 1, 70)
    notes.set_column(2, 2, 24)
    wrapped = book.add_format(_CELL)
    for at, title in enumerate(("列", "说明（带 * 的必填）", "示例")):
        notes.write_string(0, at, title, head)
    for row, field in enumerate(fields, start=1):
        for at, value in enumerate((field.title + "*" * field.required, field.note, field.example)):
            notes.write_string(row, at, value, wrapped)
    worded = [key for key in keys if key in _WORDS]
    for row, key in enumerate(worded, start=len(fields) + 1):
        words = "、".join(_WORDS[key])
        notes.write_string(row, 0, BY_KEY[key].title, wrapped)
        notes.write_string(row, 1, f"可用的写法：{words}", wrapped)
        notes.write_blank(row, 2, None, wrapped)
        notes.set_row(row, LINE_POINTS * _lines(words, 60) + 2 * ROW_POINTS)
    for page in (sheet, notes):
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
    book.close()


def write_hand_back(
    file: IO[bytes], *, rows: Iterable[RosterRow], headings: Mapping[str, Any], title: str
) -> int:
    """Rows to be corrected by the department (退回更正): as they came, defects marked and named by cell.

    Returns:
        How many rows were written.
    """
    titles: list[str] = headings["titles"]
    columns: dict[str, int] = headings["columns"]
    book = Workbook(file, _OPTIONS)
    shown = [
        ("原行号", 8.0),
        *[(title, _width(at, columns)) for at, title in enumerate(titles)],
        ("问题", 60.0),
    ]
    rows_sheet = _Sheet(book, "需更正的行", shown, title=f"{title}：需更正的行")
    problems = (("单元格", 10), ("列", 16), ("姓名", 14), ("问题和处理办法", 90))
    list_sheet = _Sheet(book, "问题清单", problems, title=f"{title}：问题清单")
    count = 0
    for row in rows:
        defects = list(_defects(row))
        values = _as_it_came(row, columns, len(titles))
        marked = [columns[key] + 1 for key, _ in defects if key in columns]
        summary = "；".join(f"{BY_KEY[key].title}：{message}" for key, message in defects)
        rows_sheet.write([str(row.row_no), *values, summary], wrong=marked)
        for key, message in defects:
            address = f"{column_letter(columns[key])}{row.row_no}" if key in columns else f"第{row.row_no}行"
            list_sheet.write([address, BY_KEY[key].title, row.name, message])
        count += 1
    book.close()
    return count


def write_pass_on(file: IO[bytes], *, identities: Iterable[Identity], title: str) -> int:
    """Who is recognised on the roster's day, for another office (名单移交).

    Returns:
        How many rows were written.
    """
    book = Workbook(file, _OPTIONS)
    sheet = _Sheet(book, "名单", PASSED_ON, title=title)
    count = 0
    for count, identity in enumerate(identities, start=1):
        person = identity.person
        home = person.household
        upper = identity.valid.upper
        where = (home.township, home.village, home.household_no, home.head_name) if home else ("",) * 4
        sheet.write(
            [
                str(count), person.name, person.id_number, person.get_sex_display(),
                person.born_on.isoformat(), identity.get_category_display(), person.county.name, *where,
                _day(identity.valid.lower),
                "长期" if upper is None else _day(date.fromordinal(upper.toordinal() - 1)),
            ]
        )  # fmt: skip
    book.close()
    return count


def _defects(row: RosterRow) -> Iterator[tuple[str, str]]:
    for error in row.errors:
        yield error["field"], error["message"]
    if row.problem:
        yield PROBLEMS[row.problem]


def _as_it_came(row: RosterRow, columns: Mapping[str, int], width: int) -> list[str]:
    """The cells of the file; of rows that only the records refuse, their meaning under the same headings."""
    values = [""] * width
    if row.raw_encrypted is not None:
        cells: list[str] = json.loads(decrypt(row.raw_encrypted))
        return [*cells, *values][:width]
    known = {
        "name": row.name,
        "id_number": decrypt(row.id_encrypted) if row.id_encrypted is not None else "",
        "category": row.get_category_display(),
        "sex": row.get_sex_display(),
        "born_on": _day(row.born_on),
        "county": row.county.name if row.county else "",
        "township": row.township,
        "village": row.village,
        "household_no": row.household_no,
        "head_name": row.head_name,
        "since": _day(row.since),
        "leaves": "退出" if row.leaves else "",
        "left_on": _day(row.left_on),
        "insurance_type": row.get_insurance_type_display(),
        "enrolled_on": _day(row.enrolled_on),
        "paid_by": row.get_paid_by_display(),
    }
    for key, at in columns.items():
        values[at] = known[key]
    return values


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column; a Chinese character is as wide as two digits."""
    units = sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)
    return max(1, -int(-units // max(1.0, width - 1)))


def _width(at: int, columns: Mapping[str, int]) -> float:
    keys = {index: key for key, index in columns.items()}
    return float(BY_KEY[keys[at]].width) if at in keys else 10.0


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()

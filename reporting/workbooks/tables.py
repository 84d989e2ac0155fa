"""One table on one or more sheets (数据表): title, headings, streamed rows, totals, signatures.

Sheets are written top to bottom and each row leaves memory at once (``constant_memory``); only the totals are
kept. A table that is longer than a sheet goes on on the next one.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from common.encryption import decrypt
from common.money import format_yuan
from reporting.columns import Column, Format
from reporting.workbooks.styles import Styles

# A sheet ends at row 1,048,576; below the data stand totals, signatures and the stamp.
ROWS_ON_A_SHEET = 1_000_000
LINE_HEIGHT = 12.5
# Most rows break into two lines; only longer ones get a height of their own.
USUAL_LINES = 2
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What stands around a table (表头表尾).

    Attributes:
        title: over the whole width.
        lines: below the title, each as left and right text.
        capital: the amount in capital characters, from the same integer as the figures.
        counted: how many, at the right of it.
        signatures: lines to sign on.
        stamp: ledger number, content hash, time: of which content the paper was printed.
    """

    title: str
    lines: Sequence[tuple[str, str]]
    capital: str
    counted: str
    signatures: Sequence[Sequence[str]]
    stamp: str


@dataclass(slots=True)
class Totals:
    """What was written: the number of rows and the sums of the columns that are added up."""

    rows: int
    sums: dict[str, int]


class Table:
    """Writes one table; ``write`` once, in the order of the sheets."""

    def __init__(
        self,
        *,
        book: Workbook,
        styles: Styles,
        name: str,
        caption: Caption,
        columns: Sequence[Column],
        rows_on_a_sheet: int = ROWS_ON_A_SHEET,
    ) -> None:
        self._book = book
        self._styles = styles
        self._name = name
        self._caption = caption
        self._columns = columns
        self._limit = rows_on_a_sheet
        self._last = len(columns) - 1
        self._widths = [column.width for column in columns]
        self._sheet: Worksheet
        self._next_row = 0
        self.totals = Totals(0, {column.attribute: 0 for column in columns if column.total})

    def write(self, rows: Iterable[Any]) -> Totals:
        """Write all sheets of the table."""
        self._open(part=1)
        for row in rows:
            if self.totals.rows and self.totals.rows % self._limit == 0:
                self._line("（接下表）", "")
                self._close()
                self._open(part=self.totals.rows // self._limit + 1)
            self._write_row(row)
        if self.totals.sums:
            self._write_totals()
        self._write_foot()
        self._close()
        return self.totals

    def _open(self, *, part: int) -> None:
        # A name of its own per part, below Excel's 31 characters.
        name = self._name if part == 1 else f"{self._name[:26]}({part})"
        self._sheet = self._book.add_worksheet(name)
        self._next_row = 0
        self._page_setup()
        self._merged(self._caption.title, self._styles.title, height=30)
        for left, right in self._caption.lines:
            self._line(left, right)
        heading_row = self._next_row
        lines = max([_lines_needed(column.title, column.width) for column in self._columns])
        self._sheet.set_row(heading_row, max(30, _height(lines)))
        for at, column in enumerate(self._columns):
            self._sheet.write_string(heading_row, at, column.title, self._styles.heading)
        self._next_row += 1
        self._sheet.freeze_panes(self._next_row, 2)
        self._sheet.repeat_rows(0, heading_row)

    def _page_setup(self) -> None:
        sheet = self._sheet
        sheet.set_default_row(_height(USUAL_LINES))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_footer("&C第 &P 页，共 &N 页&R&A", {"margin": 0.3})

    def _write_row(self, row: Any) -> None:
        at_row = self._next_row
        lines = max(
            _lines_needed(str(getattr(row, column.attribute)), column.width)
            for column in self._columns
            if column.format is Format.TEXT
        )
        if lines > USUAL_LINES:
            self._sheet.set_row(at_row, _height(lines))
        for at, column in enumerate(self._columns):
            value = getattr(row, column.attribute)
            self._write_cell(at_row, at, column, value)
            if column.total:
                self.totals.sums[column.attribute] += value or 0
        # The row above is in the file by now, its height too: a million long rows stay flat in memory.
        for heights in (self._sheet.row_info, self._sheet.row_sizes):
            heights.pop(at_row - 1, None)
        self.totals.rows += 1
        self._next_row += 1

    def _write_cell(self, at_row: int, at: int, column: Column, value: Any) -> None:
        sheet, style = self._sheet, self._styles.cells[column.format]
        if value is None:
            # Not entered is not 0.
            sheet.write_blank(at_row, at, None, style)
            return
        match column.format:
            case Format.MONEY:
                self._write_money(at_row, at, value, style)
            case Format.COUNT:
                sheet.write_number(at_row, at, value, style)
            case Format.DATE:
                sheet.write_datetime(at_row, at, value, style)
            case Format.ID_NUMBER:
                sheet.write_string(at_row, at, decrypt(value), style)
            case Format.TEXT if not value:
                sheet.write_blank(at_row, at, None, style)
            case Format.TEXT:
                quoted = str(value).startswith(FORMULA_STARTS)
                sheet.write_string(at_row, at, str(value), self._styles.quoted if quoted else style)

    def _write_money(self, at_row: int, at: int, fen: int, style: Any) -> None:
        yuan = format_yuan(fen)
        # The file knows only doubles: the one nearest to the two decimals is written with just these digits.
        self._sheet.write_number(at_row, at, float(yuan), style)
        separators = (len(yuan.lstrip("-")) - 4) // 3
        self._widths[at] = max(self._widths[at], len(yuan) + separators + 1)

    def _write_totals(self) -> None:
        at_row = self._next_row
        self._sheet.set_row(at_row, 20)
        for at, column in enumerate(self._columns):
            style = self._styles.totals[column.format]
            if column.total and column.format is Format.MONEY:
                self._write_money(at_row, at, self.totals.sums[column.attribute], style)
            elif column.total:
                self._sheet.write_number(at_row, at, self.totals.sums[column.attribute], style)
            else:
                self._sheet.write(at_row, at, "合计" if at == 1 else None, style)
        self._next_row += 1

    def _write_foot(self) -> None:
        self._line(self._caption.capital, self._caption.counted)
        for signature in self._caption.signatures:
            self._spread(signature)
        self._merged(self._caption.stamp, self._styles.small, height=16)

    def _line(self, left: str, right: str) -> None:
        middle = self._last * 3 // 5
        self._sheet.set_row(self._next_row, 18)
        self._sheet.merge_range(self._next_row, 0, self._next_row, middle, left, self._styles.line)
        self._sheet.merge_range(
            self._next_row, middle + 1, self._next_row, self._last, right, self._styles.line_right
        )
        self._next_row += 1

    def _merged(self, text: str, style: Any, *, height: float) -> None:
        self._sheet.set_row(self._next_row, height)
        self._sheet.merge_range(self._next_row, 0, self._next_row, self._last, text, style)
        self._next_row += 1

    def _spread(self, texts: Sequence[str]) -> None:
        """Texts side by side over the whole width."""
        self._sheet.set_row(self._next_row, 24)
        edges = [(self._last + 1) * n // len(texts) for n in range(len(texts) + 1)]
        for text, first, end in zip(texts, edges, edges[1:], strict=False):
            self._sheet.merge_range(self._next_row, first, self._next_row, end - 1, text, self._styles.line)
        self._next_row += 1

    def _close(self) -> None:
        # Known only now: the widest amount of the sheet.
        for at, width in enumerate(self._widths):
            self._sheet.set_column(at, at, width)


def _height(lines: int) -> float:
    return lines * LINE_HEIGHT + 4


# Addresses, diseases and clauses repeat; the bound keeps memory flat.
@lru_cache(maxsize=4096)
def _lines_needed(text: str, width: float) -> int:
    room = max(1.0, width - 1.5)
    return max(1, -int(-_display_width(text) // room))


def _display_width(text: str) -> int:
    return sum([2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text])

"""A statement as a page of the browser (结算单网页), whose print-out is one A4 page too.

A browser cannot be asked how tall text will be, so the type size is estimated, with room to spare; a page
estimated wrongly would run over to a second one, never lose a line.
"""

from collections.abc import Sequence
from math import ceil

from django.template.loader import render_to_string

from reporting.statements.sheet import Part, Sheet, Table

# Of what stands above the signatures, in points: 188 mm by 240 mm.
_WIDTH = 530
_HEIGHT = 665
_SIZES = (("large", 8.4), ("medium", 7.8), ("small", 7.2), ("smaller", 6.4), ("smallest", 5.4))
# Lines of the body's size: title, numbers, totals, capitals, with their gaps.
_HEAD = 11.5
_LEADING = 1.3
# Padding and border of a table's row, in lines; a heading with its gap.
_ROW_EXTRA = 0.35
_TITLE = 1.8
# Padding of a cell, in signs; how much taller a row gets because its cells do not fill up evenly.
_CELL_EXTRA = 0.8
_UNEVEN = 1.2
_SHORT_FROM = 2


def html_of(sheet: Sheet, *, download_url: str) -> str:
    """The page; ``download_url`` is where it offers the PDF."""
    part, size = _fitting(sheet)
    context = {"sheet": sheet, "part": part, "size": size, "download_url": download_url}
    return render_to_string("reporting/statement.html", context)


def _fitting(sheet: Sheet) -> tuple[Part, str]:
    """The largest type that fits; the shorter form before it gets too small to read."""
    tries = [(sheet.full, *size) for size in _SIZES[: _SHORT_FROM + 1]]
    tries += [(sheet.short, *size) for size in _SIZES[_SHORT_FROM:]]
    for part, name, points in tries:
        if _lines(sheet, part, points) * points * _LEADING <= _HEIGHT:
            return part, name
    return sheet.short, _SIZES[-1][0]


def _lines(sheet: Sheet, part: Part, points: float) -> float:
    across = _WIDTH / points
    facts = sum(_wrapped(label + value, across * span / 3) / (3 / span) for label, value, span in sheet.facts)
    texts = [*part.working, *sheet.notes, sheet.state_note]
    return (
        _HEAD
        + facts
        + 1
        + sum(_wrapped(text, across) for text in texts if text)
        + sum(_table_lines(table, across) for table in part.tables)
        + _TITLE
    )


def _table_lines(table: Table, across: float) -> float:
    rows = [row for row in (table.headers, *table.rows, table.foot) if row]
    return _TITLE + sum(_row_lines(row, across) + _ROW_EXTRA for row in rows)


def _row_lines(row: Sequence[str], across: float) -> float:
    """Browsers give long cells the room that short ones leave, though never all of it."""
    room = across - _CELL_EXTRA * len(row)
    told = sum(_width(cell) for cell in row) * _UNEVEN / room
    return max(told, 1 + max(cell.count("\n") for cell in row))


def _wrapped(text: str, width: float) -> int:
    """How many lines a text takes; Chinese signs are one wide, others about half."""
    return sum(max(1, ceil(_width(line) / max(width, 4))) for line in text.split("\n"))


def _width(line: str) -> float:
    return sum(1 if ord(sign) > 0x2E00 else 0.58 for sign in line)

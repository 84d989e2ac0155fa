"""Cell formats of a workbook (单元格格式)."""

from dataclasses import dataclass, field
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format as CellFormat

from reporting.columns import Format

FONT = "宋体"
FONT_SIZE = 9
MONEY_FORMAT = "#,##0.00"
DATE_FORMAT = "yyyy-mm-dd"

_CELL = {"font_name": FONT, "font_size": FONT_SIZE, "border": 1, "valign": "vcenter"}
_LINE = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
_OF_FORMAT: dict[Format, dict[str, Any]] = {
    Format.COUNT: {"align": "center"},
    Format.TEXT: {"align": "center", "text_wrap": True, "num_format": "@"},
    Format.ID_NUMBER: {"align": "center", "num_format": "@"},
    Format.DATE: {"align": "center", "num_format": DATE_FORMAT},
    Format.MONEY: {"num_format": MONEY_FORMAT},
}


@dataclass(frozen=True, slots=True)
class Styles:
    """The formats of one workbook; a format belongs to the workbook that made it."""

    title: CellFormat
    line: CellFormat
    line_right: CellFormat
    small: CellFormat
    heading: CellFormat
    quoted: CellFormat
    cells: dict[Format, CellFormat] = field(default_factory=dict)
    totals: dict[Format, CellFormat] = field(default_factory=dict)


def make_styles(book: Workbook) -> Styles:
    """Add the formats to a workbook."""
    return Styles(
        title=book.add_format({**_LINE, "font_size": 16, "bold": True, "align": "center"}),
        line=book.add_format({**_LINE, "align": "left"}),
        line_right=book.add_format({**_LINE, "align": "right"}),
        small=book.add_format({**_LINE, "font_size": 8, "align": "left", "font_color": "#595959"}),
        heading=book.add_format(
            {**_CELL, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#E7EEF5"}
        ),
        # Excel's leading apostrophe: the text stays text even after somebody edits the cell.
        quoted=book.add_format({**_CELL, **_OF_FORMAT[Format.TEXT], "quote_prefix": True}),
        cells={each: book.add_format({**_CELL, **_OF_FORMAT[each]}) for each in Format},
        totals={each: book.add_format({**_CELL, **_OF_FORMAT[each], "bold": True}) for each in Format},
    )

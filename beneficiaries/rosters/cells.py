"""What stands in a cell (单元格归一): full-width characters, blanks, numbers for text, dates in any form."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | date | datetime | time | timedelta | None

_BLANKS = re.compile(r"[\s\u200b-\u200f\ufeff]+")
_DOTS = str.maketrans({"•": "·", "・": "·", "‧": "·", "∙": "·", "●": "·"})
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?|(\d{2})(\d{2}))(?:00:00(?::00)?)?")
_EXCEL_EPOCH = date(1899, 12, 30)
# Serial numbers of 1910 to 2099; anything larger is a date written as a number, 20190501.
_SERIALS = range(3_653, 73_051)


class CellError(ValueError):
    """A cell that cannot be read: a stable code and a Chinese sentence that says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def text_of(cell: Cell) -> str:
    """The text of a cell without any blanks; whole numbers lose their ``.0``."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime):
        cell = cell.date()
    return _BLANKS.sub("", unicodedata.normalize("NFKC", str(cell)))


def id_text_of(cell: Cell) -> str:
    """An ID number as text; the apostrophe that forces text in Excel goes.

    Raises:
        CellError: the cell is a number: Excel keeps 15 digits only, the others are lost.
    """
    text = text_of(cell).lstrip("'’`").upper()
    if isinstance(cell, (int, float)) or re.fullmatch(r"\d(\.\d+)?E\+\d+", text):
        raise CellError(
            "id_number_as_number",
            "身份证号按数字保存，末几位已丢失：请把该列设为文本格式，对照身份证重新录入",
        )
    return text


def name_of(cell: Cell) -> str:
    """A name: blanks inside it go, the dot of minority names has one form."""
    name = text_of(cell).translate(_DOTS)
    if "�" in name or "?" in name or "□" in name:
        raise CellError("name_garbled", "姓名中有乱码或无法显示的字，请按身份证重新录入")
    return name


def date_of(cell: Cell) -> date | None:
    """A date from a date cell, a serial number, or text in the usual forms; nothing stays nothing.

    Raises:
        CellError: not a date.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, (int, float)) and int(cell) in _SERIALS:
        return _EXCEL_EPOCH + timedelta(days=int(cell))
    text = text_of(cell)
    if not text:
        return None
    found = _DATE.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        year, month, day = found[1], found[2] or found[4], found[3] or found[5]
        return date(int(year), int(month), int(day))
    except (TypeError, ValueError):
        raise CellError("date_invalid", "不是日期，请写成 2019-05-01 这样的形式") from None

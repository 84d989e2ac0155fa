"""Roster files (名单文件): .xlsx and .csv as rows of cells, one after the other."""

import codecs
import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl

from beneficiaries.rosters.cells import Cell
from beneficiaries.rosters.headings import FIELDS, ROWS_SEARCHED, Field, columns_of, is_heading_row

MOST_BYTES = 64 * 1024 * 1024
# Unpacked; 200,000 rows of fifteen columns are about a quarter of it.
MOST_UNPACKED_BYTES = 600 * 1024 * 1024
_CHUNK = 1024 * 1024
# What the library raises at a file that is damaged, or written by a program that knows the format badly.
_DAMAGED = (zipfile.BadZipFile, zlib.error, ParseError, ValueError, TypeError, LookupError, AttributeError)

Row = tuple[int, list[Cell]]


class RosterFileError(ValueError):
    """A file that is no roster: a stable code and a Chinese sentence that says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A roster found in a file.

    Attributes:
        headings: of the heading row, as they stand there.
        columns: field key → index of its column.
        total: rows of the sheet, where known.
        rows: row numbers as Excel shows them, with their cells; empty rows left out.
    """

    headings: list[str]
    columns: dict[str, int]
    total: int
    rows: Iterator[Row]


def open_roster(content: bytes, fields: Sequence[Field] = FIELDS) -> Sheet:
    """Find the roster in a file; ``fields`` are the columns that its kind has.

    Raises:
        RosterFileError: neither .xlsx nor .csv, protected, or without the headings that are needed.
    """
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise RosterFileError("file_old_or_protected", "文件是旧版 .xls 或设有密码：请另存为不设密码的 .xlsx")
    candidates = _xlsx_sheets(content) if content.startswith(b"PK") else iter([_csv_rows(content)])
    for total, rows in candidates:
        for _, (_, cells) in zip(range(ROWS_SEARCHED), rows, strict=False):
            if is_heading_row(cells):
                return _sheet(cells, total, rows, fields)
    raise RosterFileError(
        "headings_missing", f"前{ROWS_SEARCHED}行没有找到表头：至少要有“姓名”和“身份证号”两列，请按模板整理"
    )


def _sheet(cells: list[Cell], total: int, rows: Iterator[Row], fields: Sequence[Field]) -> Sheet:
    columns = columns_of(cells, fields)
    missing = [field.title for field in fields if field.required and field.key not in columns]
    if missing:
        raise RosterFileError("columns_missing", f"缺少必填的列：{'、'.join(missing)}，请按模板补上")
    headings = [str(cell or "").strip()[:60] for cell in cells]
    return Sheet(headings=headings, columns=columns, total=total, rows=rows)


def _xlsx_sheets(content: bytes) -> Iterator[tuple[int, Iterator[Row]]]:
    for sheet in _worksheets(content):
        # What a file says of its size is often wrong: good for progress, not for reading.
        total = sheet.max_row or 0
        sheet.reset_dimensions()
        yield total, _numbered(_cells_of(sheet))


def _worksheets(content: bytes) -> Iterator[Any]:
    """The sheets as the library reads them row by row (its types know only sheets that are loaded whole)."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked <= MOST_UNPACKED_BYTES:
            # Two hundred thousand rows take 200 MiB where a sheet is loaded whole.
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            return iter(book.worksheets)
    except _DAMAGED as error:
        raise _unreadable() from error
    raise RosterFileError("file_too_large", "文件解压后过大：请删去多余的工作表和空行，或分成几个文件")


def _cells_of(sheet: Any) -> Iterator[Sequence[Cell]]:
    try:
        yield from sheet.iter_rows(values_only=True)
    except _DAMAGED as error:
        raise _unreadable() from error


def _unreadable() -> RosterFileError:
    return RosterFileError("file_unreadable", "文件打不开：请用 Excel 或 WPS 重新另存为 .xlsx")


def _csv_rows(content: bytes) -> tuple[int, Iterator[Row]]:
    text = io.TextIOWrapper(io.BytesIO(content), encoding=_encoding_of(content), newline="")
    first = text.readline()
    text.seek(0)
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    return content.count(b"\n"), _numbered(_csv(text, delimiter))


def _csv(text: io.TextIOWrapper, delimiter: str) -> Iterator[list[Cell]]:
    try:
        for cells in csv.reader(text, delimiter=delimiter):
            yield list(cells)
    except csv.Error as error:
        raise RosterFileError(
            "file_unreadable", "CSV 文件格式有误：请用 Excel 另存为 .xlsx 后再上传"
        ) from error


def _encoding_of(content: bytes) -> str:
    """Excel's CSV is GB18030 in China, everybody else's UTF-8."""
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            for at in range(0, len(content), _CHUNK):
                decoder.decode(content[at : at + _CHUNK])
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise RosterFileError(
        "file_not_a_roster", "不是 .xlsx，也不是 UTF-8 或 GB18030 编码的 .csv，请按模板整理"
    )


def _numbered(rows: Iterable[Sequence[Cell]]) -> Iterator[Row]:
    for number, cells in enumerate(rows, start=1):
        if any(cell not in (None, "") and str(cell).strip() for cell in cells):
            yield number, list(cells)

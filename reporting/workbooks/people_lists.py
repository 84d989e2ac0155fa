"""Lists of people around insurance (参保名单): who is missing, who is insured."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from xlsxwriter import Workbook

from reporting.columns import Column, Format
from reporting.workbooks.styles import make_styles
from reporting.workbooks.tables import Caption, Table, Totals

_SIGNATURES = (("制表人：", "复核人：", "日期：      年    月    日"),)


def _text(title: str, attribute: str, width: int) -> Column:
    return Column(title=title, attribute=attribute, format=Format.TEXT, width=width)


COLUMNS = (
    Column(title="序号", attribute="number", format=Format.COUNT, width=6),
    _text("姓名", "name", 12),
    Column(title="身份证号", attribute="id_encrypted", format=Format.ID_NUMBER, width=22),
    _text("乡镇（街道）", "township", 14),
    _text("村（社区）", "village", 16),
    _text("户编号", "household_no", 16),
    _text("户主", "head_name", 12),
    _text("身份", "identities", 34),
    _text("备注", "note", 20),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPerson:
    """One person; the ID number is decrypted only where the cell is written."""

    number: int
    name: str
    id_encrypted: bytes
    township: str
    village: str
    household_no: str
    head_name: str
    identities: str
    note: str


def write_people_list(
    *, path: Path, title: str, county: str, year: int, basis: str, people: Iterable[ListedPerson],
    made_at: datetime,
) -> Totals:  # fmt: skip
    """Write one sheet of people."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        # Personal data never lies in the system's shared folder.
        "tmpdir": str(path.parent),
    }
    with Workbook(str(path), options) as book:
        caption = Caption(
            title=f"{county}{year}年{title}",
            lines=((basis, f"参保年度：{year}年"),),
            capital="",
            counted="",
            signatures=_SIGNATURES,
            stamp=f"生成时间 {made_at:%Y-%m-%d %H:%M:%S}",
        )
        return Table(
            book=book, styles=make_styles(book), name=title[:31], caption=caption, columns=COLUMNS
        ).write(people)

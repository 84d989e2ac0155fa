"""Lists of people around insurance (参保名单): who is missing, who is insured."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reporting.columns import count, id_number, text
from reporting.workbooks.books import open_book
from reporting.workbooks.tables import Caption, Table, Totals

_SIGNATURES = (("制表人：", "复核人：", "日期：      年    月    日"),)


COLUMNS = (
    count("序号", "number", 6),
    text("姓名", "name", 12),
    id_number("身份证号", width=22),
    text("乡镇（街道）", "township", 14),
    text("村（社区）", "village", 16),
    text("户编号", "household_no", 16),
    text("户主", "head_name", 12),
    text("身份", "identities", 34),
    text("备注", "note", 20),
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
    with open_book(path) as (book, styles):
        caption = Caption(
            title=f"{county}{year}年{title}",
            lines=((basis, f"参保年度：{year}年"),),
            capital="",
            counted="",
            signatures=_SIGNATURES,
            stamp=f"生成时间 {made_at:%Y-%m-%d %H:%M:%S}",
        )
        return Table(book=book, styles=styles, name=title[:31], caption=caption, columns=COLUMNS).write(
            people
        )

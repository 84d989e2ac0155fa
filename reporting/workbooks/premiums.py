"""The application for premium aid (参保资助申请): the sheet to print and sign, then the people on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from common.money import format_capital
from reporting.columns import Column, count, id_number, money, text
from reporting.workbooks.books import open_book
from reporting.workbooks.tables import Caption, Table, Totals

_SIGNATURES = (
    ("经办人：", "复核人：", "单位负责人："),
    ("医保经办机构（盖章）：", "财政部门（盖章）：", "日期：      年    月    日"),
)


_NUMBER = count("序号", "number", 6)
PERSON_COLUMNS = (
    _NUMBER,
    text("姓名", "name", 12),
    id_number("身份证号", width=22),
    text("乡镇（街道）", "township", 14),
    text("村（社区）", "village", 16),
    text("户编号", "household_no", 16),
    text("资助类别", "title", 26),
    text("变动", "change", 8),
    money("个人缴费标准（元）", "contribution_fen", 14, total=False),
    money("应资助（元）", "amount_fen", 14),
    money("已申请（元）", "previous_fen", 14),
    money("本次申请（元）", "due_fen", 14),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiumHead:
    """What stands around both sheets."""

    title: str
    number: str
    county: str
    year: int
    state: str
    heads: int
    total_fen: int
    content_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRow:
    """A class of people: heads × amount; ``fund_1`` and on are read from ``funds``."""

    number: int
    title: str
    change: str
    clause: str
    heads: int
    each_fen: int
    total_fen: int
    funds: Sequence[int] = field(default=())

    def __getattr__(self, name: str) -> int:
        """The amount of the fund at a place."""
        prefix, _, place = name.partition("_")
        if prefix != "fund":
            raise AttributeError(name)
        return self.funds[int(place)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One person; the ID number is decrypted only where the cell is written."""

    number: int
    name: str
    id_encrypted: bytes
    township: str
    village: str
    household_no: str
    title: str
    change: str
    contribution_fen: int
    amount_fen: int
    previous_fen: int
    due_fen: int


def write_premium_workbook(
    *,
    path: Path,
    head: PremiumHead,
    classes: Iterable[ApplicationRow],
    funds: Sequence[str],
    people: Iterable[PersonRow],
    made_at: datetime,
) -> tuple[Totals, Totals]:
    """Write the workbook; returns what was written of classes and of people."""
    with open_book(path) as (book, styles):
        applied = Table(
            book=book,
            styles=styles,
            name="申请表",
            caption=_caption(head, made_at, f"{head.county}{head.year}年{head.title}表"),
            columns=_application_columns(funds),
        ).write(classes)
        listed = Table(
            book=book,
            styles=styles,
            name="人员名单",
            caption=_caption(head, made_at, f"{head.county}{head.year}年{head.title}人员名单"),
            columns=PERSON_COLUMNS,
        ).write(people)
    return applied, listed


def _application_columns(funds: Sequence[str]) -> tuple[Column, ...]:
    return (
        _NUMBER,
        text("资助类别", "title", 26),
        text("变动", "change", 8),
        text("依据", "clause", 26),
        count("人数", "heads", 8, total=True),
        money("每人（元）", "each_fen", 14, total=False),
        money("合计（元）", "total_fen", 14),
        *[money(f"{name}（元）", f"fund_{at}", 14) for at, name in enumerate(funds)],
    )


def _caption(head: PremiumHead, made_at: datetime, title: str) -> Caption:
    return Caption(
        title=title,
        lines=(
            (f"申请编号：{head.number}", "单位：元"),
            (f"县（市、区）：{head.county}    参保年度：{head.year}年", head.state),
        ),
        capital=f"申请金额合计（人民币大写）：{_capital(head.total_fen)}",
        counted=f"共 {head.heads} 人",
        signatures=_SIGNATURES,
        stamp=f"生成时间 {made_at:%Y-%m-%d %H:%M:%S}    内容摘要 SHA-256 {head.content_hash}",
    )


def _capital(total_fen: int) -> str:
    """A supplement may take back more than it asks for."""
    return format_capital(total_fen) if total_fen >= 0 else f"负{format_capital(-total_fen)}"

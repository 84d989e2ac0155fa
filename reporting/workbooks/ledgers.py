"""The county's quarterly workbook (季度台账工作簿): a summary, then every hospital's detail."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from xlsxwriter import Workbook

from common.money import format_capital
from reimbursement.sources import SOURCES
from reporting.columns import count, money, text
from reporting.rows import FeeRow, LedgerHead, LedgerRow, SummaryRow
from reporting.workbooks.books import open_book
from reporting.workbooks.ledger_columns import COLUMNS
from reporting.workbooks.styles import Styles
from reporting.workbooks.tables import ROWS_ON_A_SHEET, Caption, Table

_SIGNATURES = (
    ("编制人：", "审核人：", "单位负责人：", "填报日期：      年    月    日"),
    ("医疗机构（盖章）：", "卫生健康部门（盖章）：", "财政部门（盖章）："),
)


SUMMARY_COLUMNS = (
    count("序号", "number", 6),
    text("医疗机构", "hospital", 32),
    text("机构编码", "hospital_code", 15),
    count("笔数", "row_count", 9, total=True),
    money("金额", "total_fen", 16),
    text("人民币大写", "capital", 40),
    text("收款账户", "bank_account", 24),
    text("台账编号", "ledger_no", 30),
    text("状态", "status", 15),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What went into a workbook: rows and fen of each ledger, counted while writing."""

    rows: Mapping[int, int]
    fen: Mapping[int, int]


def write_quarter_workbook(
    *,
    path: Path,
    heads: Sequence[LedgerHead],
    rows: Iterator[tuple[int, LedgerRow | FeeRow]],
    made_at: datetime,
    rows_on_a_sheet: int = ROWS_ON_A_SHEET,
) -> Written:
    """Write the workbook.

    Args:
        path: file to create.
        heads: the ledgers, at least one, in the order of their rows.
        rows: with their ledger's key; a ledger may have none.
        made_at: printed on the summary, local time.
        rows_on_a_sheet: where a detail goes on on another sheet.
    """
    rows_written: dict[int, int] = {}
    fen_written: dict[int, int] = {}
    with open_book(path) as (book, styles):
        _write_summary(book, styles, heads, made_at)
        groups = groupby(rows, key=itemgetter(0))
        waiting = next(groups, None)
        for position, head in enumerate(heads, start=1):
            detail: Iterator[LedgerRow | FeeRow] = iter(())
            if waiting is not None and waiting[0] == head.ledger_id:
                detail = map(itemgetter(1), waiting[1])
            table = Table(
                book=book,
                styles=styles,
                name=_sheet_name(position, head.hospital),
                caption=_detail_caption(head),
                columns=COLUMNS[head.source],
                rows_on_a_sheet=rows_on_a_sheet,
            )
            totals = table.write(detail)
            rows_written[head.ledger_id] = totals.rows
            fen_written[head.ledger_id] = totals.sums["claimed_fen"]
            if totals.rows:
                waiting = next(groups, None)
    return Written(rows=rows_written, fen=fen_written)


def _write_summary(book: Workbook, styles: Styles, heads: Sequence[LedgerHead], made_at: datetime) -> None:
    first = heads[0]
    total_fen = sum([head.total_fen for head in heads])
    caption = Caption(
        title=f"{first.title}汇总表",
        lines=(
            (first.period, "单位：元"),
            (f"县（市、区）：{first.county}", f"报送期限：{first.due}"),
        ),
        capital=f"{_summed(first)}（人民币大写）：{format_capital(total_fen)}",
        counted=f"共 {len(heads)} 家",
        signatures=_SIGNATURES,
        stamp=f"制表时间 {made_at:%Y-%m-%d %H:%M:%S}",
    )
    rows = (
        SummaryRow(
            number=number,
            hospital=head.hospital,
            hospital_code=head.hospital_code,
            bank_account=head.bank_account,
            row_count=head.row_count,
            total_fen=head.total_fen,
            capital=head.capital,
            ledger_no=head.ledger_no,
            status=head.status,
        )
        for number, head in enumerate(heads, start=1)
    )
    Table(book=book, styles=styles, name="汇总", caption=caption, columns=SUMMARY_COLUMNS).write(rows)


def _detail_caption(head: LedgerHead) -> Caption:
    return Caption(
        title=head.title,
        lines=(
            (head.period, "单位：元"),
            (
                f"县（市、区）：{head.county}    医疗机构：{head.hospital}（{head.hospital_code}）",
                f"报送期限：{head.due}    {head.status}",
            ),
        ),
        capital=f"{_summed(head)}（人民币大写）：{head.capital}",
        counted=f"共 {head.row_count} 笔",
        signatures=_SIGNATURES,
        stamp=(
            f"台账编号 {head.ledger_no}    编制时间 {head.built_at:%Y-%m-%d %H:%M:%S}    "
            f"内容摘要 SHA-256 {head.content_hash}"
        ),
    )


def _summed(head: LedgerHead) -> str:
    """Nobody applies for anything by a ledger that informs."""
    return "申报金额合计" if SOURCES[head.source].is_money else "金额合计"


def _sheet_name(position: int, hospital: str) -> str:
    """Numbered, so that it is unique; without what Excel forbids, and short enough."""
    plain = re.sub(r"[][:*?/\\]", "", hospital)
    return f"{position:02d} {plain}"[:31].rstrip(" '")

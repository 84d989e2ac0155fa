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
from reporting.columns import Column, Format
from reporting.rows import LedgerHead, LedgerRow, SummaryRow
from reporting.workbooks.styles import Styles, make_styles
from reporting.workbooks.tables import ROWS_ON_A_SHEET, Caption, Table

_SIGNATURES = (
    ("编制人：", "审核人：", "单位负责人：", "填报日期：      年    月    日"),
    ("医疗机构（盖章）：", "卫生健康部门（盖章）：", "财政部门（盖章）："),
)


def _money(title: str, attribute: str) -> Column:
    return Column(title=title, attribute=attribute, format=Format.MONEY, width=9, total=True)


def _text(title: str, attribute: str, width: int) -> Column:
    return Column(title=title, attribute=attribute, format=Format.TEXT, width=width)


# The hospitals' own ledger of poor persons' visits, with what each tier paid and the clause.
DETAIL_COLUMNS = (
    Column(title="序号", attribute="number", format=Format.COUNT, width=4),
    _text("姓名", "name", 8),
    Column(title="身份证号", attribute="id_encrypted", format=Format.ID_NUMBER, width=18),
    _text("身份类别", "identities", 11),
    _text("住址", "address", 12),
    _text("疾病诊断/慢性病病种", "disease", 14),
    _text("就诊类型", "visit_type", 8),
    Column(title="入院/就诊日期", attribute="admitted_on", format=Format.DATE, width=10),
    Column(title="出院/结算日期", attribute="discharged_on", format=Format.DATE, width=10),
    _money("总金额", "total_fen"),
    _money("进入统筹费用", "in_scope_fen"),
    _money("统筹支付", "basic_fen"),
    _money("大病支付", "critical_fen"),
    _money("补充保险", "supplementary_fen"),
    _money("民政救助", "assistance_fen"),
    _money("政府兜底", "backstop_fen"),
    _money("医院减免及承担", "hospital_fen"),
    _money("自付费用", "patient_fen"),
    _money("本台账申报金额", "claimed_fen"),
    _text("依据", "basis", 14),
    _text("备注", "remark", 12),
)
SUMMARY_COLUMNS = (
    Column(title="序号", attribute="number", format=Format.COUNT, width=6),
    _text("医疗机构", "hospital", 32),
    _text("机构编码", "hospital_code", 15),
    Column(title="笔数", attribute="row_count", format=Format.COUNT, width=9, total=True),
    Column(title="申报金额", attribute="total_fen", format=Format.MONEY, width=16, total=True),
    _text("人民币大写", "capital", 40),
    _text("收款账户", "bank_account", 24),
    _text("台账编号", "ledger_no", 30),
    _text("状态", "status", 15),
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
    rows: Iterator[tuple[int, LedgerRow]],
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
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        # Personal data never lies in the system's shared folder.
        "tmpdir": str(path.parent),
    }
    rows_written: dict[int, int] = {}
    fen_written: dict[int, int] = {}
    with Workbook(str(path), options) as book:
        styles = make_styles(book)
        _write_summary(book, styles, heads, made_at)
        groups = groupby(rows, key=itemgetter(0))
        waiting = next(groups, None)
        for position, head in enumerate(heads, start=1):
            detail: Iterator[LedgerRow] = iter(())
            if waiting is not None and waiting[0] == head.ledger_id:
                detail = map(itemgetter(1), waiting[1])
            table = Table(
                book=book,
                styles=styles,
                name=_sheet_name(position, head.hospital),
                caption=_detail_caption(head),
                columns=DETAIL_COLUMNS,
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
        capital=f"申报金额合计（人民币大写）：{format_capital(total_fen)}",
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
        capital=f"申报金额合计（人民币大写）：{head.capital}",
        counted=f"共 {head.row_count} 笔",
        signatures=_SIGNATURES,
        stamp=(
            f"台账编号 {head.ledger_no}    编制时间 {head.built_at:%Y-%m-%d %H:%M:%S}    "
            f"内容摘要 SHA-256 {head.content_hash}"
        ),
    )


def _sheet_name(position: int, hospital: str) -> str:
    """Numbered, so that it is unique; without what Excel forbids, and short enough."""
    plain = re.sub(r"[][:*?/\\]", "", hospital)
    return f"{position:02d} {plain}"[:31].rstrip(" '")

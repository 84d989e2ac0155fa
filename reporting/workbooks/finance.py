"""The finance bureau's workbook (财政季度台账): summary, detail of each submission, corrections, sign-off."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from common.money import format_capital
from reporting.columns import Column, count, day, id_number, money, text
from reporting.rows import CorrectionRow, ItemRow, RollUpRow, SignOffRow
from reporting.workbooks.books import open_book
from reporting.workbooks.tables import ROWS_ON_A_SHEET, Caption, Table, Totals

_SIGNATURES = (("编制人：", "审核人：", "日期：      年    月    日"),)
_SIGN_OFF = (
    ("医疗保障经办机构意见：", "卫生健康部门意见：", "财政部门意见："),
    ("", "", ""),
    ("经办人：", "经办人：", "经办人："),
    ("单位负责人：", "单位负责人：", "单位负责人："),
    ("（盖章）", "（盖章）", "（盖章）"),
    ("", "", ""),
    ("日期：      年    月    日", "日期：      年    月    日", "日期：      年    月    日"),
)


ITEM_COLUMNS = (
    count("序号", "number", 5),
    text("医疗机构", "hospital", 24),
    text("机构编码", "hospital_code", 14),
    text("收款账户", "bank_account", 21),
    text("台账种类", "kind", 30),
    text("资金来源", "fund", 18),
    money("申报金额", "applied_fen", 13),
    money("扣减金额", "deducted_fen", 12),
    money("应付金额", "due_fen", 13),
    money("已核定", "approved_fen", 13),
    money("已拨付", "paid_fen", 13),
    money("已到账", "received_fen", 13),
    money("未付金额", "outstanding_fen", 13),
)
# The county's roll-up as offices head it, then what is claimed here, what is taken off it, and the clause.
ROLL_UP_COLUMNS = (
    count("序号", "number", 4),
    text("乡镇（区）", "township", 8),
    text("行政村", "village", 8),
    text("户主姓名", "head_name", 8),
    text("患者姓名", "name", 8),
    id_number("患者身份证号"),
    text("医疗机构名称", "hospital", 12),
    text("就诊类型", "visit_type", 8),
    text("疾病名称", "disease", 12),
    day("入院时间", "admitted_on"),
    day("结算日期", "settled_on"),
    money("本次总费用", "total_fen"),
    money("基本医疗报销", "basic_fen"),
    money("大病保险赔付", "critical_fen"),
    money("大病补充保险", "supplementary_fen"),
    money("民政救助支付", "assistance_fen"),
    money("财政兜底", "backstop_fen"),
    money("医疗机构承担", "borne_fen"),
    money("医院减免", "waived_fen"),
    money("个人自付", "patient_fen"),
    text("统筹比例", "basic_rate", 8),
    count("年份", "year", 5),
    count("月份", "month", 4),
    money("本次申报", "claimed_fen"),
    money("扣减", "deducted_fen", 8),
    text("依据", "basis", 12),
    text("备注", "remark", 12),
)
CORRECTION_COLUMNS = (
    count("序号", "number", 5),
    text("医疗机构", "hospital", 20),
    text("患者姓名", "name", 9),
    id_number("身份证号"),
    text("单据号", "document_no", 16),
    text("更正内容", "what", 22),
    day("记账日期", "posted_on"),
    text("本台账编号", "ledger_no", 24),
    money("更正金额", "amount_fen", 12),
    text("所更正台账编号", "corrected_ledger_no", 24),
    text("所更正明细号", "corrected_line", 12),
    money("原申报金额", "corrected_fen", 12, total=False),
)
SIGN_OFF_COLUMNS = (
    count("序号", "number", 5),
    text("申报编号", "submission_no", 21),
    text("台账种类", "kind", 28),
    count("医疗机构数", "hospitals", 10),
    day("报送日期", "submitted_on"),
    text("首付期限", "first_due", 11),
    text("余款期限", "rest_due", 11),
    money("申报金额", "applied_fen", 13),
    money("应付金额", "due_fen", 13),
    money("已核定", "approved_fen", 13),
    money("已拨付", "paid_fen", 13),
    money("未付金额", "outstanding_fen", 13),
    text("拨付依据", "clause", 16),
    text("内容摘要 SHA-256", "content_hash", 24),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinanceHead:
    """What stands around every table (表头表尾)."""

    county: str
    period: str
    built: str
    applied_fen: int
    due_fen: int
    outstanding_fen: int
    hospitals: int
    corrections: int
    corrections_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One submission's detail: its title, number and content, and its rows."""

    title: str
    number: str
    content_hash: str
    applied_fen: int
    rows: Iterator[RollUpRow]


@dataclass(slots=True, kw_only=True)
class FinanceWritten:
    """What was written, counted while writing."""

    items: Totals
    corrections: Totals
    ledger_rows: dict[int, int] = field(default_factory=dict)
    ledger_fen: dict[int, int] = field(default_factory=dict)
    deducted_fen: int = 0

    def counted(self, rows: Iterable[RollUpRow]) -> Iterator[RollUpRow]:
        """The rows as they pass, added up by ledger."""
        for row in rows:
            self.ledger_rows[row.ledger_id] = self.ledger_rows.get(row.ledger_id, 0) + 1
            self.ledger_fen[row.ledger_id] = self.ledger_fen.get(row.ledger_id, 0) + row.claimed_fen
            self.deducted_fen += row.deducted_fen
            yield row


def write_finance_workbook(
    *,
    path: Path,
    head: FinanceHead,
    items: Sequence[ItemRow],
    details: Sequence[Detail],
    corrections: Iterator[CorrectionRow],
    sign_off: Sequence[SignOffRow],
    made_at: datetime,
    rows_on_a_sheet: int = ROWS_ON_A_SHEET,
) -> FinanceWritten:
    """Write the workbook; long tables go on on further sheets.

    Args:
        path: file to create.
        head: county, quarter and sums.
        items: of all submissions, by hospital and fund.
        details: one per submission, read while they are written.
        corrections: of all submissions.
        sign_off: one row per submission.
        made_at: printed on every sheet, local time.
        rows_on_a_sheet: where a table goes on on another sheet.
    """
    stamp = f"{head.built}    生成时间 {made_at:%Y-%m-%d %H:%M:%S}"
    with open_book(path) as (book, styles):

        def table(name: str, caption: Caption, columns: Sequence[Column]) -> Table:
            return Table(
                book=book,
                styles=styles,
                name=name,
                caption=caption,
                columns=columns,
                rows_on_a_sheet=rows_on_a_sheet,
            )

        summary = table("汇总", _summary_caption(head, stamp), ITEM_COLUMNS)
        written = FinanceWritten(items=summary.write(items), corrections=Totals(0, {}))
        for number, detail in enumerate(details, start=1):
            name = f"明细{number}" if len(details) > 1 else "明细"
            rows = written.counted(detail.rows)
            table(name, _detail_caption(head, detail, made_at), ROLL_UP_COLUMNS).write(rows)
        correcting = table("更正", _correction_caption(head, stamp), CORRECTION_COLUMNS)
        written.corrections = correcting.write(corrections)
        table("签章页", _sign_off_caption(head, stamp), SIGN_OFF_COLUMNS).write(sign_off)
    return written


def _summary_caption(head: FinanceHead, stamp: str) -> Caption:
    return Caption(
        title=f"{head.county}医疗保障扶贫资金季度拨付汇总表",
        lines=((head.period, "单位：元"),),
        capital=f"申报金额合计（人民币大写）：{format_capital(head.applied_fen)}",
        counted=f"共 {head.hospitals} 家医疗机构",
        signatures=_SIGNATURES,
        stamp=stamp,
    )


def _detail_caption(head: FinanceHead, detail: Detail, made_at: datetime) -> Caption:
    return Caption(
        title=f"{detail.title}明细表",
        lines=((head.period, "单位：元"), (f"县（市、区）：{head.county}", f"申报编号：{detail.number}")),
        capital=f"申报金额合计（人民币大写）：{format_capital(detail.applied_fen)}",
        counted="",
        signatures=_SIGNATURES,
        stamp=(
            f"申报编号 {detail.number}    内容摘要 SHA-256 {detail.content_hash}    "
            f"生成时间 {made_at:%Y-%m-%d %H:%M:%S}"
        ),
    )


def _correction_caption(head: FinanceHead, stamp: str) -> Caption:
    return Caption(
        title=f"{head.county}冲销和调整更正表",
        lines=((head.period, "单位：元"),),
        capital=f"更正金额合计（人民币大写）：{format_capital(head.corrections_fen)}",
        counted=f"共 {head.corrections} 笔",
        signatures=_SIGNATURES,
        stamp=stamp,
    )


def _sign_off_caption(head: FinanceHead, stamp: str) -> Caption:
    return Caption(
        title=f"{head.county}医疗保障扶贫资金拨付签章页",
        lines=((head.period, "单位：元"),),
        capital=f"应付金额合计（人民币大写）：{format_capital(head.due_fen)}",
        counted=f"未付金额（人民币大写）：{format_capital(head.outstanding_fen)}",
        signatures=_SIGN_OFF,
        stamp=stamp,
    )

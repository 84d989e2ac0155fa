"""The workbook of a public notice (公示表)."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from xlsxwriter import Workbook

from common.money import format_capital
from reporting.columns import Column, Format
from reporting.models import Notice, NoticeRow
from reporting.workbooks.styles import make_styles
from reporting.workbooks.tables import Caption, Table, Totals


def _money(title: str, attribute: str) -> Column:
    return Column(title=title, attribute=attribute, format=Format.MONEY, width=11, total=True)


NOTICE_COLUMNS = (
    Column(title="序号", attribute="number", format=Format.COUNT, width=5),
    Column(title="患者姓名", attribute="shown_name", format=Format.TEXT, width=11),
    Column(title="慢性病病种", attribute="disease", format=Format.TEXT, width=24),
    Column(title="就诊日期", attribute="visited_on", format=Format.DATE, width=11),
    _money("总费用", "total_fen"),
    _money("基本医保", "basic_fen"),
    _money("大病保险", "critical_fen"),
    _money("大病补充", "supplementary_fen"),
    _money("医疗救助", "assistance_fen"),
    _money("财政兜底", "backstop_fen"),
    _money("医院减免", "hospital_fen"),
    _money("个人负担", "patient_fen"),
)


def write_notice_workbook(
    *, path: Path, notice: Notice, rows: Iterable[NoticeRow], made_at: datetime
) -> Totals:
    """Write the notice; what was written."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "tmpdir": str(path.parent),
    }
    caption = Caption(
        title=notice_title(notice),
        lines=(
            (f"医疗机构：{notice.hospital.name}    参保地：{notice.county.name}", "单位：元"),
            (f"公示期：{notice.shown_from} 至 {notice.shown_to}", f"监督电话：{notice.hotline}"),
        ),
        capital=f"补偿合计（人民币大写）：{format_capital(notice.paid_fen)}",
        counted=f"共 {notice.row_count} 人次",
        signatures=(("公示单位（盖章）：", "公示日期：      年    月    日"),),
        stamp=(
            f"公示编号 {notice.notice_no}    制表时间 {made_at:%Y-%m-%d %H:%M:%S}    "
            f"内容摘要 SHA-256 {notice.content_hash}"
        ),
    )
    with Workbook(str(path), options) as book:
        table = Table(
            book=book, styles=make_styles(book), name="公示", caption=caption, columns=NOTICE_COLUMNS
        )
        return table.write(rows)


def notice_title(notice: Notice) -> str:
    """The heading of a notice."""
    return f"{notice.year}年第{notice.quarter}季度农村贫困人口慢性病门诊医疗补偿公示"

"""The workbook of a public notice (公示表)."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from common.money import format_capital
from reporting.columns import count, day, money, text
from reporting.models import Notice, NoticeRow
from reporting.workbooks.books import open_book
from reporting.workbooks.tables import Caption, Table, Totals

NOTICE_COLUMNS = (
    count("序号", "number", 5),
    text("患者姓名", "shown_name", 11),
    text("慢性病病种", "disease", 24),
    day("就诊日期", "visited_on", 11),
    money("总费用", "total_fen", 11),
    money("基本医保", "basic_fen", 11),
    money("大病保险", "critical_fen", 11),
    money("大病补充", "supplementary_fen", 11),
    money("医疗救助", "assistance_fen", 11),
    money("财政兜底", "backstop_fen", 11),
    money("医院减免", "hospital_fen", 11),
    money("个人负担", "patient_fen", 11),
)


def write_notice_workbook(
    *, path: Path, notice: Notice, rows: Iterable[NoticeRow], made_at: datetime
) -> Totals:
    """Write the notice; what was written."""
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
    with open_book(path) as (book, styles):
        table = Table(book=book, styles=styles, name="公示", caption=caption, columns=NOTICE_COLUMNS)
        return table.write(rows)


def notice_title(notice: Notice) -> str:
    """The heading of a notice."""
    return f"{notice.year}年第{notice.quarter}季度农村贫困人口慢性病门诊医疗补偿公示"

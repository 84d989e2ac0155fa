"""Workbooks of indicators and scores (指标汇总表、考核表): regions below one another."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from reporting.columns import Column, count, text
from reporting.rows import IndicatorRow, ScoreRow
from reporting.workbooks.books import open_book
from reporting.workbooks.tables import Caption, Table

_SIGNATURES = (("编制人：", "审核人：", "单位负责人：", "填报日期：      年    月    日"),)


INDICATOR_COLUMNS = (
    count("序号", "number", 5),
    text("指标", "indicator", 26),
    text("层级", "level", 12),
    text("地区", "region", 16),
    text("分子", "numerator", 22),
    text("分子数值", "above", 16),
    text("分母", "denominator", 22),
    text("分母数值", "below", 16),
    text("指标值", "value", 11),
    text("目标", "target", 14),
    text("是否达标", "met", 9),
    text("依据", "clauses", 34),
)
SCORE_COLUMNS = (
    count("序号", "number", 5),
    text("对象", "subject", 14),
    text("县（市、区）", "county", 16),
    text("名称", "name", 26),
    text("指标", "indicator", 26),
    text("指标值", "value", 12),
    text("目标", "target", 14),
    text("满分", "points", 13),
    text("得分", "got", 10),
    text("依据", "basis", 34),
)


def write_indicator_workbook(
    *, path: Path, rows: Sequence[IndicatorRow], place: str, period: str, made_at: datetime
) -> int:
    """Write the roll-up; how many rows it has."""
    caption = _caption(
        "健康扶贫指标汇总表",
        place,
        period,
        made_at,
        "上级数值为所辖县（市、区）分子、分母各自合计后相除，不是比例的平均；合计与数据库逐项核对一致。",
    )
    return _write(path, "指标汇总", caption, INDICATOR_COLUMNS, rows)


def write_score_workbook(
    *, path: Path, rows: Sequence[ScoreRow], place: str, period: str, made_at: datetime
) -> int:
    """Write the score sheets; how many rows there are."""
    caption = _caption(
        "医疗保障扶贫工作考核表",
        place,
        period,
        made_at,
        "达到目标得满分，未达到按比例得分；没有数据的项目不评分，也不计入可评满分。分值待核实。",
    )
    return _write(path, "考核表", caption, SCORE_COLUMNS, rows)


def _caption(title: str, place: str, period: str, made_at: datetime, note: str) -> Caption:
    return Caption(
        title=title,
        lines=((f"地区：{place}", f"统计期间：{period}"),),
        capital=note,
        counted="",
        signatures=_SIGNATURES,
        stamp=f"制表时间 {made_at:%Y-%m-%d %H:%M:%S}",
    )


def _write(
    path: Path,
    name: str,
    caption: Caption,
    columns: Sequence[Column],
    rows: Sequence[IndicatorRow] | Sequence[ScoreRow],
) -> int:
    with open_book(path) as (book, styles):
        table = Table(book=book, styles=styles, name=name, caption=caption, columns=columns)
        return table.write(rows).rows

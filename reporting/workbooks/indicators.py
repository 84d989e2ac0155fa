"""Workbooks of indicators and scores (指标汇总表、考核表): regions below one another."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from xlsxwriter import Workbook

from reporting.columns import Column, Format
from reporting.rows import IndicatorRow, ScoreRow
from reporting.workbooks.styles import make_styles
from reporting.workbooks.tables import Caption, Table

_SIGNATURES = (("编制人：", "审核人：", "单位负责人：", "填报日期：      年    月    日"),)


def _text(title: str, attribute: str, width: int) -> Column:
    return Column(title=title, attribute=attribute, format=Format.TEXT, width=width)


INDICATOR_COLUMNS = (
    Column(title="序号", attribute="number", format=Format.COUNT, width=5),
    _text("指标", "indicator", 26),
    _text("层级", "level", 12),
    _text("地区", "region", 16),
    _text("分子", "numerator", 22),
    _text("分子数值", "above", 16),
    _text("分母", "denominator", 22),
    _text("分母数值", "below", 16),
    _text("指标值", "value", 11),
    _text("目标", "target", 14),
    _text("是否达标", "met", 9),
    _text("依据", "clauses", 34),
)
SCORE_COLUMNS = (
    Column(title="序号", attribute="number", format=Format.COUNT, width=5),
    _text("对象", "subject", 14),
    _text("县（市、区）", "county", 16),
    _text("名称", "name", 26),
    _text("指标", "indicator", 26),
    _text("指标值", "value", 12),
    _text("目标", "target", 14),
    _text("满分", "points", 13),
    _text("得分", "got", 10),
    _text("依据", "basis", 34),
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
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "tmpdir": str(path.parent),
    }
    with Workbook(str(path), options) as book:
        table = Table(book=book, styles=make_styles(book), name=name, caption=caption, columns=columns)
        return table.write(rows).rows

"""The workbook of a random draw (双随机抽取表): what was drawn, and the lists to draw again from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reporting.columns import count, text
from reporting.models import Drawn, InspectionDraw
from reporting.workbooks.books import open_book
from reporting.workbooks.tables import Caption, Table

DRAWN_COLUMNS = (
    count("序号", "position", 7),
    text("名称", "label", 40),
    text("名册键", "key", 20),
    text("散列值", "hash", 68),
)
FRAME_COLUMNS = (
    count("序号", "number", 9),
    text("名册", "side", 24),
    text("名册键", "key", 40),
    text("抽中序号", "drawn", 12),
)
_SIGNATURES = (("抽取人：", "监督人："), ("日期：      年    月    日",))


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRow:
    """One key that could be drawn."""

    number: int
    side: str
    key: str
    drawn: str


def write_draw_workbook(
    *,
    path: Path,
    drawing: InspectionDraw,
    drawn: Sequence[Drawn],
    frame: Iterable[FrameRow],
    made_at: datetime,
) -> int:
    """Write what was drawn and the lists; how many keys the lists have."""
    with open_book(path) as (book, styles):
        for side in Drawn.Side:
            rows = [row for row in drawn if row.side == side]
            table = Table(
                book=book,
                styles=styles,
                name=f"抽中的{side.label}",
                caption=_caption(drawing, made_at, title=f"双随机抽取结果：{side.label}"),
                columns=DRAWN_COLUMNS,
            )
            table.write(rows)
        lists = Table(
            book=book,
            styles=styles,
            name="名册",
            caption=_caption(drawing, made_at, title="双随机抽取名册"),
            columns=FRAME_COLUMNS,
        )
        return lists.write(frame).rows


def _caption(drawing: InspectionDraw, made_at: datetime, *, title: str) -> Caption:
    plan = drawing.plan
    return Caption(
        title=title,
        lines=(
            (f"抽查计划：{plan.title}（{plan.county.name}）", f"抽查对象：{plan.get_kind_display()}"),
            (f"随机种子：{drawing.seed}", f"单据日期：{plan.since} 至 {plan.until}"),
        ),
        capital="抽取办法：对“种子|名册键”计算 SHA-256，按散列值从小到大取前若干个",
        counted="",
        signatures=_SIGNATURES,
        stamp=f"制表时间 {made_at:%Y-%m-%d %H:%M:%S}    对象名册摘要 SHA-256 {drawing.frame_hash}",
    )

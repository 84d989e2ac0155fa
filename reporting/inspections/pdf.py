"""The result of a draw as PDF on A4 (抽取结果页): names reach typst as JSON strings, never as markup."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst
from django.utils import timezone

from reporting.models import Drawn, InspectionDraw
from reporting.statements.pdf import printable

_TEMPLATE = Path(__file__).parent / "draw.typ"
_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
HASH_SHOWN = 16
HOW = (
    "抽取办法：对“种子|名册键”计算 SHA-256，按散列值从小到大取前若干个；",
    "计划在抽取前确定，一个计划只抽取一次。",
    "任何人可用种子和名册（见 Excel 的“名册”页）重算；名册摘要为各键按行连接后的 SHA-256。",
)


def draw_facts(drawing: InspectionDraw) -> list[tuple[str, str]]:
    """What was drawn, from what, with which seed."""
    plan = drawing.plan
    return [
        ("抽查计划", f"{plan.title}（{plan.county.name}）"),
        ("抽查对象", f"{plan.get_kind_display()}，单据日期 {plan.since} 至 {plan.until}"),
        ("抽取数量", f"对象 {plan.object_count} 个，检查人员 {plan.inspector_count} 人"),
        ("抽取时间", f"{timezone.localtime(drawing.drawn_at):%Y-%m-%d %H:%M:%S}，{drawing.drawn_by}"),
        ("随机种子", drawing.seed),
        ("名册", f"对象 {drawing.frame_count} 个，检查人员 {len(drawing.inspector_keys)} 人"),
        ("对象名册摘要", drawing.frame_hash),
    ]


def draw_pdf(*, drawing: InspectionDraw, repeats: bool, printed_at: datetime) -> bytes:
    """The sheets; ``repeats`` says whether drawing again gave the same."""
    drawn = list(drawing.drawn.order_by("position"))
    sheet = {
        "title": "双随机抽取结果",
        "facts": [
            *[(label, printable(value)) for label, value in draw_facts(drawing)],
            ("复核", "按种子和名册重算，结果一致" if repeats else "按种子和名册重算，结果不一致"),
        ],
        "headers": ["序号", "名称", "名册键", "散列值（前16位）"],
        "parts": [
            {
                "title": f"抽中的{side.label}",
                "rows": [
                    [str(row.position), printable(row.label), printable(row.key), row.hash[:HASH_SHOWN]]
                    for row in drawn
                    if row.side == side
                ],
            }
            for side in Drawn.Side
        ],
        "notes": HOW,
        "foot": f"打印 {printed_at:%Y-%m-%d %H:%M}",
    }
    compiler: Any = typst.Compiler(str(_TEMPLATE), font_paths=[str(_FONTS)], ignore_system_fonts=True)
    pdf: bytes = compiler.compile(
        format="pdf",
        sys_inputs={"sheet": json.dumps(sheet, ensure_ascii=False)},
        timestamp=int(printed_at.timestamp()),
    )
    return pdf

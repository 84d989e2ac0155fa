"""A notice as PDF on A4 (公示页): names and diseases reach typst as JSON strings, never as markup."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst

from common.money import format_capital, format_yuan
from reporting.models import Notice, NoticeRow
from reporting.statements.pdf import printable
from reporting.workbooks.notices import NOTICE_COLUMNS, notice_title

_TEMPLATE = Path(__file__).parent / "notice.typ"
_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
_SHARES = (4, 7, 18, 9, 10, 10, 10, 10, 10, 10, 10, 10)
_AMOUNTS = [column.attribute for column in NOTICE_COLUMNS if column.total]


def notice_pdf(*, notice: Notice, rows: Iterable[NoticeRow], printed_at: datetime) -> bytes:
    """The sheets."""
    cells, sums = [], dict.fromkeys(_AMOUNTS, 0)
    for row in rows:
        for name in _AMOUNTS:
            sums[name] += getattr(row, name)
        cells.append(
            [
                str(row.number),
                printable(row.shown_name),
                printable(row.disease),
                row.visited_on.isoformat(),
                *[format_yuan(getattr(row, name)) for name in _AMOUNTS],
            ]
        )
    sheet = {
        "title": notice_title(notice),
        "lines": [
            [f"医疗机构：{printable(notice.hospital.name)}　参保地：{notice.county.name}", "单位：元"],
            [
                f"公示期：{notice.shown_from} 至 {notice.shown_to}",
                f"监督电话：{printable(notice.hotline)}",
            ],
        ],
        "headers": [column.title for column in NOTICE_COLUMNS],
        "shares": _SHARES,
        "rows": cells,
        "totals": ["", "合计", f"{len(cells)} 人次", "", *[format_yuan(sums[name]) for name in _AMOUNTS]],
        "capital": f"补偿合计（人民币大写）：{format_capital(notice.paid_fen)}",
        "notes": [f"对公示内容有异议的，请在公示期内拨打监督电话 {printable(notice.hotline)} 反映。"],
        "foot": f"公示编号 {notice.notice_no}　打印 {printed_at:%Y-%m-%d %H:%M}　"
        f"内容摘要 {notice.content_hash}",
    }
    compiler: Any = typst.Compiler(str(_TEMPLATE), font_paths=[str(_FONTS)], ignore_system_fonts=True)
    pdf: bytes = compiler.compile(
        format="pdf",
        sys_inputs={"sheet": json.dumps(sheet, ensure_ascii=False)},
        timestamp=int(printed_at.timestamp()),
    )
    return pdf

"""A paper as PDF (证件PDF): one A4 page with its own Chinese fonts; its data are never markup."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst

from reporting.papers.paper import Paper
from reporting.statements.pdf import printable

_TEMPLATE = Path(__file__).parent / "paper.typ"
_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent


def paper_pdf(paper: Paper, *, printed_at: datetime, printed_by: str) -> bytes:
    """The page."""
    foot = f"打印 {printed_at:%Y-%m-%d %H:%M}　{printed_by}"
    data = _printable({**asdict(paper), "foot": foot})
    compiler: Any = typst.Compiler(str(_TEMPLATE), font_paths=[str(_FONTS)], ignore_system_fonts=True)
    pdf: bytes = compiler.compile(
        format="pdf",
        sys_inputs={"paper": json.dumps(data, ensure_ascii=False)},
        timestamp=int(printed_at.timestamp()),
    )
    return pdf


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    return [_printable(item) for item in value]

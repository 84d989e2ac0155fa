"""A statement as PDF (结算单PDF): one A4 page whatever the claim, with its own Chinese fonts.

Everything a person typed reaches typst as JSON strings, never as markup.
"""

import json
import threading
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst

from reporting.statements.sheet import Sheet, printable

_FOLDER = Path(__file__).parent
_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
# A compiler keeps its fonts open and serves one caller at a time.
_of_thread = threading.local()


def pdf_of(sheet: Sheet, *, printed_at: datetime) -> bytes:
    """The page."""
    data = json.dumps(_printable(asdict(sheet)), ensure_ascii=False)
    pdf: bytes = _compiler().compile(
        format="pdf", sys_inputs={"sheet": data}, timestamp=int(printed_at.timestamp())
    )
    return pdf


def _compiler() -> Any:
    found = getattr(_of_thread, "compiler", None)
    if found is None:
        found = _of_thread.compiler = typst.Compiler(
            str(_FOLDER / "statement.typ"), font_paths=[str(_FONTS)], ignore_system_fonts=True
        )
    return found


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(item) for item in value]
    return value

"""A statement as PDF (结算单PDF): one A4 page whatever the claim, with its own Chinese fonts.

Everything a person typed reaches typst as JSON strings, never as markup.
"""

import json
import re
import threading
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst

from reporting.statements.sheet import Sheet

_FOLDER = Path(__file__).parent
_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
_SPACES = "\n\u3000"
_LONG_WORD = re.compile(r"[!-~\u00a1-\u024f]{25,}")
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


def printable(text: str) -> str:
    """Text without invisible characters; long words without a space may be broken."""
    seen = "".join(sign for sign in text if sign.isprintable() or sign in _SPACES)
    return _LONG_WORD.sub(_broken, seen)


def _broken(word: re.Match[str]) -> str:
    letters = word.group()
    # Zero-width spaces: the line may end there, nothing shows otherwise.
    return "\u200b".join(letters[i : i + 12] for i in range(0, len(letters), 12))

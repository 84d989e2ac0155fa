"""From a diagnosis code to entries of a disease list (诊断编码匹配). Plain Python: suggests, never decides.

Codes are compared as hospitals write them: with or without dot, with national extensions (``I10.x00x002``),
with dagger or asterisk. A range of categories (``C00``–``C97``) holds all their subcategories.
"""

import re
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

_DISEASE = re.compile(r"([A-Z])(\d{2})(?:\.?([0-9X])[0-9A-Z]*)?")
# Morphology: M8000–M9989, undotted, with or without the behaviour after a slash.
_MORPHOLOGY = re.compile(r"M([89]\d{3})\d?(?:/\d)?")
_MARKS = str.maketrans("．／", "./", "†*+＋＊ 　")
_SUBCATEGORIES = re.compile(r"限亚目 ?\.(\d)[–-]\.(\d)")
_AGE = re.compile(r"(\d+) ?周岁及以下")
# Remarks that begin so say what must hold besides the code; others describe it.
_CONDITIONS = ("伴", "限", "病理", "药物")


class Code(NamedTuple):
    """A diagnosis as it compares: ``subcategory`` is -1 where the code does not say it.

    ``chapter`` is the letter, or ``morphology``.
    """

    chapter: str
    category: int
    subcategory: int = -1


class Range(NamedTuple):
    """A row of a disease's codes, first and last included."""

    first: str
    last: str
    excluded: bool = False
    remark: str = ""


class Fit(IntEnum):
    """How well a code fits a disease (符合程度)."""

    NO = 0
    # The code fits, something that it does not say must hold besides.
    CONDITIONALLY = 1
    YES = 2


class Match(NamedTuple):
    """What a code says about a disease; ``needs`` are conditions that a person must check."""

    fit: Fit
    needs: tuple[str, ...] = ()
    remark: str = ""


NO_MATCH = Match(Fit.NO)


def read_code(text: str) -> Code | None:
    """The code as it compares; None for what is no code of ICD-10."""
    plain = text.translate(_MARKS).upper()
    if found := _MORPHOLOGY.fullmatch(plain):
        return Code("morphology", int(found[1]))
    found = _DISEASE.fullmatch(plain)
    if found is None:
        return None
    digit = found[3]
    return Code(found[1], int(found[2]), int(digit) if digit and digit != "X" else -1)


def holds(span: Range, code: Code) -> bool:
    """Whether a code lies in a range; one without subcategory lies only in whole categories."""
    first, last = read_code(span.first), read_code(span.last or span.first)
    if first is None or last is None or first.chapter != code.chapter or last.chapter != code.chapter:
        return False
    # A category as the end of a range holds all its subcategories.
    end = (last.category, 9 if last.subcategory < 0 else last.subcategory)
    return (first.category, first.subcategory) <= code[1:] <= end


def match(code_text: str, ranges: Sequence[Range], *, age_years: int | None = None) -> Match:
    """Whether a diagnosis code stands for a disease with these ranges.

    Args:
        code_text: as the hospital wrote it.
        ranges: those of one disease; exclusions hold against all others.
        age_years: None when it is not known: then an age limit is a condition.

    Returns:
        The best fit over the ranges; no fit for what is no code.
    """
    code = read_code(code_text)
    if code is None or any(span.excluded and holds(span, code) for span in ranges):
        return NO_MATCH
    found = [_by(span, code, age_years) for span in ranges if not span.excluded and holds(span, code)]
    return max(found, key=lambda one: one.fit, default=NO_MATCH)


def _by(span: Range, code: Code, age_years: int | None) -> Match:
    """What one range that holds the code says, its remark considered."""
    if limits := _SUBCATEGORIES.search(span.remark):
        if code.subcategory < 0:
            return Match(Fit.CONDITIONALLY, (span.remark,))
        inside = int(limits[1]) <= code.subcategory <= int(limits[2])
        return Match(Fit.YES if inside else Fit.NO, (), span.remark)
    if limit := _AGE.search(span.remark):
        if age_years is None:
            return Match(Fit.CONDITIONALLY, (span.remark,))
        return Match(Fit.YES if age_years <= int(limit[1]) else Fit.NO, (), span.remark)
    if span.remark.startswith(_CONDITIONS):
        return Match(Fit.CONDITIONALLY, (span.remark,))
    return Match(Fit.YES, (), span.remark)

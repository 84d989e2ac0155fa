"""The tiers' working in words (计算过程): the engine's own sentences, whole and condensed."""

from collections.abc import Mapping
from typing import Any

from reporting.statements.rows import Working
from settlement.engine.explain_zh import describe, yuan

Node = Mapping[str, Any]
# More bands than these are told by their sum when the page is short.
BANDS_TOLD = 3


def working_of(explanation: Node) -> Working:
    """Sentences for the page; the last one of the engine, on the totals, stands in the figures already."""
    if "totals" not in explanation:
        return Working(full=(), short=())
    full = describe(explanation)[:-1]
    notes = [_bands_note(tier) for tier in explanation["tiers"]]
    short = describe({**explanation, "tiers": [_condensed(tier) for tier in explanation["tiers"]]})[:-1]
    return Working(full=tuple(full), short=(*short, *[note for note in notes if note]))


def _condensed(tier: Node) -> Node:
    """A tier without what was not taken, its uplifts (they stand in their table) and its many bands."""
    shorter = {**tier, "candidates": [], "uplifts": [], "uplift": {}}
    return {**shorter, "bands": []} if _many_bands(tier) else shorter


def _bands_note(tier: Node) -> str:
    if not _many_bands(tier):
        return ""
    count = sum(1 for band in tier["bands"] if band["slice_fen"])
    return f"{tier['rule']}：分 {count} 段按比例计算，合计 {yuan(tier['by_bands_fen'])}。"


def _many_bands(tier: Node) -> bool:
    return sum(1 for band in tier.get("bands", ()) if band["slice_fen"]) > BANDS_TOLD

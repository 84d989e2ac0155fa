"""The explanation of a settlement on the screen (计算过程): sentences by tier, clause, marks of doubt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from common.admin_panels import Cell, yuan
from settlement.admin.words import tier_name


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedTier:
    """One tier in sentences; ``doubts`` are its 待核实 marks."""

    title: str
    paid: Cell
    clause: str
    provisional: bool
    sentences: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """The part of the page that explains the settlement."""

    template: ClassVar[str] = "settlement/explained.html"
    title: str = "计算过程"
    tiers: Sequence[ExplainedTier]
    note: str = ""


def explained_tiers(explanation: Mapping[str, Any], funds: Mapping[str, str]) -> list[ExplainedTier]:
    """Each tier's entry in words."""
    return [
        ExplainedTier(
            title=tier_name(entry["tier"], entry.get("benefit", "")),
            paid=yuan(entry.get("paid_fen", 0) + entry.get("account_fen", 0)),
            clause=entry.get("clause", ""),
            provisional=is_provisional(entry),
            sentences=[],
        )
        for entry in explanation.get("tiers", ())
    ]


def is_provisional(entry: Mapping[str, Any]) -> bool:
    """Whether the tier's rule, an uplift or its funding stands on no confirmed clause."""
    parts = (entry, entry.get("funding", {}), *entry.get("uplifts", ()))
    return any(part.get("provisional") for part in parts)

"""What a poor person got beyond ordinary terms (贫困人口提高待遇部分), as the settlement stored it."""

from collections.abc import Iterable, Mapping
from typing import Any

from reporting.statements.rows import GainItem, GainRow
from settlement.wording import UPLIFT_STEPS, is_provisional, tier_name

Node = Mapping[str, Any]


def gain_rows(tiers: Iterable[Node]) -> tuple[GainRow, ...]:
    """One row per benefit that pays more, or otherwise, than ordinary terms would."""
    return tuple(_row(tier) for tier in tiers if any(item["amount_fen"] for item in _items(tier)))


def gain_note(tiers: Iterable[Node]) -> str:
    """Which benefits could not be compared, for want of ordinary terms."""
    unknown = [
        tier_name(tier["tier"], tier.get("benefit", ""))
        for tier in tiers
        if tier.get("uplift", {}).get("why_unknown")
    ]
    return f"普通待遇尚未录入，未能比较：{'、'.join(unknown)}。" if unknown else ""


def _items(tier: Node) -> list[Node]:
    items: list[Node] = tier.get("uplift", {}).get("items", [])
    return items


def _row(tier: Node) -> GainRow:
    uplift = tier["uplift"]
    clauses = [tier.get("clause", ""), *(held["clause"] for held in tier.get("uplifts", ()))]
    return GainRow(
        name=tier_name(tier["tier"], tier.get("benefit", "")),
        ordinary_fen=uplift["ordinary_fen"],
        items=tuple(
            GainItem(step=UPLIFT_STEPS[item["step"]], amount_fen=item["amount_fen"])
            for item in uplift["items"]
            if item["amount_fen"]
        ),
        gain_fen=uplift["gain_fen"],
        # Each clause once, in the order in which they were found.
        clause="；".join(dict.fromkeys(clause for clause in clauses if clause)),
        provisional=is_provisional(tier),
    )

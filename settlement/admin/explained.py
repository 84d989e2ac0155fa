"""The explanation of a settlement on the screen (计算过程): sentences by tier, clause, marks of doubt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from common.admin_panels import Cell, yuan
from settlement.engine.explain_zh import TIER_NAMES, describe
from settlement.wording import Names, is_provisional, named, tier_name

Node = Mapping[str, Any]
_NOTHING: Node = {"waivers": (), "quota": {}, "tiers": (), "ceiling": {}, "out_of_catalogue": {}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the settlement in sentences, with its clause and the mark of doubt."""

    title: str
    rule: str = ""
    paid: Cell | None = None
    clause: str = ""
    provisional: bool = False
    sentences: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """The part of the page that explains the settlement."""

    template: ClassVar[str] = "settlement/explained.html"
    title: str = "计算过程"
    steps: Sequence[Step]
    note: str = ""


def explained_steps(explanation: Node, names: Names) -> list[Step]:
    """The engine's sentences, grouped: what comes off the bill, each tier, what closes it."""
    if not explanation:
        return []
    words = named(explanation, names)
    before = _say(words, waivers=words["waivers"], quota=words["quota"])
    after = _say(words, ceiling=words["ceiling"], out_of_catalogue=words["out_of_catalogue"])
    steps = [Step(title="减免和病种限额", sentences=before)] if before else []
    steps += [_tier(words, tier) for tier in words["tiers"]]
    return [*steps, Step(title="合计", sentences=[*after, *_totals(words)])]


def _tier(explanation: Node, tier: Node) -> Step:
    first, *beside = _say(explanation, tiers=(tier,))
    return Step(
        title=tier_name(tier["tier"], tier.get("benefit", "")),
        rule=tier["rule"],
        paid=yuan(tier["paid_fen"] + tier["account_fen"]),
        clause=tier.get("clause", ""),
        provisional=is_provisional(tier),
        sentences=[*_clauses(first, tier), *[sentence.strip("　") for sentence in beside]],
    )


def _clauses(sentence: str, tier: Node) -> list[str]:
    """A tier's long sentence part by part; its name and its clause stand in the heading already."""
    head = TIER_NAMES[tier["tier"]]
    for prefix in (f"{head}（{tier['rule']}）：", f"{head}："):
        sentence = sentence.removeprefix(prefix)
    parts = sentence.removesuffix("。").removesuffix("（待核实）").split("；")
    return [part + "。" for part in parts if part != f"依据 {tier.get('clause')}"]


def _say(explanation: Node, **parts: Any) -> list[str]:
    """The sentences of some parts only; the last sentence, on the totals, is left out."""
    return describe({**_NOTHING, "totals": explanation["totals"], **parts})[:-1]


def _totals(explanation: Node) -> list[str]:
    return describe({**_NOTHING, "totals": explanation["totals"]})

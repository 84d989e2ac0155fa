"""The explanation of a settlement on the screen (计算过程): sentences by tier, clause, marks of doubt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from common.admin_panels import Cell, yuan
from common.codes import FeeCategory
from settlement.admin.words import Names, tier_name
from settlement.engine.explain_zh import TIER_NAMES, describe

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
    named = _named(explanation, names)
    before = _say(named, waivers=named["waivers"], quota=named["quota"])
    after = _say(named, ceiling=named["ceiling"], out_of_catalogue=named["out_of_catalogue"])
    steps = [Step(title="减免和病种限额", sentences=before)] if before else []
    steps += [_tier(named, tier) for tier in named["tiers"]]
    return [*steps, Step(title="合计", sentences=[*after, *_totals(named)])]


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


def is_provisional(tier: Node) -> bool:
    """Whether the tier's rule, an uplift or its funding stands on no confirmed clause."""
    parts = (tier, tier.get("funding", {}), *tier.get("uplifts", ()))
    return any(part.get("provisional") for part in parts)


def _named(explanation: Node, names: Names) -> dict[str, Any]:
    """The explanation with names where it has codes; amounts stay as they are."""
    categories = {str(code): str(label) for code, label in FeeCategory.choices}
    return {
        **explanation,
        "waivers": [
            {**waiver, "categories": [categories.get(code, code) for code in waiver["categories"]]}
            for waiver in explanation["waivers"]
        ],
        "tiers": [_named_tier(tier, names) for tier in explanation["tiers"]],
    }


def _named_tier(tier: Node, names: Names) -> dict[str, Any]:
    def funds(key: str) -> list[dict[str, Any]]:
        return [{**part, "fund": names.fund(part["fund"])} for part in tier.get(key, ())]

    return {
        **tier,
        "rule": names.row(tier["rule"]),
        "funds": funds("funds"),
        "account_funds": funds("account_funds"),
        "uplifts": [{**uplift, "code": names.row(uplift["code"])} for uplift in tier.get("uplifts", ())],
        "candidates": [{**other, "rule": names.row(other["rule"])} for other in tier["candidates"]],
    }

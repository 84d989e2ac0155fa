"""What hospitals took off bills, item by item (七免一减, 郑卫农卫〔2019〕5号 二(一)、二(十四))."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from common.codes import FeeCategory, Tier
from common.money import split_by_weights
from settlement.models import ClaimLine, Settlement

# The items that are free have a column each; what else a pack frees goes into the last.
FREE_ITEMS: dict[str, str] = {
    FeeCategory.REGISTRATION: "free_registration_fen",
    FeeCategory.INJECTION: "free_injection_fen",
    FeeCategory.DRESSING: "free_dressing_fen",
    FeeCategory.AMBULANCE: "free_ambulance_fen",
}
REDUCTION, OTHER = "reduction_fen", "free_other_fen"
# Deductible that is waived is paid by the insurance: shown, and no part of what the hospital took off.
DEDUCTIBLE = "free_deductible_fen"
PARTS = (*FREE_ITEMS.values(), REDUCTION, OTHER)

State = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaivedParts:
    """One posting's waivers: signed fen by column, which add up to its ``waived_fen``, and the clauses."""

    fen: dict[str, int]
    clauses: str


def waived_parts(*, claim_ids: Iterable[int]) -> dict[int, WaivedParts]:
    """The parts of every posting of the claims, by its key; two queries.

    A correction's parts are what holds after it less what held before.
    """
    claims = set(claim_ids)
    items: dict[int, dict[str, int]] = defaultdict(dict)
    lines = ClaimLine.objects.filter(claim__in=claims).order_by().values_list("claim", "category")
    for claim, category, fen in lines.annotate(fen=Sum("amount_fen")):
        items[claim][category] = fen
    found: dict[int, WaivedParts] = {}
    last: dict[int, State] = defaultdict(Counter)
    postings = Settlement.objects.filter(claim__in=claims).order_by("claim", "pk")
    for pk, claim, kind, waived_fen, said in postings.values_list(
        "pk", "claim", "kind", "waived_fen", "explanation"
    ):
        # A correction that explains nothing leaves the items as they were.
        silent = not said and kind != Settlement.Kind.REVERSAL
        now = last[claim] if silent else _state(said or {}, items[claim])
        fen = {name: now[name] - last[claim][name] for name in (*PARTS, DEDUCTIBLE)}
        fen[OTHER] += waived_fen - sum(fen[name] for name in PARTS)
        clauses = sorted({waiver["clause"] for waiver in (said or {}).get("waivers", ())} - {""})
        found[pk] = WaivedParts(fen=fen, clauses="；".join(clauses))
        last[claim] = now
    return found


def _state(said: Mapping[str, Any], items: Mapping[str, int]) -> State:
    """What is taken off a claim as one settlement explains it."""
    state: Counter[str] = Counter()
    for waiver in said.get("waivers", ()):
        weights = [items.get(category, 0) for category in waiver["categories"]]
        if not sum(weights):
            state[OTHER if weights else REDUCTION] += waiver["waived_fen"]
            continue
        shares = split_by_weights(waiver["waived_fen"], weights)
        for category, fen in zip(waiver["categories"], shares, strict=True):
            state[FREE_ITEMS.get(category, OTHER)] += fen
    for entry in said.get("tiers", ())[:1]:
        if entry.get("tier") == Tier.BASIC and "deductible" in entry:
            deductible = entry["deductible"]
            state[DEDUCTIBLE] = deductible["ordinary_fen"] - deductible["effective_fen"]
    return state

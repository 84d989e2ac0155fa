"""The engine's inputs of a posting as they are stored (结算输入): a re-fold takes them, never today's facts.

The bill's lines are not repeated here: they are insert-only rows of the claim.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from settlement.engine.facts import Claim, CostLine, Facts, GivenPayment

_CLAIM_SETS = ("hospital_designations", "disease_lists", "drug_lists")
_CLAIM_PLAIN = (
    "visit_type", "hospital_level", "place", "ownership", "referral", "chronic_disease", "bed_days",
    "out_of_catalogue_approved", "year_end",
)  # fmt: skip
_FACTS_SETS = ("identities", "certified_diseases")
_FACTS_PLAIN = ("insurance_type", "age_years", "county_class")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What one claim was settled on.

    ``said`` is what the hospital's request said beyond the claim's columns: it tells a repeated request from
    another one, and decides nothing.
    """

    claim: Claim
    facts: Facts
    policy_code: str
    policy_id: int
    said: Mapping[str, Any]


def inputs_dump(inputs: Inputs) -> dict[str, Any]:
    """Plain values for the ``inputs`` column."""
    claim, facts = inputs.claim, inputs.facts
    stored: dict[str, Any] = {name: getattr(claim, name) for name in _CLAIM_PLAIN}
    stored |= {name: sorted(getattr(claim, name)) for name in _CLAIM_SETS}
    stored["on"] = claim.on.isoformat()
    stored["given"] = [[given.tier, given.fund, given.amount_fen] for given in claim.given]
    person: dict[str, Any] = {name: getattr(facts, name) for name in _FACTS_PLAIN}
    person |= {name: sorted(getattr(facts, name)) for name in _FACTS_SETS}
    return {
        "policy": inputs.policy_code,
        "policy_id": inputs.policy_id,
        "claim": stored,
        "facts": person,
        "said": dict(inputs.said),
    }


def inputs_load(stored: Mapping[str, Any], lines: tuple[CostLine, ...]) -> Inputs:
    """The inputs again, with the lines of the claim."""
    claim: dict[str, Any] = {name: stored["claim"][name] for name in _CLAIM_PLAIN}
    claim |= {name: frozenset(stored["claim"][name]) for name in _CLAIM_SETS}
    facts: dict[str, Any] = {name: stored["facts"][name] for name in _FACTS_PLAIN}
    facts |= {name: frozenset(stored["facts"][name]) for name in _FACTS_SETS}
    given = stored["claim"]["given"]
    return Inputs(
        claim=Claim(
            on=date.fromisoformat(stored["claim"]["on"]),
            lines=lines,
            given=tuple(GivenPayment(tier=tier, fund=fund, amount_fen=fen) for tier, fund, fen in given),
            **claim,
        ),
        facts=Facts(**facts),
        policy_code=stored["policy"],
        policy_id=stored["policy_id"],
        said=stored["said"],
    )

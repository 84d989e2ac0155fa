"""The engine's inputs of a posting as they are stored (结算输入): a re-fold takes them, never today's facts.

The bill's lines are not repeated here: they are insert-only rows of the claim. What is repeated: on which
drug lists a line stood that day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
    drugs = {str(line.line_no): sorted(line.drug_lists) for line in claim.lines if line.drug_lists}
    # Most claims name neither: nothing is then stored.
    stored |= {"diseases": sorted(claim.diseases)} if claim.diseases else {}
    stored |= {"drug_lines": drugs} if drugs else {}
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
    if drugs := stored["claim"].get("drug_lines"):
        lines = tuple(replace(line, drug_lists=frozenset(drugs.get(str(line.line_no), ()))) for line in lines)
    return Inputs(
        claim=Claim(
            on=date.fromisoformat(stored["claim"]["on"]),
            lines=lines,
            diseases=frozenset(stored["claim"].get("diseases", ())),
            given=tuple(GivenPayment(tier=tier, fund=fund, amount_fen=fen) for tier, fund, fen in given),
            **claim,
        ),
        facts=Facts(**facts),
        policy_code=stored["policy"],
        policy_id=stored["policy_id"],
        said=stored["said"],
    )

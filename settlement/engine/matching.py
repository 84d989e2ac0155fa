"""When a row of a policy applies (适用条件的匹配)."""

from typing import NamedTuple

from settlement.engine.facts import Claim, Facts
from settlement.engine.terms import Condition


class Situation(NamedTuple):
    """All that a condition can ask about one claim and one person.

    ``admission`` is the ordinal of the admission in the benefit year, 0 for a visit that is not an admission.
    ``within_quota`` says that a disease quota limits the claim. ``total_fen`` is the bill before waivers.
    """

    identities: frozenset[str]
    insurance_type: str
    county_class: str
    age_years: int
    visit_type: str
    hospital_level: str
    place: str
    ownership: str
    hospital_designations: frozenset[str]
    referral: str
    disease_lists: frozenset[str]
    drug_lists: frozenset[str]
    certified: bool
    total_fen: int
    admission: int
    within_quota: bool
    year_end: bool


# A condition's field and the one value it is compared with.
ONE_OF = {
    "insurance_types": "insurance_type",
    "visit_types": "visit_type",
    "hospital_levels": "hospital_level",
    "ownerships": "ownership",
    "places": "place",
    "referrals": "referral",
    "county_classes": "county_class",
}
# Fields where one common element is enough.
SOME_OF = ("identities", "hospital_designations", "disease_lists", "drug_lists")


def situation_of(
    claim: Claim, facts: Facts, *, total_fen: int, admission: int, within_quota: bool
) -> Situation:
    """Gather what conditions ask about; ``total_fen`` is the bill before waivers."""
    return Situation(
        identities=facts.identities,
        insurance_type=facts.insurance_type,
        county_class=facts.county_class,
        age_years=facts.age_years,
        visit_type=claim.visit_type,
        hospital_level=claim.hospital_level,
        place=claim.place,
        ownership=claim.ownership,
        hospital_designations=claim.hospital_designations,
        referral=claim.referral,
        disease_lists=claim.disease_lists,
        drug_lists=claim.drug_lists,
        certified=is_certified(claim, facts),
        total_fen=total_fen,
        admission=admission,
        within_quota=within_quota,
        year_end=claim.year_end,
    )


def is_certified(claim: Claim, facts: Facts) -> bool:
    """Whether the claim's chronic disease is certified for the person on the day (经鉴定)."""
    return bool(claim.chronic_disease) and claim.chronic_disease in facts.certified_diseases


def matches(condition: Condition, situation: Situation) -> bool:
    """Whether every filled field of the condition holds; an empty one always does."""
    for field, value in ONE_OF.items():
        allowed = getattr(condition, field)
        if allowed and getattr(situation, value) not in allowed:
            return False
    for field in SOME_OF:
        allowed = getattr(condition, field)
        if allowed and allowed.isdisjoint(getattr(situation, field)):
            return False
    return (
        (situation.certified or not condition.certified)
        and _within(situation.age_years, condition.age_from, condition.age_below)
        and _within(situation.total_fen, condition.total_from_fen, condition.total_below_fen)
    )


def _within(value: int, start: int | None, below: int | None) -> bool:
    return (start is None or value >= start) and (below is None or value < below)

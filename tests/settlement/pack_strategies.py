"""Random people, claims and years for a given pack: all that its conditions ask about occurs (hypothesis)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from hypothesis import strategies as st

from common.codes import (
    Designation,
    FeeCategory,
    HospitalLevel,
    IdentityCategory,
    InsuranceType,
    Ownership,
    Place,
    Referral,
    VisitType,
)
from settlement.engine.facts import Claim, CostLine, Facts
from settlement.engine.terms import Condition, Policy

# List codes of each disease ``list/number``.
Lists = Mapping[str, frozenset[str]]
amounts = st.one_of(st.integers(0, 60), *[st.integers(0, most) for most in (500_000, 2_000_000, 60_000_000)])
few = st.sampled_from([0, 0, 0, 1, 99, 5_000, 300_000])


def conditions(terms: Policy) -> list[Condition]:
    """The conditions of all rows that change what is paid."""
    return [row.condition for row in terms.rules] + _favours(terms)


def _favours(terms: Policy) -> list[Condition]:
    rows = (*terms.uplifts, *terms.waivers, *terms.out_of_catalogue, *terms.overall_ceilings)
    return [row.condition for row in rows]


def identities_of(terms: Policy) -> list[str]:
    """The identities the pack names, and one that it may not name."""
    named = {identity for condition in conditions(terms) for identity in condition.identities}
    return [*sorted(named), IdentityCategory.LOST_ONLY_CHILD.value]


class Situation(NamedTuple):
    """A person, one identity more, a visit, and what the year's earlier visits left."""

    who: Facts
    also: str
    visit: Claim
    year: dict[str, int]

    @property
    def poorer(self) -> Facts:
        """The person with the further identity."""
        return replace(self.who, identities=self.who.identities | {self.also})


@st.composite
def situations(draw: st.DrawFn, terms: Policy, lists: Lists) -> Situation:
    """Bent so that person and visit meet what one row of the pack asks for.

    Without it, rows with many conditions would hardly ever be met.
    """
    who, visit = draw(_people(terms, lists)), draw(_claims(terms, lists))
    favours = _favours(terms) if draw(st.booleans()) else []
    asked = draw(st.sampled_from(favours or conditions(terms)))
    also = draw(st.sampled_from(sorted(asked.identities) or identities_of(terms)))
    who, visit = _met(draw, asked, who, visit, lists)
    return Situation(who, also, visit, draw(_years(terms)))


def _met(draw: st.DrawFn, asked: Condition, who: Facts, visit: Claim, lists: Lists) -> tuple[Facts, Claim]:
    def one_of(allowed: frozenset[str], otherwise: str) -> str:
        return draw(st.sampled_from(sorted(allowed))) if allowed else otherwise

    def some_of(allowed: frozenset[str], otherwise: frozenset[str]) -> frozenset[str]:
        return otherwise | {one_of(allowed, "")} if allowed else otherwise

    visit_type = one_of(asked.visit_types, visit.visit_type)
    disease = draw(st.sampled_from(sorted(key for key in lists if lists[key] & asked.disease_lists) or [""]))
    chronic = visit.chronic_disease if visit_type == VisitType.CHRONIC_OUTPATIENT else ""
    if visit_type == VisitType.CHRONIC_OUTPATIENT:
        chronic = disease or chronic or draw(st.sampled_from(sorted(lists)))
    disease_lists = lists.get(chronic or disease, visit.disease_lists)
    who = replace(
        who,
        insurance_type=one_of(asked.insurance_types, who.insurance_type),
        certified_diseases=frozenset(lists) if asked.certified else who.certified_diseases,
    )
    return who, replace(
        visit,
        visit_type=visit_type,
        hospital_level=one_of(asked.hospital_levels, visit.hospital_level),
        hospital_designations=some_of(asked.hospital_designations, visit.hospital_designations),
        place=one_of(asked.places, visit.place),
        ownership=one_of(asked.ownerships, visit.ownership),
        referral=one_of(asked.referrals, visit.referral),
        drug_lists=some_of(asked.drug_lists, visit.drug_lists),
        lines=tuple(
            replace(line, drug_lists=asked.drug_lists) if draw(st.booleans()) else line
            for line in visit.lines
        )
        if asked.drug_lists
        else visit.lines,
        diseases=frozenset({chronic or disease} - {""}) or visit.diseases,
        chronic_disease=chronic,
        disease_lists=disease_lists,
    )


def _people(terms: Policy, lists: Lists) -> st.SearchStrategy[Facts]:
    return st.builds(
        Facts,
        identities=st.frozensets(st.sampled_from(identities_of(terms)), max_size=2),
        insurance_type=st.sampled_from([InsuranceType.RESIDENTS.value] * 2 + InsuranceType.values),
        age_years=st.integers(0, 90),
        certified_diseases=st.sampled_from([frozenset(), frozenset(lists)]),
    )


@st.composite
def _lines(draw: st.DrawFn) -> tuple[CostLine, ...]:
    lines = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        parts = (draw(amounts), draw(few), draw(few), draw(few))
        lines.append(
            CostLine(
                line_no=number,
                category=draw(st.sampled_from(FeeCategory.values)),
                amount_fen=sum(parts),
                in_scope_fen=parts[0],
                excluded_fen=parts[1],
                over_limit_fen=parts[2],
                upfront_fen=parts[3],
            )
        )
    return tuple(lines)


@st.composite
def _claims(draw: st.DrawFn, terms: Policy, lists: Lists) -> Claim:
    visit = draw(st.sampled_from([VisitType.INPATIENT.value] * 3 + VisitType.values))
    chronic = visit == VisitType.CHRONIC_OUTPATIENT
    disease = draw(st.sampled_from(sorted(lists))) if chronic or draw(st.booleans()) else ""
    drugs = {drug for condition in conditions(terms) for drug in condition.drug_lists}
    return Claim(
        on=date(2019, 1, 1) + timedelta(days=draw(st.integers(0, 364))),
        visit_type=visit,
        hospital_level=draw(st.sampled_from(HospitalLevel.values)),
        place=draw(st.sampled_from(Place.values)),
        ownership=draw(st.sampled_from(Ownership.values)),
        hospital_designations=draw(st.frozensets(st.sampled_from(Designation.values), max_size=2)),
        referral=draw(st.sampled_from(Referral.values)),
        chronic_disease=disease if chronic else "",
        disease_lists=lists.get(disease, frozenset()),
        drug_lists=frozenset(drug for drug in sorted(drugs) if draw(st.booleans())),
        diseases=frozenset({disease} - {""}),
        bed_days=draw(st.integers(0, 120)),
        out_of_catalogue_approved=draw(st.booleans()),
        lines=draw(_lines()),
    )


def _years(terms: Policy) -> st.SearchStrategy[dict[str, int]]:
    """Pools as earlier claims of the benefit year may have left them."""
    pools = {cap.pool for rule in terms.rules for cap in rule.caps}
    pools |= {pool for rule in terms.rules for pool in (rule.base_pool, rule.paid_pool)}
    money = st.dictionaries(st.sampled_from(sorted(pools - {""})), amounts, max_size=3)
    return st.builds(lambda sums, stays: {**sums, "admissions": stays}, money, st.integers(0, 4))

"""Settled claims and the identities of their day (身份变动与已结算费用): who was settled on other ones."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from beneficiaries.models import Identity, IdentityChange
from organizations.scope import Scope
from settlement.inputs import Inputs
from settlement.models import Settlement
from settlement.selectors.years import PostedYear

# Only people whose identities were changed after the fact: by a roster or by hand.
_ASTRAY = """
SELECT claim.person_id, count(*)::int, min(claim.discharged_on), max(claim.discharged_on)
FROM settlement_claim claim
JOIN beneficiaries_person person ON person.id = claim.person_id
CROSS JOIN LATERAL (
    SELECT kind, inputs FROM settlement_settlement
    WHERE claim_id = claim.id ORDER BY id DESC LIMIT 1) last
WHERE (%(everything)s OR person.county_id = ANY(%(counties)s)) AND last.kind <> 'reversal'
    AND (EXISTS (SELECT FROM beneficiaries_rosterchange changed
            WHERE changed.person_id = claim.person_id AND changed.kind LIKE 'identity%%')
        OR EXISTS (SELECT FROM beneficiaries_identitychange changed
            WHERE changed.person_id = claim.person_id))
    AND ARRAY(SELECT jsonb_array_elements_text(last.inputs #> '{facts,identities}') ORDER BY 1)
        <> ARRAY(SELECT DISTINCT category::text FROM beneficiaries_identity
            WHERE person_id = claim.person_id AND valid @> (last.inputs #>> '{claim,on}')::date ORDER BY 1)
GROUP BY claim.person_id ORDER BY claim.person_id LIMIT %(limit)s
"""


class Unsettled(NamedTuple):
    """Somebody whose claims were settled on other identities than those that hold now (待补记差额)."""

    person_id: int
    claims: int
    first_on: date
    last_on: date


def people_with_effects(*, scope: Scope, limit: int) -> list[Unsettled]:
    """People in the scope whose identities changed after claims were settled, by key."""
    counties = [] if scope.hospital_id is not None else sorted(scope.county_ids)
    with connection.cursor() as cursor:
        cursor.execute(_ASTRAY, {"everything": scope.everything, "counties": counties, "limit": limit})
        return [Unsettled(*row) for row in cursor]


class Held(NamedTuple):
    """A category and the period in which somebody holds it."""

    identity_id: int
    category: str
    valid: DateRange

    def on(self, day: date) -> bool:
        """Whether it holds on a day."""
        lower, upper = self.valid.lower, self.valid.upper
        return (lower is None or lower <= day) and (upper is None or day < upper)


def held_by(*, person_id: int) -> list[Held]:
    """All periods of a person."""
    rows = Identity.objects.filter(person=person_id).order_by("pk").values_list("pk", "category", "valid")
    return [Held(*row) for row in rows]


def replaced_inputs(
    *, year: PostedYear, held: Sequence[Held], categories: frozenset[str]
) -> dict[int, Inputs]:
    """New inputs of the claims that a change of ``categories`` touches, by claim; nothing else changes."""
    replaced = {}
    for claim in year.claims:
        if claim.is_reversed:
            continue
        inputs = claim.inputs
        stored = inputs.facts.identities
        now = frozenset(one.category for one in held if one.on(inputs.claim.on))
        identities = (stored - categories) | (now & categories)
        if identities != stored:
            replaced[claim.id] = replace(inputs, facts=replace(inputs.facts, identities=identities))
    return replaced


def state_of(*, person_id: int, year_ids: Sequence[int]) -> Mapping[str, object]:
    """What a difference list rests on: a later change or posting makes it another one."""
    last_change = IdentityChange.objects.filter(person=person_id).order_by("-pk").values_list("pk", flat=True)
    last_posting = (
        Settlement.objects.filter(person_year__in=year_ids).order_by("-pk").values_list("pk", flat=True)
    )
    return {
        "held": [[*one[:2], str(one.valid)] for one in held_by(person_id=person_id)],
        "last_change": last_change.first(),
        "last_posting": last_posting.first(),
        "years": list(year_ids),
    }

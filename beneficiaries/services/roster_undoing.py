"""Taking a roster back (撤销名单): each change gets its counter-entry, or none does.

Periods that the roster closed or corrected get their old bounds again; periods that it opened go, and stay
readable in the changes. People and households that it registered stay: others may have met them since.
"""

from typing import Any

from django.db import connection

from beneficiaries.later_facts import facts_of_people
from beneficiaries.models import RosterImport
from beneficiaries.services.insured_lists import INSURED_STANDS, INSURED_STEPS_BACK
from beneficiaries.services.roster_comparing import row_loops_avoid
from common.audit.context import acting

_IDENTITY_STANDS = """
EXISTS (SELECT 1 FROM beneficiaries_identity i WHERE i.id = c.identity_id
    AND lower(i.valid)::text = c.after->>'from' AND upper(i.valid)::text IS NOT DISTINCT FROM c.after->>'to')
"""
_PERSON_STANDS = """
EXISTS (SELECT 1 FROM beneficiaries_person p WHERE p.id = c.person_id
    AND p.county_id::text = c.after->>'county'
    AND p.household_id::text IS NOT DISTINCT FROM c.after->>'household')
"""
_HOUSEHOLD_STANDS = """
EXISTS (SELECT 1 FROM beneficiaries_household h WHERE h.id = c.household_id
    AND h.county_id::text = c.after->>'county' AND h.township = c.after->>'township'
    AND h.village = c.after->>'village'
    AND h.head_name = c.after->>'head_name')
"""
_CHANGED_SINCE = f"""
SELECT count(*) FROM beneficiaries_rosterchange c
WHERE c.roster_id = %(roster)s AND c.undoes_id IS NULL AND NOT CASE
    WHEN kind LIKE 'identity%%' THEN {_IDENTITY_STANDS}
    WHEN kind = 'person_changed' THEN {_PERSON_STANDS}
    WHEN kind = 'household_changed' THEN {_HOUSEHOLD_STANDS}
    WHEN kind LIKE 'enrolment%%' THEN {INSURED_STANDS}
    ELSE true END
"""  # noqa: S608 - constants only

# A claim that came after the roster and falls into the part of a period that undoing would add or take away.
_SETTLED_SINCE = """
SELECT count(DISTINCT c.person_id) FROM beneficiaries_rosterchange c
JOIN ({facts}) f ON f.person_id = c.person_id
WHERE c.roster_id = %(roster)s AND c.undoes_id IS NULL AND f.made_at >= %(applied_at)s AND CASE c.kind
    WHEN 'identity_opened' THEN f.happened_on >= (c.after->>'from')::date
    WHEN 'identity_closed' THEN f.happened_on >= (c.after->>'to')::date
    WHEN 'identity_corrected'
        THEN f.happened_on >= least((c.before->>'from')::date, (c.after->>'from')::date)
            AND f.happened_on < greatest((c.before->>'from')::date, (c.after->>'from')::date)
    WHEN 'enrolment_opened' THEN extract(year FROM f.happened_on)::text = c.after->>'year'
    WHEN 'enrolment_changed' THEN extract(year FROM f.happened_on)::text = c.after->>'year'
    ELSE false END
"""

_COUNTER_ENTRIES = """
INSERT INTO beneficiaries_rosterchange
    (roster_id, kind, person_id, household_id, identity_id, before, after, undoes_id)
SELECT roster_id, kind, person_id, household_id, identity_id, after, before, id
FROM beneficiaries_rosterchange
WHERE roster_id = %(roster)s AND undoes_id IS NULL AND kind NOT IN ('person_registered', 'household_made')
"""
_OPENED_GO = """
DELETE FROM beneficiaries_identity i USING beneficiaries_rosterchange c
WHERE c.roster_id = %(roster)s AND c.undoes_id IS NULL AND c.kind = 'identity_opened' AND i.id = c.identity_id
"""
_PERIODS_RETURN = """
UPDATE beneficiaries_identity i
SET valid = daterange((c.before->>'from')::date, (c.before->>'to')::date)
FROM beneficiaries_rosterchange c
WHERE c.roster_id = %(roster)s AND c.undoes_id IS NULL
    AND c.kind IN ('identity_closed', 'identity_corrected') AND i.id = c.identity_id
"""
_PEOPLE_RETURN = """
UPDATE beneficiaries_person p
SET county_id = (c.before->>'county')::bigint, household_id = (c.before->>'household')::bigint
FROM beneficiaries_rosterchange c
WHERE c.roster_id = %(roster)s AND c.undoes_id IS NULL AND c.kind = 'person_changed' AND p.id = c.person_id
"""
_HOUSEHOLDS_RETURN = """
UPDATE beneficiaries_household h
SET county_id = (c.before->>'county')::bigint, township = c.before->>'township',
    village = c.before->>'village', head_name = c.before->>'head_name'
FROM beneficiaries_rosterchange c
WHERE c.roster_id = %(roster)s AND c.undoes_id IS NULL AND c.kind = 'household_changed'
    AND h.id = c.household_id
"""


STEPS_BACK = (
    _OPENED_GO, _PERIODS_RETURN, _PEOPLE_RETURN, _HOUSEHOLDS_RETURN, *INSURED_STEPS_BACK, _COUNTER_ENTRIES,
)  # fmt: skip


def roster_unwrite(*, roster: RosterImport) -> None:
    """Take back what the roster changed; the caller holds the transaction and has checked before."""
    with acting(reason=f"名单撤销：{roster}"), connection.cursor() as cursor:
        row_loops_avoid(cursor)
        for step in STEPS_BACK:
            cursor.execute(step, {"roster": roster.pk})


def what_stands_against_undoing(*, roster: RosterImport) -> str:
    """Why a roster cannot be taken back, in Chinese; empty when it can."""
    terms = {"roster": roster.pk, "applied_at": roster.applied_at}
    if changed := _count(_CHANGED_SINCE, terms):
        return f"名单生效以后，其中 {changed} 项又有变动（如再次认定、终止或转移），不能整批撤销，请逐人更正"
    settled = sum(_count(_SETTLED_SINCE.format(facts=facts), terms) for facts in facts_of_people())
    if settled:
        return f"名单生效以后，{settled} 人已据此结算费用，不能整批撤销，请逐人更正并重算"
    return ""


def _count(query: str, terms: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, terms)
        return int(cursor.fetchone()[0])

"""Applying a roster (名单生效): a few statements over all its rows, each with a snapshot of its changes."""

from django.db import connection

from beneficiaries.models import RosterImport
from beneficiaries.services.insured_lists import INSURED_STEPS
from beneficiaries.services.roster_comparing import comparison_terms, row_loops_avoid
from common.audit.context import acting

# Who acts: what the comparison found new or changed, and people moved out of a county that whoever
# confirmed is in charge of. First rows speak for person and household, as in the comparison.
_ACTING = """
WITH first AS (
    SELECT r.*,
        first_value(household_no) OVER (PARTITION BY id_index ORDER BY row_no) AS his_household_no,
        first_value(township) OVER household AS its_township,
        first_value(village) OVER household AS its_village,
        first_value(head_name) OVER household AS its_head_name
    FROM beneficiaries_rosterrow r
    WHERE roster_id = %(roster)s AND row_no IS NOT NULL AND errors = '[]'
    WINDOW household AS (PARTITION BY household_no ORDER BY row_no)
), acting AS (
    SELECT f.* FROM first f LEFT JOIN beneficiaries_person p ON p.id = f.person_id
    WHERE f.difference IN ('new', 'changed') OR (f.difference = 'moved' AND p.county_id = ANY(%(movable)s))
)
"""
_RECORD = """
INSERT INTO beneficiaries_rosterchange
    (roster_id, kind, person_id, household_id, identity_id, before, after)"""

_HOUSEHOLDS_MADE = f"""
{_ACTING}, made AS (
    INSERT INTO beneficiaries_household (household_no, county_id, township, village, head_name)
    SELECT DISTINCT ON (household_no) household_no, county_id, its_township, its_village, its_head_name
    FROM acting WHERE household_no <> '' ORDER BY household_no, row_no
    ON CONFLICT (household_no) DO NOTHING
    RETURNING id
)
{_RECORD} SELECT %(roster)s, 'household_made', NULL, id, NULL, '{{}}', '{{}}' FROM made
"""  # noqa: S608 - constants only

_HOUSEHOLDS_CHANGED = f"""
{_ACTING}, given AS (
    SELECT DISTINCT ON (a.household_no) h.id, h.county_id, h.township, h.village, h.head_name,
        a.county_id AS new_county_id,
        coalesce(nullif(its_township, ''), h.township) AS new_township,
        coalesce(nullif(its_village, ''), h.village) AS new_village,
        coalesce(nullif(its_head_name, ''), h.head_name) AS new_head_name
    FROM acting a JOIN beneficiaries_household h USING (household_no) ORDER BY a.household_no, row_no
), changed AS (
    UPDATE beneficiaries_household h
    SET county_id = new_county_id, township = new_township, village = new_village,
        head_name = new_head_name
    FROM given g
    WHERE h.id = g.id
        AND (g.county_id, g.township, g.village, g.head_name)
            IS DISTINCT FROM (new_county_id, new_township, new_village, new_head_name)
    RETURNING h.id,
        jsonb_build_object('county', g.county_id, 'township', g.township, 'village', g.village,
            'head_name', g.head_name) AS before,
        jsonb_build_object('county', new_county_id, 'township', new_township, 'village', new_village,
            'head_name', new_head_name) AS after
)
{_RECORD} SELECT %(roster)s, 'household_changed', NULL, id, NULL, before, after FROM changed
"""  # noqa: S608 - constants only

_PEOPLE_REGISTERED = f"""
{_ACTING}, once AS (
    SELECT DISTINCT ON (a.id_index) a.*, h.id AS his_household_id
    FROM acting a LEFT JOIN beneficiaries_household h ON h.household_no = a.his_household_no
    WHERE a.person_id IS NULL ORDER BY a.id_index, a.row_no
), made AS (
    INSERT INTO beneficiaries_person
        (id_encrypted, id_index, id_last4, name, sex, born_on, county_id, household_id)
    SELECT id_encrypted, id_index, id_last4, name, sex, born_on, county_id, his_household_id
    FROM once ORDER BY row_no
    RETURNING id
)
{_RECORD} SELECT %(roster)s, 'person_registered', id, NULL, NULL, '{{}}', '{{}}' FROM made
"""  # noqa: S608 - constants only

_PEOPLE_FOUND = """
UPDATE beneficiaries_rosterrow r SET person_id = p.id FROM beneficiaries_person p
WHERE r.roster_id = %(roster)s AND r.difference IN ('new', 'duplicate') AND r.person_id IS NULL
    AND p.id_index = r.id_index
"""

_IDENTITIES_OPENED = f"""
{_ACTING}, made AS (
    INSERT INTO beneficiaries_identity (person_id, category, valid, recognised_by, source, roster_id)
    SELECT a.person_id, a.category,
        daterange(greatest(coalesce(a.since, %(roster_on)s::date), around.ended), around.begins),
        %(source)s, %(title)s, %(roster)s
    FROM acting a
    CROSS JOIN LATERAL (
        SELECT max(upper(i.valid)) FILTER (WHERE upper(i.valid) <= %(roster_on)s::date) AS ended,
            min(lower(i.valid)) FILTER (WHERE lower(i.valid) > %(roster_on)s::date) AS begins
        FROM beneficiaries_identity i WHERE i.person_id = a.person_id AND i.category = a.category
    ) around
    WHERE a.identity_id IS NULL
    RETURNING id, person_id, valid
)
{_RECORD} SELECT %(roster)s, 'identity_opened', person_id, NULL, id, '{{}}',
    jsonb_build_object('from', lower(valid), 'to', upper(valid)) FROM made
"""  # noqa: S608 - constants only

_IDENTITIES_CORRECTED = f"""
{_ACTING}, right_now AS (
    SELECT i.id, i.valid, greatest(a.since, (
        SELECT max(upper(e.valid)) FROM beneficiaries_identity e
        WHERE e.person_id = i.person_id AND e.category = i.category AND upper(e.valid) <= lower(i.valid)
    )) AS since
    FROM acting a JOIN beneficiaries_identity i ON i.id = a.identity_id
    WHERE a.since IS NOT NULL AND i.recognised_by = %(source)s
), changed AS (
    UPDATE beneficiaries_identity i SET valid = daterange(r.since, upper(r.valid)) FROM right_now r
    WHERE i.id = r.id AND r.since <> lower(r.valid)
    RETURNING i.id, i.person_id, r.valid AS old_valid, i.valid
)
{_RECORD} SELECT %(roster)s, 'identity_corrected', person_id, NULL, id,
    jsonb_build_object('from', lower(old_valid), 'to', upper(old_valid)),
    jsonb_build_object('from', lower(valid), 'to', upper(valid)) FROM changed
"""  # noqa: S608 - constants only

_IDENTITIES_CLOSED = f"""
WITH leaving AS (
    SELECT i.id, i.valid, coalesce(r.left_on, %(roster_on)s::date) AS ends
    FROM beneficiaries_rosterrow r JOIN beneficiaries_identity i ON i.id = r.identity_id
    WHERE r.roster_id = %(roster)s AND r.difference = 'left'
), changed AS (
    UPDATE beneficiaries_identity i SET valid = daterange(lower(l.valid), l.ends) FROM leaving l
    WHERE i.id = l.id AND lower(l.valid) < l.ends
    RETURNING i.id, i.person_id, l.valid AS old_valid, i.valid
)
{_RECORD} SELECT %(roster)s, 'identity_closed', person_id, NULL, id,
    jsonb_build_object('from', lower(old_valid), 'to', upper(old_valid)),
    jsonb_build_object('from', lower(valid), 'to', upper(valid)) FROM changed
"""  # noqa: S608 - constants only

# Last: the others ask where a person is registered now.
_PEOPLE_CHANGED = f"""
{_ACTING}, given AS (
    SELECT DISTINCT ON (p.id) p.id, p.county_id, p.household_id, a.county_id AS new_county_id,
        CASE WHEN h.id IS NOT NULL THEN h.id
            -- Moved without a household of the new county: the old one stays behind.
            WHEN p.county_id <> a.county_id THEN NULL ELSE p.household_id END AS new_household_id
    FROM acting a JOIN beneficiaries_person p ON p.id = a.person_id
    LEFT JOIN beneficiaries_household h ON h.household_no = a.his_household_no
    ORDER BY p.id, a.row_no
), changed AS (
    UPDATE beneficiaries_person p SET county_id = new_county_id, household_id = new_household_id FROM given g
    WHERE p.id = g.id AND (g.county_id, g.household_id) IS DISTINCT FROM (new_county_id, new_household_id)
    RETURNING p.id,
        jsonb_build_object('county', g.county_id, 'household', g.household_id) AS before,
        jsonb_build_object('county', new_county_id, 'household', new_household_id) AS after
)
{_RECORD} SELECT %(roster)s, 'person_changed', id, NULL, NULL, before, after FROM changed
"""  # noqa: S608 - constants only

STEPS = (
    _HOUSEHOLDS_MADE, _HOUSEHOLDS_CHANGED, _PEOPLE_REGISTERED, _PEOPLE_FOUND, _IDENTITIES_OPENED,
    _IDENTITIES_CORRECTED, _IDENTITIES_CLOSED, _PEOPLE_CHANGED,
)  # fmt: skip


def roster_write(*, roster: RosterImport) -> None:
    """Write a compared roster; the caller holds the transaction and has compared again inside it."""
    terms = comparison_terms(roster)
    why = acting(user=roster.confirmed_by_id, reason=f"名单生效：{roster}")
    with why, connection.cursor() as cursor:
        row_loops_avoid(cursor)
        for step in STEPS if roster.year is None else INSURED_STEPS:
            cursor.execute(step, terms)

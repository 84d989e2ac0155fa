"""What a staged roster would change (名单差异): set-based, on the rows themselves, as often as asked.

Comparing writes only to the staged rows. A second comparison with nothing changed meanwhile finds the same
differences and touches no row; ``digest`` tells whether it did.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from beneficiaries.later_facts import facts_of_people
from beneficiaries.models import RosterImport
from beneficiaries.services.insured_lists import WORDS, insured_comparing
from beneficiaries.services.roster_staging import counties_of

# The first row of a person, and of a household, speaks for it: a roster that contradicts itself about a
# village must not flap from import to import. One that contradicts itself about the person is wrong.
_COMPARE = """
WITH staged AS (
    SELECT r.*, row_number() OVER (PARTITION BY id_index, category ORDER BY row_no) AS nth,
        first_value(name) OVER person AS first_name,
        first_value(county_id) OVER person AS first_county_id,
        first_value(household_no) OVER person AS his_household_no,
        first_value(leaves) OVER (PARTITION BY id_index, category ORDER BY row_no) AS first_leaves,
        first_value(township) OVER household AS its_township,
        first_value(village) OVER household AS its_village,
        first_value(head_name) OVER household AS its_head_name
    FROM beneficiaries_rosterrow r
    WHERE roster_id = %(roster)s AND row_no IS NOT NULL AND errors = '[]'
    WINDOW person AS (PARTITION BY id_index ORDER BY row_no),
        household AS (PARTITION BY household_no ORDER BY row_no)
), found AS (
    SELECT s.*, p.id AS found_person, p.name AS known_name, p.county_id AS known_county_id, p.died_on,
        now_in.household_no AS known_household_no, given.county_id AS given_county_id,
        given.township AS known_township, given.village AS known_village, given.head_name AS known_head_name,
        i.id AS found_identity, i.valid, i.recognised_by,
        greatest(coalesce(s.since, lower(i.valid)), before.ended) AS right_since
    FROM staged s
    LEFT JOIN beneficiaries_person p ON p.id_index = s.id_index
    LEFT JOIN beneficiaries_household now_in ON now_in.id = p.household_id
    LEFT JOIN beneficiaries_household given ON given.household_no = s.household_no
    LEFT JOIN beneficiaries_identity i
        ON i.person_id = p.id AND i.category = s.category AND i.valid @> %(roster_on)s::date
    LEFT JOIN LATERAL (
        SELECT max(upper(e.valid)) AS ended FROM beneficiaries_identity e
        WHERE e.person_id = p.id AND e.category = s.category AND upper(e.valid) <= lower(i.valid)
    ) before ON true
), judged AS (
    SELECT f.*,
        CASE
            WHEN first_name <> name THEN 'name_differs_in_file'
            WHEN first_county_id <> county_id THEN 'county_differs_in_file'
            WHEN first_leaves <> leaves THEN 'stays_and_leaves'
            WHEN known_name <> name THEN 'name_conflict'
            WHEN died_on IS NOT NULL AND NOT leaves THEN 'person_died'
            -- A household may come along with the person who moves.
            WHEN given_county_id <> county_id AND given_county_id IS DISTINCT FROM known_county_id
                THEN 'household_elsewhere'
            WHEN leaves AND found_identity IS NOT NULL AND recognised_by = %(source)s
                AND known_county_id <> county_id THEN 'leaves_elsewhere'
            WHEN leaves AND recognised_by = %(source)s
                AND coalesce(left_on, %(roster_on)s) <= lower(valid) THEN 'left_before_start'
            ELSE '' END AS now_problem,
        coalesce(recognised_by = %(source)s AND NOT leaves AND right_since <> lower(valid), false)
            AS other_since,
        his_household_no <> '' AND his_household_no IS DISTINCT FROM known_household_no AS other_household,
        (given_county_id IS NOT NULL AND (
            its_township NOT IN ('', known_township) OR its_village NOT IN ('', known_village)
            OR its_head_name NOT IN ('', known_head_name))) AS other_address
    FROM found f
), decided AS (
    SELECT j.*,
        CASE
            WHEN now_problem <> '' THEN 'wrong'
            WHEN nth > 1 THEN 'duplicate'
            WHEN leaves AND recognised_by = %(source)s THEN 'left'
            WHEN leaves THEN 'unchanged'
            WHEN known_county_id <> county_id THEN 'moved'
            WHEN found_identity IS NULL THEN 'new'
            WHEN other_since OR other_household OR other_address THEN 'changed'
            ELSE 'unchanged' END AS now_difference
    FROM judged j
), described AS (
    SELECT d.*,
        left(CASE now_difference
            WHEN 'left' THEN '自 ' || coalesce(left_on, %(roster_on)s) || ' 起终止'
            WHEN 'moved' THEN '原在 ' || (SELECT name FROM organizations_region WHERE id = known_county_id)
            WHEN 'new' THEN CASE WHEN found_person IS NULL THEN '新登记人员' ELSE '已登记人员，新认定身份' END
            WHEN 'changed' THEN concat_ws('；',
                CASE WHEN other_since THEN '认定日期 ' || lower(valid) || ' 改为 ' || right_since END,
                CASE WHEN other_household THEN
                    '户编号 ' || coalesce(known_household_no, '无') || ' 改为 ' || his_household_no END,
                CASE WHEN other_address THEN '户信息 ' || known_township || known_village || known_head_name
                    || ' 改为 ' || coalesce(nullif(its_township, ''), known_township)
                    || coalesce(nullif(its_village, ''), known_village)
                    || coalesce(nullif(its_head_name, ''), known_head_name) END)
            ELSE '' END, 300) AS now_detail
    FROM decided d
)
UPDATE beneficiaries_rosterrow r
SET difference = now_difference, problem = now_problem, detail = now_detail, person_id = found_person,
    identity_id = found_identity
FROM described d
WHERE r.id = d.id
    AND (r.difference, r.problem, r.detail, r.person_id, r.identity_id)
        IS DISTINCT FROM (now_difference, now_problem, now_detail, found_person, found_identity)
"""

# Of a full roster: whoever holds an identity of this source and is not named has left. A row with a defect
# may be that person: the one with the same number in any category, or the same name where the number is
# unreadable, stays until the row is corrected.
_MISSING = """
WITH wrong AS MATERIALIZED (
    SELECT id_index, name FROM beneficiaries_rosterrow
    WHERE roster_id = %(roster)s AND row_no IS NOT NULL AND difference = 'wrong'
)
INSERT INTO beneficiaries_rosterrow (roster_id, difference, problem, detail, errors, id_encrypted, id_index,
    id_last4, name, sex, born_on, category, county_id, household_no, township, village, head_name, leaves,
    left_on, person_id, identity_id)
SELECT %(roster)s, CASE WHEN held.yes THEN 'held' ELSE 'left' END, '',
    CASE WHEN held.yes THEN '名单中有同一人的问题行，更正后再定'
        ELSE '名单中没有，自 ' || %(roster_on)s::date || ' 起终止' END,
    '[]', p.id_encrypted, p.id_index, p.id_last4, p.name, p.sex, p.born_on, i.category, p.county_id, '', '',
    '', '', true, %(roster_on)s::date, p.id, i.id
FROM beneficiaries_identity i
JOIN beneficiaries_person p ON p.id = i.person_id
CROSS JOIN LATERAL (
    SELECT p.id_index IN (SELECT w.id_index FROM wrong w WHERE w.id_index <> '')
        OR p.name IN (SELECT w.name FROM wrong w WHERE w.id_index = '') AS yes
) held
WHERE i.valid @> %(roster_on)s::date AND lower(i.valid) < %(roster_on)s::date
    AND i.category = ANY(%(categories)s) AND i.recognised_by = %(source)s AND p.county_id = ANY(%(counties)s)
    AND NOT EXISTS (
        SELECT 1 FROM beneficiaries_rosterrow s
        WHERE s.roster_id = %(roster)s AND s.row_no IS NOT NULL AND s.id_index = p.id_index
            AND s.category = i.category AND s.difference <> 'wrong'
    )
"""

# People whose settled claims fall into a period that opens, closes or moves: their year may fold anew.
_SETTLED = """
SELECT count(DISTINCT r.person_id) FROM beneficiaries_rosterrow r
JOIN ({facts}) f ON f.person_id = r.person_id
WHERE r.roster_id = %(roster)s AND r.difference IN ('new', 'moved', 'changed', 'left')
    AND f.happened_on >= coalesce(CASE WHEN r.leaves THEN r.left_on ELSE r.since END, %(roster_on)s)
"""

# The sum does not depend on the order of the rows.
_DIGEST = """
SELECT difference, count(*), sum(hashtextextended(
    concat_ws('|', row_no, id_index, category, problem, detail, person_id, identity_id), 0))::text
FROM beneficiaries_rosterrow WHERE roster_id = %(roster)s GROUP BY difference ORDER BY difference
"""

SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Counts of each kind of difference, and a fingerprint of all of them."""

    counts: dict[str, int]
    digest: str


def roster_compare(*, roster: RosterImport) -> Comparison:
    """Compare the staged rows with the records as they are now (与现有记录比对)."""
    terms = comparison_terms(roster)
    with connection.cursor() as cursor:
        row_loops_avoid(cursor)
        cursor.execute(
            "DELETE FROM beneficiaries_rosterrow WHERE roster_id = %(roster)s AND row_no IS NULL", terms
        )
        for step in _COMPARING[roster.kind]():
            cursor.execute(step, terms)
        cursor.execute(_DIGEST, terms)
        found = cursor.fetchall()
        settled = 0
        for facts in facts_of_people():
            cursor.execute(_SETTLED.format(facts=facts), terms)
            settled += cursor.fetchone()[0]
    return Comparison(
        counts={**{difference: count for difference, count, _ in found}, SETTLED: settled},
        digest=hashlib.sha256(repr(found).encode()).hexdigest(),
    )


_COMPARING: dict[str, Callable[[], tuple[str, ...]]] = {
    RosterImport.Kind.FULL: lambda: (_COMPARE, _MISSING),
    RosterImport.Kind.DELTA: lambda: (_COMPARE,),
    RosterImport.Kind.INSURED: insured_comparing,
}


def row_loops_avoid(cursor: CursorWrapper) -> None:
    """Join whole tables for the rest of this transaction.

    Rows staged or written in the same transaction have no statistics yet: the planner takes such a table for
    empty and would go through all of it for each row of another, for hours where hashing takes seconds.
    """
    cursor.execute("SET LOCAL enable_nestloop = off")


def comparison_terms(roster: RosterImport) -> dict[str, Any]:
    """The parameters that all statements about a roster take."""
    return {
        "roster": roster.pk,
        "roster_on": roster.roster_on,
        "source": roster.source,
        "categories": list(roster.categories),
        "counties": [county.pk for county in counties_of(roster.region)],
        "movable": list(roster.movable_from),
        "title": str(roster)[:100],
        "year": roster.year,
        "words": WORDS,
    }

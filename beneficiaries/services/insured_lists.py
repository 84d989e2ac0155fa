"""What a list of who is insured changes (参保名单): statements that comparing, applying and undoing run.

Nobody leaves by it: that somebody is not named says that he has to be asked about, not that he was not
insured, and whose claims of the year were settled is insured. The kind of insurance decides what was paid:
it does not change under settled claims (decision 0025).
"""

import json

from beneficiaries.later_facts import facts_of_people
from beneficiaries.models import Enrolment
from common.codes import InsuranceType

# What the differences call kinds of insurance and payers.
WORDS = json.dumps(dict([*InsuranceType.choices, *Enrolment.PaidBy.choices]), ensure_ascii=False)
_COMPARE = """
WITH staged AS (
    SELECT r.*, row_number() OVER person AS nth, first_value(name) OVER person AS first_name,
        first_value(insurance_type) OVER person AS first_insurance_type
    FROM beneficiaries_rosterrow r
    WHERE roster_id = %(roster)s AND row_no IS NOT NULL AND errors = '[]'
    WINDOW person AS (PARTITION BY id_index ORDER BY row_no)
), found AS (
    SELECT s.*, p.id AS found_person, p.name AS known_name, p.county_id AS known_county_id, p.died_on,
        e.id AS found_enrolment, e.county_id AS insured_county_id, e.insurance_type AS known_insurance_type,
        e.enrolled_on AS known_enrolled_on, e.paid_by AS known_paid_by
    FROM staged s
    LEFT JOIN beneficiaries_person p ON p.id_index = s.id_index
    LEFT JOIN beneficiaries_enrolment e ON e.person_id = p.id AND e.year = %(year)s
), judged AS (
    SELECT f.*,
        CASE
            WHEN first_name <> name THEN 'name_differs_in_file'
            WHEN first_insurance_type <> insurance_type THEN 'insurance_differs_in_file'
            WHEN found_person IS NULL THEN 'person_unknown'
            WHEN insured_county_id <> county_id THEN 'insured_elsewhere'
            WHEN found_enrolment IS NULL AND known_county_id <> county_id THEN 'registered_elsewhere'
            WHEN known_name <> name THEN 'name_conflict'
            WHEN died_on <= enrolled_on THEN 'insured_after_death'
            WHEN insurance_type <> known_insurance_type AND EXISTS (
                SELECT 1 FROM ({facts}) t
                WHERE t.person_id = found_person AND extract(year FROM t.happened_on) = %(year)s
            ) THEN 'insured_settled'
            ELSE '' END AS now_problem,
        insurance_type <> known_insurance_type AS other_type, enrolled_on <> known_enrolled_on AS other_day,
        paid_by NOT IN ('', known_paid_by) AS other_payer
    FROM found f
), decided AS (
    SELECT j.*,
        CASE
            WHEN now_problem <> '' THEN 'wrong'
            WHEN nth > 1 THEN 'duplicate'
            WHEN found_enrolment IS NULL THEN 'new'
            WHEN other_type OR other_day OR other_payer THEN 'changed'
            ELSE 'unchanged' END AS now_difference
    FROM judged j
), described AS (
    SELECT d.*,
        CASE now_difference
            WHEN 'new' THEN '自 ' || enrolled_on || ' 参保'
            WHEN 'changed' THEN concat_ws('；',
                CASE WHEN other_type THEN '险种 ' || (%(words)s::jsonb->>known_insurance_type)
                    || ' 改为 ' || (%(words)s::jsonb->>insurance_type) END,
                CASE WHEN other_day THEN '参保日期 ' || known_enrolled_on || ' 改为 ' || enrolled_on END,
                CASE WHEN other_payer THEN '缴费方式 ' || coalesce(%(words)s::jsonb->>known_paid_by, '未登记')
                    || ' 改为 ' || (%(words)s::jsonb->>paid_by) END)
            ELSE '' END AS now_detail
    FROM decided d
)
UPDATE beneficiaries_rosterrow r
SET difference = now_difference, problem = now_problem, detail = now_detail, person_id = found_person
FROM described d
WHERE r.id = d.id
    AND (r.difference, r.problem, r.detail, r.person_id)
        IS DISTINCT FROM (now_difference, now_problem, now_detail, found_person)
"""
# Insured in the county by the records, named by no row of the list, not even by a wrong one.
_NOT_NAMED = """
INSERT INTO beneficiaries_rosterrow (roster_id, difference, problem, detail, errors, id_encrypted, id_index,
    id_last4, name, sex, born_on, category, county_id, household_no, township, village, head_name, leaves,
    person_id, insurance_type, enrolled_on, paid_by)
SELECT %(roster)s, 'held', '', '名单中没有，参保登记保留；核实确未参保的，在人员页面撤销登记', '[]',
    p.id_encrypted, p.id_index, p.id_last4, p.name, p.sex, p.born_on, '', e.county_id, '', '', '', '', false,
    p.id, e.insurance_type, e.enrolled_on, e.paid_by
FROM beneficiaries_enrolment e
JOIN beneficiaries_person p ON p.id = e.person_id
WHERE e.year = %(year)s AND e.county_id = ANY(%(counties)s)
    AND NOT EXISTS (
        SELECT 1 FROM beneficiaries_rosterrow s
        WHERE s.roster_id = %(roster)s AND s.row_no IS NOT NULL AND s.id_index = p.id_index
    )
"""

_SNAPSHOT = (
    "jsonb_build_object('year', {0}.year, 'insurance_type', {0}.insurance_type, "
    "'enrolled_on', {0}.enrolled_on, 'paid_by', {0}.paid_by)"
)
_OPENED = f"""
WITH made AS (
    INSERT INTO beneficiaries_enrolment AS e
        (person_id, year, insurance_type, county_id, enrolled_on, paid_by)
    SELECT person_id, %(year)s, insurance_type, county_id, enrolled_on, paid_by
    FROM beneficiaries_rosterrow WHERE roster_id = %(roster)s AND difference = 'new' ORDER BY row_no
    RETURNING e.*
)
INSERT INTO beneficiaries_rosterchange (roster_id, kind, person_id, before, after)
SELECT %(roster)s, 'enrolment_opened', person_id, '{{}}', {_SNAPSHOT.format("made")} FROM made
"""  # noqa: S608 - constants only
_CHANGED = f"""
WITH old AS (
    SELECT e.*, r.insurance_type AS new_type, r.enrolled_on AS new_day,
        coalesce(nullif(r.paid_by, ''), e.paid_by) AS new_payer
    FROM beneficiaries_rosterrow r
    JOIN beneficiaries_enrolment e ON e.person_id = r.person_id AND e.year = %(year)s
    WHERE r.roster_id = %(roster)s AND r.difference = 'changed'
), changed AS (
    UPDATE beneficiaries_enrolment e SET insurance_type = new_type, enrolled_on = new_day, paid_by = new_payer
    FROM old WHERE e.id = old.id
    RETURNING e.person_id, {_SNAPSHOT.format("old")} AS before, {_SNAPSHOT.format("e")} AS after
)
INSERT INTO beneficiaries_rosterchange (roster_id, kind, person_id, before, after)
SELECT %(roster)s, 'enrolment_changed', person_id, before, after FROM changed
"""  # noqa: S608 - constants only
INSURED_STEPS = (_OPENED, _CHANGED)

INSURED_STANDS = """
EXISTS (SELECT 1 FROM beneficiaries_enrolment e WHERE e.person_id = c.person_id
    AND e.year::text = c.after->>'year' AND e.insurance_type = c.after->>'insurance_type'
    AND e.enrolled_on::text = c.after->>'enrolled_on' AND e.paid_by = c.after->>'paid_by')
"""
_OPENED_GO = """
DELETE FROM beneficiaries_enrolment e USING beneficiaries_rosterchange c
WHERE c.roster_id = %(roster)s AND c.undoes_id IS NULL AND c.kind = 'enrolment_opened'
    AND e.person_id = c.person_id AND e.year::text = c.after->>'year'
"""
_CHANGED_RETURN = """
UPDATE beneficiaries_enrolment e
SET insurance_type = c.before->>'insurance_type', enrolled_on = (c.before->>'enrolled_on')::date,
    paid_by = c.before->>'paid_by'
FROM beneficiaries_rosterchange c
WHERE c.roster_id = %(roster)s AND c.undoes_id IS NULL AND c.kind = 'enrolment_changed'
    AND e.person_id = c.person_id AND e.year::text = c.before->>'year'
"""
INSURED_STEPS_BACK = (_OPENED_GO, _CHANGED_RETURN)


def insured_comparing() -> tuple[str, ...]:
    """The statements that compare; claims are told of by the apps above."""
    return _COMPARE.format(facts=" UNION ALL ".join(facts_of_people())), _NOT_NAMED

"""Whose premium a county pays in a year (参保资助对象): people in chunks, with what was applied for before.

An identity counts for the year when it holds on some day from 1 January to the pack's last day for the newly
recognised (黔南医保发〔2019〕36号 二(二)): whoever leaves in the middle of the year keeps the year's aid,
whoever is recognised later is aided in the next. A county takes on nobody for whom another county's submitted
sheets still apply: that county gives the aid back first.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import connection

CHUNK = 2_000
# Enrolled in the county, or on a submitted sheet of it: whoever is on neither is nobody's business here.
_PEOPLE = """
WITH chunk AS (
    SELECT person_id FROM beneficiaries_enrolment
    WHERE county_id = %(county)s AND year = %(year)s AND person_id > %(after)s
    UNION
    SELECT line.person_id FROM reimbursement_premiumsheetline line
    JOIN reimbursement_premiumsheet sheet ON sheet.id = line.sheet_id
    WHERE sheet.county_id = %(county)s AND sheet.year = %(year)s AND sheet.status = 'submitted'
        AND line.person_id > %(after)s
    ORDER BY person_id LIMIT %(limit)s
)
SELECT person.id, person.born_on,
    CASE WHEN person.died_on < %(first)s THEN NULL ELSE enrolment.insurance_type END,
    ARRAY(SELECT DISTINCT category::text FROM beneficiaries_identity
        WHERE person_id = person.id AND valid && daterange(%(first)s, %(end)s) ORDER BY 1),
    EXISTS (SELECT FROM beneficiaries_unabletopay
        WHERE person_id = person.id AND year = %(year)s AND withdrawn_at IS NULL),
    EXISTS (
        SELECT FROM reimbursement_premiumsheetline line
        JOIN reimbursement_premiumsheet sheet ON sheet.id = line.sheet_id
        WHERE line.person_id = person.id AND sheet.county_id <> %(county)s AND sheet.year = %(year)s
            AND sheet.status = 'submitted'
        GROUP BY sheet.county_id HAVING sum(line.due_fen) > 0
    ),
    earlier.row_code, earlier.amount_fen, earlier.shares::text
FROM chunk JOIN beneficiaries_person person ON person.id = chunk.person_id
LEFT JOIN beneficiaries_enrolment enrolment ON enrolment.person_id = person.id
    AND enrolment.year = %(year)s AND enrolment.county_id = %(county)s
LEFT JOIN LATERAL (
    SELECT line.row_code, line.amount_fen, line.shares FROM reimbursement_premiumsheetline line
    JOIN reimbursement_premiumsheet sheet ON sheet.id = line.sheet_id
    WHERE line.person_id = person.id AND sheet.county_id = %(county)s AND sheet.year = %(year)s
        AND sheet.status = 'submitted'
    ORDER BY sheet.version DESC LIMIT 1
) earlier ON true
ORDER BY person.id
"""


class Applied(NamedTuple):
    """What submitted sheets come to for somebody (已申请)."""

    row_code: str
    amount_fen: int
    shares: Mapping[str, int]


NOTHING_APPLIED = Applied("", 0, {})


class InsuredPerson(NamedTuple):
    """Somebody enrolled in the county (``insurance_type`` None: no longer), with what was applied for."""

    person_id: int
    born_on: date
    insurance_type: str | None
    identities: frozenset[str]
    unable_to_pay: bool
    applied_elsewhere: bool
    earlier: Applied


def people_of(
    *, county_id: int, year: int, last_day: date, chunk: int = CHUNK
) -> Iterator[list[InsuredPerson]]:
    """Everybody the sheet may concern, in the order of keys, ``chunk`` at a time."""
    terms: dict[str, int | date] = {
        "county": county_id, "year": year, "first": date(year, 1, 1), "end": last_day + timedelta(days=1),
        "limit": chunk, "after": 0,
    }  # fmt: skip
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_PEOPLE, terms)
            people = [_person(row) for row in cursor]
        if not people:
            return
        terms["after"] = people[-1].person_id
        yield people


def _person(row: tuple[Any, ...]) -> InsuredPerson:
    person_id, born_on, insurance_type, identities, unable, elsewhere, row_code, amount_fen, shares = row
    earlier = NOTHING_APPLIED if row_code is None else Applied(row_code, amount_fen, json.loads(shares))
    return InsuredPerson(
        person_id, born_on, insurance_type, frozenset(identities), unable, elsewhere, earlier
    )

"""Who may be owed something by the year-end run (年末补算), and on what facts."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from common.id_numbers import age_on
from settlement.engine.facts import Claim, Facts
from settlement.errors import NoPolicyError
from settlement.inputs import Inputs, inputs_load

# Everyone insured in the city who has a claim left in the year. The day is the year's last, or the person's.
_READ = """
SELECT year.id, person.id, county.id, day.day, person.born_on, enrolment.insurance_type, county.county_class,
    ARRAY(SELECT category FROM beneficiaries_identity WHERE person_id = person.id AND valid @> day.day),
    ARRAY(SELECT disease FROM beneficiaries_chroniccertificate
        WHERE person_id = person.id AND valid @> day.day),
    policy.id, policy.code, state.pools_after::json, visit.inputs::json,
    (SELECT count(*) FROM settlement_claim WHERE person_year_id = year.id AND year_end)
FROM settlement_personyear year
JOIN beneficiaries_person person ON person.id = year.person_id
JOIN beneficiaries_enrolment enrolment ON enrolment.person_id = person.id AND enrolment.year = year.year
JOIN organizations_region county ON county.id = enrolment.county_id
CROSS JOIN LATERAL (SELECT greatest(make_date(year.year, 1, 1),
    least(make_date(year.year, 12, 31), person.died_on)) AS day) day
LEFT JOIN organizations_region city
    ON city.id = CASE county.level WHEN 'county' THEN county.parent_id ELSE county.id END
LEFT JOIN policies_policy policy
    ON policy.city_code = city.code AND policy.status = 'published' AND policy.valid @> day.day
CROSS JOIN LATERAL (SELECT pools_after FROM settlement_settlement
    WHERE person_year_id = year.id ORDER BY id DESC LIMIT 1) state
CROSS JOIN LATERAL (SELECT latest.inputs FROM settlement_claim claim
    CROSS JOIN LATERAL (SELECT kind, inputs FROM settlement_settlement
        WHERE claim_id = claim.id ORDER BY id DESC LIMIT 1) latest
    WHERE claim.person_year_id = year.id AND NOT claim.year_end AND latest.kind <> 'reversal'
    ORDER BY claim.visit_type = 'inpatient' DESC, claim.id DESC LIMIT 1) visit
WHERE year.year = %(year)s AND city.id = %(city)s AND year.id BETWEEN %(first)s AND %(last)s
ORDER BY year.id
"""


class YearEnd(NamedTuple):
    """A person's year as the run meets it.

    ``pools`` is the state of the year, ``visit`` the stored inputs of the last stay (without one, of the last
    visit), ``entries`` how many year-end entries there are already.
    """

    person_year_id: int
    person_id: int
    county_id: int
    on: date
    born_on: date
    insurance_type: str
    county_class: str
    identities: list[str]
    certified: list[str]
    policy_id: int | None
    policy_code: str | None
    pools: Mapping[str, int]
    visit: Mapping[str, Any]
    entries: int


def year_ends(*, city_id: int, year: int) -> Iterator[YearEnd]:
    """All of a city's years as of one moment, streamed; inside the caller's transaction."""
    return _read(city_id=city_id, year=year, first=0, last=2**63 - 1)


def year_end_of(*, city_id: int, year: int, person_year_id: int) -> YearEnd | None:
    """One year, if it is still the city's and has a claim left; take the lock first when you mean to post."""
    return next(_read(city_id=city_id, year=year, first=person_year_id, last=person_year_id), None)


def year_end_inputs(known: YearEnd) -> Inputs:
    """The engine's inputs: no cost, the day's facts and policy, the place of the last stay.

    The deductible follows the level of the institution (131号 三(六)): the run has none of its own and takes
    that of the visit it completes.

    Raises:
        NoPolicyError: no policy is published for the day.
    """
    if known.policy_id is None or known.policy_code is None:
        raise NoPolicyError("参保地", known.on)
    visit: Claim = inputs_load(known.visit, ()).claim
    return Inputs(
        claim=replace(
            visit,
            on=known.on,
            given=(),
            bed_days=0,
            chronic_disease="",
            out_of_catalogue_approved=False,
            year_end=True,
        ),
        facts=Facts(
            identities=frozenset(known.identities),
            insurance_type=known.insurance_type,
            age_years=age_on(known.born_on, known.on),
            county_class=known.county_class,
            certified_diseases=frozenset(known.certified),
        ),
        policy_code=known.policy_code,
        policy_id=known.policy_id,
        said={"diseases": [], "approval_no": ""},
    )


def _read(*, city_id: int, year: int, first: int, last: int, chunk: int = 200) -> Iterator[YearEnd]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_READ, {"city": city_id, "year": year, "first": first, "last": last})
        while rows := cursor.fetchmany(chunk):
            yield from (YearEnd(*row) for row in rows)

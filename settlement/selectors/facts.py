"""Everything a settlement must know of person, policy and year, in one or two statements (结算事实)."""

import json
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from common.codes import Place
from common.id_numbers import age_on
from organizations.models import Hospital, Region
from policies.icd10 import Range
from policies.selectors import drug_list_codes
from settlement.advice.terms import NamedDisease, Visit
from settlement.engine.facts import Claim, Facts
from settlement.errors import (
    DiseaseUnknownError,
    NoPolicyError,
    NotEnrolledError,
    PersonDeceasedError,
    PersonNotFoundError,
    VisitBeforeBirthError,
)
from settlement.inputs import Inputs
from settlement.intake import ClaimInput
from settlement.prepared import Prepared

# Constant work however many claims the person has: index look-ups, and the year's state is one row.
_READ = Prepared(
    "settlement_facts",
    """
SELECT person.id, person.born_on, person.died_on,
    enrolment.insurance_type, county.id, county.county_class, county.parent_id, city.code, city.name,
    ARRAY(SELECT category FROM beneficiaries_identity
        WHERE person_id = person.id AND valid @> %(on)s),
    ARRAY(SELECT disease FROM beneficiaries_chroniccertificate
        WHERE person_id = person.id AND valid @> %(on)s),
    (SELECT pools_after::text FROM settlement_settlement
        WHERE person_year_id = year.id ORDER BY id DESC LIMIT 1),
    policy.id, policy.code, earlier.id, earlier.content_hash,
    (SELECT json_agg(json_build_array(near.id, near.hospital_id, near.visit_type, near.admitted_on,
            near.discharged_on) ORDER BY near.id)::text
        FROM settlement_claim near
        WHERE near.person_id = person.id AND near.discharged_on >= %(since)s AND near.admitted_on <= %(on)s
            AND near.hospital_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM settlement_settlement WHERE claim_id = near.id AND kind = 'reversal'))
FROM beneficiaries_person person
LEFT JOIN beneficiaries_enrolment enrolment ON enrolment.person_id = person.id AND enrolment.year = %(year)s
LEFT JOIN organizations_region county ON county.id = enrolment.county_id
LEFT JOIN organizations_region city
    ON city.id = CASE county.level WHEN 'county' THEN county.parent_id ELSE county.id END
LEFT JOIN policies_policy policy
    ON policy.city_code = city.code AND policy.status = 'published' AND policy.valid @> %(on)s
LEFT JOIN settlement_personyear year ON year.person_id = person.id AND year.year = %(year)s
LEFT JOIN settlement_claim earlier
    ON earlier.hospital_id = %(hospital)s AND earlier.claim_no = %(claim_no)s
WHERE person.id_index = %(id_index)s
""",
    since="date",
    on="date",
    hospital="bigint",
    claim_no="text",
    year="integer",
    id_index="text",
)
# Apart from the facts: few claims name a disease, and its cost would make the server plan every read anew.
_READ_LISTS = Prepared(
    "settlement_disease_lists",
    """
SELECT own.code || '/' || disease.number, own.code,
    ARRAY(SELECT other.code FROM policies_diseaselist_also_includes gathered
        JOIN policies_diseaselist other ON other.id = gathered.diseaselist_id
        WHERE gathered.disease_id = disease.id),
    disease.name,
    (SELECT json_agg(json_build_array(first, last, excluded, remark) ORDER BY id)::text
        FROM policies_diseaseicd10range WHERE disease_id = disease.id)
FROM policies_disease disease JOIN policies_diseaselist own ON own.id = disease.disease_list_id
WHERE own.code || '/' || disease.number = ANY(%(diseases)s)
""",
    diseases="text[]",
)


class Known(NamedTuple):
    """What the database knows when a claim arrives.

    ``county_id`` and what follows up to ``city_name`` are None when the person is not enrolled in the year.
    ``pools`` is the state of the benefit year. ``earlier_id`` is the claim that already has this number at
    this hospital. ``visits`` are the person's other claims of the same days, wherever. ``disease_lists`` are
    the lists of each disease that the claim names, ``diseases`` their names and codes; ``drug_lists``
    those of the drugs that its lines name.
    """

    person_id: int
    born_on: date
    died_on: date | None
    insurance_type: str | None
    county_id: int
    county_class: str
    county_parent_id: int | None
    city_code: str | None
    city_name: str | None
    identities: list[str]
    certified: list[str]
    pools: dict[str, int]
    policy_id: int | None
    policy_code: str
    earlier_id: int | None
    earlier_hash: str
    visits: list[Visit]
    disease_lists: dict[str, list[str]]
    diseases: dict[str, NamedDisease]
    drug_lists: dict[str, frozenset[str]]


def known_of(*, claim: ClaimInput, hospital: Hospital) -> Known:
    """Read what a claim meets.

    Raises:
        PersonNotFoundError: nobody is registered under the ID number.
    """
    with connection.cursor() as cursor:
        _READ.run(
            cursor,
            {
                "since": claim.admitted_on,
                "on": claim.discharged_on,
                "hospital": hospital.pk,
                "claim_no": claim.claim_no,
                "year": claim.benefit_year,
                "id_index": claim.id_index,
            },
        )
        row = cursor.fetchone()
        if row is None:
            raise PersonNotFoundError
        named = _diseases(cursor, claim.disease_keys) if claim.disease_keys else []
    lists = {key: [own, *others] for key, own, others, _, _ in named}
    diseases = {
        key: NamedDisease(name, tuple(Range(*span) for span in json.loads(ranges or "[]")))
        for key, _, _, name, ranges in named
    }
    drugs = drug_list_codes(names=set(claim.drug_codes.values())) if claim.details else {}
    known = Known._make([*row, lists, diseases, drugs])
    return known._replace(
        pools=json.loads(row[11]) if row[11] else {}, visits=_visits(row[16]) if row[16] else []
    )


def _diseases(cursor: CursorWrapper, keys: list[str]) -> list[tuple[Any, ...]]:
    _READ_LISTS.run(cursor, {"diseases": keys})
    return list(cursor.fetchall())


def _visits(found: str) -> list[Visit]:
    return [
        Visit(claim_id, hospital_id, kind, date.fromisoformat(first), date.fromisoformat(last))
        for claim_id, hospital_id, kind, first, last in json.loads(found)
    ]


def inputs_of(*, claim: ClaimInput, hospital: Hospital, known: Known) -> Inputs:
    """The engine's inputs: the facts of the day of discharge, under the policy of the place of insurance.

    Raises:
        PersonDeceasedError, VisitBeforeBirthError: the visit lies outside the person's life.
        NotEnrolledError: no insurance in the benefit year.
        NoPolicyError: no published policy covers the day.
        DiseaseUnknownError: a named disease is in no list.
    """
    if known.died_on is not None and known.died_on < claim.admitted_on:
        raise PersonDeceasedError
    if claim.admitted_on < known.born_on:
        raise VisitBeforeBirthError
    if known.insurance_type is None:
        raise NotEnrolledError(claim.benefit_year)
    if known.policy_id is None:
        raise NoPolicyError(known.city_name or "参保地", claim.discharged_on)
    if unknown := [key for key in claim.disease_keys if key not in known.disease_lists]:
        raise DiseaseUnknownError(unknown)
    return Inputs(
        claim=Claim(
            on=claim.discharged_on,
            visit_type=claim.visit_type,
            hospital_level=hospital.level,
            place=place_of(
                hospital=hospital, county_id=known.county_id, county_parent_id=known.county_parent_id
            ),
            lines=claim.cost_lines(known.drug_lists),
            ownership=hospital.ownership,
            hospital_designations=frozenset(hospital.designations),
            referral=claim.referral,
            chronic_disease=claim.chronic_disease,
            diseases=frozenset(claim.disease_keys),
            disease_lists=frozenset(chain.from_iterable(known.disease_lists.values())),
            drug_lists=frozenset(claim.drug_lists).union(*known.drug_lists.values()),
            bed_days=claim.bed_days,
            given=claim.given,
            out_of_catalogue_approved=bool(claim.approval_no),
        ),
        facts=Facts(
            identities=frozenset(known.identities),
            insurance_type=known.insurance_type,
            age_years=age_on(known.born_on, claim.discharged_on),
            county_class=known.county_class,
            certified_diseases=frozenset(known.certified),
        ),
        policy_code=known.policy_code,
        policy_id=known.policy_id,
        said={
            "diseases": list(claim.diseases),
            "approval_no": claim.approval_no,
            **({"drug_lists": list(claim.drug_lists)} if known.drug_lists else {}),
            **({"papers": claim.papers_kept} if claim.papers else {}),
        },
    )


def place_of(*, hospital: Hospital, county_id: int, county_parent_id: int | None) -> str:
    """Where the hospital stands, seen from the county of insurance (就医地)."""
    stands_in = hospital.county
    if stands_in.pk == county_id:
        return Place.IN_COUNTY.value
    # A municipal hospital may be entered under the city itself.
    city_id = stands_in.pk if stands_in.level == Region.Level.PREFECTURE else stands_in.parent_id
    if city_id is not None and city_id == county_parent_id:
        return Place.IN_CITY.value
    return Place.OUTSIDE_NETWORKED.value if hospital.networked else Place.OUTSIDE_NOT_NETWORKED.value

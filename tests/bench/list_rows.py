"""Claims, postings, calls and changes in any number for the lists, made in the database."""

import random

from django.db import connection, models, transaction

from organizations.models import Hospital
from settlement.api.claim_in import read_claim
from settlement.models import Claim, Payment, Settlement
from settlement.services import claim_settle
from tests.bench.world import claim_body, hospital_key, id_number, world_create

PEOPLE = 2_000
HOSPITALS = 40
CLAIM_NO = "LISTED"

COPIES = """
CREATE TEMPORARY TABLE copy ON COMMIT DROP AS
WITH year AS (
    SELECT id, person_id, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS people
    FROM settlement_personyear
), place AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS places
    FROM organizations_hospital
)
SELECT serial, year.id AS year_id, year.person_id, place.id AS hospital_id,
    nextval(pg_get_serial_sequence('settlement_claim', 'id')) AS claim_id,
    nextval(pg_get_serial_sequence('settlement_settlement', 'id')) AS settlement_id
FROM generate_series(%(first)s, %(last)s) AS serial
JOIN year ON year.n = serial %% year.people JOIN place ON place.n = serial %% place.places
ORDER BY serial
"""
# Discharged over two years, the later the claim the later.
DAY = "'2018-01-01'::date + (copy.serial * 730 / %(last)s)::int"
CHANGED: dict[type[models.Model], dict[str, str]] = {
    Claim: {
        "id": "copy.claim_id",
        "claim_no": "row.claim_no || '-' || copy.serial",
        "hospital_id": "copy.hospital_id",
        "person_id": "copy.person_id",
        "person_year_id": "copy.year_id",
        "admitted_on": DAY,
        "discharged_on": DAY,
    },
    Settlement: {
        "id": "copy.settlement_id",
        "claim_id": "copy.claim_id",
        "person_year_id": "copy.year_id",
        "explanation": "'{}'::jsonb",
        "inputs": "'{}'::jsonb",
    },
    Payment: {
        "settlement_id": "copy.settlement_id",
        "claim_id": "copy.claim_id",
        "hospital_id": "copy.hospital_id",
    },
}
CALLS = """
INSERT INTO organizations_apicall
    (called_at, hospital_id, key_prefix, method, operation, status, code, duration_ms, request_id)
SELECT now(), copy.hospital_id, 'abcdefgh', 'POST', 'claim-settle', 201, '', 12, 'request-' || copy.serial
FROM copy ORDER BY copy.serial
"""
CHANGES = """
INSERT INTO common_change
    ("table", row_key, owner_table, owner_key, operation, before, after, user_id, reason, context,
     database_role)
SELECT 'beneficiaries_person', copy.person_id, '', '', 'update', '{}', '{}', %(user)s,
    CASE WHEN copy.serial %% 1000 = 0 THEN '核对更正' ELSE '' END, '{}', 'doudi_app'
FROM copy ORDER BY copy.serial
"""


def rows_create(*, first: int, last: int, user: int) -> None:
    """Have the claims numbered ``first`` to ``last``, each with a posting, a call and a change."""
    world_create(people=PEOPLE)
    template = _template()
    asked = {"first": first, "last": last, "claim": template.pk, "user": user}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(COPIES, asked)
        for model in CHANGED:
            cursor.execute(_copy_statement(model), asked)
        cursor.execute(CALLS)
        cursor.execute(CHANGES, asked)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _template() -> Claim:
    hospital, _ = hospital_key()
    found = Claim.objects.filter(hospital=hospital, claim_no=CLAIM_NO).first()
    if found is not None:
        return found
    Hospital.objects.bulk_create(
        Hospital(
            code=f"B9{number:010d}",
            name=f"第{number}医院",
            county=hospital.county,
            level=hospital.level,
            ownership=hospital.ownership,
        )
        for number in range(1, HOSPITALS)
    )
    body = claim_body(id_number(0), claim_no=CLAIM_NO, rng=random.Random(0))
    claim_settle(hospital=hospital, claim=read_claim(body))
    return Claim.objects.get(hospital=hospital, claim_no=CLAIM_NO)


def _copy_statement(model: type[models.Model]) -> str:
    changed = CHANGED[model]
    columns = [
        field.column for field in model._meta.concrete_fields if field.column != "id" or "id" in changed
    ]
    values = ", ".join([changed.get(column, f"row.{column}") for column in columns])
    own = "row.id" if model is Claim else "row.claim_id"
    table = model._meta.db_table
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} "
        f"FROM {table} row CROSS JOIN copy WHERE {own} = %(claim)s ORDER BY copy.serial, row.id"
    )

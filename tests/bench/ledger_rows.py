"""A quarter's settled claims in any number, made in the database from one claim that the service settled."""

import random
from datetime import date

from django.db import connection, models, transaction

from beneficiaries.models import Household, Person
from organizations.models import Hospital
from settlement.api.claim_in import read_claim
from settlement.models import Claim, Payment, Settlement
from settlement.services import claim_settle
from tests.bench.world import claim_body, hospital_key, id_number, world_create

PEOPLE = 2_000
YEAR = 2019
CLAIM_NO = "LEDGER"

# One row per copy: its number, whose it is, and the keys of its claim and settlement.
COPIES = """
CREATE TEMPORARY TABLE copy ON COMMIT DROP AS
WITH year AS (
    SELECT id, person_id, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS people
    FROM settlement_personyear
)
SELECT serial, year.id AS year_id, year.person_id,
    nextval(pg_get_serial_sequence('settlement_claim', 'id')) AS claim_id,
    nextval(pg_get_serial_sequence('settlement_settlement', 'id')) AS settlement_id
FROM generate_series(1, %(size)s) AS serial JOIN year ON year.n = serial %% year.people
"""
POSTED_ON = "%(first_day)s::date + copy.serial %% 90"
# What of a copy is not as in the claim copied; the explanation is in no ledger, and large.
CHANGED: dict[type[models.Model], dict[str, str]] = {
    Claim: {
        "id": "copy.claim_id",
        "claim_no": "row.claim_no || '-' || %(quarter)s || '-' || copy.serial",
        "person_id": "copy.person_id",
        "person_year_id": "copy.year_id",
    },
    Settlement: {
        "id": "copy.settlement_id",
        "claim_id": "copy.claim_id",
        "person_year_id": "copy.year_id",
        "posted_on": POSTED_ON,
        "explanation": "'{}'::jsonb",
    },
    Payment: {
        "settlement_id": "copy.settlement_id",
        "claim_id": "copy.claim_id",
        "posted_on": POSTED_ON,
    },
}


def quarter_create(*, quarter: int, size: int) -> None:
    """Have ``size`` claims with a backstop payment in the quarter; people's addresses are short and long."""
    world_create(people=PEOPLE)
    hospital, _ = hospital_key()
    _homes_create(hospital)
    claim = Claim.objects.filter(hospital=hospital, claim_no=CLAIM_NO).first()
    if claim is None:
        body = claim_body(id_number(0), claim_no=CLAIM_NO, rng=random.Random(0))
        claim_settle(hospital=hospital, claim=read_claim(body))
        claim = Claim.objects.get(hospital=hospital, claim_no=CLAIM_NO)
    first_day = date(YEAR, quarter * 3 - 2, 1)
    asked = {"size": size, "quarter": quarter, "first_day": first_day, "claim": claim.pk}
    with transaction.atomic(), connection.cursor() as cursor:
        # Copies of sound rows need no guard, and no look for each of their keys.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(COPIES, asked)
        for model in CHANGED:
            cursor.execute(_copy_statement(model), asked)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _copy_statement(model: type[models.Model]) -> str:
    changed = CHANGED[model]
    columns = [
        field.column for field in model._meta.concrete_fields if field.column != "id" or "id" in changed
    ]
    values = ", ".join([changed.get(column, f"row.{column}") for column in columns])
    table, which = model._meta.db_table, "row.id" if model is Claim else "row.claim_id"
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) "
        f"SELECT {values} FROM {table} row, copy WHERE {which} = %(claim)s ORDER BY copy.serial"
    )


def _homes_create(hospital: Hospital) -> None:
    """Every third person's address takes three lines of its cell."""
    if Household.objects.exists():
        return
    near, far = Household.objects.bulk_create(
        [
            Household(household_no="1", county=hospital.county, township="沙塘镇", village="后湾村"),
            Household(
                household_no="2",
                county=hospital.county,
                township="示例县石门坎回族彝族乡",
                village="花山村民委员会大河边村民小组",
            ),
        ]
    )
    Person.objects.update(household=near)
    Person.objects.filter(pk__in=Person.objects.order_by("pk").values("pk")[: PEOPLE // 3]).update(
        household=far
    )

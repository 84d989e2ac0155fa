"""Many people's settled claims, made from a few people's by copying rows in the database."""

import random
from collections.abc import Sequence

from django.db import connection, models, transaction

from organizations.models import Hospital
from settlement.api.claim_in import read_claim
from settlement.models import Claim, ClaimLine, Payment, PoolEntry, Settlement
from settlement.services import claim_settle
from tests.bench.world import YEAR, claim_body

TEMPLATES = 100

# The people in the order of their years: the first are templates, each of the others copies one.
PAIRS = """
CREATE TEMPORARY TABLE pair ON COMMIT DROP AS
WITH ranked AS (
    SELECT id, person_id, row_number() OVER (ORDER BY id) - 1 AS n FROM settlement_personyear
    WHERE year = %(year)s AND person_id = ANY(%(people)s)
)
SELECT template.id AS template_id, other.n / %(templates)s AS k, other.id AS year_id, other.person_id
FROM ranked template JOIN ranked other ON other.n %% %(templates)s = template.n
WHERE template.n < %(templates)s AND other.n >= %(templates)s
"""
SPAN = """
SELECT max(row.id) - min(row.id) + 1 FROM {table} row
WHERE row.person_year_id IN (SELECT template_id FROM pair)
"""
TABLES: tuple[type[models.Model], ...] = (Claim, ClaimLine, Settlement, Payment, PoolEntry)
# Tables that others point at: their copies' keys are reckoned.
KEYED: tuple[type[models.Model], ...] = (Claim, Settlement)


def claims_create(hospital: Hospital, numbers: Sequence[str], people: Sequence[int], *, each: int) -> None:
    """Settle ``each`` claims of the first people by the service and copy them for all others, who are alike.

    ``numbers`` and ``people`` are the same people's ID numbers and keys, their lock rows in the same order.
    """
    for person, number in enumerate(numbers[:TEMPLATES]):
        for turn in range(each):
            rng = random.Random(person * each + turn)
            body = claim_body(number, claim_no=f"COPY-{number[-9:]}-{turn}", rng=rng)
            claim_settle(hospital=hospital, claim=read_claim(body))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PAIRS, {"year": YEAR, "people": list(people), "templates": TEMPLATES})
        spans = {}
        for model in KEYED:
            cursor.execute(SPAN.format(table=model._meta.db_table))
            spans[model] = cursor.fetchone()[0]
        for model in TABLES:
            cursor.execute(_copy_statement(model, spans))
        for model in KEYED:
            table = model._meta.db_table
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _copy_statement(model: type[models.Model], spans: dict[type[models.Model], int]) -> str:
    columns = [field.column for field in model._meta.concrete_fields]
    keyed = model in spans
    values = {
        "claim_no": "row.claim_no || '-' || pair.k",
        "person_id": "pair.person_id",
        "person_year_id": "pair.year_id",
        "claim_id": f"row.claim_id + pair.k * {spans[Claim]}",
        "settlement_id": f"row.settlement_id + pair.k * {spans[Settlement]}",
        "id": f"row.id + pair.k * {spans.get(model, 0)}",
    }
    named = [column for column in columns if keyed or column != "id"]
    table = model._meta.db_table
    by_year = "person_year_id" in columns
    source = (
        f"{table} row" if by_year else f"{table} row JOIN settlement_claim claim ON claim.id = row.claim_id"
    )
    return (
        f"INSERT INTO {table} ({', '.join(named)}) "
        f"SELECT {', '.join([values.get(column, f'row.{column}') for column in named])} FROM {source} "
        f"JOIN pair ON pair.template_id = {'row' if by_year else 'claim'}.person_year_id "
        "ORDER BY row.id + pair.k * 1000000000"
    )

"""Postings by COPY (批量记账): what a bulk job writes, a few statements however many rows."""

import json
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from django.db import connection
from django.utils import timezone

from common.clock import business_date
from settlement.differences import Difference
from settlement.figures import Figures, added
from settlement.selectors.years import PostedYear

_SETTLEMENT = (
    "id", "claim_id", "person_year_id", "kind", "reason", "posted_on", "posted_at", "inputs", "explanation",
    "pools_after", *Figures._fields,
)  # fmt: skip
_PAYMENT = (
    "settlement_id", "claim_id", "hospital_id", "county_id", "benefit_year", "posted_on", "tier", "benefit",
    "rule", "fund", "payee", "amount_fen",
)  # fmt: skip
_POOL_ENTRY = ("settlement_id", "person_year_id", "pool", "amount")
_ESCAPES = (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r"))
_NOTHING = r"\N"
_ENCODE = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
_IDS = """
SELECT nextval(pg_get_serial_sequence('settlement_settlement', 'id')) FROM generate_series(1, %s)
"""


def adjustments_copy(due: Sequence[tuple[PostedYear, list[Difference]]], *, reason: str) -> None:
    """Write the adjustments of some years, as ``post_differences`` would write them one year at a time.

    The years are locked by the caller: keys are drawn under the lock, so a year's newest row has its highest.
    """
    count = sum(len(differences) for _, differences in due)
    if not count:
        return
    settlements, payments, entries = StringIO(), StringIO(), StringIO()
    posted_on, posted_at = business_date(), timezone.now()
    reason = _text(reason)
    with connection.cursor() as cursor:
        cursor.execute(_IDS, [count])
        ids = iter([number for (number,) in cursor.fetchall()])
        for year, differences in due:
            pools = year.pools
            for difference in differences:
                number, claim = next(ids), difference.claim
                pools = added(pools, difference.entries.items())
                row = (number, claim.id, year.id, difference.kind.value, reason, posted_on, posted_at)
                states = map(_json, (difference.inputs, difference.explanation, pools))
                _add(settlements, (*row, *states, *difference.figures))
                hospital_id = _NOTHING if claim.hospital_id is None else claim.hospital_id
                of_payment = (number, claim.id, hospital_id, claim.county_id, claim.benefit_year)
                for part in difference.parts:
                    _add(payments, (*of_payment, posted_on, *map(_text, part[:-1]), part.amount_fen))
                for pool, amount in difference.entries.items():
                    _add(entries, (number, year.id, _text(pool), amount))
        _copy(cursor, "settlement_settlement", _SETTLEMENT, settlements)
        _copy(cursor, "settlement_payment", _PAYMENT, payments)
        _copy(cursor, "settlement_poolentry", _POOL_ENTRY, entries)


def _add(buffer: StringIO, values: Iterable[object]) -> None:
    """One row in PostgreSQL's text format: fields with tabs between."""
    buffer.write("\t".join(map(str, values)))
    buffer.write("\n")


def _text(value: str) -> str:
    for plain, escaped in _ESCAPES:
        value = value.replace(plain, escaped)
    return value


def _json(value: Any) -> str:
    # The encoder itself escapes control characters: backslashes are all that is left.
    return _ENCODE(value).replace("\\", r"\\")


def _copy(cursor: Any, table: str, columns: Sequence[str], rows: StringIO) -> None:
    rows.seek(0)
    cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", rows)

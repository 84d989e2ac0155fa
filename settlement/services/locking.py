"""The one lock of settlement (人员年度锁): held to the end of the transaction."""

from django.db import connection

from settlement.errors import PersonNotFoundError
from settlement.models import PersonYear
from settlement.prepared import Prepared

_LOCK = Prepared(
    "settlement_lock",
    """
SELECT year.id FROM settlement_personyear year JOIN beneficiaries_person person ON person.id = year.person_id
WHERE person.id_index = %(id_index)s AND year.year = %(year)s FOR UPDATE OF year
""",
    id_index="text",
    year="integer",
)
_CREATE = """
INSERT INTO settlement_personyear (person_id, year)
SELECT id, %(year)s FROM beneficiaries_person WHERE id_index = %(id_index)s
ON CONFLICT (person_id, year) DO NOTHING
"""


def person_year_lock(*, id_index: str, year: int) -> int:
    """Queue for a person's benefit year, creating its row on the first claim; its primary key.

    Whoever holds the lock sees everything that earlier holders committed: each later statement of the
    transaction takes a fresh snapshot (READ COMMITTED).

    Raises:
        PersonNotFoundError: nobody is registered under the ID number.
    """
    key: dict[str, str | int] = {"id_index": id_index, "year": year}
    with connection.cursor() as cursor:
        _LOCK.run(cursor, key)
        row = cursor.fetchone()
        if row is None:
            # Two first claims at once: the second waits for the first's row, then finds and locks it.
            cursor.execute(_CREATE, key)
            _LOCK.run(cursor, key)
            row = cursor.fetchone()
    if row is None:
        raise PersonNotFoundError
    return int(row[0])


def person_year_lock_by_key(person_year_id: int) -> None:
    """Queue for a benefit year that exists."""
    PersonYear.objects.select_for_update().get(pk=person_year_id)

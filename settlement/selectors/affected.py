"""Which benefit years a change of policy touches (受影响的人员年度)."""

from collections.abc import Mapping
from typing import NamedTuple

from django.db import connection


class YearRange(NamedTuple):
    """Benefit years by primary key, both ends included."""

    first_id: int
    last_id: int


EVERY_YEAR = YearRange(1, 2**63 - 1)

# A claim is touched when what it was last settled on names a replaced policy and its day lies in the new
# one's period. OFFSET 0 keeps the planner from joining whole tables: each page asks of its own years only.
_AFFECTED = """
SELECT y.id FROM settlement_personyear y
WHERE y.id BETWEEN %(first)s AND %(last)s AND EXISTS (
    SELECT 1 FROM settlement_settlement s
    JOIN unnest(%(old)s::bigint[], %(new)s::bigint[]) AS change (old, new)
        ON change.old = (s.inputs ->> 'policy_id')::bigint
    JOIN policies_policy policy ON policy.id = change.new
    WHERE s.person_year_id = y.id AND s.kind <> 'reversal'
        AND policy.valid @> (s.inputs #>> '{claim,on}')::date
        AND NOT EXISTS (
            SELECT 1 FROM settlement_settlement later WHERE later.claim_id = s.claim_id AND later.id > s.id)
    OFFSET 0)
ORDER BY y.id LIMIT %(limit)s
"""
_LOCKED = " FOR UPDATE OF y"
_SPAN = "SELECT min(id), max(id) FROM settlement_personyear"


def affected_years(
    *, replace_policy: Mapping[int, int], within: YearRange, limit: int, lock: bool
) -> list[int]:
    """The next affected years in the order of their keys; with ``lock``, queued for and held."""
    with connection.cursor() as cursor:
        cursor.execute(
            _AFFECTED + (_LOCKED if lock else ""),
            {
                "first": within.first_id,
                "last": within.last_id,
                "old": list(replace_policy.keys()),
                "new": list(replace_policy.values()),
                "limit": limit,
            },
        )
        return [year_id for (year_id,) in cursor]


def year_ranges(*, size: int) -> list[YearRange]:
    """All benefit years cut into ranges of ``size`` keys, for jobs that run side by side."""
    with connection.cursor() as cursor:
        cursor.execute(_SPAN)
        first, last = cursor.fetchone()
    if first is None:
        return []
    return [YearRange(start, min(start + size - 1, last)) for start in range(first, last + 1, size)]

"""Facts that depend on who somebody was on a day (依赖身份的事实), told by the apps above this one.

Claims belong to an app that this one may not import; it registers where they stand, and undoing a roster
asks whether any of them came after it.
"""

from typing import Protocol

_QUERIES: list[str] = []


def facts_of_people_register(query: str) -> None:
    """Add a query of ``person_id``, ``happened_on`` (the day that counts) and ``made_at`` (when it came)."""
    if query not in _QUERIES:
        _QUERIES.append(query)


def facts_of_people() -> tuple[str, ...]:
    """All queries that were registered."""
    return tuple(_QUERIES)


class YearLock(Protocol):
    """Waits until nothing is made of a person's year any more, and keeps it so to the transaction's end."""

    def __call__(self, *, id_index: str, year: int) -> object:
        """Take the lock."""


_LOCKS: list[YearLock] = []


def lock_of_a_year_register(lock: YearLock) -> None:
    """Add a lock of one person's year, held by whatever rests on the person's facts of that year."""
    if lock not in _LOCKS:
        _LOCKS.append(lock)


def year_lock(*, id_index: str, year: int) -> None:
    """Queue with everything that rests on the facts of one person's year."""
    for lock in _LOCKS:
        lock(id_index=id_index, year=year)

"""Facts that depend on who somebody was on a day (依赖身份的事实), told by the apps above this one.

Claims belong to an app that this one may not import; it registers where they stand, and undoing a roster
asks whether any of them came after it.
"""

_QUERIES: list[str] = []


def facts_of_people_register(query: str) -> None:
    """Add a query of ``person_id``, ``happened_on`` (the day that counts) and ``made_at`` (when it came)."""
    if query not in _QUERIES:
        _QUERIES.append(query)


def facts_of_people() -> tuple[str, ...]:
    """All queries that were registered."""
    return tuple(_QUERIES)

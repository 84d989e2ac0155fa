"""Statements that the server plans once per connection (预编译语句).

The driver sends every statement as text, and planning a wide read costs several times running it.
"""

import time
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper

# Names of the statements that each server connection already knows.
_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()

# SQLSTATEs of a connection whose statements are not what we think: a column of the result changed its type,
# the statement is not known there, or is known twice.
_STALE = frozenset({"0A000", "26000", "42P05"})


class Prepared:
    """A statement with parameters ``%(name)s``, each of a given type.

    Planned on first use of a connection; a change of the tables makes the server plan it anew by itself. Only
    where that changes what it answers does the server refuse: that connection is then not used again.
    A pooler between us and the server must keep a session's connection (PgBouncer: session mode).
    """

    def __init__(self, name: str, sql: str, **types: str) -> None:
        self.name = name
        self.sql = sql
        self.parameters = tuple(types)
        places = {parameter: f"${place}" for place, parameter in enumerate(types, start=1)}
        self._prepare = f"PREPARE {name} ({', '.join(types.values())}) AS {sql % places}"
        self._execute = f"EXECUTE {name} ({', '.join(['%s'] * len(types))})"

    def run(self, cursor: CursorWrapper, values: Mapping[str, Any]) -> None:
        """Execute; fetch from the cursor as usual."""
        names = _known.setdefault(connection.connection, set())
        try:
            if self.name not in names:
                cursor.execute(self._prepare)
                names.add(self.name)
            cursor.execute(self._execute, [values[parameter] for parameter in self.parameters])
        except DatabaseError as error:
            if getattr(error.__cause__, "pgcode", None) in _STALE:
                # Django closes it when the request ends; it would keep it, for it answers.
                connection.close_at = time.monotonic()
            raise

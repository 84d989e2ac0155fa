"""A second session on the test database, and a look at who waits for a lock."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import quote

import psycopg2
from django.db import connection

PATIENCE_SECONDS = 120


def database_url(*, user: str = "") -> str:
    """Of the test database, for other processes; as ``user``, or as the tests themselves."""
    at = connection.settings_dict
    password = f":{quote(str(at['PASSWORD']), safe='')}" if at["PASSWORD"] else ""
    host = quote(str(at["HOST"]), safe="")
    return f"postgresql://{user or at['USER']}{password}@{host}:{at['PORT'] or 5432}/{at['NAME']}"


@contextmanager
def other_session() -> Iterator[Any]:
    """A cursor in an open transaction of its own; rolled back at the end unless committed."""
    with closing(psycopg2.connect(database_url())) as session, session.cursor() as cursor:
        yield cursor


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for something that another process brings about."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not within {PATIENCE_SECONDS} s: {what}"
        time.sleep(0.05)


def waiting() -> int:
    """How many sessions of this database wait for a lock."""
    return _count("state = 'active' AND wait_event_type = 'Lock'")


def transactions() -> int:
    """How many other sessions of this database are inside a transaction."""
    return _count("xact_start IS NOT NULL")


def _count(condition: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            f"WHERE datname = current_database() AND pid <> pg_backend_pid() AND {condition}"
        )
        return int(cursor.fetchone()[0])

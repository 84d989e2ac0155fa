"""A database of the benchmark's own, on the server that the project uses."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from config.stack import embedded_urls


@contextmanager
def bench_database() -> Iterator[str]:
    """Create an empty database; yields its address, drops it at the end."""
    own = os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL") or embedded_urls()[0]
    parts = urlsplit(own)
    # Beside the database it is named after: whoever has a database of their own may measure at the same time.
    name = f"{parts.path.lstrip('/')}_bench"
    _execute(own, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _execute(own, f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        _execute(own, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _execute(url: str, statement: str) -> None:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)

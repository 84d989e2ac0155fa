"""A database of the benchmark's own, on the server that the project uses."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from config.stack import embedded_urls

NAME = "doudi_bench"


@contextmanager
def bench_database() -> Iterator[str]:
    """Create an empty database; yields its address, drops it at the end."""
    own = os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL") or embedded_urls()[0]
    bench = urlunsplit(urlsplit(own)._replace(path=f"/{NAME}"))
    _execute(own, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    _execute(own, f"CREATE DATABASE {NAME}")
    try:
        yield bench
    finally:
        _execute(own, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def _execute(url: str, statement: str) -> None:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)

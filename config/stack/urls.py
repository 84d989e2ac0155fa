"""Addresses of the embedded servers, and the spellings their clients want."""

import os
from collections.abc import Mapping
from urllib.parse import parse_qs, quote, urlsplit

from config.stack.layout import POSTGRES_PORT, current_layout

DATABASE_NAME = "doudi"
OWNER_ROLE = "doudi"
APP_ROLE = "doudi_app"


def embedded_urls(
    *, role: str = OWNER_ROLE, database: str = DATABASE_NAME, environ: Mapping[str, str] = os.environ
) -> tuple[str, str]:
    """``(DATABASE_URL, REDIS_URL)`` of the embedded stack; starts and creates nothing.

    Args:
        role: ``doudi`` owns the tables and migrates; ``doudi_app`` owns nothing.
        database: name of the database.
        environ: where ``DOUDI_VAR`` is looked up.
    """
    layout = current_layout(environ)
    # The port is spelt out: otherwise a PGPORT in somebody's environment would change the socket's name.
    host = quote(str(layout.sockets), safe="")
    return (
        f"postgresql://{role}@{host}:{POSTGRES_PORT}/{database}",
        redis_py_url(f"unix://{quote(str(layout.valkey_socket))}"),
    )


def redis_py_url(redis_url: str, db: int | None = None) -> str:
    """Spell a Redis address for redis-py and Django's cache.

    Args:
        redis_url: ``redis://``, ``rediss://``, ``unix://`` or ``redis+socket://``.
        db: number of the database; the one in the address, or 0, when left out.
    """
    parts = urlsplit(redis_url)
    number = _database_number(redis_url) if db is None else db
    if parts.scheme in ("unix", "redis+socket"):
        return f"unix://{_credentials(parts.netloc)}{parts.path}?db={number}"
    return parts._replace(path=f"/{number}").geturl()


def celery_url(redis_url: str, db: int | None = None) -> str:
    """Spell a Redis address for Celery's broker and result backend.

    Args:
        redis_url: as for :func:`redis_py_url`.
        db: number of the database; the one in the address, or 0, when left out.
    """
    parts = urlsplit(redis_url)
    number = _database_number(redis_url) if db is None else db
    if parts.scheme in ("unix", "redis+socket"):
        return f"redis+socket://{_credentials(parts.netloc)}{parts.path}?virtual_host={number}"
    return parts._replace(path=f"/{number}").geturl()


def _credentials(netloc: str) -> str:
    """``:password@`` in front of a socket's path, if the address has one."""
    return f"{netloc.rpartition('@')[0]}@" if "@" in netloc else ""


def _database_number(redis_url: str) -> int:
    parts = urlsplit(redis_url)
    query = parse_qs(parts.query)
    for name in ("db", "virtual_host"):
        if name in query:
            return int(query[name][0])
    if parts.scheme in ("redis", "rediss") and parts.path.strip("/"):
        return int(parts.path.strip("/"))
    return 0

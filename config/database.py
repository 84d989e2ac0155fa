"""Whose connection a process gets (数据库角色).

The tables belong to their owner, who migrates; everything else works as the application's role, which owns
nothing and can change no fact, whatever SQL is run under it (``common/database_role.py`` grants its rights).
"""

from collections.abc import Mapping, MutableMapping
from pathlib import Path

import dj_database_url

from config.stack import APP_ROLE, embedded_urls

# Commands that make, change or empty tables.
OWNER_COMMANDS = frozenset({"migrate", "flush"})


def database_settings(environ: Mapping[str, str]) -> dj_database_url.DBConfig:
    """Django's settings for ``DATABASE_URL``; without it, the embedded server as the application's role."""
    url = environ.get("DATABASE_URL") or embedded_urls(role=APP_ROLE)[0]
    # Persistent connections: worth three times the throughput of a claim's few statements.
    found = dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)
    if password_file := environ.get("DATABASE_PASSWORD_FILE"):
        found["PASSWORD"] = Path(password_file).read_text(encoding="utf-8").strip()
    return found


def as_owner(environ: MutableMapping[str, str]) -> None:
    """Let a process with this environment, and its children, connect as the owner of the tables.

    Where only ``DATABASE_URL`` is set, one role does both.
    """
    if owner := environ.get("DATABASE_OWNER_URL"):
        environ["DATABASE_URL"] = owner
        environ.pop("DATABASE_PASSWORD_FILE", None)
        if password_file := environ.get("DATABASE_OWNER_PASSWORD_FILE"):
            environ["DATABASE_PASSWORD_FILE"] = password_file
    elif not environ.get("DATABASE_URL"):
        environ["DATABASE_URL"], _ = embedded_urls()

"""A migrated database that test databases are copied from: migrating takes half a minute, copying a second.

The template is made once for each state of the migrations and stays on the server; its name carries a digest
of the migration files, so that another checkout or a changed migration gets its own.
"""

import hashlib
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg2
from django.conf import settings
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - a class

PREFIX = "doudi_template_"
# Templates of other states of the migrations that stay: a few branches at once.
KEPT = 3
# One process makes the template, the others wait: any number that nothing else on the server uses.
LOCK = 7_104_225


def template_ready(environ: Mapping[str, str]) -> str:
    """Name of the template for the migrations as they are now; makes it if it is missing.

    Args:
        environ: ``DATABASE_URL`` of a role that may make databases, and what else the process needs.
    """
    name = PREFIX + _digest()
    with closing(psycopg2.connect(_url_of("postgres", environ))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            if name not in _templates(cursor):
                _make(cursor, name, environ)
                for old in _templates(cursor)[KEPT:]:
                    _drop(cursor, old)
    return name


def _url_of(database: str, environ: Mapping[str, str]) -> str:
    """The address of another database of the same server, password file included."""
    url = urlsplit(environ["DATABASE_URL"])._replace(path=f"/{database}")
    if password_file := environ.get("DATABASE_PASSWORD_FILE"):
        password = quote(Path(password_file).read_text(encoding="utf-8").strip(), safe="")
        user, _, host = url.netloc.rpartition("@")
        url = url._replace(netloc=f"{user.partition(':')[0]}:{password}@{host}")
    return url.geturl()


def _digest() -> str:
    """Of all migrations of the project and of the libraries' versions."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.lock").read_bytes())
    for path in sorted(settings.BASE_DIR.glob("*/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:20]


def _templates(cursor: Cursor) -> list[str]:
    """Finished templates, the newest first."""
    cursor.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE %s AND datistemplate ORDER BY oid DESC",
        [PREFIX + "%"],
    )
    return [name for (name,) in cursor.fetchall()]


def _make(cursor: Cursor, name: str, environ: Mapping[str, str]) -> None:
    """Migrate under another name first: what was broken off half way is no template."""
    making = f"{name}_making"
    url = _url_of(making, environ)
    cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(making)))
    cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        env={**environ, "DATABASE_URL": url, "DATABASE_OWNER_URL": url},
        check=True,
    )
    cursor.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name))
    )
    cursor.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(sql.Identifier(name)))


def _drop(cursor: Cursor, name: str) -> None:
    cursor.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(sql.Identifier(name)))
    # Somebody may be copying it this moment: then it goes next time.
    with suppress(psycopg2.errors.ObjectInUse):
        cursor.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))

"""What the application's database role may do (运行角色的权限): granted anew after every migration.

It reads everything, adds everywhere, changes and deletes only where no trigger refuses that. It owns nothing:
it can neither empty a table, nor change one, nor switch its triggers off.
"""

from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg2 import sql

# Only migrating writes here.
_READ_ONLY = frozenset({"django_migrations"})

# Triggers are the register of what may not change: common/insert_only.py, and django-pghistory's append-only
# event tables. Bits of tgtype: 8 DELETE, 16 UPDATE.
_REFUSALS = r"""
SELECT t.tgrelid::regclass::text, bool_or(t.tgtype & 16 <> 0), bool_or(t.tgtype & 8 <> 0)
FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND t.tgqual IS NULL AND t.tgattr::text = ''
  AND (p.proname = 'doudi_refuse_change' OR p.proname LIKE 'pgtrigger\_append\_only\_%%')
GROUP BY t.tgrelid
"""
_TABLES = """
SELECT c.oid::regclass::text FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1
"""
_FOR_ALL = (
    "REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {role}",
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
    # A table that somebody makes by hand can be read and added to until the next migration sees its triggers.
    "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {role}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused:
    update: bool
    delete: bool


@transaction.atomic
def app_role_grant() -> bool:
    """Give the application's role its rights in this database; ``False`` where there is no such role."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_schema() FROM pg_roles WHERE rolname = %s", [settings.DATABASE_APP_ROLE]
        )
        row = cursor.fetchone()
        if row is None:
            return False
        names = {"schema": sql.Identifier(row[0]), "role": sql.Identifier(settings.DATABASE_APP_ROLE)}
        for statement in _FOR_ALL:
            cursor.execute(sql.SQL(statement).format(**names))
        _grant_by_table(cursor, names)
    return True


def _grant_by_table(cursor: CursorWrapper, names: dict[str, sql.Identifier]) -> None:
    cursor.execute(_REFUSALS)
    refused = {table: _Refused(update=update, delete=delete) for table, update, delete in cursor.fetchall()}
    locked = _locked_tables()
    cursor.execute(_TABLES)
    for (table,) in cursor.fetchall():
        if table.strip('"') in _READ_ONLY:
            continue
        rights = _rights(refused.get(table), lock_column=locked.get(table))
        # ``table`` is spelt as the server spells it, quoted where it must be.
        cursor.execute(
            sql.SQL("GRANT {rights} ON {table} TO {role}").format(
                rights=sql.SQL(rights), table=sql.SQL(table), role=names["role"]
            )
        )


def _rights(refused: _Refused | None, *, lock_column: str | None) -> str:
    rights = ["INSERT"]
    if refused is None or not refused.update:
        rights.append("UPDATE")
    elif lock_column is not None:
        # To lock a row, PostgreSQL asks for the right to change some column; the trigger still refuses that.
        rights.append(f"UPDATE ({lock_column})")
    if refused is None or not refused.delete:
        rights.append("DELETE")
    return ", ".join(rights)


def _locked_tables() -> dict[str, str]:
    """Tables whose rows serve as locks (``ROW_IS_A_LOCK`` on the model), with their key column."""
    return {
        model._meta.db_table: model._meta.pk.column
        for model in apps.get_models()
        if getattr(model, "ROW_IS_A_LOCK", False) and model._meta.pk.column
    }

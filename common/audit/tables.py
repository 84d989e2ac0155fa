"""Which tables keep a trail of their changes (留痕的数据表): all of the project's own, less those named here.

Tables of posted facts refuse changes altogether (``common/insert_only.py``) and need no trail. After every
migration ``audit_triggers_install`` puts the triggers where they belong: a new model is on the trail at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import BinaryField, ForeignKey, Model
from psycopg2 import sql

FUNCTION = Path(__file__).with_name("triggers.sql")

OWN_APPS = (
    "common",
    "organizations",
    "policies",
    "beneficiaries",
    "settlement",
    "reimbursement",
    "reporting",
)
# Of other people's apps: accounts and what they may do.
OTHERS = (
    "auth.User",
    "auth.Group",
    "auth.User_groups",
    "auth.User_user_permissions",
    "auth.Group_permissions",
)

# Nobody edits these; each says why.
EXEMPT = {
    "common.Change": "变更记录自身",
    "common.Job": "后台任务的进度",
    "beneficiaries.RosterRow": "名单的待核对行，名单生效后见名单变更",
    "beneficiaries.NumberSeries": "编号流水",
    "organizations.RoleGrant": "系统下发的角色权限；权限的变动见角色",
    "organizations.RecoveryCode": "恢复码只存摘要；使用见登录记录",
    "reimbursement.PremiumSheetLine": "系统按人编制的参保资助明细，随资助表编制和报送",
    "reporting.ListExport": "列表导出的进度；导出见导出记录",
    "settlement.PersonYear": "年度结算锁",
}
# Posted facts whose additions belong on the trail all the same.
ALSO = frozenset({"beneficiaries.IdNumberLook", "reporting.ExportLog"})

# Columns that say nothing about a change made by people.
PASSED_OVER = {
    "auth.User": ("last_login",),
    "organizations.HospitalKey": ("last_used_at",),
    "organizations.AccountSecurity": ("totp_last_step",),
}
# Columns of which only that they changed is kept; files and other bytes besides.
VEILED = {
    "auth.User": ("password",),
    "organizations.HospitalKey": ("id", "hashed_key"),
}
# Bytes that are kept as they are: ciphertext, short.
CIPHERTEXT = frozenset({"id_encrypted", "number_encrypted"})
# Where the primary key is a secret.
KEYS = {"organizations.HospitalKey": "prefix"}
# Whose page shows a row's changes: the foreign key that leads to the owner, first match.
OWNERS = ("person", "user", "group", "household", "policy")
OWNER_OF = {"organizations.HospitalKey": "hospital"}

# Name and event, and whether it sees the rows as they were and as they are.
_TRIGGERS = (
    ("doudi_change_insert", "INSERT", False, True),
    ("doudi_change_update", "UPDATE", True, True),
    ("doudi_change_delete", "DELETE", True, False),
)
_FACTS = """
SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE p.proname = 'doudi_refuse_change' AND t.tgqual IS NULL AND t.tgattr::text = ''
    AND t.tgtype & 24 = 24 AND c.relnamespace = current_schema()::regnamespace
"""
_INSTALLED = """
SELECT c.relname, t.tgname, t.tgoldtable IS NOT NULL, t.tgnewtable IS NOT NULL, encode(t.tgargs, 'escape')
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE t.tgname LIKE 'doudi\\_change\\_%%' AND c.relnamespace = current_schema()::regnamespace
"""
_SOURCE = "SELECT prosrc FROM pg_proc WHERE oid = to_regproc('doudi_record_change')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """How one table's changes are kept."""

    table: str
    key: str
    owner_table: str
    owner_column: str
    passed_over: tuple[str, ...]
    veiled: tuple[str, ...]

    @property
    def arguments(self) -> tuple[str, ...]:
        """What the triggers hand to their function."""
        return (
            self.key,
            self.owner_table,
            self.owner_column,
            ",".join(self.passed_over),
            ",".join(self.veiled),
        )


def trailed_models() -> Iterator[type[Model]]:
    """Models that keep a trail, unless their table turns out to hold posted facts."""
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if not meta.managed or meta.proxy or meta.label in EXEMPT:
            continue
        if meta.app_label in OWN_APPS or meta.label in OTHERS:
            yield model


def trail_of(model: type[Model]) -> Trail:
    """Keys, owner and hidden columns of one model's table."""
    meta = model._meta
    owner_table, owner_column = _owner(model)
    files = tuple(
        str(field.column)
        for field in meta.concrete_fields
        if isinstance(field, BinaryField) and field.column not in CIPHERTEXT
    )
    return Trail(
        table=meta.db_table,
        key=KEYS.get(meta.label, str(meta.pk.column)),
        owner_table=owner_table,
        owner_column=owner_column,
        passed_over=PASSED_OVER.get(meta.label, ()),
        veiled=VEILED.get(meta.label, ()) + files,
    )


def _owner(model: type[Model]) -> tuple[str, str]:
    foreign = {field.name: field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)}
    for name in (OWNER_OF.get(model._meta.label, ""), *OWNERS):
        if name in foreign:
            related: Any = foreign[name].related_model
            return related._meta.db_table, foreign[name].column
    return "", ""


class Trigger(NamedTuple):
    """One trigger of a trail: equal to what stands in the database, or it is made anew."""

    table: str
    name: str
    sees_old: bool
    sees_new: bool
    arguments: str


@transaction.atomic
def audit_triggers_install() -> int:
    """Put every trail's triggers in place, and no others; returns how many tables keep a trail.

    What is in place stays untouched: a trigger is changed under a lock that shuts everybody out of its table,
    and a migration that has nothing to do must not meet the claims of a serving site.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('common_change') IS NOT NULL")
        if not cursor.fetchone()[0]:
            # Migrated back to before there was a trail.
            return 0
        _function_ready(cursor)
        cursor.execute(_INSTALLED)
        installed = {Trigger(*row) for row in cursor.fetchall()}
        trails = _trails(cursor)
        wanted = {trigger: trail for trail in trails for trigger in _triggers_of(trail)}
        for trigger in sorted(installed - wanted.keys()):
            _take_away(cursor, trigger)
        for trigger in sorted(wanted.keys() - installed):
            _install(cursor, trigger, wanted[trigger])
    return len(trails)


def _function_ready(cursor: CursorWrapper) -> None:
    text = FUNCTION.read_text(encoding="utf-8")
    cursor.execute(_SOURCE)
    row = cursor.fetchone()
    if row is None or row[0] not in text:
        cursor.execute(text)


def _triggers_of(trail: Trail) -> Iterator[Trigger]:
    # As the server keeps them: each ended by a NUL, which it shows as \\000.
    arguments = "".join(argument + "\\000" for argument in trail.arguments)
    for name, _, sees_old, sees_new in _TRIGGERS:
        yield Trigger(trail.table, name, sees_old, sees_new, arguments)


def _take_away(cursor: CursorWrapper, trigger: Trigger) -> None:
    statement = sql.SQL("DROP TRIGGER {name} ON {table}")
    cursor.execute(statement.format(name=sql.Identifier(trigger.name), table=sql.Identifier(trigger.table)))


def _trails(cursor: CursorWrapper) -> list[Trail]:
    existing = set(connection.introspection.table_names(cursor))
    cursor.execute(_FACTS)
    facts = {table for (table,) in cursor.fetchall()}
    return [
        trail_of(model)
        for model in trailed_models()
        if model._meta.db_table in existing
        and (model._meta.db_table not in facts or model._meta.label in ALSO)
    ]


def _install(cursor: CursorWrapper, trigger: Trigger, trail: Trail) -> None:
    event = next(event for name, event, *_ in _TRIGGERS if name == trigger.name)
    old = "OLD TABLE AS old_rows " if trigger.sees_old else ""
    new = "NEW TABLE AS new_rows " if trigger.sees_new else ""
    statement = sql.SQL(
        "CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {seen} "
        "FOR EACH STATEMENT EXECUTE FUNCTION doudi_record_change({arguments})"
    )
    cursor.execute(
        statement.format(
            name=sql.Identifier(trigger.name),
            event=sql.SQL(event),
            table=sql.Identifier(trigger.table),
            seen=sql.SQL(old + new),
            arguments=sql.SQL(", ").join(map(sql.Literal, trail.arguments)),
        )
    )

"""The application's database role: facts, published packs and the tables themselves are out of its reach."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg2 import errors, sql

from tests.reimbursement.database import database_url

FACTS = (
    "settlement_claim",
    "settlement_claimline",
    "settlement_settlement",
    "settlement_payment",
    "settlement_poolentry",
    "reimbursement_ledgerline",
    "reporting_exportlog",
    "beneficiaries_idnumberlook",
)
Execute = Callable[..., Any]


@pytest.fixture
def as_app(packs: None) -> Iterator[Execute]:
    """Runs statements as the application's role; each is rolled back on its own."""
    with closing(psycopg2.connect(database_url(user=settings.DATABASE_APP_ROLE))) as session:

        def execute(statement: str, *values: Any) -> Any:
            with session.cursor() as cursor:
                try:
                    cursor.execute(statement, values)
                    return cursor.fetchall() if cursor.description else cursor.rowcount
                finally:
                    session.rollback()

        yield execute


@pytest.mark.parametrize("table", FACTS)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}", "ALTER TABLE {} DISABLE TRIGGER ALL"],
)
def test_facts_cannot_be_changed_whatever_sql_is_run(as_app: Execute, table: str, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        as_app(statement.format(table))


def test_every_insert_only_table_is_insert_only_by_right_too(as_app: Execute) -> None:
    rows = as_app(
        """SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE t.tgname = 'insert_only' AND (has_table_privilege(c.oid, 'UPDATE')
            OR has_table_privilege(c.oid, 'DELETE') OR NOT has_table_privilege(c.oid, 'INSERT, SELECT'))"""
    )
    guarded = as_app("SELECT count(*) FROM pg_trigger WHERE tgname = 'insert_only'")
    assert rows == []
    assert guarded[0][0] >= 9


def test_the_lock_row_can_be_locked_and_not_changed(as_app: Execute) -> None:
    assert as_app("SELECT id FROM settlement_personyear WHERE id = 0 FOR UPDATE") == []
    with pytest.raises(errors.InsufficientPrivilege):
        as_app("UPDATE settlement_personyear SET year = 2020")
    with pytest.raises(errors.InsufficientPrivilege):
        as_app("DELETE FROM settlement_personyear")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.mine (id int)",
        "ALTER TABLE policies_policy DISABLE TRIGGER policies_policy_guard",
        "DROP TRIGGER policies_policy_guard ON policies_policy",
        "TRUNCATE policies_policy CASCADE",
        "TRUNCATE django_session",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION doudi_refuse_change() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('settlement', '9999', now())",
        "DELETE FROM django_migrations",
        "CREATE TRIGGER mine BEFORE UPDATE ON policies_policy FOR EACH ROW EXECUTE FUNCTION "
        "suppress_redundant_updates_trigger()",
        "GRANT doudi TO doudi_app",
    ],
)
def test_tables_triggers_and_the_record_of_migrations_are_the_owners(as_app: Execute, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        as_app(statement)


def test_a_published_pack_cannot_be_changed_by_sql(as_app: Execute) -> None:
    guarded = as_app(
        "SELECT DISTINCT t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE p.proname IN ('policies_guard_policy', 'policies_guard_row', 'policies_guard_child')"
    )
    filled = [table for (table,) in guarded if as_app(f"SELECT EXISTS (SELECT FROM {table})")[0][0]]
    assert len(filled) >= 10
    for table in filled:
        for statement in (f"UPDATE {table} SET id = id + 1000000", f"DELETE FROM {table}"):
            with pytest.raises(errors.RestrictViolation):
                as_app(statement)


def test_a_pack_cannot_be_inserted_as_published(as_app: Execute) -> None:
    with pytest.raises(errors.RestrictViolation):
        as_app(
            "INSERT INTO policies_policy SELECT (jsonb_populate_record(p, "
            """'{"id": 1000000, "code": "mine", "valid": "[2031-01-01,2032-01-01)"}')).* """
            "FROM policies_policy p WHERE status = 'published' LIMIT 1"
        )


# A draft of 2031 with one open question, by a drafter, and another user.
DRAFT = """
INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active,
    date_joined)
SELECT '', false, name, '', '', '', true, true, now() FROM unnest(ARRAY['sql-drafter', 'sql-other']) name;
INSERT INTO policies_policy SELECT (jsonb_populate_record(p, jsonb_build_object('id', 1000000, 'code', 'mine',
    'status', 'draft', 'valid', '{valid}', 'published_at', NULL, 'reviewed_by_id', NULL,
    'confirmed_provisional', '[]'::jsonb,
    'drafted_by_id', (SELECT id FROM auth_user WHERE username = 'sql-drafter')))).*
FROM policies_policy p WHERE code = 'zhengzhou-2019';
INSERT INTO policies_policyparameter SELECT (jsonb_populate_record(r,
    '{"id": 1000000, "policy_id": 1000000, "code": "open-question", "provisional": true}')).*
FROM policies_policyparameter r LIMIT 1;
"""
PUBLISH = "UPDATE policies_policy SET status = 'published', published_at = now() {} WHERE id = 1000000"
BY_ANOTHER = ", reviewed_by_id = (SELECT id FROM auth_user WHERE username = 'sql-other')"
CONFIRMED = BY_ANOTHER + ", confirmed_provisional = ARRAY['parameters:open-question']"


def draft_of(valid: str) -> str:
    return DRAFT.replace("{valid}", valid)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (PUBLISH.format(""), "须由起草人以外的人复核后发布"),
        (PUBLISH.format(", reviewed_by_id = drafted_by_id"), "须由起草人以外的人复核后发布"),
        (PUBLISH.format(", drafted_by_id = NULL"), "发布时不得同时修改内容"),
        (PUBLISH.format(CONFIRMED + ", title = '改名'"), "发布时不得同时修改内容"),
        (PUBLISH.format(BY_ANOTHER), "待核实条目 open-question 未经指名确认"),
        (
            "UPDATE policies_policy SET status = 'retired', published_at = now() WHERE id = 1000000",
            "未曾发布",
        ),
    ],
)
def test_a_draft_cannot_be_published_by_sql_past_the_rules(as_app: Execute, change: str, words: str) -> None:
    with pytest.raises(errors.RestrictViolation, match=words):
        as_app(draft_of("[2031-01-01,2032-01-01)") + change)


def test_a_pack_that_two_people_confirmed_is_published_and_then_closed_to_sql(as_app: Execute) -> None:
    draft = draft_of("[2031-01-01,2032-01-01)") + PUBLISH.format(CONFIRMED)
    assert as_app(draft) == 1
    for change in (
        "UPDATE policies_policy SET title = '改名' WHERE id = 1000000",
        "UPDATE policies_policy SET status = 'draft' WHERE id = 1000000",
        "UPDATE policies_policyparameter SET value = '9' WHERE id = 1000000",
        "DELETE FROM policies_policyparameter WHERE id = 1000000",
        "DELETE FROM policies_policy WHERE id = 1000000",
    ):
        with pytest.raises(errors.RestrictViolation, match="政策已锁定"):
            as_app(f"{draft}; {change}")


def test_sql_cannot_publish_over_another_pack(as_app: Execute) -> None:
    with pytest.raises(errors.ExclusionViolation):
        as_app(draft_of("[2019-12-31,2020-02-01)") + PUBLISH.format(CONFIRMED))


def test_temporary_tables_copies_and_advisory_locks_work(as_app: Execute) -> None:
    assert as_app("CREATE TEMPORARY TABLE mine (id int)") == -1
    assert as_app("SELECT pg_try_advisory_xact_lock(1)") == [(True,)]
    assert as_app("SELECT nextval(pg_get_serial_sequence('settlement_settlement', 'id')) > 0") == [(True,)]


def test_a_new_table_can_be_added_to_before_it_is_granted_and_follows_its_trigger_after(
    transactional_db: None, packs: None
) -> None:
    role = settings.DATABASE_APP_ROLE
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE new_fact (id bigint PRIMARY KEY); CREATE TABLE new_note (id bigint)")
        try:
            assert _rights(cursor, "new_fact", role) == {"SELECT", "INSERT"}
            cursor.execute(
                "CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON new_fact "
                "FOR EACH ROW EXECUTE FUNCTION doudi_refuse_change()"
            )
            call_command("migrate", verbosity=0)
            assert _rights(cursor, "new_fact", role) == {"SELECT", "INSERT"}
            assert _rights(cursor, "new_note", role) == {"SELECT", "INSERT", "UPDATE", "DELETE"}
        finally:
            cursor.execute("DROP TABLE new_fact; DROP TABLE new_note")


def _rights(cursor: Any, table: str, role: str) -> set[str]:
    cursor.execute(
        sql.SQL(
            "SELECT p FROM unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE','TRIGGER']) p "
            "WHERE has_table_privilege({}, {}, p)"
        ).format(sql.Literal(role), sql.Literal(table))
    )
    return {row[0] for row in cursor.fetchall()}

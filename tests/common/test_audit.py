"""The audit trail (变更留痕): every path to the data leaves who, what, why, from where."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string
from psycopg2 import errors

from beneficiaries.models import Person
from common.audit.context import acting, because
from common.audit.tables import ALSO, EXEMPT, OWN_APPS, audit_triggers_install, trail_of, trailed_models
from common.database_role import app_role_grant
from common.models import CalendarDay, Change
from config.celery import app
from organizations.models import Hospital
from organizations.services import hospital_key_issue
from tests import factories
from tests.beneficiaries import rosters
from tests.reimbursement.database import database_url

pytestmark = pytest.mark.django_db

_DEFINITIONS = """
SELECT t.tgname || ' on ' || c.relname, pg_get_triggerdef(t.oid)
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname LIKE 'doudi\\_change\\_%'
"""


@pytest.fixture
def clerk() -> Iterator[User]:
    """A clerk at work, with a reason."""
    user = User.objects.create_user("clerk")
    with acting(user=user.pk, address="10.0.0.7"):
        because("名称更正")
        yield user


def changes_of(table: str) -> list[Change]:
    return list(Change.objects.filter(table=table).order_by("id"))


def test_update_keeps_before_and_after_of_what_differs_and_says_who_and_why(clerk: User) -> None:
    hospital = factories.hospital(bank_account="")
    hospital.name, hospital.bank_account = "示例县第一人民医院", "6222000011112222"
    hospital.save()
    change = changes_of("organizations_hospital")[-1]
    assert (change.row_key, change.operation) == (str(hospital.pk), "update")
    assert set(change.before) == {"name", "bank_account"}
    assert change.after == {"name": "示例县第一人民医院", "bank_account": "6222000011112222"}
    assert (change.user, change.reason, change.context) == (clerk, "名称更正", {"address": "10.0.0.7"})


def test_saving_nothing_new_leaves_nothing(clerk: User) -> None:
    hospital = factories.hospital()
    before = Change.objects.count()
    hospital.save()
    assert Change.objects.count() == before


def test_bulk_update_and_raw_sql_leave_a_row_each(clerk: User) -> None:
    people = [factories.person() for _ in range(3)]
    before = Change.objects.latest("id").pk
    Person.objects.filter(pk__in=[person.pk for person in people]).update(name="示例更名")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE beneficiaries_person SET died_on = '2019-03-01' WHERE id = %s", [people[0].pk])
    rows = Change.objects.filter(pk__gt=before).order_by("id")
    assert [(row.after, row.user_id, row.reason) for row in rows] == [
        *[({"name": "示例更名"}, clerk.pk, "名称更正")] * 3,
        ({"died_on": "2019-03-01"}, clerk.pk, "名称更正"),
    ]
    assert len({row.context_id for row in rows}) == 1


def test_deleted_row_is_kept_whole(clerk: User) -> None:
    identity = factories.person().identities.get()
    key = identity.pk
    identity.delete()
    change = changes_of("beneficiaries_identity")[-1]
    assert (change.operation, change.row_key, change.after) == ("delete", str(key), {})
    assert change.before["category"] == "registered_poor"


def test_no_id_number_password_or_key_stands_in_the_trail(clerk: User) -> None:
    person = factories.person()
    key = hospital_key_issue(hospital=factories.hospital(), name="测试")
    clerk.set_password("correct horse battery")
    clerk.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(string_agg(c::text, ' '), '') FROM common_change c")
        text = cursor.fetchone()[0]
    assert person.id_number not in text
    assert key.partition(".")[2] not in text
    assert clerk.password not in text
    assert changes_of("auth_user")[-1].after == {"password": "******"}
    assert changes_of("organizations_hospitalkey")[-1].row_key == key.partition(".")[0]


def test_trail_itself_refuses_changes(clerk: User) -> None:
    factories.hospital()
    for attempt in (lambda: Change.objects.update(reason="改"), lambda: Change.objects.all().delete()):
        with pytest.raises(IntegrityError, match="insert_only"), transaction.atomic():
            attempt()
    assert not Change.objects.filter(reason="改").exists()


@pytest.mark.parametrize("statement", ["UPDATE common_change SET reason = ''", "DELETE FROM common_change"])
def test_application_role_may_not_change_or_delete_the_trail(statement: str) -> None:
    url = database_url(user=settings.DATABASE_APP_ROLE)
    refused = pytest.raises(errors.InsufficientPrivilege)
    with closing(psycopg2.connect(url)) as session, session.cursor() as cursor, refused:
        cursor.execute(statement)


def test_application_role_leaves_a_trail(clerk: User) -> None:
    with closing(psycopg2.connect(database_url(user=settings.DATABASE_APP_ROLE))) as session:
        with session.cursor() as cursor:
            cursor.execute("INSERT INTO common_calendarday (day, is_working, source, note) "
                "VALUES ('2031-01-01', false, '', '')")  # fmt: skip
            cursor.execute('SELECT "table", database_role FROM common_change ORDER BY id DESC LIMIT 1')
            assert cursor.fetchone() == ("common_calendarday", settings.DATABASE_APP_ROLE)
        session.rollback()


def test_every_table_of_ours_refuses_changes_or_keeps_a_trail_or_is_exempt() -> None:
    """A new model is on the trail by itself; whoever exempts one says why in common/audit/tables.py."""
    assert audit_triggers_install() > 40
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, array_agg(tgname) FROM pg_trigger GROUP BY 1")
        triggers = dict(cursor.fetchall())
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.app_label not in OWN_APPS or meta.proxy or meta.label in EXEMPT:
            continue
        found = set(triggers.get(meta.db_table, ()))
        trailed = {"doudi_change_insert", "doudi_change_update", "doudi_change_delete"} <= found
        assert trailed or "insert_only" in found, f"{meta.label} 既不留痕也不是只增不改的表"
    assert all("doudi_change_insert" in triggers[apps.get_model(label)._meta.db_table] for label in ALSO)


def test_exempt_models_exist() -> None:
    assert {label for label in EXEMPT if apps.get_model(label) is None} == set()
    assert Hospital._meta.label not in EXEMPT


def test_import_says_which_roster_and_who_confirmed_it(settings) -> None:
    settings.BUSINESS_DATE = date(2019, 7, 15)
    county = factories.county()
    officer = rosters.clerk("minzheng", county)
    roster = rosters.applied(officer, county, rosters.xlsx([rosters.row_of(1), rosters.row_of(2)]))
    for table, number in (("person", 2), ("identity", 2), ("household", 1)):
        rows = [row for row in changes_of(f"beneficiaries_{table}") if row.operation == "insert"]
        assert len(rows) >= number
        assert {(row.user, row.reason) for row in rows} == {(officer, f"名单生效：{roster}")}


def test_task_acts_for_whoever_asked_for_it(clerk: User) -> None:
    @app.task(name="tests.new_holiday")
    def new_holiday() -> None:
        CalendarDay.objects.create(day=date(2031, 1, 1), is_working=False, source="测试")

    headers: Any = {"doudi_acting": {"user": clerk.pk, "reason": "假日安排"}}
    new_holiday.apply(headers=headers)
    change = changes_of("common_calendarday")[-1]
    assert (change.user, change.reason) == (clerk, "假日安排")
    assert change.context["task"] == "tests.new_holiday"


def test_page_that_asks_for_a_reason_leaves_it_with_address_and_path(settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    county = factories.county()
    User.objects.create_superuser("admin")
    client = Client(REMOTE_ADDR="10.1.2.3")
    client.force_login(User.objects.get(username="admin"))
    url = reverse("admin:organizations_office_add")
    form = {
        "name": "示例县民政局",
        "kind": "civil_affairs",
        "region": county.pk,
        "reason": "机构改革",
    }
    assert client.post(url, form).status_code == 302
    change = changes_of("organizations_office")[-1]
    assert (change.user.username, change.reason) == ("admin", "机构改革")
    assert change.context["address"] == "10.1.2.3"
    assert change.context["path"] == url


def test_migrating_what_is_migrated_waits_for_nobody_who_writes() -> None:
    """A site may serve while a colleague runs ``migrate``: it must not shut claims out of their tables."""
    tables = [trail.table for trail in map(trail_of, trailed_models())]
    with closing(psycopg2.connect(database_url())) as writer:
        with writer.cursor() as cursor:
            for table in tables:
                cursor.execute(f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
        assert audit_triggers_install() > 50
        for name in settings.AFTER_MIGRATE:
            import_string(name)()
        app_role_grant()


def test_migrating_mends_a_trigger_that_is_not_as_it_should_be_and_takes_strangers_away() -> None:
    function = "EXECUTE FUNCTION doudi_record_change('id', '', '', '', '')"
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER doudi_change_update ON organizations_hospital")
        cursor.execute("DROP TRIGGER doudi_change_insert ON beneficiaries_person")
        cursor.execute(
            "CREATE TRIGGER doudi_change_insert AFTER INSERT ON beneficiaries_person "
            f"REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT {function}"
        )
        cursor.execute(
            "CREATE TRIGGER doudi_change_insert AFTER INSERT ON settlement_personyear "
            f"REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT {function}"
        )
        cursor.execute(_DEFINITIONS)
        broken = set(cursor.fetchall())
        audit_triggers_install()
        cursor.execute(_DEFINITIONS)
        mended = dict(cursor.fetchall())
    assert "beneficiaries_person" in mended["doudi_change_insert on beneficiaries_person"]
    assert "old_rows NEW TABLE AS new_rows" in mended["doudi_change_update on organizations_hospital"]
    assert "doudi_change_insert on settlement_personyear" not in mended
    assert len(mended) == len(broken)

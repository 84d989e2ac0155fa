"""A real worker that is killed in the middle of a roster, and real races (名单后台任务)."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from threading import Thread

import pytest
import redis
from celery import current_app
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.db import connection

from beneficiaries.models import Enrolment, Identity, Person, RosterChange, RosterImport
from beneficiaries.services.rosters import RosterError, roster_apply, roster_confirm, roster_resume
from common.jobs import job_is_alive
from common.models import Job
from config.stack import celery_url, redis_py_url
from organizations.scope import scope_of_user
from tests import factories
from tests.beneficiaries.rosters import applied, checked, clerk, differences, row_of, xlsx
from tests.reimbursement.database import database_url, other_session, transactions, until, waiting
from tests.side_by_side import REDIS

pytestmark = pytest.mark.django_db(transaction=True)

JULY = {"roster_on": date(2019, 7, 1), "received_on": date(2019, 7, 2)}


@pytest.fixture
def officer(transactional_db: None, settings) -> User:
    settings.BUSINESS_DATE = date(2019, 7, 15)
    return clerk("minzheng", factories.county())


@pytest.fixture
def july(officer: User) -> RosterImport:
    """June in force; July, with one who left and one new, waits for confirmation."""
    county = factories.county()
    applied(officer, county, xlsx([row_of(n) for n in range(5)]))
    return checked(officer, county, xlsx([row_of(n) for n in (0, 1, 2, 3, 8)]), **JULY)


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        broker = celery_url(django_settings.REDIS_URL, REDIS.queue)
        environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "CELERY_BROKER_URL": broker,
            "CELERY_RESULT_BACKEND": broker,
            "DOUDI_BUSINESS_DATE": "2019-07-15",
        }
        command = [
            sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--pool", "solo", "--hostname",
            f"roster{len(started)}@%h", "--without-gossip", "--without-mingle", "--loglevel", "WARNING",
        ]  # fmt: skip
        with (tmp_path / "worker.log").open("ab") as log:
            worker = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        started.append(worker)
        return worker

    with redis.Redis.from_url(redis_py_url(django_settings.REDIS_URL, REDIS.queue)) as queue:
        queue.flushdb()
        yield start
        for worker in started:
            kill(worker)
        queue.flushdb()


def kill(worker: subprocess.Popen[bytes]) -> None:
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def ask_to_apply(roster: RosterImport) -> None:
    keys = {"roster_id": roster.pk, "job_id": roster.job_id}
    with current_app.connection_for_write(celery_url(django_settings.REDIS_URL, REDIS.queue)) as broker:
        current_app.send_task(
            "beneficiaries.apply_roster", kwargs=keys, connection=broker, ignore_result=True
        )


def test_killed_worker_leaves_the_old_roster_and_another_one_goes_on(
    july: RosterImport, officer: User, start_worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    roster = roster_confirm(roster_id=july.pk, scope=scope_of_user(officer), user=officer)
    changes = RosterChange.objects.count()
    worker = start_worker()
    with other_session() as other:
        # The last statement of the roster waits here, with identities opened and closed.
        other.execute("SELECT 1 FROM beneficiaries_identity WHERE valid @> '2019-07-01'::date FOR UPDATE")
        ask_to_apply(roster)
        until(lambda: waiting() == 1, "the worker is in the middle of its transaction")
        assert job_is_alive(Job.objects.get(pk=roster.job_id))
        with pytest.raises(RosterError, match="后台正在处理"):
            roster_resume(roster_id=roster.pk, scope=scope_of_user(officer), user=officer)
        kill(worker)
        other.connection.rollback()
    until(lambda: transactions() == 0, "the killed worker's transaction is gone")
    assert Identity.objects.filter(valid__contains=date(2019, 7, 1)).count() == 5
    assert (Person.objects.count(), RosterChange.objects.count()) == (5, changes)
    job = Job.objects.get(pk=roster.job_id)
    assert (job.state, job_is_alive(job)) == ("running", False)
    resumed = roster_resume(roster_id=roster.pk, scope=scope_of_user(officer), user=officer)
    with redis.Redis.from_url(redis_py_url(django_settings.REDIS_URL, REDIS.queue)) as queue:
        queue.flushdb()
    start_worker()
    ask_to_apply(resumed)
    ask_to_apply(resumed)
    until(lambda: RosterImport.objects.get(pk=roster.pk).state == "applied", "the roster is applied")
    names = Identity.objects.filter(valid__contains=date(2019, 7, 1)).values_list("person__name", flat=True)
    assert sorted(names) == ["示例丁3", "示例丙2", "示例乙1", "示例壬8", "示例甲0"]
    assert RosterChange.objects.count() == changes + 4


def test_worker_applies_a_list_of_the_insured_once(
    officer: User, start_worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    county = factories.county()
    applied(officer, county, xlsx([row_of(n) for n in range(3)]))
    insurer = clerk("yibao", county, "medical_insurance")
    content = "姓名,身份证号,险种,参保日期\n" + "".join(
        f"{row_of(n)['name']},{row_of(n)['id_number']},居民,2018-12-20\n" for n in range(3)
    )
    terms = {"source": "medical_insurance", "kind": "insured", "year": 2019, "categories": ()}
    listed = checked(insurer, county, content.encode(), **terms)
    roster = roster_confirm(roster_id=listed.pk, scope=scope_of_user(insurer), user=insurer)
    start_worker()
    ask_to_apply(roster)
    ask_to_apply(roster)
    until(lambda: RosterImport.objects.get(pk=roster.pk).state == "applied", "the list is applied")
    found = Enrolment.objects.order_by("person__id_index").values_list(
        "insurance_type", "year", "county__name"
    )
    assert list(found) == [("residents", 2019, "示例县")] * 3
    assert RosterChange.objects.filter(roster=roster).count() == 3


def test_two_rosters_confirmed_at_once_are_written_one_after_the_other(
    july: RosterImport, officer: User
) -> None:
    again = checked(officer, factories.county(), xlsx([row_of(n) for n in (0, 1, 2, 3, 8)]), **JULY)
    both = [
        roster_confirm(roster_id=each.pk, scope=scope_of_user(officer), user=officer)
        for each in (july, again)
    ]

    def apply(roster: RosterImport) -> None:
        try:
            roster_apply(roster_id=roster.pk, job_id=roster.job_id)
        finally:
            connection.close()

    threads = [Thread(target=apply, args=(roster,)) for roster in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = sorted(RosterImport.objects.filter(roster_on="2019-07-01").values_list("state", flat=True))
    assert states == ["applied", "compared"]
    waiting_one = RosterImport.objects.get(state="compared")
    assert differences(waiting_one) == {"unchanged": 5}
    assert Person.objects.filter(name="示例壬8").count() == 1

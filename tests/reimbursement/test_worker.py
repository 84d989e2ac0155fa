"""Real Celery workers on a real broker: killed, doubled, asked again (后台任务)."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Task, current_app
from django.conf import settings as django_settings
from django.db import transaction
from pytest_django import Settings

from config.stack import celery_url, redis_py_url
from policies.models import LedgerKind
from reimbursement.models import LedgerLine, QuarterlyLedger
from reimbursement.services import ledger_build
from reimbursement.tasks import build_last_quarter, build_ledger, build_quarter
from reimbursement.verify import verify_ledgers
from tests.reimbursement.database import database_url, other_session, transactions, until, waiting
from tests.reimbursement.rows import World, make_world
from tests.reimbursement.test_sources import kind_of, serve
from tests.side_by_side import REDIS

pytestmark = pytest.mark.django_db(transaction=True)

ADVANCES = 20
TOTAL_FEN = sum(range(1_000, 1_000 + ADVANCES))

Worker = subprocess.Popen[bytes]


@pytest.fixture
def world(transactional_db: None, settings: Settings) -> World:
    settings.BUSINESS_DATE = date(2020, 6, 1)
    world = make_world()
    for number in range(ADVANCES):
        world.paid(1_000 + number, "2019-05-01")
    return world


@pytest.fixture
def queue() -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_py_url(django_settings.REDIS_URL, REDIS.queue)) as client:
        client.flushdb()
        yield client
        client.flushdb()


@pytest.fixture
def start_worker(queue: redis.Redis, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    started: list[Worker] = []

    def start(*, pool: str = "solo", today: str = "2020-06-01") -> Worker:
        environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "CELERY_BROKER_URL": celery_url(django_settings.REDIS_URL, REDIS.queue),
            "CELERY_RESULT_BACKEND": celery_url(django_settings.REDIS_URL, REDIS.results),
            "DOUDI_BUSINESS_DATE": today,
        }
        command = [
            sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--pool", pool,
            "--concurrency", "1", "--hostname", f"test{len(started)}@%h", "--without-gossip",
            "--without-mingle", "--loglevel", "WARNING",
        ]  # fmt: skip
        with (tmp_path / f"worker{len(started)}.log").open("wb") as log:
            worker = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        kill(worker)


def kill(worker: Worker) -> None:
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def ask(task: Task[Any, Any], **keys: int) -> None:
    with current_app.connection_for_write(celery_url(django_settings.REDIS_URL, REDIS.queue)) as broker:
        current_app.send_task(task.name, kwargs=keys, connection=broker, ignore_result=True)


def ask_for_the_ledger(world: World, kind: LedgerKind | None = None) -> None:
    ask(
        build_ledger,
        kind_id=(kind or world.kind).pk,
        county_id=world.county.pk,
        hospital_id=world.hospital.pk,
        year=2019,
        quarter=2,
    )


def everything_done(queue: redis.Redis) -> bool:
    return not queue.llen("celery") and not queue.hlen("unacked")


def hold_the_last_payment(world: World, other: Any) -> None:
    """Another session is claiming the last payment: a build stops there, with all others written."""
    elsewhere = ledger_build(
        kind=world.kind, county=world.county, hospital=world.hospital, year=2019, quarter=3
    )
    other.execute(
        "INSERT INTO reimbursement_ledgerline (ledger_id, payment_id, amount_fen, kind_code, fund) "
        "SELECT %s, id, amount_fen, 'backstop', fund FROM settlement_payment WHERE tier = 'backstop' "
        "ORDER BY id DESC LIMIT 1",
        [elsewhere.pk],
    )


def assert_one_whole_ledger() -> None:
    ledger = QuarterlyLedger.objects.get(year=2019, quarter=2)
    assert (ledger.line_count, ledger.total_fen) == (ADVANCES, TOTAL_FEN)
    assert LedgerLine.objects.count() == ADVANCES
    assert list(verify_ledgers()) == []


def test_killed_worker_leaves_nothing_half_done_and_the_next_one_builds_the_ledger(
    world: World, queue: redis.Redis, start_worker: Callable[..., Worker]
) -> None:
    worker = start_worker()
    with other_session() as other:
        hold_the_last_payment(world, other)
        ask_for_the_ledger(world)
        until(lambda: waiting() == 1, "the worker is in the middle of its transaction")
        kill(worker)
        other.connection.rollback()
    until(lambda: transactions() == 0, "the killed worker's transaction is gone")
    assert not QuarterlyLedger.objects.filter(quarter=2).exists()
    assert not LedgerLine.objects.exists()
    queue.flushdb()
    start_worker()
    ask_for_the_ledger(world)
    until(lambda: everything_done(queue) and LedgerLine.objects.exists(), "the ledger is built")
    assert_one_whole_ledger()
    built_at = QuarterlyLedger.objects.get(quarter=2).built_at
    ask_for_the_ledger(world)
    until(lambda: everything_done(queue), "the ledger is built again")
    assert_one_whole_ledger()
    assert QuarterlyLedger.objects.get(quarter=2).built_at == built_at


def test_task_of_a_killed_process_is_delivered_again_by_itself(
    world: World, queue: redis.Redis, start_worker: Callable[..., Worker]
) -> None:
    worker = start_worker(pool="prefork")
    with other_session() as other:
        hold_the_last_payment(world, other)
        ask_for_the_ledger(world)
        until(lambda: waiting() == 1, "the process is in the middle of its transaction")
        for process in children(worker.pid):
            os.kill(process, signal.SIGKILL)
        until(lambda: waiting() == 2, "another process has taken the task")
        other.connection.rollback()
    until(lambda: LedgerLine.objects.exists() and everything_done(queue), "the ledger is built")
    assert_one_whole_ledger()


def test_two_workers_at_once_build_one_ledger(
    world: World, queue: redis.Redis, start_worker: Callable[..., Worker]
) -> None:
    start_worker()
    start_worker()
    with other_session() as other:
        hold_the_last_payment(world, other)
        for _ in range(4):
            ask_for_the_ledger(world)
        until(lambda: waiting() == 2, "both workers are at it")
        other.connection.rollback()
    until(lambda: LedgerLine.objects.exists() and everything_done(queue), "all four have been done")
    assert_one_whole_ledger()


def test_a_ledger_that_informs_is_built_whole_and_once_too(
    world: World, queue: redis.Redis, start_worker: Callable[..., Worker]
) -> None:
    with transaction.atomic():
        kind = kind_of(world, "family-doctor", source="services")
    fees = [serve(world, 1_000 + number, "2019-05-10") for number in range(ADVANCES)]
    elsewhere = ledger_build(kind=kind, county=world.county, hospital=world.hospital, year=2019, quarter=3)
    hold = (
        "INSERT INTO reimbursement_ledgerline (ledger_id, service_fee_id, amount_fen, kind_code, fund) "
        "VALUES (%s, %s, %s, 'family-doctor', '')"
    )
    last = [elsewhere.pk, fees[-1].pk, fees[-1].amount_fen]
    killed = start_worker()
    with other_session() as other:
        other.execute(hold, last)
        ask_for_the_ledger(world, kind)
        until(lambda: waiting() == 1, "the worker is in the middle of its transaction")
        kill(killed)
        other.connection.rollback()
        until(lambda: transactions() == 0, "the killed worker's transaction is gone")
        assert not QuarterlyLedger.objects.filter(quarter=2).exists()
        other.execute(hold, last)
        queue.flushdb()
        start_worker()
        start_worker()
        for _ in range(4):
            ask_for_the_ledger(world, kind)
        until(lambda: waiting() == 2, "both workers are at it")
        other.connection.rollback()
    until(lambda: LedgerLine.objects.exists() and everything_done(queue), "all four have been done")
    assert_one_whole_ledger()


def test_quarter_fans_out_over_the_hospitals_that_are_owed(
    world: World, queue: redis.Redis, start_worker: Callable[..., Worker]
) -> None:
    world.paid(7, "2019-05-01", hospital=world.other_hospital)
    world.paid(9, "2019-05-01", county=world.other_county)
    start_worker(today="2019-07-01")
    ask(build_quarter, year=2019, quarter=2, county_id=world.county.pk, kind_id=world.kind.pk)
    until(lambda: QuarterlyLedger.objects.count() == 2 and everything_done(queue), "the county is built")
    ask(build_last_quarter)
    until(lambda: QuarterlyLedger.objects.count() == 3 and everything_done(queue), "the rest is built")
    assert sorted(QuarterlyLedger.objects.values_list("total_fen", flat=True)) == [7, 9, TOTAL_FEN]


def children(parent: int) -> list[int]:
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
    return [int(each) for each in found.split()]

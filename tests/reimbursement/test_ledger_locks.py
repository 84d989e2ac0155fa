"""Builds and submissions of one ledger queue on its row (锁)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TypeVar

import pytest
from django.db import connection
from pytest_django import Settings

from reimbursement.models import QuarterlyLedger, Submission
from reimbursement.services import county_submit, ledger_build
from reimbursement.verify import verify_ledgers
from tests.reimbursement.database import other_session, until, waiting
from tests.reimbursement.rows import World, make_world, reviewed

pytestmark = pytest.mark.django_db(transaction=True)

Row = TypeVar("Row")

LOCK = "SELECT 1 FROM reimbursement_quarterlyledger WHERE id = %s FOR UPDATE"


@pytest.fixture
def world(transactional_db: None, settings: Settings) -> World:
    settings.BUSINESS_DATE = date(2020, 6, 1)
    return make_world()


def build(world: World) -> QuarterlyLedger:
    return ledger_build(kind=world.kind, county=world.county, hospital=world.hospital, year=2019, quarter=2)


def closing_the_session(
    work: Callable[[], Row],
) -> Callable[[], Row]:
    def run() -> Row:
        try:
            return work()
        finally:
            connection.close()

    return run


def test_build_waits_for_the_one_that_holds_the_ledger(world: World) -> None:
    world.paid(100, "2019-05-01")
    ledger = build(world)
    with other_session() as other, ThreadPoolExecutor(1) as pool:
        other.execute(LOCK, [ledger.pk])
        building = pool.submit(closing_the_session(lambda: build(world)))
        until(lambda: waiting() == 1, "the second build waits")
        other.connection.rollback()
        assert building.result(timeout=20).total_fen == 100


def test_submission_waits_for_a_build_in_progress_and_submits_what_it_added(world: World) -> None:
    world.paid(100, "2019-05-01")
    ledger = reviewed(build(world))
    late = world.paid(200, "2019-05-02")

    def submit() -> Submission:
        return county_submit(kind=world.kind, county=world.county, year=2019, quarter=2)

    with other_session() as other, ThreadPoolExecutor(1) as pool:
        other.execute(LOCK, [ledger.pk])
        other.execute(
            "INSERT INTO reimbursement_ledgerline (ledger_id, payment_id, amount_fen, kind_code, fund) "
            "VALUES (%s, %s, 200, 'backstop', 'liupan_backstop')",
            [ledger.pk, late.pk],
        )
        submitting = pool.submit(closing_the_session(submit))
        until(lambda: waiting() == 1, "the submission waits")
        other.execute(
            "UPDATE reimbursement_quarterlyledger SET line_count = 2, total_fen = 300 WHERE id = %s",
            [ledger.pk],
        )
        other.connection.commit()
        assert submitting.result(timeout=20).total_fen == 300
    ledger.refresh_from_db()
    assert (ledger.status, ledger.lines.count()) == ("submitted", 2)


def test_many_builds_at_once_give_one_ledger(world: World) -> None:
    payments = [world.paid(100 + n, "2019-05-01") for n in range(30)]
    with ThreadPoolExecutor(6) as pool:
        builds = [pool.submit(closing_the_session(lambda: build(world))) for _ in range(12)]
        found = {each.result(timeout=30).pk for each in builds}
    ledger = QuarterlyLedger.objects.get()
    assert found == {ledger.pk}
    assert list(ledger.lines.order_by("payment").values_list("payment", flat=True)) == [
        payment.pk for payment in payments
    ]
    assert (ledger.line_count, ledger.total_fen) == (30, 3_435)
    assert list(verify_ledgers()) == []

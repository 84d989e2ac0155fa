"""``verify_ledgers`` finds every way a fen can be lost, doubled or changed (台账核对)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from reimbursement.models import LedgerLine, QuarterlyLedger
from reimbursement.services import ledger_build, quarter_build
from reimbursement.verify import verify_ledgers
from tests.reimbursement.rows import World, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(world: World, settings: Settings) -> QuarterlyLedger:
    settings.BUSINESS_DATE = date(2020, 6, 1)
    for day in range(1, 6):
        world.paid(100, f"2019-05-{day:02d}")
    ledger = ledger_build(kind=world.kind, county=world.county, hospital=world.hospital, year=2019, quarter=2)
    return submitted(ledger)


@contextmanager
def without_guards() -> Iterator[None]:
    """What only somebody with the database's own keys could do."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


def found() -> list[str]:
    return [finding.code for finding in verify_ledgers()]


def test_sound_ledgers_give_no_finding(world: World, ledger: QuarterlyLedger) -> None:
    world.paid(100, "2019-07-01")
    world.post(world.claim(on="2019-05-01"), backstop_fen=10_000, payee="patient")
    assert found() == []
    quarter_build(year=2019, quarter=3)
    assert found() == []


def test_payment_of_a_submitted_quarter_that_no_ledger_claims_is_named(
    world: World, ledger: QuarterlyLedger
) -> None:
    late = world.paid(123, "2019-06-30")
    findings = list(verify_ledgers())
    assert [finding.code for finding in findings] == ["payment_unclaimed"]
    assert f"支付 {late.pk}（清水县人民医院，2019-06-30，1.23 元）" in findings[0].message
    quarter_build(year=2019, quarter=3)
    assert found() == []


def test_changed_total_count_and_hash_are_found(ledger: QuarterlyLedger) -> None:
    for change in ({"total_fen": 501}, {"line_count": 4}, {"content_hash": "0" * 64}):
        before = {name: getattr(ledger, name) for name in change}
        with without_guards():
            QuarterlyLedger.objects.filter(pk=ledger.pk).update(**change)
        findings = list(verify_ledgers())
        assert [finding.code for finding in findings] == ["ledger_total"]
        assert ledger.ledger_no in findings[0].message
        with without_guards():
            QuarterlyLedger.objects.filter(pk=ledger.pk).update(**before)


def test_changed_and_removed_lines_are_found(ledger: QuarterlyLedger) -> None:
    first, second = ledger.lines.all()[:2]
    with without_guards():
        LedgerLine.objects.filter(pk=first.pk).update(amount_fen=101)
    assert found() == ["ledger_total", "ledger_line"]
    with without_guards():
        LedgerLine.objects.filter(pk=first.pk).update(amount_fen=100)
        LedgerLine.objects.filter(pk=second.pk).delete()
    assert found() == ["ledger_total", "payment_unclaimed"]


def test_line_of_another_hospital_quarter_or_kind_is_found(world: World, ledger: QuarterlyLedger) -> None:
    elsewhere = world.paid(100, "2019-05-09", hospital=world.other_hospital)
    later = world.paid(100, "2019-08-01")
    of_basic = later.settlement.payments.get(tier="basic")
    with without_guards():
        for payment in (elsewhere, later, of_basic):
            LedgerLine.objects.create(ledger=ledger, payment=payment, amount_fen=payment.amount_fen)
    assert found() == ["ledger_total", "ledger_line", "ledger_line", "ledger_line", "ledger_kind"]


def test_command_says_what_it_proved_and_fails_on_a_finding(
    world: World, ledger: QuarterlyLedger, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_ledgers")
    assert "台账核对无误：1 本台账，5 笔明细" in capsys.readouterr().out
    late = world.paid(123, "2019-06-30")
    with pytest.raises(CommandError, match="1 处不符"):
        call_command("verify_ledgers")
    assert f"支付 {late.pk}" in capsys.readouterr().out


def test_queries_do_not_grow_with_ledgers_or_lines(world: World, ledger: QuarterlyLedger) -> None:
    with CaptureQueriesContext(connection) as few:
        assert found() == []
    for month in (7, 10):
        world.paid(100, f"2019-{month:02d}-01", hospital=world.other_hospital)
        quarter_build(year=2019, quarter=(month + 2) // 3)
    with CaptureQueriesContext(connection) as many:
        assert found() == []
    assert len(many) == len(few)

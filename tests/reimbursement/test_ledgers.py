"""Building and submitting ledgers (编制、报送)."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from policies.codes import LedgerSource
from policies.models import Fund
from reimbursement.errors import (
    EarlierQuarterOpenError,
    LedgerOutdatedError,
    LedgerQuarterClosedError,
    LedgerSubmittedError,
    QuarterNotOverError,
)
from reimbursement.models import LedgerLine, QuarterlyLedger
from reimbursement.services import county_submit, ledger_build, quarter_build
from reimbursement.sources import SOURCES
from settlement.models import Payment
from tests.reimbursement.rows import COUNTY_FUND, World, make_policy, submitted

pytestmark = pytest.mark.django_db


Change = Callable[[QuarterlyLedger, LedgerLine, Payment], object]


@pytest.fixture(autouse=True)
def _after_the_quarters(settings: Settings) -> None:
    settings.BUSINESS_DATE = date(2020, 6, 1)


def build(world: World, quarter: int, year: int = 2019) -> QuarterlyLedger:
    return ledger_build(
        kind=world.kind, county=world.county, hospital=world.hospital, year=year, quarter=quarter
    )


def claimed(ledger: QuarterlyLedger) -> list[int]:
    return list(ledger.lines.order_by("payment").values_list("payment_id", flat=True))


def test_ledger_claims_the_payments_of_its_quarter_kind_county_and_hospital(world: World) -> None:
    before = world.paid(10_000, "2019-03-31")
    first = world.paid(35_000, "2019-04-01")
    last = world.paid(1, "2019-06-30")
    world.paid(10_000, "2019-07-01")
    world.paid(10_000, "2019-05-01", hospital=world.other_hospital)
    world.paid(10_000, "2019-05-01", county=world.other_county)
    world.post(world.claim(on="2019-05-01"), backstop_fen=10_000, payee="patient")
    ledger = build(world, 2)
    assert claimed(ledger) == [first.pk, last.pk]
    assert (ledger.line_count, ledger.total_fen) == (2, 35_001)
    assert (ledger.due_on, ledger.due_provisional) == (date(2019, 7, 5), False)
    assert ledger.ledger_no == "640483-backstop-2019Q2-H64048300001"
    assert not hasattr(Payment.objects.get(pk=before.pk), "ledger_line")


def test_building_again_changes_nothing_and_takes_in_what_is_new(world: World) -> None:
    world.paid(35_000, "2019-04-01")
    first = build(world, 2)
    again = build(world, 2)
    assert (again.pk, again.built_at, again.content_hash) == (first.pk, first.built_at, first.content_hash)
    world.paid(5_000, "2019-04-02")
    more = build(world, 2)
    assert (more.pk, more.line_count, more.total_fen) == (first.pk, 2, 40_000)
    assert more.content_hash != first.content_hash


def test_reversal_after_submission_is_a_line_of_the_next_quarter(world: World) -> None:
    wrong = world.paid(35_000, "2019-04-01")
    ledger = build(world, 2)
    submitted(ledger)
    taken_back = world.reverse(wrong, posted_on="2019-07-15")
    assert build(world, 2).total_fen == 35_000
    following = build(world, 3)
    assert claimed(following) == [taken_back.pk]
    assert following.total_fen == -35_000


def test_payment_that_missed_a_submitted_quarter_is_claimed_in_the_next_one(world: World) -> None:
    world.paid(35_000, "2019-04-01")
    submitted(build(world, 2))
    late = world.paid(700, "2019-06-30")
    assert claimed(build(world, 2)) != [late.pk]
    assert build(world, 4).line_count == 0
    assert claimed(build(world, 3)) == [late.pk]


def test_preview_of_the_next_quarter_takes_nothing_from_the_last_one(world: World) -> None:
    of_q1 = world.paid(100, "2019-03-31")
    of_q2 = world.paid(200, "2019-04-01")
    assert claimed(build(world, 2)) == [of_q2.pk]
    assert claimed(build(world, 1)) == [of_q1.pk]


def test_payee_patient_and_payments_settled_elsewhere_are_not_the_hospitals_money(world: World) -> None:
    for payee in ("patient", "fund"):
        world.post(world.claim(on="2019-05-01"), backstop_fen=10_000, payee=payee)
    assert build(world, 2).line_count == 0


@pytest.mark.parametrize(
    ("condition", "lines"),
    [
        ({"identities": ["registered_poor"], "disease_lists": ["liupan-37", "as-40"]}, 1),
        ({"identities": ["minimum_living"]}, 0),
        ({"disease_lists": ["as-40"]}, 0),
        ({"tier": "basic"}, 1),
        ({"tier": "assistance"}, 0),
        ({"tier": ""}, 2),
    ],
)
def test_tier_identities_and_diseases_of_the_kind_bound_its_ledger(
    world: World, condition: dict[str, object], lines: int
) -> None:
    clause = world.kind.clause
    assert clause is not None
    policy, kind = make_policy(
        code="pack-2020", since="2020-01-01", until="2021-01-01", clause=clause, **condition
    )
    world.paid(100, "2020-01-05", policy=policy)
    ledger = ledger_build(kind=kind, county=world.county, hospital=world.hospital, year=2020, quarter=1)
    assert ledger.line_count == lines


def test_fund_of_the_kind_bounds_its_ledger(world: World) -> None:
    clause = world.kind.clause
    assert clause is not None
    for number, (fund, lines) in enumerate({COUNTY_FUND: 1, "province": 0}.items(), start=1):
        row, _ = Fund.objects.get_or_create(code=fund, defaults={"name": fund, "level": "province"})
        policy, kind = make_policy(
            code=f"pack-{number}",
            since=f"202{number}-01-01",
            until=f"202{number + 1}-01-01",
            clause=clause,
            fund=row,
        )
        world.paid(100, f"202{number}-01-05", policy=policy)
        ledger = ledger_build(
            kind=kind, county=world.county, hospital=world.hospital, year=2020 + number, quarter=1
        )
        assert ledger.line_count == lines


def test_new_pack_goes_on_with_the_same_series(world: World) -> None:
    clause = world.kind.clause
    assert clause is not None
    type(world.policy).objects.filter(pk=world.policy.pk).update(valid=("2018-01-01", "2019-05-01"))
    new_policy, new_kind = make_policy(
        code="liupan-2019", since="2019-05-01", until="2020-01-01", clause=clause, deadline_working_days=8
    )
    old = world.paid(100, "2019-04-20")
    new = world.paid(200, "2019-05-20", policy=new_policy)
    ledger = build(world, 2)
    assert claimed(ledger) == [old.pk, new.pk]
    assert (ledger.kind, ledger.due_on) == (new_kind, date(2019, 7, 10))
    assert [each.pk for each in quarter_build(year=2019, quarter=2)] == [ledger.pk]


def test_kind_without_deadline_has_none(world: World) -> None:
    clause = world.kind.clause
    assert clause is not None
    policy, kind = make_policy(
        code="pack-2020",
        since="2020-01-01",
        until="2021-01-01",
        clause=clause,
        deadline_working_days=None,
    )
    ledger = ledger_build(kind=kind, county=world.county, hospital=world.hospital, year=2020, quarter=1)
    assert (ledger.kind.policy, ledger.due_on) == (policy, None)


def test_every_content_that_a_pack_may_name_can_be_listed() -> None:
    assert set(SOURCES) == set(LedgerSource.values)


def test_quarter_is_submitted_after_its_last_day_and_once(world: World, settings: Settings) -> None:
    world.paid(100, "2019-05-01")
    ledger = build(world, 2)
    settings.BUSINESS_DATE = date(2019, 6, 30)
    with pytest.raises(QuarterNotOverError, match="2019-07-01"):
        submitted(ledger)
    settings.BUSINESS_DATE = date(2019, 7, 1)
    assert submitted(ledger).status == "submitted"
    assert ledger.submitted_at is not None
    with pytest.raises(LedgerSubmittedError):
        submitted(ledger)


def test_submission_waits_for_earlier_quarters_built_or_not(world: World) -> None:
    world.paid(100, "2019-02-01")
    world.paid(100, "2019-05-01")
    second = build(world, 2)
    with pytest.raises(EarlierQuarterOpenError, match="2019年第1季度"):
        submitted(second)
    first = build(world, 1)
    with pytest.raises(EarlierQuarterOpenError, match="2019年第1季度"):
        submitted(second)
    submitted(first)
    assert submitted(second).status == "submitted"


def test_submission_refuses_what_was_not_seen(world: World) -> None:
    world.paid(100, "2019-05-01")
    ledger = build(world, 2)
    world.paid(100, "2019-05-02")
    with pytest.raises(LedgerOutdatedError, match="1笔"):
        submitted(ledger)
    assert build(world, 2).status == "open"
    assert submitted(ledger).total_fen == 200


def test_quarter_passed_over_cannot_be_built_behind_a_submitted_one(world: World) -> None:
    world.paid(100, "2019-05-01")
    submitted(build(world, 2))
    with pytest.raises(LedgerQuarterClosedError, match="2019年第3季度"):
        build(world, 1)
    assert QuarterlyLedger.objects.count() == 1


def test_quarter_build_covers_every_hospital_that_is_owed_and_open_ledgers(world: World) -> None:
    world.paid(100, "2019-05-01")
    world.paid(200, "2019-05-01", hospital=world.other_hospital)
    world.paid(300, "2019-05-01", county=world.other_county)
    world.paid(400, "2019-07-01")
    of_county = quarter_build(year=2019, quarter=2, county=world.county)
    assert [ledger.total_fen for ledger in of_county] == [100, 200]
    assert [ledger.total_fen for ledger in quarter_build(year=2019, quarter=2)] == [100, 200, 300]
    assert quarter_build(year=2019, quarter=1) == []


def test_build_takes_the_same_queries_for_one_line_and_for_many(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(1, 29):
        world.paid(100, f"2019-05-{day:02d}")
    with django_assert_max_num_queries(13):
        assert build(world, 2).line_count == 28


@pytest.mark.parametrize(
    "change",
    [
        lambda ledger, line, stray: QuarterlyLedger.objects.filter(pk=ledger.pk).update(total_fen=1),
        lambda ledger, line, stray: QuarterlyLedger.objects.filter(pk=ledger.pk).update(status="open"),
        lambda ledger, line, stray: QuarterlyLedger.objects.filter(pk=ledger.pk)._raw_delete("default"),
        lambda ledger, line, stray: LedgerLine.objects.filter(pk=line.pk).update(amount_fen=1),
        lambda ledger, line, stray: LedgerLine.objects.filter(pk=line.pk).delete(),
        lambda ledger, line, stray: LedgerLine.objects.create(ledger=ledger, payment=stray, amount_fen=100),
    ],
)
def test_database_freezes_a_submitted_ledger(world: World, change: Change) -> None:
    world.paid(100, "2019-05-01")
    ledger = build(world, 2)
    line = ledger.lines.get()
    submitted(ledger)
    stray = world.paid(100, "2019-05-02")
    with pytest.raises(DatabaseError, match=r"ledger_frozen|insert_only"), transaction.atomic():
        change(ledger, line, stray)
    ledger.refresh_from_db()
    assert (ledger.status, ledger.total_fen, ledger.lines.count()) == ("submitted", 100, 1)


def test_database_refuses_lines_unlike_their_payment_and_heads_unlike_their_lines(world: World) -> None:
    ledger = build(world, 2)
    payment = world.paid(100, "2019-05-01")
    elsewhere = world.paid(100, "2019-05-01", hospital=world.other_hospital)
    for wrong, fen in ((payment, 99), (elsewhere, 100)):
        with pytest.raises(DatabaseError, match="ledger_line_wrong"), transaction.atomic():
            LedgerLine.objects.create(ledger=ledger, payment=wrong, amount_fen=fen)
    build(world, 2)
    QuarterlyLedger.objects.filter(pk=ledger.pk).update(total_fen=1)
    with pytest.raises(DatabaseError, match="合计与明细不符"), transaction.atomic():
        submitted(ledger)
    with pytest.raises(DatabaseError, match="ledger_frozen"), transaction.atomic():
        QuarterlyLedger.objects.filter(pk=ledger.pk).update(year=2018)
    with pytest.raises(DatabaseError, match="insert_only"), transaction.atomic():
        LedgerLine.objects.filter(ledger=ledger).update(amount_fen=1)


def test_a_ledger_frozen_before_counties_submitted_together_is_merged(world: World) -> None:
    world.paid(100, "2019-05-01")
    ledger = build(world, 2)
    QuarterlyLedger.objects.filter(pk=ledger.pk).update(status="submitted", submitted_at=timezone.now())
    submission = county_submit(kind=world.kind, county=world.county, year=2019, quarter=2)
    assert [(item.ledger, item.applied_fen) for item in submission.items.all()] == [(ledger, 100)]

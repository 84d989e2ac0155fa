"""What is still to approve or to pay is found without going through what is settled (未办结申报明细)."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries, Settings

from organizations.scope import EVERYTHING, Scope
from reimbursement.models import LedgerLine, Submission
from reimbursement.selectors import open_items, overdue_list
from reimbursement.services import (
    county_submit,
    item_pay,
    ledger_build,
    line_deduct,
    payment_undo,
    submission_approve,
)
from tests.reimbursement.rows import World, reviewed

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(db: None) -> User:
    return User.objects.create(username="finance")


@pytest.fixture
def sent(world: World, settings: Settings) -> Submission:
    """Two hospitals of one county apply for 350.00 and for 1.00; another county for 0.09."""
    settings.BUSINESS_DATE = date(2019, 7, 3)
    world.paid(35_000, "2019-04-01")
    world.paid(100, "2019-04-02", hospital=world.other_hospital)
    world.paid(9, "2019-04-02", county=world.other_county)
    ledgers = [
        ledger_build(kind=world.kind, county=county, hospital=hospital, year=2019, quarter=2)
        for county, hospital in (
            (world.county, world.hospital),
            (world.county, world.other_hospital),
            (world.other_county, world.hospital),
        )
    ]
    for ledger in ledgers:
        reviewed(ledger)
    for county in (world.county, world.other_county):
        county_submit(kind=world.kind, county=county, year=2019, quarter=2)
    return Submission.objects.get(county=world.county)


def state(scope: Scope) -> list[tuple[int, int, int, int]]:
    return [
        (found.sums.applied_fen, found.sums.deducted_fen, found.sums.approved_fen, found.sums.paid_fen)
        for found in open_items(scope=scope)
    ]


def test_an_item_is_open_until_all_that_is_due_is_paid(world: World, sent: Submission, clerk: User) -> None:
    mine = Scope(county_ids=frozenset({world.county.pk}))
    first, second = sent.items.order_by("pk")
    assert state(mine) == [(35_000, 0, 0, 0), (100, 0, 0, 0)]
    line_deduct(
        line_id=LedgerLine.objects.get(ledger=first.ledger).pk, amount_fen=5_000, reason="超范围", by=clerk
    )
    submission_approve(submission_id=sent.pk, first_only=False, by=clerk)
    assert state(mine) == [(35_000, 5_000, 30_000, 0), (100, 0, 100, 0)]
    paid = {"paid_on": date(2019, 7, 3), "by": clerk}
    item_pay(item_id=first.pk, amount_fen=29_999, bank_reference="A", **paid)
    assert state(mine) == [(35_000, 5_000, 30_000, 29_999), (100, 0, 100, 0)]
    item_pay(item_id=first.pk, amount_fen=1, bank_reference="B", **paid)
    assert state(mine) == [(100, 0, 100, 0)]
    last = item_pay(item_id=second.pk, amount_fen=100, bank_reference="C", **paid)
    assert state(mine) == []
    payment_undo(payment_id=last.pk, reason="户名有误", by=clerk)
    assert state(mine) == [(100, 0, 100, 0)]


def test_open_items_are_those_of_the_scope_in_two_queries(
    world: World, sent: Submission, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        found = open_items(scope=EVERYTHING)
        assert sorted([each.item.submission.county.name for each in found]) == ["清水县", "清水县", "白石县"]
    assert state(Scope(county_ids=frozenset({world.other_county.pk}))) == [(9, 0, 0, 0)]
    assert state(Scope(hospital_id=world.other_hospital.pk)) == [(100, 0, 0, 0)]
    assert state(Scope()) == []


def test_late_is_listed_with_three_queries_at_most(
    sent: Submission, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(3):
        overdue_list(scope=EVERYTHING, today=date(2019, 12, 31))

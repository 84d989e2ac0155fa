"""How fast hospitals and patients are paid: days, and whether by the days of the pack."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries, Settings

from organizations.scope import EVERYTHING, Scope, scope_of_hospital
from policies.models import Disbursement
from reimbursement.models import LedgerPayment, SubmissionItem
from reimbursement.services import (
    Actor,
    approval_undo,
    county_submit,
    item_pay,
    ledger_build,
    ledger_confirm,
    ledger_review,
    line_deduct,
    payment_receive,
    payment_return,
    payment_undo,
    submission_approve,
)
from reporting.indicators.catalogue import BY_CODE
from reporting.indicators.periods import Period
from reporting.selectors.indicators import indicator_rows, indicator_sums, indicator_sums_by
from reporting.services.indicator_workbooks import target_shown
from tests.reimbursement.rows import World
from tests.reimbursement.test_verify import without_guards

pytestmark = pytest.mark.django_db
DAYS, IN_TIME = "days-to-hospital", "hospital-in-time"
THIRD_QUARTER = Period.of(2019, 3)


@pytest.fixture
def clerk(db: None) -> User:
    return User.objects.create(username="clerk")


@pytest.fixture
def items(world: World, clerk: User, settings: Settings) -> dict[str, SubmissionItem]:
    """Submitted on 3 July: 70 % by 17 July, the rest by 7 August; two hospitals."""
    settings.BUSINESS_DATE = date(2019, 7, 3)
    with without_guards():
        Disbursement.objects.create(
            policy=world.policy, code="advances", position=1, clause=world.kind.clause,
            subject="hospital_advances", first_share_bp=7_000, first_working_days=10, rest_working_days=15,
        )  # fmt: skip
    world.paid(10_000, "2019-04-01")
    wrong = world.paid(90_000, "2019-06-30")
    world.paid(500, "2019-05-01", hospital=world.other_hospital)
    world.reverse(wrong, posted_on="2019-06-30")
    world.paid(30_000, "2019-06-20")
    for hospital in (world.hospital, world.other_hospital):
        ledger = ledger_build(kind=world.kind, county=world.county, hospital=hospital, year=2019, quarter=2)
        ledger_confirm(ledger_id=ledger.pk, by=Actor(hospital=hospital))
        ledger_review(ledger_id=ledger.pk, by=clerk)
    sent = county_submit(kind=world.kind, county=world.county, year=2019, quarter=2)
    assert (sent.first_due_on, sent.rest_due_on) == (date(2019, 7, 17), date(2019, 8, 7))
    submission_approve(submission_id=sent.pk, first_only=False, by=clerk)
    settings.BUSINESS_DATE = date(2019, 8, 31)
    return {
        "first": sent.items.get(hospital=world.hospital),
        "other": sent.items.exclude(hospital=world.hospital).get(),
    }


def pay(item: SubmissionItem, fen: int, on: str, reference: str, by: User) -> LedgerPayment:
    return item_pay(
        item_id=item.pk, amount_fen=fen, paid_on=date.fromisoformat(on), bank_reference=reference, by=by
    )


def of(code: str, scope: Scope = EVERYTHING, period: Period = THIRD_QUARTER) -> tuple[int, int]:
    return indicator_sums(scope=scope, period=period)[code]


def test_days_run_from_settlement_to_the_payment_that_finished_the_item(
    items: dict[str, SubmissionItem], world: World, clerk: User
) -> None:
    pay(items["first"], 28_000, "2019-07-16", "B1", clerk)
    assert of(DAYS) == (0, 0)
    pay(items["first"], 12_000, "2019-08-01", "B2", clerk)
    # 122 days from 1 April, 32 from 30 June, 42 from 20 June; the reversal is no claim.
    assert of(DAYS) == (196, 3)
    indicator = BY_CODE[DAYS]
    assert indicator.shown(indicator.value(196, 3)) == "65.3 天"
    assert of(DAYS, period=Period.of(2019, 2)) == (0, 0)
    pay(items["other"], 500, "2019-07-30", "B3", clerk)
    assert of(DAYS) == (196 + 90, 4)
    by_hospital = indicator_sums_by(scope=EVERYTHING, period=THIRD_QUARTER, by="hospital", codes=[DAYS])
    assert {key: sums[DAYS] for key, sums in by_hospital.items()} == {
        world.hospital.pk: (196, 3), world.other_hospital.pk: (90, 1)
    }  # fmt: skip


def test_a_returned_or_undone_payment_is_none(
    items: dict[str, SubmissionItem], world: World, clerk: User
) -> None:
    undone = pay(items["other"], 500, "2019-07-10", "B1", clerk)
    payment_undo(payment_id=undone.pk, reason="登错", by=clerk)
    returned = pay(items["other"], 500, "2019-07-11", "B2", clerk)
    payment_receive(
        payment_id=returned.pk, received_on=date(2019, 7, 12), by=Actor(hospital=world.other_hospital)
    )
    payment_return(
        payment_id=returned.pk, returned_on=date(2019, 7, 20), bank_reference="T1", reason="退", by=clerk
    )
    assert of(DAYS) == (0, 0)
    pay(items["other"], 500, "2019-08-30", "B3", clerk)
    assert of(DAYS) == (121, 1)
    assert of(IN_TIME) == (0, 2)


@pytest.mark.parametrize(
    ("first", "rest", "in_time"),
    [
        ("2019-07-17", "2019-08-07", 1),
        ("2019-07-18", "2019-08-07", 0),
        ("2019-07-17", "2019-08-08", 0),
        ("2019-07-17", "", 0),
    ],
)
def test_in_time_is_both_parts_by_their_days(
    items: dict[str, SubmissionItem], clerk: User, first: str, rest: str, in_time: int
) -> None:
    pay(items["first"], 28_000, first, "B1", clerk)
    if rest:
        pay(items["first"], 12_000, rest, "B2", clerk)
    assert of(IN_TIME) == (in_time, 2)


def test_what_is_deducted_is_not_waited_for(
    items: dict[str, SubmissionItem], world: World, clerk: User, settings: Settings
) -> None:
    settings.BUSINESS_DATE = date(2019, 8, 6)
    # Nothing is due yet, and only what is finished counts before its day.
    assert of(IN_TIME) == (0, 0)
    pay(items["other"], 500, "2019-07-05", "B1", clerk)
    assert of(IN_TIME) == (1, 1)
    settings.BUSINESS_DATE = date(2019, 8, 7)
    assert of(IN_TIME) == (1, 2)


def test_what_is_deducted_to_nothing_is_never_late(
    items: dict[str, SubmissionItem], world: World, clerk: User
) -> None:
    assert of(IN_TIME) == (0, 2)
    other = items["other"]
    approval_undo(approval_id=other.approvals.get().pk, reason="重核", by=clerk)
    line_deduct(line_id=other.ledger.lines.get().pk, amount_fen=500, reason="超范围用药", by=clerk)
    assert of(IN_TIME) == (0, 1)
    assert of(DAYS) == (0, 0)


def test_the_deadline_is_the_target_of_paying_in_time(items: dict[str, SubmissionItem]) -> None:
    assert target_shown(BY_CODE[IN_TIME], []) == ("不低于 100%", 10_000)
    assert BY_CODE[IN_TIME].met(9_999, 10_000) is False


def test_rows_behind_the_numbers_are_the_items_of_the_scope(
    items: dict[str, SubmissionItem],
    world: World,
    clerk: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    pay(items["first"], 40_000, "2019-07-16", "B1", clerk)
    for code in (DAYS, IN_TIME):
        rows = indicator_rows(indicator=BY_CODE[code], scope=EVERYTHING, period=THIRD_QUARTER)
        assert (sum(row.row_above for row in rows), sum(row.row_below for row in rows)) == of(code)
    with django_assert_num_queries(1):
        found = list(indicator_rows(indicator=BY_CODE[IN_TIME], scope=EVERYTHING, period=THIRD_QUARTER))
        assert {str(row.hospital) + str(row.ledger) for row in found}
    own = scope_of_hospital(world.other_hospital)
    assert of(DAYS, own) == (0, 0)
    assert of(IN_TIME, own) == (0, 1)
    elsewhere = Scope(county_ids=frozenset({world.other_county.pk}))
    assert of(IN_TIME, elsewhere) == (0, 0)

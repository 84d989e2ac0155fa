"""What the office takes off a line (扣减) is money that was claimed, and taken off once."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from policies.models import LedgerKind
from reimbursement.errors import DeductionError, TakenTwiceError
from reimbursement.models import LineDeduction, QuarterlyLedger, SubmissionItem
from reimbursement.selectors.flow import item_sums
from reimbursement.services import county_submit, deduction_undo, ledger_build, line_deduct
from tests.reimbursement.rows import World, reviewed, submitted
from tests.reimbursement.test_verify import without_guards

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(db: None) -> User:
    return User.objects.create(username="clerk")


@pytest.fixture(autouse=True)
def _july(settings: Settings) -> None:
    settings.BUSINESS_DATE = date(2019, 7, 3)


def built(world: World, quarter: int) -> QuarterlyLedger:
    return ledger_build(
        kind=world.kind, county=world.county, hospital=world.hospital, year=2019, quarter=quarter
    )


def test_what_was_reversed_is_not_taken_off_once_more(world: World, clerk: User) -> None:
    wrong = world.paid(35_000, "2019-04-01")
    world.reverse(wrong, posted_on="2019-05-01")
    reviewed(built(world, 2))
    with pytest.raises(DeductionError, match=r"0\.00"):
        line_deduct(line_id=wrong.ledger_line.pk, amount_fen=35_000, reason="超范围用药", by=clerk)
    assert not LineDeduction.objects.exists()
    [item] = county_submit(kind=world.kind, county=world.county, year=2019, quarter=2).items.all()
    assert item_sums(item=item).due_fen == 0


def test_what_was_deducted_is_not_taken_back_once_more_by_a_reversal(world: World, clerk: User) -> None:
    wrong = world.paid(35_000, "2019-03-01")
    submitted(built(world, 1))
    deduction = line_deduct(line_id=wrong.ledger_line.pk, amount_fen=35_000, reason="超范围用药", by=clerk)
    world.reverse(wrong, posted_on="2019-05-01")
    second = built(world, 2)
    with pytest.raises(TakenTwiceError, match="撤销"):
        reviewed(second)
    deduction_undo(deduction_id=deduction.pk, reason="已冲销", by=clerk)
    submitted(second)
    dues = [item_sums(item=item).due_fen for item in SubmissionItem.objects.order_by("pk")]
    assert dues == [35_000, -35_000]


def test_from_a_ledger_that_only_informs_nothing_is_taken_off(world: World, clerk: User) -> None:
    with without_guards():
        visits = LedgerKind.objects.create(
            policy=world.policy, code="visits", title="就诊台账", position=2, clause=world.kind.clause,
            source="visits",
        )  # fmt: skip
    world.paid(35_000, "2019-04-01")
    ledger = ledger_build(kind=visits, county=world.county, hospital=world.hospital, year=2019, quarter=2)
    with pytest.raises(DeductionError, match=r"0\.00"):
        line_deduct(line_id=ledger.lines.get().pk, amount_fen=35_000, reason="超范围用药", by=clerk)
    assert not LineDeduction.objects.exists()
    reviewed(ledger)
    [item] = county_submit(kind=visits, county=world.county, year=2019, quarter=2).items.all()
    assert item_sums(item=item).due_fen == 0

"""From build to received money (编制、确认、审核、报送、核定、拨付、到账)."""

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from organizations.scope import EVERYTHING, NOTHING, Scope
from policies.models import Disbursement, Fund
from reimbursement.errors import (
    AfterApprovalError,
    BankReferenceError,
    DeductionError,
    LedgerError,
    NothingToApproveError,
    NotReviewedError,
    PaymentDateError,
    PaymentRefusedError,
    ReceivedAlreadyError,
    ReceivedPaymentError,
    StepRefusedError,
    UndoneAlreadyError,
)
from reimbursement.models import (
    Approval,
    LedgerPayment,
    LedgerStep,
    QuarterlyLedger,
    Submission,
    SubmissionItem,
)
from reimbursement.selectors import (
    budget_use,
    flow_sums,
    item_list,
    overdue_list,
    submission_list,
)
from reimbursement.services import (
    Actor,
    approval_undo,
    budget_record,
    county_submit,
    deduction_undo,
    item_pay,
    ledger_build,
    ledger_confirm,
    ledger_return,
    ledger_review,
    line_deduct,
    payment_receive,
    payment_return,
    payment_undo,
    submission_approve,
)
from tests.reimbursement.rows import World
from tests.reimbursement.test_verify import without_guards

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(db: None) -> User:
    return User.objects.create(username="clerk")


@pytest.fixture(autouse=True)
def _june(settings: Settings) -> None:
    settings.BUSINESS_DATE = date(2019, 7, 3)


@pytest.fixture
def in_parts(world: World) -> World:
    """The pack pays 70 % within 10 working days, the rest within 15 more (黔南医保发〔2019〕36号 二(五)1)."""
    with without_guards():
        Disbursement.objects.create(
            policy=world.policy, code="advances", position=1, clause=world.kind.clause,
            subject="hospital_advances", first_share_bp=7_000, first_working_days=10, rest_working_days=15,
        )  # fmt: skip
    return world


def build(world: World, hospital: object = None) -> QuarterlyLedger:
    return ledger_build(
        kind=world.kind, county=world.county, hospital=hospital or world.hospital, year=2019, quarter=2  # type: ignore[arg-type]
    )  # fmt: skip


def passed(world: World, clerk: User, hospital: object = None) -> QuarterlyLedger:
    ledger = build(world, hospital)
    ledger_confirm(ledger_id=ledger.pk, by=Actor(hospital=ledger.hospital))
    ledger_review(ledger_id=ledger.pk, by=clerk)
    return ledger


def submit(world: World) -> Submission:
    return county_submit(kind=world.kind, county=world.county, year=2019, quarter=2)


def pay(item: SubmissionItem, fen: int, reference: str, by: User, on: str = "2019-07-03") -> LedgerPayment:
    return item_pay(
        item_id=item.pk, amount_fen=fen, paid_on=date.fromisoformat(on), bank_reference=reference, by=by
    )


def test_the_county_merges_what_hospitals_confirmed_and_the_office_reviewed(
    world: World, clerk: User
) -> None:
    world.paid(35_000, "2019-04-01")
    world.paid(100, "2019-04-02", hospital=world.other_hospital)
    world.paid(9, "2019-04-02", county=world.other_county)
    passed(world, clerk)
    other = build(world, world.other_hospital)
    with pytest.raises(NotReviewedError, match="清水县中医院"):
        submit(world)
    assert not QuarterlyLedger.objects.filter(status="submitted").exists()
    ledger_confirm(ledger_id=other.pk, by=Actor(user=clerk))
    ledger_review(ledger_id=other.pk, by=clerk)
    submission = submit(world)
    assert (submission.ledger_count, submission.total_fen, submission.number) == (
        2, 35_100, "640483-backstop-2019Q2-1"
    )  # fmt: skip
    assert (submission.submitted_on, submission.due_on) == (date(2019, 7, 3), date(2019, 7, 5))
    assert [(item.fund, item.applied_fen, item.first_fen) for item in submission.items.order_by("pk")] == [
        ("liupan_backstop", 35_000, 35_000), ("liupan_backstop", 100, 100)
    ]  # fmt: skip
    assert QuarterlyLedger.objects.filter(status="submitted").count() == 2


def test_a_later_ledger_goes_into_a_further_submission(world: World, clerk: User) -> None:
    world.paid(35_000, "2019-04-01")
    passed(world, clerk)
    submit(world)
    world.paid(100, "2019-04-02", hospital=world.other_hospital)
    passed(world, clerk, world.other_hospital)
    assert (submit(world).ordinal, Submission.objects.count()) == (2, 2)
    with pytest.raises(LedgerError, match="没有待报送"):
        submit(world)


def test_what_was_confirmed_or_reviewed_is_the_content_that_was_seen(world: World, clerk: User) -> None:
    world.paid(35_000, "2019-04-01")
    ledger = passed(world, clerk)
    seen = ledger.content_hash
    world.paid(1, "2019-04-02")
    build(world)
    with pytest.raises(NotReviewedError):
        submit(world)
    with pytest.raises(StepRefusedError, match="内容已变动"):
        ledger_confirm(ledger_id=ledger.pk, by=Actor(user=clerk), content_hash=seen)
    with pytest.raises(StepRefusedError):
        ledger_review(ledger_id=ledger.pk, by=clerk)
    ledger_confirm(ledger_id=ledger.pk, by=Actor(user=clerk))
    ledger_confirm(ledger_id=ledger.pk, by=Actor(user=clerk))
    ledger_return(ledger_id=ledger.pk, by=clerk, note="缺附件")
    with pytest.raises(NotReviewedError):
        submit(world)
    steps = LedgerStep.objects.order_by("pk").values_list("step", flat=True)
    assert list(steps) == ["confirm", "review", "confirm", "return"]


def test_seventy_per_cent_first_then_the_rest_less_deductions(in_parts: World, clerk: User) -> None:
    world = in_parts
    payment = world.paid(12_345_678, "2019-04-01")
    passed(world, clerk)
    submission = submit(world)
    item = submission.items.get()
    assert (item.first_fen, submission.first_due_on, submission.rest_due_on) == (
        8_641_975, date(2019, 7, 17), date(2019, 8, 7)
    )  # fmt: skip
    assert submission.plan_clause == "六卫〔2018〕1号 三(一)"
    submission_approve(submission_id=submission.pk, first_only=True, by=clerk)
    with pytest.raises(PaymentRefusedError, match=r"86419\.75"):
        pay(item, 8_641_976, "B1", clerk)
    pay(item, 8_641_975, "B1", clerk)
    line_deduct(line_id=payment.ledger_line.pk, amount_fen=45_678, reason="超范围用药", by=clerk)
    submission_approve(submission_id=submission.pk, first_only=False, by=clerk)
    rest = pay(item, 3_658_025, "B2", clerk)
    [row] = flow_sums(scope=EVERYTHING, by=("county", "hospital", "fund", "year", "quarter"))
    assert row.group == ("清水县", "清水县人民医院", "liupan_backstop", 2019, 2)
    assert (row.applied_fen, row.deducted_fen, row.approved_fen, row.paid_fen) == (
        12_345_678, 45_678, 12_300_000, 12_300_000
    )  # fmt: skip
    assert (row.outstanding_fen, row.received_fen) == (0, 0)
    payment_receive(payment_id=rest.pk, received_on=date(2019, 7, 3), by=Actor(hospital=world.hospital))
    assert flow_sums(scope=EVERYTHING, by=("county",))[0].received_fen == 3_658_025


@pytest.fixture
def item(world: World, clerk: User) -> SubmissionItem:
    """35,000 fen approved in full."""
    world.paid(35_000, "2019-04-01")
    passed(world, clerk)
    submission = submit(world)
    submission_approve(submission_id=submission.pk, first_only=False, by=clerk)
    return submission.items.get()


def test_never_more_than_approved_and_no_bank_reference_twice(item: SubmissionItem, clerk: User) -> None:
    pay(item, 30_000, "B1", clerk)
    for fen, reference, error in (
        (5_001, "B2", PaymentRefusedError), (-1, "B2", PaymentRefusedError), (0, "B2", PaymentRefusedError),
        (5_000, "B1", BankReferenceError), (5_000, " ", BankReferenceError),
    ):  # fmt: skip
        with pytest.raises(error):
            pay(item, fen, reference, clerk)
    for on in ("2019-07-04", "2019-07-02"):
        with pytest.raises(PaymentDateError):
            pay(item, 5_000, "B2", clerk, on)
    assert LedgerPayment.objects.count() == 1
    with pytest.raises(NothingToApproveError):
        submission_approve(submission_id=item.submission_id, first_only=False, by=clerk)
    with pytest.raises(IntegrityError, match="paid_beyond_approved"), transaction.atomic():
        LedgerPayment.objects.create(
            item=item, amount_fen=5_001, paid_on=date(2019, 7, 3), bank_reference="B3", by=clerk
        )
    with pytest.raises(IntegrityError, match="approved_beyond_due"), transaction.atomic():
        Approval.objects.create(item=item, amount_fen=1, by=clerk)


def test_wrong_entries_are_taken_back_by_counter_entries_in_order(item: SubmissionItem, clerk: User) -> None:
    approval, payment = Approval.objects.get(), pay(item, 35_000, "B1", clerk)
    line = item.ledger.lines.get()
    with pytest.raises(AfterApprovalError):
        approval_undo(approval_id=approval.pk, reason="核错", by=clerk)
    with pytest.raises(AfterApprovalError):
        line_deduct(line_id=line.pk, amount_fen=1, reason="超量", by=clerk)
    payment_undo(payment_id=payment.pk, reason="登错医院", by=clerk)
    with pytest.raises(UndoneAlreadyError):
        payment_undo(payment_id=payment.pk, reason="登错医院", by=clerk)
    with pytest.raises(ReceivedAlreadyError):
        payment_receive(payment_id=payment.pk, received_on=date(2019, 7, 3), by=Actor(user=clerk))
    approval_undo(approval_id=approval.pk, reason="核错", by=clerk)
    deduction = line_deduct(line_id=line.pk, amount_fen=35_000, reason="超量", by=clerk)
    with pytest.raises(DeductionError):
        line_deduct(line_id=line.pk, amount_fen=1, reason="超量", by=clerk)
    deduction_undo(deduction_id=deduction.pk, reason="误扣", by=clerk)
    submission_approve(submission_id=item.submission_id, first_only=False, by=clerk)
    [row] = flow_sums(scope=EVERYTHING, by=("hospital",))
    assert (row.deducted_fen, row.approved_fen, row.paid_fen) == (0, 35_000, 0)
    # The entry was wrong, the bank's movement was not: it is entered again, once.
    pay(item, 34_999, "B1", clerk)
    with pytest.raises(BankReferenceError):
        pay(item, 1, "B1", clerk)
    with pytest.raises(IntegrityError, match="reference_once"), transaction.atomic():
        LedgerPayment.objects.create(
            item=item, amount_fen=1, paid_on=date(2019, 7, 3), bank_reference="B1", by=clerk
        )


def test_what_a_hospital_acknowledged_is_undone_by_nobody_until_the_bank_sends_it_back(
    item: SubmissionItem, world: World, clerk: User
) -> None:
    payment, today = pay(item, 35_000, "B1", clerk), date(2019, 7, 3)
    payment_receive(payment_id=payment.pk, received_on=today, by=Actor(hospital=world.hospital))
    with pytest.raises(ReceivedPaymentError, match="登记退回"):
        payment_undo(payment_id=payment.pk, reason="登错医院", by=clerk)
    for on, reference, error in (
        (today, " ", BankReferenceError), (today, "B1", BankReferenceError),
        (date(2019, 7, 2), "T1", PaymentDateError), (date(2019, 7, 4), "T1", PaymentDateError),
    ):  # fmt: skip
        with pytest.raises(error):
            payment_return(
                payment_id=payment.pk, returned_on=on, bank_reference=reference, reason="账号有误", by=clerk
            )
    with pytest.raises(IntegrityError, match="payment_received"), transaction.atomic():
        LedgerPayment.objects.create(
            item=item, amount_fen=-35_000, paid_on=today, undoes=payment, note="登错", by=clerk
        )
    assert LedgerPayment.objects.count() == 1
    back = payment_return(
        payment_id=payment.pk, returned_on=today, bank_reference="T1", reason="账号有误", by=clerk
    )
    assert (back.amount_fen, back.state) == (-35_000, "退回记录")
    assert LedgerPayment.objects.get(pk=payment.pk).state == "已退回"
    [row] = flow_sums(scope=EVERYTHING, by=("hospital",))
    assert (row.paid_fen, row.received_fen, row.outstanding_fen) == (0, 0, 35_000)
    with pytest.raises(UndoneAlreadyError):
        payment_return(
            payment_id=payment.pk, returned_on=today, bank_reference="T2", reason="账号有误", by=clerk
        )
    for known in ("B1", "T1"):
        with pytest.raises(BankReferenceError):
            pay(item, 35_000, known, clerk)
    assert pay(item, 35_000, "B2", clerk).state == "待确认到账"


def test_what_a_hospital_owes_back_is_approved_and_comes_back(world: World, clerk: User) -> None:
    wrong = world.paid(35_000, "2019-03-01")
    first = ledger_build(kind=world.kind, county=world.county, hospital=world.hospital, year=2019, quarter=1)
    ledger_confirm(ledger_id=first.pk, by=Actor(user=clerk))
    ledger_review(ledger_id=first.pk, by=clerk)
    county_submit(kind=world.kind, county=world.county, year=2019, quarter=1)
    world.reverse(wrong, posted_on="2019-05-01")
    passed(world, clerk)
    submission = submit(world)
    item = submission.items.get()
    submission_approve(submission_id=submission.pk, first_only=False, by=clerk)
    with pytest.raises(PaymentRefusedError):
        pay(item, 1, "B1", clerk)
    assert pay(item, -35_000, "B1", clerk).state == "已收回"
    sums = flow_sums(scope=EVERYTHING, by=("quarter",))
    assert [(row.group, row.paid_fen, row.outstanding_fen) for row in sums] == [
        ((1,), 0, 35_000), ((2,), -35_000, 0)
    ]  # fmt: skip


def test_late_submissions_and_payments_are_listed(in_parts: World, clerk: User) -> None:
    in_parts.paid(100, "2019-04-01")
    passed(in_parts, clerk)

    def late(today: date) -> list[tuple[str, int]]:
        return [(row.what, row.open_fen) for row in overdue_list(scope=EVERYTHING, today=today)]

    assert (late(date(2019, 7, 5)), late(date(2019, 7, 6))) == ([], [("报送", 100)])
    submit(in_parts)
    assert (late(date(2019, 7, 17)), late(date(2019, 7, 18))) == ([], [("拨付", 70)])
    assert late(date(2019, 8, 8)) == [("余款", 100)]


def test_budget_against_spent(item: SubmissionItem, world: World, clerk: User) -> None:
    fund = Fund.objects.get(code="liupan_backstop")
    for fen, source in ((50_000, "county"), (-10_000, "county"), (5_000, "supplement")):
        budget_record(
            county=world.county, fund=fund, year=2019, amount_fen=fen, document="清财〔2019〕3号", by=clerk,
            source=source,
        )  # fmt: skip
    with pytest.raises(LedgerError):
        budget_record(county=world.county, fund=fund, year=2019, amount_fen=-45_001, document="x", by=clerk)
    pay(item, 20_000, "B1", clerk)
    rows = {row.fund: row for row in budget_use(scope=EVERYTHING, year=2019)}
    row = rows["liupan_backstop"]
    assert (row.county_fen, row.supplement_fen, row.budget_fen) == (40_000, 5_000, 45_000)
    assert (row.spent_fen, row.left_fen, row.allotted_fen) == (35_000, 10_000, 20_000)
    assert rows["residents"].budget_fen == 0


def test_strangers_see_nothing(
    item: SubmissionItem, world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stranger = Scope(hospital_id=world.other_hospital.pk)
    elsewhere = Scope(county_ids=frozenset({world.other_county.pk}))
    for scope in (NOTHING, stranger, elsewhere):
        assert not submission_list(scope=scope).exists()
        assert not item_list(scope=scope).exists()
        assert flow_sums(scope=scope) == []
    assert budget_use(scope=elsewhere, year=2019) == budget_use(scope=NOTHING, year=2019) == []
    assert item_list(scope=Scope(hospital_id=world.hospital.pk)).get() == item
    with django_assert_num_queries(1):
        flow_sums(scope=EVERYTHING)


Change = Callable[[SubmissionItem], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda item: SubmissionItem.objects.filter(pk=item.pk).update(applied_fen=1),
        lambda item: Submission.objects.update(total_fen=1),
        lambda _item: Approval.objects.update(amount_fen=1),
        lambda _item: LedgerStep.objects.all().delete(),
    ],
)
def test_the_database_keeps_the_steps(item: SubmissionItem, change: Change) -> None:
    with pytest.raises(IntegrityError, match="insert_only"), transaction.atomic():
        change(item)

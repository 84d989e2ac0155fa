"""From a built ledger to received money on the pages of the admin (台账办理页面)."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from common.models import Job
from common.money import format_yuan
from policies.models import Fund
from reimbursement.models import Budget, LedgerPayment, Submission
from reimbursement.services import Actor, county_submit, ledger_confirm, ledger_review
from reimbursement.tasks import build_county_quarter
from tests.admin.conftest import Login
from tests.admin.test_actions import allow
from tests.admin.world import World, ledger_of


@pytest.fixture
def clerk(world: World, login: Login) -> Client:
    return login("clerk")


def test_a_ledger_is_confirmed_reviewed_and_submitted_with_its_county(
    world: World, login: Login, clerk: Client, settings
) -> None:
    ledger = ledger_of(world)
    url = reverse("admin:reimbursement_ledger_submit", args=[ledger.pk])
    nurse = login("nurse")
    confirm, review = (
        reverse("admin:reimbursement_ledger_step", args=[ledger.pk, step]) for step in ("confirm", "review")
    )
    assert [clerk.post(url).status_code, nurse.post(confirm).status_code] == [403, 403]
    allow("clerk", "submit_submission")
    allow("clerk", "review_quarterlyledger")
    allow("nurse", "confirm_quarterlyledger")
    assert "确认报送" in clerk.get(url).content.decode()
    assert "尚未结束" in clerk.post(url, follow=True).content.decode()
    settings.BUSINESS_DATE = settings.BUSINESS_DATE.replace(month=7, day=1)
    assert "尚未确认或审核" in clerk.post(url, follow=True).content.decode()
    assert not Submission.objects.exists()
    assert "内容已变动" in nurse.post(f"{confirm}?seen=0", follow=True).content.decode()
    assert "已办理：确认无误" in nurse.post(confirm, follow=True).content.decode()
    assert "已办理：审核通过" in clerk.post(review, follow=True).content.decode()
    assert "已办理：全县汇总报送" in clerk.post(url, follow=True).content.decode()
    ledger.refresh_from_db()
    assert (ledger.status, ledger.submitted_by) == ("submitted", User.objects.get(username="clerk"))
    assert login("stranger").get(url).status_code != 200


def test_finance_approves_and_pays_and_the_hospital_acknowledges(
    world: World, login: Login, clerk: Client, settings
) -> None:
    settings.BUSINESS_DATE = settings.BUSINESS_DATE.replace(month=7, day=1)
    ledger, user = ledger_of(world), User.objects.get(username="clerk")
    ledger_confirm(ledger_id=ledger.pk, by=Actor(user=user))
    ledger_review(ledger_id=ledger.pk, by=user)
    submission = county_submit(
        kind=ledger.kind, county=ledger.county, year=ledger.year, quarter=ledger.quarter
    )
    item = submission.items.get()
    approve = reverse("admin:reimbursement_submission_approve", args=[submission.pk, "rest"])
    pay = reverse("admin:reimbursement_item_pay", args=[item.pk])
    assert [clerk.post(approve).status_code, clerk.get(pay).status_code] == [403, 403]
    allow("clerk", "approve_submission")
    allow("clerk", "pay_submission")
    assert "已办理：核定全部应付" in clerk.post(approve, follow=True).content.decode()
    amount = format_yuan(item.applied_fen)
    form = {"amount": amount, "paid_on": "2019-07-01", "bank_reference": "B1", "note": ""}
    assert "两位小数" in clerk.post(pay, {**form, "amount": "1.5"}).content.decode()
    assert not LedgerPayment.objects.exists()
    assert "已办理：登记拨付" in clerk.post(pay, form, follow=True).content.decode()
    payment, nurse = LedgerPayment.objects.get(), login("nurse")
    allow("nurse", "receive_ledgerpayment")
    receive = reverse("admin:reimbursement_payment_receive", args=[payment.pk])
    answer = nurse.post(receive, {"received_on": "2019-07-01"}, follow=True).content.decode()
    assert "已办理：确认到账" in answer
    for page in (
        reverse("admin:reimbursement_submission_change", args=[submission.pk]),
        reverse("admin:reimbursement_ledgerpayment_change", args=[payment.pk]),
        reverse("admin:reimbursement_submission_changelist"),
        reverse("admin:reimbursement_ledgerpayment_changelist"),
    ):
        assert nurse.get(page).status_code == clerk.get(page).status_code == 200
    page = reverse("admin:reimbursement_submission_change", args=[submission.pk])
    assert login("stranger").get(page).status_code != 200


def test_a_line_is_deducted_and_a_budget_recorded_inside_the_county(world: World, clerk: Client) -> None:
    ledger = ledger_of(world)
    line = ledger.lines.order_by("-amount_fen").first()
    assert line is not None
    deduct = reverse("admin:reimbursement_line_deduct", args=[line.pk])
    assert clerk.get(deduct).status_code == 403
    allow("clerk", "review_quarterlyledger")
    allow("clerk", "add_budget")
    clerk.post(deduct, {"amount": "1.00", "reason": "超量"})
    assert line.deductions.get().amount_fen == 100
    page = clerk.get(reverse("admin:reimbursement_quarterlyledger_change", args=[ledger.pk]))
    assert "超量" in page.content.decode()
    budget = {
        "county": world.county.pk, "fund": Fund.objects.get(code="county_finance").pk, "year": 2019,
        "source": "county", "amount": "1000.00", "document": "示财〔2019〕1号", "note": "",
    }  # fmt: skip
    url = reverse("admin:reimbursement_budget_add")
    clerk.post(url, {**budget, "county": world.other_county.pk})
    assert not Budget.objects.exists()
    clerk.post(url, budget)
    assert Budget.objects.get().amount_fen == 100_000
    assert clerk.get(reverse("admin:reimbursement_budget_changelist")).status_code == 200


def test_a_county_s_quarter_is_built_by_the_worker(
    world: World, clerk: Client, django_capture_on_commit_callbacks
) -> None:
    url = reverse("admin:reimbursement_quarter_build")
    form = {"county": world.county.pk, "year": 2019, "quarter": "2"}
    assert clerk.post(url, form).status_code == 403
    allow("clerk", "change_quarterlyledger")
    assert "编制全县台账" in clerk.get(url).content.decode()
    clerk.post(url, {**form, "county": world.other_county.pk})
    assert not Job.objects.exists()
    with django_capture_on_commit_callbacks() as callbacks:
        answer = clerk.post(url, form)
    assert answer["Location"] == reverse("admin:common_job_change", args=[Job.objects.get().pk])
    assert callbacks[0].__self__.task == build_county_quarter.name

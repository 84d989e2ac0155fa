"""What a patient pays back counts once: off the sum to recover, for the funds that are owed."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.urls import reverse
from pytest_django import Settings

from beneficiaries.models import Person
from organizations.due_work import Desk
from organizations.models import Hospital
from settlement.due_work import DUE_WORK
from settlement.manual_errors import NothingToPayError, RepaymentError
from settlement.models import PatientRepayment, Payment, RepaymentShare
from settlement.selectors.payouts import fund_totals, open_rows, repayment_list
from settlement.services import (
    payout_batch_confirm,
    payout_batch_make,
    payout_item_bounce,
    repayment_record,
    repayment_undo,
)
from settlement.services.manual import manual_claim_reverse
from tests import factories
from tests.admin.pages import visible_text
from tests.admin.test_language import english_words
from tests.settlement.manual.pages import RIGHTS, client_of
from tests.settlement.manual.support import account, approved, scope_of, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("packs", "today")]
DAY = date(2019, 6, 30)


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.STATIC_ROOT = tmp_path_factory.mktemp("static")
    backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}


@pytest.fixture
def owed_fen(poor: Person, hospital: Hospital) -> int:
    """A claim was paid, then taken back: all of it is to be recovered."""
    account(poor)
    manual = approved(
        poor, hospital, "0000001", admitted_on=date(2019, 2, 1), discharged_on=date(2019, 2, 11)
    )
    batch = payout_batch_make(county=poor.county, by=staff("cashier"))
    payout_batch_confirm(batch=batch, on=DAY, bank_reference="B1", by=staff("cashier"))
    manual_claim_reverse(manual=manual, by=staff("second"), note="重复享受")
    return batch.total_fen


def repay(person: Person, fen: int, reference: str = "T1", **changes: Any) -> PatientRepayment:
    usual = {"received_on": DAY, "bank_reference": reference, "by": staff("cashier")}
    return repayment_record(person=person, county=person.county, amount_fen=fen, **{**usual, **changes})


def left(person: Person) -> list[tuple[int, int]]:
    rows = open_rows(scope=scope_of(person), county=person.county)
    return [(row.amount_fen, row.repaid_fen) for row in rows]


def test_a_repayment_is_split_over_the_funds_that_are_owed(poor: Person, owed_fen: int) -> None:
    owed = {
        (row.tier, row.fund): -row.amount_fen
        for row in Payment.objects.filter(payee="patient", amount_fen__lt=0)
    }
    assert len(owed) > 1
    first = repay(poor, owed_fen - 7)
    assert left(poor) == [(-7, owed_fen - 7)]
    second = repay(poor, 7, "T2")
    assert left(poor) == []
    for made, fen in ((first, owed_fen - 7), (second, 7)):
        assert sum(made.shares.values_list("amount_fen", flat=True)) == fen
    repaid: dict[tuple[str, str], int] = {}
    for share in RepaymentShare.objects.all():
        repaid[share.tier, share.fund] = repaid.get((share.tier, share.fund), 0) + share.amount_fen
    assert repaid == owed


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amount_fen": 0}, "大于零"),
        ({"amount_fen": -1}, "大于零"),
        ({"more_fen": 1}, "不超过待追回的"),
        ({"bank_reference": " "}, "银行流水号"),
        ({"received_on": date(2019, 7, 1)}, "至今天之间"),
        ({"received_on": date(2018, 12, 31)}, "至今天之间"),
    ],
)
def test_what_cannot_be_is_refused(
    poor: Person, owed_fen: int, row_counts: Any, changes: dict[str, Any], said: str
) -> None:
    before = row_counts()
    fen = changes.pop("amount_fen", owed_fen + changes.pop("more_fen", 0))
    with pytest.raises(RepaymentError, match=said):
        repay(poor, fen, **changes)
    assert row_counts() == before


def test_who_owes_nothing_repays_nothing(poor: Person, hospital: Hospital) -> None:
    approved(poor, hospital)
    with pytest.raises(RepaymentError, match="没有待追回"):
        repay(poor, 1)
    assert PatientRepayment.objects.count() == 0


def test_a_reference_serves_one_standing_entry(poor: Person, owed_fen: int) -> None:
    first = repay(poor, 100)
    with pytest.raises(RepaymentError, match="已登记过"):
        repay(poor, 100)
    with pytest.raises(IntegrityError, match="repayment_reference_once"), transaction.atomic():
        PatientRepayment.objects.create(
            person=poor, county=poor.county, amount_fen=1, received_on=DAY, bank_reference="T1", by=staff("x")
        )
    # Entered with a wrong amount: taken back, the same movement of money is entered again.
    repayment_undo(repayment=first, reason="金额登错", by=staff("cashier"))
    repay(poor, 101)
    assert left(poor) == [(101 - owed_fen, 101)]
    assert [row.state for row in repayment_list(scope=scope_of(poor))] == ["已退还", "撤销记录", "已撤销"]


def people_to_pay(person: Person) -> int:
    kind = next(kind for kind in DUE_WORK if kind.code == "people-to-pay")
    rows = kind.rows(Desk(user=staff("cashier"), scope=scope_of(person), office="", today=DAY))
    assert isinstance(rows, QuerySet)
    return rows.count()


def test_whoever_the_next_batch_pays_is_due_after_a_repayment_and_after_a_bounce(
    poor: Person, hospital: Hospital, owed_fen: int
) -> None:
    assert people_to_pay(poor) == 0
    repay(poor, owed_fen)
    assert people_to_pay(poor) == 0
    # Less than was taken back: only what was paid back makes it a sum to be paid.
    approved(poor, hospital, "0000002", admitted_on=date(2019, 3, 1), discharged_on=date(2019, 3, 11))
    assert people_to_pay(poor) == 1
    batch = payout_batch_make(county=poor.county, by=staff("cashier"))
    assert people_to_pay(poor) == 0
    bounced = batch.items.get()
    payout_item_bounce(item=bounced, on=DAY, bank_reference="B2", reason="账户已销", by=staff("cashier"))
    assert people_to_pay(poor) == 1
    payout_batch_make(county=poor.county, by=staff("cashier"))
    assert people_to_pay(poor) == 0


def test_a_repayment_is_taken_back_once(poor: Person, owed_fen: int) -> None:
    made = repay(poor, owed_fen)
    with pytest.raises(RepaymentError, match="原因"):
        repayment_undo(repayment=made, reason=" ", by=staff("cashier"))
    back = repayment_undo(repayment=made, reason="登错人", by=staff("cashier"))
    for wrong in (made, back):
        with pytest.raises(RepaymentError, match="已经撤销"):
            repayment_undo(repayment=wrong, reason="登错人", by=staff("cashier"))
    assert left(poor) == [(-owed_fen, 0)]
    assert sum(RepaymentShare.objects.values_list("amount_fen", flat=True)) == 0


def test_the_next_batch_pays_in_full_what_was_repaid_before(
    poor: Person, hospital: Hospital, owed_fen: int
) -> None:
    repay(poor, owed_fen)
    with pytest.raises(NothingToPayError):
        payout_batch_make(county=poor.county, by=staff("cashier"))
    approved(poor, hospital, "0000002")
    due_fen = sum(
        row.amount_fen for row in Payment.objects.filter(claim__claim_no__contains="LX", payee="patient")
    )
    batch = payout_batch_make(county=poor.county, by=staff("cashier"))
    assert batch.total_fen == due_fen > 0
    assert sum(fen for _, _, fen in fund_totals(batch=batch)) == batch.total_fen
    assert left(poor) == []
    # Found out later that the money never came: it is to be recovered again.
    repayment_undo(repayment=PatientRepayment.objects.get(), reason="银行更正", by=staff("cashier"))
    assert left(poor) == [(-owed_fen, -owed_fen)]
    repay(poor, owed_fen, "T2")
    assert left(poor) == []


def test_the_database_keeps_repayments(poor: Person, owed_fen: int) -> None:
    repay(poor, 100)
    for table in ("patientrepayment", "repaymentshare"):
        with (
            pytest.raises(DatabaseError, match="insert_only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE settlement_{table} SET amount_fen = 1")
    PatientRepayment.objects.create(
        person=poor, county=poor.county, amount_fen=1, received_on=DAY, bank_reference="T9", by=staff("x")
    )
    with pytest.raises(IntegrityError, match="repayment_shares_wrong"):
        connection.check_constraints()
    transaction.set_rollback(True)


def test_the_page_takes_a_repayment_and_shows_it(poor: Person, owed_fen: int) -> None:
    client = client_of("cashier", poor.county)
    opened = reverse("admin:settlement_payout_open", args=[poor.county_id])
    url = reverse("admin:settlement_payout_repay", args=[poor.county_id, poor.pk])
    assert url in client.get(opened).content.decode()
    form = {"amount_fen": "1.00", "received_on": "2019-06-30", "bank_reference": "T1", "note": "现金缴存"}
    wrong = client.post(url, {**form, "amount_fen": "99999999.00"})
    assert "不超过待追回的" in visible_text(wrong.content.decode())
    answer = client.post(url, form, follow=True)
    assert "已登记退还" in visible_text(answer.content.decode())
    made = PatientRepayment.objects.get()
    assert (made.amount_fen, made.bank_reference, made.note) == (100, "T1", "现金缴存")
    page = reverse("admin:settlement_patientrepayment_change", args=[made.pk])
    lists = reverse("admin:settlement_patientrepayment_changelist")
    undo = reverse("admin:settlement_payout_repayment_undo", args=[made.pk])
    for each in (opened, url, page, lists, undo):
        html = client.get(each).content.decode()
        assert english_words(html) - set(RIGHTS) == set(), each
    assert poor.name in visible_text(client.get(lists).content.decode())
    assert "已撤销" in visible_text(client.post(undo, {"reason": "登错"}, follow=True).content.decode())
    assert left(poor) == [(-owed_fen, 0)]


def test_another_countys_cashier_and_a_clerk_record_nothing(poor: Person, owed_fen: int) -> None:
    made = repay(poor, 100)
    strange = factories.county("410185", "邻县")
    url = reverse("admin:settlement_payout_repay", args=[poor.county_id, poor.pk])
    undo = reverse("admin:settlement_payout_repayment_undo", args=[made.pk])
    page = reverse("admin:settlement_patientrepayment_change", args=[made.pk])
    form = {"amount_fen": "1.00", "received_on": "2019-06-30", "bank_reference": "T2", "note": ""}
    stranger = client_of("cashier-x", strange)
    assert [stranger.post(each, form).status_code for each in (url, undo)] == [404, 404]
    assert stranger.get(page).status_code == 404
    clerk = client_of("entry", poor.county)
    assert [clerk.post(each, form).status_code for each in (url, undo)] == [403, 403]
    assert PatientRepayment.objects.count() == 1

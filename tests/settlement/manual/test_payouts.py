"""Patients are paid to their own accounts, each fen once, whatever the bank does."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from beneficiaries.models import Person
from organizations.models import Hospital
from organizations.scope import Scope
from settlement.manual_errors import AccountInvalidError, BankResultError, NothingToPayError
from settlement.models import PatientAccount, Payment, PayoutBatch, PayoutItem, PayoutLine
from settlement.selectors.manual import manual_handled
from settlement.selectors.payouts import fund_totals, open_rows
from settlement.services import (
    claim_reverse,
    patient_account_record,
    payout_batch_confirm,
    payout_batch_make,
    payout_item_bounce,
)
from settlement.services.manual import manual_claim_reverse
from tests import factories
from tests.settlement.manual.support import ENTRY, account, approved, scope_of, staff
from tests.settlement.support import settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("packs", "today")]
DAY = date(2019, 6, 30)


def due(person: Person) -> int:
    rows = Payment.objects.filter(claim__person=person, payee="patient")
    return sum(row.amount_fen for row in rows)


def make(person: Person) -> PayoutBatch:
    return payout_batch_make(county=person.county, by=staff("cashier"))


def test_a_batch_lists_what_is_open_and_a_second_finds_nothing(poor: Person, hospital: Hospital) -> None:
    approved(poor, hospital)
    account(poor)
    batch = make(poor)
    assert (batch.item_count, batch.total_fen) == (1, due(poor))
    assert sum(fen for _, _, fen in fund_totals(batch=batch)) == batch.total_fen
    with pytest.raises(NothingToPayError):
        make(poor)
    assert PayoutBatch.objects.count() == 1
    assert open_rows(scope=scope_of(poor), county=poor.county) == []


def test_a_payment_stands_in_one_batch_also_by_sql(poor: Person, hospital: Hospital) -> None:
    approved(poor, hospital)
    account(poor)
    batch = make(poor)
    line = PayoutLine.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutLine.objects.create(item=line.item, payment=line.payment, amount_fen=line.amount_fen)
    for table in ("payoutbatch", "payoutitem", "payoutline", "patientaccount"):
        with (
            pytest.raises(DatabaseError, match="insert_only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"DELETE FROM settlement_{table}")
    assert batch.items.count() == 1


def test_without_an_account_a_person_waits(poor: Person, hospital: Hospital, row_counts) -> None:
    approved(poor, hospital)
    before = row_counts()
    with pytest.raises(NothingToPayError):
        make(poor)
    assert row_counts() == before
    row = open_rows(scope=scope_of(poor), county=poor.county)[0]
    assert (row.account, row.amount_fen) == (None, due(poor))
    assert open_rows(scope=Scope(county_ids=frozenset({0})), county=poor.county) == []


def test_a_paid_claim_says_when_and_how_long_it_took(poor: Person, hospital: Hospital) -> None:
    manual = approved(poor, hospital)
    account(poor)
    batch = make(poor)
    assert payout_batch_confirm(batch=batch, on=DAY, bank_reference="B20190630", by=staff("cashier")) == 1
    manual.refresh_from_db()
    assert (manual.status, manual.paid_on) == ("paid", DAY)
    handled = manual_handled(scope=scope_of(poor), since=DAY, until=DAY)
    assert [(row.used_days, row.granted_days, row.in_time) for row in handled] == [(4, 25, True)]
    with pytest.raises(BankResultError):
        payout_batch_confirm(batch=batch, on=DAY, bank_reference="B20190630", by=staff("cashier"))


def test_a_bounced_transfer_is_sent_again_once(poor: Person, hospital: Hospital) -> None:
    manual = approved(poor, hospital)
    account(poor)
    first = make(poor)
    payout_batch_confirm(batch=first, on=DAY, bank_reference="B1", by=staff("cashier"))
    payout_item_bounce(
        item=first.items.get(), on=DAY, bank_reference="B2", reason="账号户名不符", by=staff("cashier")
    )
    manual.refresh_from_db()
    assert (manual.status, manual.paid_on) == ("settled", None)
    account(poor)
    again = make(poor)
    assert again.total_fen == first.total_fen
    assert again.items.get().account != first.items.get().account
    assert fund_totals(batch=again) == fund_totals(batch=first)
    with pytest.raises(NothingToPayError):
        make(poor)
    payout_batch_confirm(batch=again, on=DAY, bank_reference="B3", by=staff("cashier"))
    manual.refresh_from_db()
    assert manual.status == "paid"
    assert list(manual.steps.order_by("id").values_list("kind", flat=True))[-3:] == [
        "paid",
        "bounced",
        "paid",
    ]
    with pytest.raises(BankResultError, match="已登记为退回"):
        payout_item_bounce(
            item=first.items.get(), on=DAY, bank_reference="B4", reason="重复", by=staff("cashier")
        )


def test_sums_to_recover_are_taken_off_what_is_due(poor: Person, hospital: Hospital) -> None:
    account(poor)
    earlier = approved(
        poor, hospital, "0000001", admitted_on=date(2019, 2, 1), discharged_on=date(2019, 2, 11)
    )
    paid_fen = due(poor)
    payout_batch_confirm(batch=make(poor), on=DAY, bank_reference="B1", by=staff("cashier"))
    manual_claim_reverse(manual=earlier, by=staff("second"), note="重复享受")
    row = open_rows(scope=scope_of(poor), county=poor.county)[0]
    assert row.amount_fen == -paid_fen
    with pytest.raises(NothingToPayError):
        make(poor)
    approved(poor, hospital, "0000002", lines=_lines(6_000_000), total_fen=6_000_000)
    batch = make(poor)
    # Of both batches together exactly what holds now has left.
    assert batch.total_fen == due(poor) - paid_fen
    assert open_rows(scope=scope_of(poor), county=poor.county) == []


def test_back_payments_of_a_reversal_are_paid_to_the_patient(poor: Person, hospital: Hospital) -> None:
    settle(hospital, factories.stay(poor, "S1"))
    settle(hospital, factories.stay(poor, "S2"))
    claim_reverse(hospital=hospital, claim_no="S1", reason="录入有误")
    rows = open_rows(scope=scope_of(poor), county=poor.county)
    assert [row.amount_fen for row in rows] == [due(poor)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"holder_name": "别人"}, "户名与患者姓名不一致"),
        ({"holder_name": "别人", "relation": "parent"}, "写明依据"),
        ({"number": "12 34"}, "位数字"),
    ],
)
def test_an_account_that_is_not_the_patients_is_refused(
    poor: Person, changes: dict[str, str], said: str
) -> None:
    usual = {
        "holder_name": poor.name, "relation": "self", "bank": "示例银行", "number": "62170000123456789",
    }  # fmt: skip
    with pytest.raises(AccountInvalidError, match=said):
        patient_account_record(person=poor, by=staff("entry"), **{**usual, **changes})
    assert PatientAccount.objects.count() == 0


def test_an_account_number_is_encrypted(poor: Person) -> None:
    made = account(poor)
    stored = bytes(PatientAccount.objects.get().number_encrypted)
    assert b"6217" not in stored
    assert str(made) == "示例人（尾号8901）"
    assert PayoutItem.objects.count() == 0


def _lines(fen: int):
    return (ENTRY.lines[0]._replace(amount_fen=fen, in_scope_fen=fen),)

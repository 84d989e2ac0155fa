"""Paying patients (一卡通支付): accounts, batches, what the bank answers. Locks: county, then batch."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.models import Person
from common.clock import business_date
from common.encryption import encrypt
from organizations.models import Region
from settlement.manual_errors import AccountInvalidError, BankResultError, NothingToPayError
from settlement.models import (
    ManualClaim,
    ManualStep,
    PatientAccount,
    PayoutBatch,
    PayoutItem,
    PayoutLine,
    PayoutResult,
)
from settlement.selectors.payouts import Open, accounts_of, manual_claims_in, open_sums, payout_items

SHORTEST, LONGEST = 8, 30


@transaction.atomic
def patient_account_record(
    *, person: Person, holder_name: str, relation: str, bank: str, number: str, by: User, basis: str = ""
) -> PatientAccount:
    """Record the account a patient is paid to (登记一卡通账户, R76); the newest holds.

    Raises:
        AccountInvalidError: not the patient's own, nor a guardian's with what proves it; or no number.
    """
    own = relation == PatientAccount.Relation.SELF
    digits = "".join(number.split()).replace("-", "")
    if own and holder_name.strip() != person.name:
        raise AccountInvalidError("户名与患者姓名不一致；由监护人代领的，请选择与患者关系并写明依据。")
    if not own and not basis.strip():
        raise AccountInvalidError("由监护人代领的，请写明依据，例如户口簿页码或监护证明。")
    if not (digits.isascii() and digits.isdigit() and SHORTEST <= len(digits) <= LONGEST):
        raise AccountInvalidError(f"账号须为 {SHORTEST} 至 {LONGEST} 位数字，请核对存折或卡号。")
    account = PatientAccount(
        person=person,
        holder_name=holder_name.strip(),
        relation=relation,
        basis=basis.strip(),
        bank=bank.strip(),
        number_encrypted=encrypt(digits),
        number_last4=digits[-4:],
        recorded_by=by,
    )
    account.full_clean()
    account.save()
    return account


@transaction.atomic
def payout_batch_make(*, county: Region, by: User) -> PayoutBatch:
    """List all that is open to the bank (生成支付批次); frozen from then on.

    Each payment stands in one batch, ever; what bounced is sent again. A person's sums to recover are taken
    off; whoever owes more than he is due, or has no account, waits.

    Raises:
        NothingToPayError: nothing is open, or all of it waits.
    """
    # Two batches at once would list the same payments: the second waits, and finds them listed.
    Region.objects.select_for_update(no_key=True).get(pk=county.pk)
    due = [each for each in open_sums(county=county) if each.amount_fen > 0]
    accounts = accounts_of(person_ids=[each.person_id for each in due])
    due = [each for each in due if each.person_id in accounts]
    if not due:
        raise NothingToPayError
    batch = PayoutBatch.objects.create(
        county=county,
        made_on=business_date(),
        made_by=by,
        item_count=len(due),
        total_fen=sum([each.amount_fen for each in due]),
        content_hash=_content_hash(due, accounts),
    )
    items = PayoutItem.objects.bulk_create(
        PayoutItem(
            batch=batch,
            person_id=each.person_id,
            account=accounts[each.person_id],
            amount_fen=each.amount_fen,
        )
        for each in due
    )
    PayoutLine.objects.bulk_create(
        line for item, each in zip(items, due, strict=True) for line in _lines(item, each)
    )
    return batch


@transaction.atomic
def payout_batch_confirm(*, batch: PayoutBatch, on: date, bank_reference: str, by: User) -> int:
    """The bank paid all of the batch that did not bounce (登记支付成功); returns how many.

    Raises:
        BankResultError: nothing is left to confirm, no reference, or a day before the batch.
    """
    _check_result(batch, on, bank_reference)
    items = [item for item in _locked_items(batch) if not (item.is_paid or item.is_bounced)]
    if not items:
        raise BankResultError("这个批次的支付结果都已登记，不再重复登记。")
    PayoutResult.objects.bulk_create(
        PayoutResult(item=item, bounced=False, on=on, bank_reference=bank_reference.strip(), recorded_by=by)
        for item in items
    )
    _manual_move(items, to=ManualClaim.Status.PAID, on=on, by=by, note=f"批次 {batch.number}")
    return len(items)


@transaction.atomic
def payout_item_bounce(*, item: PayoutItem, on: date, bank_reference: str, reason: str, by: User) -> None:
    """The bank sent one transfer back (登记退回), at once or later; the next batch sends it again.

    Raises:
        BankResultError: it bounced before, there is no reason or reference, or the day cannot be.
    """
    batch = item.batch
    _check_result(batch, on, bank_reference)
    if not reason.strip():
        raise BankResultError("请写明银行退回的原因。")
    locked = next(row for row in _locked_items(batch) if row.pk == item.pk)
    if locked.is_bounced:
        raise BankResultError("这笔支付已登记为退回，不再重复登记。")
    PayoutResult.objects.create(
        item=item, bounced=True, on=on, bank_reference=bank_reference.strip(), reason=reason.strip(),
        recorded_by=by,
    )  # fmt: skip
    _manual_move([item], to=ManualClaim.Status.SETTLED, on=on, by=by, note=reason.strip())


def _check_result(batch: PayoutBatch, on: date, bank_reference: str) -> None:
    if not bank_reference.strip():
        raise BankResultError("请填写银行流水号。")
    if not batch.made_on <= on <= business_date():
        raise BankResultError("银行日期不能早于制单日期，也不能晚于今天。")


def _locked_items(batch: PayoutBatch) -> list[Any]:
    PayoutBatch.objects.select_for_update().get(pk=batch.pk)
    return list(payout_items(batch=batch))


def _manual_move(items: Sequence[PayoutItem], *, to: str, on: date, by: User, note: str) -> None:
    """The claims from papers that these transfers pay follow."""
    paid = to == ManualClaim.Status.PAID
    kind = ManualStep.Kind.PAID if paid else ManualStep.Kind.BOUNCED
    movable = (ManualClaim.Status.SETTLED,) if paid else (ManualClaim.Status.SETTLED, ManualClaim.Status.PAID)
    rows = ManualClaim.objects.select_for_update().filter(
        pk__in=manual_claims_in(items=items), status__in=movable
    )
    for manual in rows.order_by("pk"):
        manual.status, manual.paid_on = to, on if paid else None
        manual.save(update_fields=["status", "paid_on"])
        ManualStep.objects.create(manual=manual, kind=kind, on=on, by=by, note=note)


def _lines(item: PayoutItem, each: Open) -> list[PayoutLine]:
    payments = [PayoutLine(item=item, payment_id=pk, amount_fen=fen) for pk, fen in each.payments.items()]
    bounced = [PayoutLine(item=item, bounced_id=pk, amount_fen=fen) for pk, fen in each.bounced.items()]
    repaid = [PayoutLine(item=item, repayment_id=pk, amount_fen=fen) for pk, fen in each.repaid.items()]
    return payments + bounced + repaid


def _content_hash(due: Sequence[Open], accounts: dict[int, PatientAccount]) -> str:
    rows = [f"{each.person_id} {accounts[each.person_id].pk} {each.amount_fen}" for each in due]
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()

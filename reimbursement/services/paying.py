"""Finance approves and pays, hospitals acknowledge (核定、拨付、到账). One lock: the item's row."""

from datetime import date

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from common.clock import business_date
from common.money import format_yuan
from reimbursement.errors import (
    AfterApprovalError,
    BankReferenceError,
    NothingToApproveError,
    PaymentDateError,
    PaymentRefusedError,
    ReasonMissingError,
    ReceivedAlreadyError,
    ReceivedPaymentError,
    UndoneAlreadyError,
)
from reimbursement.models import Approval, LedgerPayment, LedgerReceipt, SubmissionItem
from reimbursement.selectors.flow import ItemSums, item_sums
from reimbursement.services.actors import Actor

REFERENCE_ONCE = "ledger_payment_reference_once"


@transaction.atomic
def submission_approve(*, submission_id: int, first_only: bool, by: User, note: str = "") -> list[Approval]:
    """Approve a submission's items (核定): the first part, or all that is due after deductions.

    The rest is a subtraction: what is due less what was approved before.

    Raises:
        NothingToApproveError: all was approved before.
    """
    items = SubmissionItem.objects.select_for_update().filter(submission=submission_id).order_by("pk")
    made = []
    for item in items:
        amount_fen = _to_approve(item, item_sums(item=item), first_only=first_only)
        if amount_fen:
            made.append(Approval(item=item, amount_fen=amount_fen, by=by, note=note.strip()))
    if not made:
        raise NothingToApproveError
    return [_saved(approval) for approval in made]


@transaction.atomic
def approval_undo(*, approval_id: int, reason: str, by: User) -> Approval:
    """Take an approval back by a counter-entry (撤销核定); what is paid must be taken back first."""
    approval = Approval.objects.get(pk=approval_id)
    item = _item_lock(approval.item_id)
    _undo_check(reason=reason, undone=approval.undoes_id is not None or _is_undone(Approval, approval.pk))
    sums = item_sums(item=item)
    rest = sums.approved_fen - approval.amount_fen
    if not _between(sums.paid_fen, rest):
        raise AfterApprovalError
    return Approval.objects.create(
        item=item, amount_fen=-approval.amount_fen, undoes=approval, note=reason.strip(), by=by
    )


@transaction.atomic
def item_pay(
    *,
    item_id: int,
    amount_fen: int,
    paid_on: date,
    bank_reference: str,
    by: User,
    note: str = "",
) -> LedgerPayment:
    """Record money that moved for an item (登记拨付); for a negative item, money that came back.

    Raises:
        BankReferenceError: none, or one that was recorded before.
        PaymentDateError: a day to come, or before the submission.
        PaymentRefusedError: not within what is approved and unpaid.
    """
    item = _item_lock(item_id)
    reference = bank_reference.strip()
    if not reference:
        raise BankReferenceError(reference="")
    if paid_on > business_date():
        raise PaymentDateError(what="拨付日期不能晚于今天")
    if paid_on < item.submission.submitted_on:
        raise PaymentDateError(what=f"拨付日期不能早于报送日期 {item.submission.submitted_on.isoformat()}")
    sums = item_sums(item=item)
    open_fen = sums.approved_fen - sums.paid_fen
    if not amount_fen or not _between(amount_fen, open_fen):
        raise PaymentRefusedError(open_fen=format_yuan(open_fen))
    payment = LedgerPayment(
        item=item, amount_fen=amount_fen, paid_on=paid_on, bank_reference=reference, by=by, note=note.strip()
    )
    return _payment_saved(payment)


@transaction.atomic
def payment_undo(*, payment_id: int, reason: str, by: User) -> LedgerPayment:
    """Take a wrong entry back by one of the opposite amount (撤销拨付登记).

    Raises:
        ReceivedPaymentError: the hospital has the money; see :func:`payment_return`.
    """
    payment, item = _payment_to_take_back(payment_id, reason)
    if hasattr(payment, "receipt"):
        raise ReceivedPaymentError
    return LedgerPayment.objects.create(
        item=item,
        amount_fen=-payment.amount_fen,
        paid_on=business_date(),
        undoes=payment,
        note=reason.strip(),
        by=by,
    )


@transaction.atomic
def payment_return(
    *, payment_id: int, returned_on: date, bank_reference: str, reason: str, by: User
) -> LedgerPayment:
    """Record that the money of a payment came back (登记退回), acknowledged or not: it is owed again.

    Raises:
        BankReferenceError: none, or one that was recorded before.
        PaymentDateError: a day to come, or before the payment or its receipt.
    """
    payment, item = _payment_to_take_back(payment_id, reason)
    reference = bank_reference.strip()
    if not reference:
        raise BankReferenceError(reference="")
    since = payment.receipt.received_on if hasattr(payment, "receipt") else payment.paid_on
    if not since <= returned_on <= business_date():
        raise PaymentDateError(what=f"退回日期须在 {since.isoformat()} 至今天之间")
    back = LedgerPayment(
        item=item,
        amount_fen=-payment.amount_fen,
        paid_on=returned_on,
        bank_reference=reference,
        undoes=payment,
        note=reason.strip(),
        by=by,
    )
    return _payment_saved(back)


@transaction.atomic
def payment_receive(*, payment_id: int, received_on: date, by: Actor) -> LedgerReceipt:
    """The hospital acknowledges a payment (确认到账).

    Raises:
        ReceivedAlreadyError: it was acknowledged or taken back before.
        PaymentDateError: a day before the payment, or to come.
    """
    payment = LedgerPayment.objects.get(pk=payment_id)
    _item_lock(payment.item_id)
    known = LedgerReceipt.objects.filter(payment=payment).exists()
    if known or payment.undoes_id is not None or _is_undone(LedgerPayment, payment.pk):
        raise ReceivedAlreadyError
    if not payment.paid_on <= received_on <= business_date():
        raise PaymentDateError(what=f"到账日期须在 {payment.paid_on.isoformat()} 至今天之间")
    return LedgerReceipt.objects.create(
        payment=payment, received_on=received_on, by=by.user, by_hospital=by.hospital
    )


def _to_approve(item: SubmissionItem, sums: ItemSums, *, first_only: bool) -> int:
    if not first_only:
        if not _between(sums.paid_fen, sums.due_fen):
            raise AfterApprovalError
        return sums.due_fen - sums.approved_fen
    # Deductions made before count in the first part too: never more than is due.
    first_fen = min(item.first_fen, sums.due_fen) if item.applied_fen > 0 else item.first_fen
    return first_fen - sums.approved_fen if sums.approved_fen == 0 else 0


def _saved(approval: Approval) -> Approval:
    approval.save()
    return approval


def _payment_saved(payment: LedgerPayment) -> LedgerPayment:
    try:
        with transaction.atomic():
            payment.save()
    except IntegrityError as error:
        if REFERENCE_ONCE not in str(error):
            raise
        raise BankReferenceError(reference=payment.bank_reference) from None
    return payment


def _payment_to_take_back(payment_id: int, reason: str) -> tuple[LedgerPayment, SubmissionItem]:
    """The payment as it is under its item's lock."""
    item = _item_lock(LedgerPayment.objects.get(pk=payment_id).item_id)
    payment = LedgerPayment.objects.select_related("receipt").get(pk=payment_id)
    _undo_check(reason=reason, undone=payment.undoes_id is not None or _is_undone(LedgerPayment, payment.pk))
    return payment, item


def _item_lock(item_id: int) -> SubmissionItem:
    items = SubmissionItem.objects.select_related("submission").select_for_update(of=("self",))
    return items.get(pk=item_id)


def _undo_check(*, reason: str, undone: bool) -> None:
    if not reason.strip():
        raise ReasonMissingError
    if undone:
        raise UndoneAlreadyError


def _is_undone(model: type[Approval] | type[LedgerPayment], pk: int) -> bool:
    return model._default_manager.filter(undoes=pk).exists()


def _between(amount: int, bound: int) -> bool:
    return min(0, bound) <= amount <= max(0, bound)

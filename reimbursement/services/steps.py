"""Steps before submission (确认、审核、退回) and deductions (扣减). One lock: the ledger's row."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Sum

from common.money import format_yuan
from reimbursement.errors import (
    AfterApprovalError,
    DeductionError,
    LedgerSubmittedError,
    ReasonMissingError,
    StepRefusedError,
    TakenTwiceError,
    UndoneAlreadyError,
)
from reimbursement.models import LedgerLine, LedgerStep, LineDeduction, QuarterlyLedger, SubmissionItem
from reimbursement.selectors.flow import item_sums, ledger_stage
from reimbursement.services.actors import Actor
from reimbursement.sources import SOURCES

Step = LedgerStep.Step
# What a step may follow; None is a ledger on whose content nobody acted yet.
FOLLOWS: dict[str, frozenset[str | None]] = {
    Step.CONFIRM: frozenset({None, Step.WITHDRAW, Step.RETURN}),
    Step.WITHDRAW: frozenset({Step.CONFIRM}),
    Step.REVIEW: frozenset({Step.CONFIRM}),
    Step.RETURN: frozenset({Step.CONFIRM, Step.REVIEW}),
}


@transaction.atomic
def ledger_confirm(*, ledger_id: int, by: Actor, content_hash: str = "") -> LedgerStep:
    """The hospital confirms the ledger as it stands (医疗机构确认); confirming again changes nothing.

    Args:
        ledger_id: the ledger.
        by: staff of the hospital, or its system.
        content_hash: of what was seen; "" confirms what is there.

    Raises:
        LedgerSubmittedError: it was submitted.
        StepRefusedError: the content changed since it was seen.
    """
    ledger = _open(ledger_id)
    stage = ledger_stage(ledger)
    if content_hash not in {"", ledger.content_hash}:
        raise StepRefusedError(step=str(Step.CONFIRM.label), now="内容已变动")
    if stage is not None and stage.step in {Step.CONFIRM, Step.REVIEW}:
        return stage
    return _step(ledger, Step.CONFIRM, by=by)


@transaction.atomic
def ledger_withdraw(*, ledger_id: int, by: Actor, note: str = "") -> LedgerStep:
    """The hospital takes its confirmation back before review (撤回确认)."""
    return _step(_open(ledger_id), Step.WITHDRAW, by=by, note=note)


@transaction.atomic
def ledger_review(*, ledger_id: int, by: User) -> LedgerStep:
    """The office passes a confirmed ledger (审核通过); what it deducts stands with the lines.

    Raises:
        LedgerSubmittedError, StepRefusedError: see there.
        TakenTwiceError: it takes back what was deducted before.
    """
    ledger = _open(ledger_id)
    deducted = LedgerLine.objects.filter(corrected_by__ledger=ledger, deductions__isnull=False).distinct()
    if twice := sum(_taken(line) > _claimed(line) for line in deducted.select_related("ledger__kind")):
        raise TakenTwiceError(lines=twice)
    return _step(ledger, Step.REVIEW, by=Actor(user=by))


@transaction.atomic
def ledger_return(*, ledger_id: int, by: User, note: str) -> LedgerStep:
    """The office gives a ledger back to the hospital, with the reason (退回)."""
    if not note.strip():
        raise ReasonMissingError
    return _step(_open(ledger_id), Step.RETURN, by=Actor(user=by), note=note.strip())


@transaction.atomic
def line_deduct(*, line_id: int, amount_fen: int, reason: str, by: User) -> LineDeduction:
    """Take something off a line, with the reason (扣减, 黔南医保发〔2019〕36号 二(五)1).

    Possible until all that is due is approved: before submission, or while the rest is reviewed.

    Raises:
        ReasonMissingError: no reason.
        DeductionError: more than is left of the line, or nothing; no fund repays it, or it was corrected.
        AfterApprovalError: more was approved or paid than would be due.
    """
    if not reason.strip():
        raise ReasonMissingError
    line = _line_lock(line_id)
    left = max(_claimed(line) - _taken(line), 0)
    if not 0 < amount_fen <= left:
        raise DeductionError(left=format_yuan(left))
    _due_check(line, less_fen=amount_fen)
    return LineDeduction.objects.create(line=line, amount_fen=amount_fen, reason=reason.strip(), by=by)


@transaction.atomic
def deduction_undo(*, deduction_id: int, reason: str, by: User) -> LineDeduction:
    """Take a deduction back by a counter-entry (撤销扣减).

    Raises:
        ReasonMissingError: no reason.
        UndoneAlreadyError: it was taken back before.
    """
    if not reason.strip():
        raise ReasonMissingError
    deduction = LineDeduction.objects.get(pk=deduction_id)
    line = _line_lock(deduction.line_id)
    if deduction.undoes_id is not None or LineDeduction.objects.filter(undoes=deduction).exists():
        raise UndoneAlreadyError
    return LineDeduction.objects.create(
        line=line, amount_fen=-deduction.amount_fen, reason=reason.strip(), undoes=deduction, by=by
    )


def _open(ledger_id: int) -> QuarterlyLedger:
    ledger = QuarterlyLedger.objects.select_for_update().get(pk=ledger_id)
    if ledger.status == QuarterlyLedger.Status.SUBMITTED:
        raise LedgerSubmittedError(quarter=ledger.period)
    return ledger


def _step(ledger: QuarterlyLedger, step: LedgerStep.Step, *, by: Actor, note: str = "") -> LedgerStep:
    last = ledger_stage(ledger)
    if (last.step if last else None) not in FOLLOWS[step]:
        now = last.get_step_display() if last else "待医疗机构确认"
        raise StepRefusedError(step=str(step.label), now=now)
    return LedgerStep.objects.create(
        ledger=ledger,
        step=step,
        content_hash=ledger.content_hash,
        note=note,
        by=by.user,
        by_hospital=by.hospital,
    )


def _line_lock(line_id: int) -> LedgerLine:
    line = LedgerLine.objects.get(pk=line_id)
    QuarterlyLedger.objects.select_for_update().get(pk=line.ledger_id)
    return line


def _taken(line: LedgerLine) -> int:
    return line.deductions.aggregate(fen=Sum("amount_fen"))["fen"] or 0


def _claimed(line: LedgerLine) -> int:
    """What the line still claims: what later lines took back of it is not taken off once more."""
    if not SOURCES[line.ledger.kind.source].is_money:
        return 0
    corrected = line.corrected_by.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    return max(line.amount_fen + min(corrected, 0), 0)


def _due_check(line: LedgerLine, *, less_fen: int) -> None:
    """What was approved must stay within what is due."""
    item = SubmissionItem.objects.select_for_update().filter(ledger=line.ledger_id, fund=line.fund).first()
    if item is None:
        return
    sums = item_sums(item=item)
    due_fen = sums.due_fen - less_fen
    if not min(0, due_fen) <= sums.approved_fen <= max(0, due_fen):
        raise AfterApprovalError

"""What waits on the money's way back (台账待办): confirm, review, submit, acknowledge; premium sheets."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from organizations.due_work import Desk, DueWork
from reimbursement.models import LedgerPayment, PremiumSheet, QuarterlyLedger
from reimbursement.selectors.flow import payment_list, to_receive
from reimbursement.selectors.ledgers import ledger_list
from reimbursement.selectors.stages import Stage, ledgers_at

LEDGERS = "admin:reimbursement_quarterlyledger_changelist"


def _ledgers(stage: Stage) -> Callable[[Desk], QuerySet[Any]]:
    def rows(desk: Desk) -> QuerySet[QuarterlyLedger]:
        return ledgers_at(ledgers=ledger_list(scope=desk.scope), stage=stage, today=desk.today)

    return rows


def _payments(desk: Desk) -> QuerySet[LedgerPayment]:
    return to_receive(payment_list(scope=desk.scope))


def _sheets(desk: Desk) -> QuerySet[PremiumSheet]:
    within = desk.scope.limit(county="county", hospital="")
    return PremiumSheet.objects.filter(within, status=PremiumSheet.Status.OPEN)


def _at(stage: Stage, title: str, permission: str, *, watched: bool = False) -> DueWork:
    return DueWork(
        code=f"ledger-{stage}", title=title, unit="份", permission=f"reimbursement.{permission}",
        page=LEDGERS, query=f"stage={stage}", rows=_ledgers(stage), due="due_on",
        watched_with="reimbursement.view_quarterlyledger" if watched else "",
    )  # fmt: skip


DUE_WORK: tuple[DueWork, ...] = (
    _at(Stage.CONFIRM, "待医疗机构确认的台账", "confirm_quarterlyledger", watched=True),
    _at(Stage.REVIEW, "待审核的台账", "review_quarterlyledger", watched=True),
    _at(Stage.SUBMIT, "待汇总报送的台账", "submit_submission", watched=True),
    DueWork(
        code="payments-to-receive", title="待确认到账的拨付", unit="笔",
        permission="reimbursement.receive_ledgerpayment",
        page="admin:reimbursement_ledgerpayment_changelist", query="receipt=open", rows=_payments,
    ),
    DueWork(
        code="premium-sheets", title="待报送的参保资助申请", unit="份",
        permission="reimbursement.change_premiumsheet",
        page="admin:reimbursement_premiumsheet_changelist", query="status__exact=open", rows=_sheets,
    ),
)  # fmt: skip

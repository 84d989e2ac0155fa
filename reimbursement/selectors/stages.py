"""Ledgers by whose turn it is (台账待办环节)."""

from datetime import date

from django.db.models import Q, QuerySet, TextChoices

from reimbursement.models import LedgerStep, QuarterlyLedger
from reimbursement.selectors.flow import stages_of

Step = LedgerStep.Step


class Stage(TextChoices):
    """Whose turn it is (待办环节)."""

    CONFIRM = "confirm", "待医疗机构确认"
    REVIEW = "review", "待审核"
    SUBMIT = "submit", "待汇总报送"
    OVERDUE = "overdue", "逾期未报送"


AFTER: dict[str, Q] = {
    Stage.CONFIRM: Q(stage=None) | Q(stage__in=(Step.WITHDRAW, Step.RETURN)),
    Stage.REVIEW: Q(stage=Step.CONFIRM),
    Stage.SUBMIT: Q(stage=Step.REVIEW),
}


def ledgers_at(*, ledgers: QuerySet[QuarterlyLedger], stage: str, today: date) -> QuerySet[QuarterlyLedger]:
    """Those of the ledgers that wait at a stage, or are past their day whatever the stage."""
    still_open = ledgers.filter(status=QuarterlyLedger.Status.OPEN)
    if stage == Stage.OVERDUE:
        return still_open.filter(due_on__lt=today)
    return stages_of(ledgers=still_open).filter(AFTER[stage])

"""Where a ledger stands, and what of an item is approved and paid (办理情况)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Model, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from organizations.scope import Scope
from reimbursement.models import (
    Approval,
    LedgerLine,
    LedgerPayment,
    LedgerReceipt,
    LedgerStep,
    LineDeduction,
    QuarterlyLedger,
    Submission,
    SubmissionItem,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSums:
    """An item's sums (申报、扣减、核定、拨付), fen; each is signed as what was applied for."""

    applied_fen: int
    deducted_fen: int
    approved_fen: int
    paid_fen: int

    @property
    def due_fen(self) -> int:
        """What is owed when all is reviewed."""
        return self.applied_fen - self.deducted_fen

    @property
    def outstanding_fen(self) -> int:
        """What is owed and not paid."""
        return self.due_fen - self.paid_fen


def ledger_stage(ledger: QuarterlyLedger) -> LedgerStep | None:
    """The last step that was done on the ledger's present content."""
    return ledger.steps.filter(content_hash=ledger.content_hash).order_by("-pk").first()


def stages_of(*, ledgers: QuerySet[QuarterlyLedger]) -> QuerySet[QuarterlyLedger]:
    """Ledgers with ``stage``: the last step on their present content, or ``None``; one query."""
    last = LedgerStep.objects.filter(ledger=OuterRef("pk"), content_hash=OuterRef("content_hash"))
    return ledgers.annotate(stage=Subquery(last.order_by("-pk").values("step")[:1]))


def submission_list(*, scope: Scope) -> QuerySet[Submission]:
    """The submissions that the scope may see; a hospital sees those that hold its ledgers."""
    rows = Submission.objects.select_related("kind", "county", "submitted_by")
    if scope.hospital_id is not None:
        return rows.filter(
            pk__in=SubmissionItem.objects.filter(hospital=scope.hospital_id).values("submission")
        )
    return rows.filter(scope.limit(county="county", hospital=""))


def item_list(*, scope: Scope) -> QuerySet[SubmissionItem]:
    """The items that the scope may see, each with ``deducted_fen``, ``approved_fen``, ``paid_fen``."""
    rows = SubmissionItem.objects.select_related(
        "submission__kind", "submission__county", "hospital", "ledger"
    )
    return with_sums(rows.filter(scope.limit(county="submission__county", hospital="hospital")))


def payment_list(*, scope: Scope) -> QuerySet[LedgerPayment]:
    """Payments on ledgers that the scope may see, the newest first."""
    return (
        LedgerPayment.objects.select_related(
            "item__submission__kind",
            "item__submission__county",
            "item__hospital",
            "by",
            "receipt",
            "undone_by",
        )
        .filter(scope.limit(county="item__submission__county", hospital="item__hospital"))
        .order_by("-pk")
    )


def to_receive(payments: QuerySet[LedgerPayment]) -> QuerySet[LedgerPayment]:
    """Those of the payments that their hospital is still to acknowledge (待确认到账)."""
    return payments.filter(amount_fen__gt=0, undoes=None, undone_by=None, receipt=None)


def with_sums(items: QuerySet[SubmissionItem]) -> QuerySet[SubmissionItem]:
    """Items with their sums, whatever their number: one query."""
    deducted = (
        LineDeduction.objects.filter(line__ledger=OuterRef("ledger"), line__fund=OuterRef("fund"))
        .order_by()
        .values("line__ledger")
        .annotate(fen=Sum("amount_fen"))
        .values("fen")
    )
    return items.annotate(
        deducted_fen=_fen(deducted),
        approved_fen=_fen(_sum_of(Approval)),
        paid_fen=_fen(_sum_of(LedgerPayment)),
        received_fen=_fen(
            LedgerReceipt.objects.filter(payment__item=OuterRef("pk"), payment__undone_by=None)
            .order_by()
            .values("payment__item")
            .annotate(fen=Sum("payment__amount_fen"))
            .values("fen")
        ),
    )


def item_sums(*, item: SubmissionItem) -> ItemSums:
    """The sums of one item, as they are now."""
    rows: QuerySet[Any] = with_sums(SubmissionItem.objects.filter(pk=item.pk))
    return ItemSums(**rows.values("applied_fen", "deducted_fen", "approved_fen", "paid_fen").get())


def fund_sums(*, ledger_id: int) -> dict[str, int]:
    """What the lines of a ledger come to, by fund."""
    lines = LedgerLine.objects.filter(ledger=ledger_id).order_by().values("fund")
    return dict(lines.annotate(fen=Sum("amount_fen")).values_list("fund", "fen").order_by("fund"))


def _sum_of(model: type[Model]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.filter(item=OuterRef("pk")).order_by().values("item")
    sums: QuerySet[Any] = rows.annotate(fen=Sum("amount_fen")).values("fen")
    return sums


def _fen(sums: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(sums, output_field=BigIntegerField()), 0)

"""Steps of a ledger before it is submitted (台账办理步骤), and what the office deducts. Insert-only."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from organizations.models import Hospital
from reimbursement.models.ledgers import LedgerLine, QuarterlyLedger


class LedgerStep(models.Model):
    """One step of a ledger (办理步骤): it holds for the content that was seen, not for later content."""

    class Step(models.TextChoices):
        """步骤."""

        CONFIRM = "confirm", "医疗机构确认"
        WITHDRAW = "withdraw", "医疗机构撤回确认"
        REVIEW = "review", "经办机构审核通过"
        RETURN = "return", "退回医疗机构"

    ledger = models.ForeignKey(
        QuarterlyLedger, verbose_name="台账", on_delete=models.PROTECT, related_name="steps"
    )
    step = models.CharField("步骤", max_length=10, choices=Step.choices)
    content_hash = models.CharField("内容摘要", max_length=64)
    note = models.CharField("说明", max_length=300, blank=True)
    # A person, or the hospital's system by its key.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="办理人",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    by_hospital = models.ForeignKey(
        Hospital,
        verbose_name="医疗机构系统",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        """办理步骤."""

        verbose_name = verbose_name_plural = "台账办理步骤"
        ordering = ["id"]
        permissions = [
            ("confirm_quarterlyledger", "确认本机构台账"),
            ("review_quarterlyledger", "审核台账"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(by__isnull=False, by_hospital=None) | Q(by=None, by_hospital__isnull=False),
                name="ledger_step_by_one",
            ),
            models.CheckConstraint(condition=~Q(step="return") | ~Q(note=""), name="ledger_return_has_note"),
        ]

    def __str__(self) -> str:
        return f"{self.ledger_id} {self.get_step_display()}"


class LineDeduction(models.Model):
    """What the office takes off a line, and why (扣减); undone by a counter-entry.

    黔南医保发〔2019〕36号 二(五)1: deductions carry reasons. The sum over a line lies between nothing and the
    line's amount.
    """

    line = models.ForeignKey(
        LedgerLine, verbose_name="台账明细", on_delete=models.PROTECT, related_name="deductions"
    )
    amount_fen = models.BigIntegerField("扣减金额（分）")
    reason = models.CharField("原因", max_length=300)
    undoes = models.OneToOneField(
        "self",
        verbose_name="所撤销的扣减",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="undone_by",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="扣减人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        """扣减."""

        verbose_name = verbose_name_plural = "台账扣减"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="line_deduction_has_reason"),
            models.CheckConstraint(
                condition=Q(undoes=None, amount_fen__gt=0) | Q(undoes__isnull=False, amount_fen__lt=0),
                name="line_deduction_sign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.amount_fen}"

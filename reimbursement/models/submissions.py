"""From submission to received money (申报、核定、拨付、收款). Insert-only; undone by counter-entries."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from organizations.models import Hospital, Region
from policies.models import LedgerKind
from reimbursement.models.ledgers import QuarterlyLedger
from reimbursement.quarters import Quarter

USER = settings.AUTH_USER_MODEL


class Submission(models.Model):
    """All hospitals' ledgers of one kind, county and quarter as sent to who pays (县级汇总申报).

    郑卫〔2017〕214号 三(四): the county merges the institutions' files into one. ``ordinal`` counts up when a
    hospital's ledger came later. The dates of payment are those of the pack on the day of submission.
    """

    kind = models.ForeignKey(
        LedgerKind, verbose_name="台账种类", on_delete=models.PROTECT, related_name="submissions"
    )
    kind_code = models.CharField("台账代码", max_length=80)
    county = models.ForeignKey(
        Region, verbose_name="县（市、区）", on_delete=models.PROTECT, related_name="submissions"
    )
    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度")
    ordinal = models.PositiveSmallIntegerField("批次", default=1)
    ledger_count = models.PositiveIntegerField("医疗机构数")
    total_fen = models.BigIntegerField("合计（分）")
    content_hash = models.CharField("内容摘要", max_length=64)
    due_on = models.DateField("报送期限", null=True, blank=True)
    submitted_on = models.DateField("报送日期")
    submitted_at = models.DateTimeField("报送时间", default=timezone.now)
    submitted_by = models.ForeignKey(
        USER, verbose_name="报送人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # How it is paid, by the pack's row of that day.
    pays = models.BooleanField("需要拨付")
    plan_clause = models.CharField("拨付依据", max_length=200, blank=True)
    first_due_on = models.DateField("首付期限", null=True, blank=True)
    rest_due_on = models.DateField("余款期限", null=True, blank=True)
    dues_provisional = models.BooleanField("期限待核实", default=False)

    class Meta:
        """县级汇总申报."""

        verbose_name = verbose_name_plural = "汇总申报"
        ordering = ["-year", "-quarter", "kind_code", "county__code", "ordinal"]
        permissions = [
            ("submit_submission", "汇总报送台账"),
            ("approve_submission", "核定申报"),
            ("pay_submission", "登记拨付"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind_code", "county", "year", "quarter", "ordinal"], name="submission_once"
            ),
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="submission_quarter"),
            models.CheckConstraint(condition=Q(ordinal__gte=1), name="submission_ordinal"),
        ]

    def __str__(self) -> str:
        return f"{self.county} {self.period} {self.kind.title or self.kind_code}"

    @property
    def period(self) -> Quarter:
        """The quarter."""
        return Quarter(self.year, self.quarter)

    @property
    def number(self) -> str:
        """The number that people quote (申报编号)."""
        return f"{self.county.code}-{self.kind_code}-{self.year}Q{self.quarter}-{self.ordinal}"


class SubmissionItem(models.Model):
    """What one hospital applies for from one fund (申报明细): what is approved and paid, is so per item.

    A ledger that no fund repays, or that is empty, has one item without a fund and without an amount.
    """

    # Approvals and payments of an item queue on its row; read by common/database_role.py.
    ROW_IS_A_LOCK = True

    submission = models.ForeignKey(
        Submission, verbose_name="汇总申报", on_delete=models.PROTECT, related_name="items"
    )
    ledger = models.ForeignKey(
        QuarterlyLedger, verbose_name="台账", on_delete=models.PROTECT, related_name="items", db_index=False
    )
    hospital = models.ForeignKey(
        Hospital, verbose_name="医疗机构", on_delete=models.PROTECT, related_name="submission_items"
    )
    fund = models.CharField("资金", max_length=40, blank=True)
    applied_fen = models.BigIntegerField("申报金额（分）")
    first_fen = models.BigIntegerField("首付金额（分）")

    class Meta:
        """申报明细."""

        verbose_name = verbose_name_plural = "申报明细"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["ledger", "fund"], name="submission_item_once"),
            models.CheckConstraint(
                condition=Q(first_fen__gte=0, first_fen__lte=models.F("applied_fen"))
                | Q(applied_fen__lt=0, first_fen=models.F("applied_fen")),
                name="submission_item_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.hospital_id} {self.fund}"


class Approval(models.Model):
    """What finance approves of an item (核定): the first part, then what is left after deductions."""

    item = models.ForeignKey(
        SubmissionItem, verbose_name="申报明细", on_delete=models.PROTECT, related_name="approvals"
    )
    amount_fen = models.BigIntegerField("核定金额（分）")
    note = models.CharField("说明", max_length=300, blank=True)
    undoes = models.OneToOneField(
        "self",
        verbose_name="所撤销的核定",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="undone_by",
    )
    by = models.ForeignKey(USER, verbose_name="核定人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("核定时间", default=timezone.now)

    class Meta:
        """核定."""

        verbose_name = verbose_name_plural = "核定"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_fen=0), name="approval_of_something"),
            models.CheckConstraint(
                condition=Q(undoes=None) | ~Q(note=""), name="approval_undone_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.amount_fen}"


class LedgerPayment(models.Model):
    """Money that moved for an item (拨付): to the hospital, or back from it where the item is negative.

    Never beyond what is approved. A wrong entry is taken back by one with the opposite amount, as long as
    the hospital has not acknowledged it; money that came back (退回), by one with a bank reference too.
    """

    item = models.ForeignKey(
        SubmissionItem, verbose_name="申报明细", on_delete=models.PROTECT, related_name="payments"
    )
    amount_fen = models.BigIntegerField("拨付金额（分）")
    paid_on = models.DateField("拨付日期")
    bank_reference = models.CharField("银行流水号", max_length=60, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    undoes = models.OneToOneField(
        "self",
        verbose_name="所撤销的拨付",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="undone_by",
    )
    by = models.ForeignKey(USER, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        """拨付."""

        verbose_name = verbose_name_plural = "拨付"
        ordering = ["id"]
        # One movement of money, one standing entry: the database says so (migration 0010).
        indexes = [models.Index(fields=["bank_reference"], name="ledger_payment_reference")]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_fen=0), name="ledger_payment_of_something"),
            models.CheckConstraint(
                condition=Q(undoes=None) & ~Q(bank_reference="") | Q(undoes__isnull=False) & ~Q(note=""),
                name="ledger_payment_reference_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.amount_fen}"

    @property
    def is_return(self) -> bool:
        """Whether the money itself came back, rather than an entry being wrong."""
        return self.undoes_id is not None and bool(self.bank_reference)

    @property
    def state(self) -> str:
        """Where it stands, with ``receipt`` and ``undone_by`` (状态)."""
        if self.undoes_id is not None:
            return "退回记录" if self.is_return else "撤销记录"
        if hasattr(self, "undone_by"):
            return "已退回" if self.undone_by.is_return else "已撤销"
        if self.amount_fen < 0:
            return "已收回"
        return "已到账" if hasattr(self, "receipt") else "待确认到账"


class LedgerReceipt(models.Model):
    """The hospital acknowledges a payment (确认到账)."""

    payment = models.OneToOneField(
        LedgerPayment, verbose_name="拨付", on_delete=models.PROTECT, related_name="receipt"
    )
    received_on = models.DateField("到账日期")
    by = models.ForeignKey(
        USER, verbose_name="确认人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    by_hospital = models.ForeignKey(
        Hospital,
        verbose_name="医疗机构系统",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    at = models.DateTimeField("确认时间", default=timezone.now)

    class Meta:
        """确认到账."""

        verbose_name = verbose_name_plural = "确认到账"
        ordering = ["id"]
        permissions = [("receive_ledgerpayment", "确认拨付到账")]
        constraints = [
            models.CheckConstraint(
                condition=Q(by__isnull=False, by_hospital=None) | Q(by=None, by_hospital__isnull=False),
                name="ledger_receipt_by_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.received_on}"

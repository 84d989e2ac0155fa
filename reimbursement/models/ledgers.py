"""Quarterly ledgers (季度台账): what each hospital advanced and is owed."""

from django.conf import settings
from django.db import models
from django.db.models import Func, Q
from django.db.models.lookups import Exact

from beneficiaries.models import ExamAdvance, ServiceFee
from organizations.models import Hospital, Region
from policies.models import LedgerKind
from reimbursement.quarters import Quarter
from settlement.models import Payment, Settlement


class QuarterlyLedger(models.Model):
    """One hospital's advances of one kind, one county and one quarter (季度台账).

    Open until submitted; a submitted ledger is frozen by the database, and later corrections are lines of the
    next quarter. ``kind_code`` says which ledgers follow one another: ``kind`` is that code's row in the pack
    that is in force when the quarter ends, and changes with a new pack.
    """

    class Status(models.TextChoices):
        """状态."""

        OPEN = "open", "编制中"
        SUBMITTED = "submitted", "已报送"

    kind = models.ForeignKey(
        LedgerKind, verbose_name="台账种类", on_delete=models.PROTECT, related_name="ledgers"
    )
    kind_code = models.CharField("台账代码", max_length=80)
    county = models.ForeignKey(
        Region, verbose_name="县（市、区）", on_delete=models.PROTECT, related_name="ledgers"
    )
    hospital = models.ForeignKey(
        Hospital, verbose_name="医疗机构", on_delete=models.PROTECT, related_name="ledgers"
    )
    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度")
    status = models.CharField("状态", max_length=12, choices=Status.choices, default=Status.OPEN)
    line_count = models.PositiveIntegerField("笔数", default=0)
    total_fen = models.BigIntegerField("合计（分）", default=0)
    # SHA-256 over the lines: a sheet shows of which content it was printed.
    content_hash = models.CharField("内容摘要", max_length=64, blank=True, editable=False)
    # Empty when the documents set no deadline.
    due_on = models.DateField("报送期限", null=True, blank=True)
    due_provisional = models.BooleanField("期限待核实", default=False)
    built_at = models.DateTimeField("编制时间", null=True, blank=True)
    submitted_at = models.DateTimeField("报送时间", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="报送人",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        """季度台账."""

        verbose_name = verbose_name_plural = "季度台账"
        ordering = ["-year", "-quarter", "hospital__code", "kind_code", "county__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind_code", "county", "hospital", "year", "quarter"], name="ledger_once"
            ),
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="ledger_quarter_1_to_4"),
            models.CheckConstraint(
                condition=Q(status="open", submitted_at=None)
                | Q(status="submitted", submitted_at__isnull=False),
                name="ledger_submitted_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年第{self.quarter}季度 {self.hospital}"

    @property
    def period(self) -> Quarter:
        """The quarter."""
        return Quarter(self.year, self.quarter)

    @property
    def ledger_no(self) -> str:
        """The number that people quote (台账编号)."""
        return f"{self.county.code}-{self.kind_code}-{self.year}Q{self.quarter}-{self.hospital.code}"


class LedgerLine(models.Model):
    """One row claimed or listed in a ledger (台账明细). Insert-only.

    A line points at exactly one row of its kind's source: a payment or an advanced exam fee, claimed once
    ever, or a settlement or a family doctor's service, listed once in every kind of ledger that informs.
    ``corrects`` is the earlier line that a reversal or adjustment corrects.
    """

    ledger = models.ForeignKey(
        QuarterlyLedger, verbose_name="台账", on_delete=models.PROTECT, related_name="lines"
    )
    # Of the ledger: what makes the line of a row that informs unique.
    kind_code = models.CharField("台账代码", max_length=80)
    payment = models.OneToOneField(
        Payment,
        verbose_name="支付",
        on_delete=models.PROTECT,
        related_name="ledger_line",
        null=True,
        blank=True,
    )
    # The unique constraint below serves look-ups by settlement.
    settlement = models.ForeignKey(
        Settlement,
        verbose_name="结算",
        on_delete=models.PROTECT,
        related_name="ledger_lines",
        null=True,
        blank=True,
        db_index=False,
    )
    exam_advance = models.OneToOneField(
        ExamAdvance,
        verbose_name="垫付鉴定费用",
        on_delete=models.PROTECT,
        related_name="ledger_line",
        null=True,
        blank=True,
    )
    # The unique constraint below serves look-ups by fee.
    service_fee = models.ForeignKey(
        ServiceFee,
        verbose_name="签约服务经费",
        on_delete=models.PROTECT,
        related_name="ledger_lines",
        null=True,
        blank=True,
        db_index=False,
    )
    corrects = models.ForeignKey(
        "self",
        verbose_name="所更正的明细",
        on_delete=models.PROTECT,
        related_name="corrected_by",
        null=True,
        blank=True,
    )
    # Empty in ledgers that no fund repays.
    fund = models.CharField("资金", max_length=40, blank=True)
    amount_fen = models.BigIntegerField("金额（分）")

    class Meta:
        """台账明细."""

        verbose_name = verbose_name_plural = "台账明细"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["settlement", "kind_code"], name="ledger_line_settlement_once"),
            models.UniqueConstraint(fields=["service_fee", "kind_code"], name="ledger_line_service_fee_once"),
            models.CheckConstraint(
                condition=Q(
                    Exact(
                        Func(
                            "payment",
                            "settlement",
                            "exam_advance",
                            "service_fee",
                            function="num_nonnulls",
                            output_field=models.IntegerField(),
                        ),
                        1,
                    )
                ),
                name="ledger_line_of_one_row",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ledger_id} {self.pk}"

"""Claims from papers (零星报销) and their way to payment: the entry is fixed, every step is kept."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from beneficiaries.models import Person
from common.codes import FeeCategory, Referral, Tier, VisitType
from organizations.models import Hospital, Region
from settlement.models.claims import Claim

USER = settings.AUTH_USER_MODEL


class ManualClaim(models.Model):
    """A claim from papers (零星报销, 黔南医保发〔2019〕36号 二(五)3).

    The database lets only the state and what hangs on it change; the entry itself is fixed. A wrong entry is
    refused with a reason and entered anew; ``complete_on`` keeps the day from which the days count.
    """

    class Status(models.TextChoices):
        """办理状态."""

        RECEIVED = "received", "待初审"
        FIRST_REVIEWED = "first_reviewed", "待复审"
        SUSPENDED = "suspended", "已中止"
        SETTLED = "settled", "待支付"
        PAID = "paid", "已支付"
        NOTHING_DUE = "nothing_due", "无应付金额"
        REJECTED = "rejected", "不予支付"
        REVERSED = "reversed", "已冲销"

    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="manual_claims"
    )
    county = models.ForeignKey(Region, verbose_name="参保县（市、区）", on_delete=models.PROTECT)
    hospital = models.ForeignKey(Hospital, verbose_name="就诊机构", on_delete=models.PROTECT)
    visit_type = models.CharField("就诊类型", max_length=20, choices=VisitType.choices)
    admitted_on = models.DateField("入院/就诊日期")
    discharged_on = models.DateField("出院/就诊日期")
    bed_days = models.PositiveSmallIntegerField("床日", default=0)
    referral = models.CharField("转诊", max_length=20, choices=Referral.choices)
    diagnosis_code = models.CharField("诊断编码", max_length=20)
    diagnosis_name = models.CharField("诊断名称", max_length=200)
    chronic_disease = models.CharField("申报病种", max_length=40, blank=True)
    drug_lists = ArrayField(
        models.CharField(max_length=40), verbose_name="用药目录", default=list, blank=True
    )
    approval_no = models.CharField("目录外费用审批号", max_length=60, blank=True)
    total_fen = models.BigIntegerField("总费用（分）")
    papers = ArrayField(models.CharField(max_length=40), verbose_name="收到的材料")
    township_signed_by = models.CharField("乡镇确认人", max_length=60, blank=True)
    fast_track = models.BooleanField("高值药品优先办理", default=False)
    complete_on = models.DateField("材料齐全日期")
    days = models.PositiveSmallIntegerField("办结期限（工作日）")
    received_by = models.ForeignKey(USER, verbose_name="录入人", on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField("录入时间", default=timezone.now)
    status = models.CharField(
        "状态", max_length=20, choices=Status.choices, default=Status.RECEIVED, db_index=True
    )
    resumes_to = models.CharField("中止前状态", max_length=20, blank=True)
    investigated = models.BooleanField("已调查", default=False)
    # Empty while suspended: the days stand still.
    due_on = models.DateField("办结期限日", null=True, blank=True)
    due_provisional = models.BooleanField("期限待核实", default=False)
    first_reviewed_by = models.ForeignKey(
        USER, verbose_name="初审人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    second_reviewed_by = models.ForeignKey(
        USER, verbose_name="复审人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    claim = models.OneToOneField(
        Claim, verbose_name="结算费用", on_delete=models.PROTECT, null=True, blank=True, related_name="manual"
    )
    paid_on = models.DateField("支付日期", null=True, blank=True)

    class Meta:
        """零星报销."""

        verbose_name = verbose_name_plural = "零星报销"
        ordering = ["-id"]
        permissions = [
            ("first_review_manualclaim", "初审"),
            ("second_review_manualclaim", "复审"),
            ("suspend_manualclaim", "中止和恢复"),
        ]
        indexes = [models.Index(fields=["county", "status", "due_on"], name="manual_claim_work")]
        constraints = [
            models.CheckConstraint(
                condition=Q(second_reviewed_by=None)
                | Q(first_reviewed_by__isnull=False) & ~Q(first_reviewed_by=F("second_reviewed_by")),
                name="manual_claim_two_reviewers",
                violation_error_message="复审人不能是初审人。",
            ),
            models.CheckConstraint(
                condition=Q(claim__isnull=False, second_reviewed_by__isnull=False)
                & Q(status__in=["settled", "paid", "nothing_due", "reversed"])
                | Q(claim=None) & Q(status__in=["received", "first_reviewed", "suspended", "rejected"]),
                name="manual_claim_settled_after_review",
            ),
            models.CheckConstraint(
                condition=~Q(status="first_reviewed") | Q(first_reviewed_by__isnull=False),
                name="manual_claim_first_reviewer_known",
            ),
            models.CheckConstraint(
                condition=Q(status="suspended", due_on=None) & ~Q(resumes_to="")
                | ~Q(status="suspended") & Q(due_on__isnull=False, resumes_to=""),
                name="manual_claim_suspended_has_no_due_day",
            ),
            models.CheckConstraint(
                condition=Q(discharged_on__gte=F("admitted_on"), complete_on__gte=F("discharged_on")),
                name="manual_claim_dates_in_order",
            ),
            models.CheckConstraint(condition=Q(total_fen__gt=0), name="manual_claim_total_positive"),
            models.CheckConstraint(
                condition=Q(status="paid", paid_on__isnull=False) | ~Q(status="paid") & Q(paid_on=None),
                name="manual_claim_paid_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people quote (受理编号); also the claim's number once it is settled."""
        return f"LX{self.pk:08d}"


class ManualLine(models.Model):
    """One line of the bill as entered (费用明细); its parts make its amount. Insert-only."""

    manual = models.ForeignKey(
        ManualClaim, verbose_name="零星报销", on_delete=models.PROTECT, related_name="lines"
    )
    line_no = models.PositiveIntegerField("行号")
    category = models.CharField("费用类别", max_length=30, choices=FeeCategory.choices)
    item_name = models.CharField("项目名称", max_length=200)
    amount_fen = models.BigIntegerField("金额（分）")
    in_scope_fen = models.BigIntegerField("政策范围内（分）")
    upfront_fen = models.BigIntegerField("先行自付（分）")
    over_limit_fen = models.BigIntegerField("超限价自费（分）")
    excluded_fen = models.BigIntegerField("全自费（分）")

    class Meta:
        """费用明细."""

        verbose_name = verbose_name_plural = "零星报销费用明细"
        ordering = ["manual_id", "line_no"]
        constraints = [
            models.UniqueConstraint(fields=["manual", "line_no"], name="manual_line_once"),
            models.CheckConstraint(
                condition=Q(
                    amount_fen=F("in_scope_fen") + F("upfront_fen") + F("over_limit_fen") + F("excluded_fen"),
                    amount_fen__gt=0,
                ),
                name="manual_line_parts_make_amount",
            ),
            models.CheckConstraint(
                condition=Q(
                    in_scope_fen__gte=0, upfront_fen__gte=0, over_limit_fen__gte=0, excluded_fen__gte=0
                ),
                name="manual_line_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_no} {self.item_name}"


class ManualGiven(models.Model):
    """What a tier paid where the patient was treated (就医地已结算); 0: settled, nothing due. Insert-only."""

    manual = models.ForeignKey(
        ManualClaim, verbose_name="零星报销", on_delete=models.PROTECT, related_name="given"
    )
    tier = models.CharField("层次", max_length=20, choices=Tier.choices)
    fund = models.CharField("资金来源", max_length=40)
    amount_fen = models.BigIntegerField("金额（分）")

    class Meta:
        """已联网结算."""

        verbose_name = verbose_name_plural = "就医地已结算"
        ordering = ["manual_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["manual", "tier"], name="manual_given_once"),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="manual_given_not_negative"),
        ]

    def __str__(self) -> str:
        return self.get_tier_display()


class ManualInvoice(models.Model):
    """An original invoice that was handed in (发票原件): reimbursed once, whoever brings it (R64).

    ``issuer`` is the printed batch code (票据代码), or the institution's code where none is printed.
    A refused or reversed claim releases its invoices; nothing else changes here.
    """

    manual = models.ForeignKey(
        ManualClaim, verbose_name="零星报销", on_delete=models.PROTECT, related_name="invoices"
    )
    issuer = models.CharField("票据代码", max_length=20)
    number = models.CharField("票据号码", max_length=30)
    released = models.BooleanField("已退回", default=False)

    class Meta:
        """发票."""

        verbose_name = verbose_name_plural = "零星报销发票"
        ordering = ["manual_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["number", "issuer"], condition=Q(released=False), name="manual_invoice_once"
            ),
            models.CheckConstraint(condition=~Q(issuer="") & ~Q(number=""), name="manual_invoice_named"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.number}"


class ManualStep(models.Model):
    """One step of a claim from papers (办理记录): who did what, when and why. Insert-only."""

    class Kind(models.TextChoices):
        """步骤."""

        RECEIVED = "received", "受理"
        INVESTIGATED = "investigated", "调查核实"
        FIRST_REVIEWED = "first_reviewed", "初审通过"
        RETURNED = "returned", "退回初审"
        SETTLED = "settled", "复审通过并结算"
        SUSPENDED = "suspended", "中止"
        RESUMED = "resumed", "恢复办理"
        REJECTED = "rejected", "不予支付"
        REVERSED = "reversed", "冲销"
        PAID = "paid", "支付"
        BOUNCED = "bounced", "银行退回"

    manual = models.ForeignKey(
        ManualClaim, verbose_name="零星报销", on_delete=models.PROTECT, related_name="steps"
    )
    kind = models.CharField("步骤", max_length=20, choices=Kind.choices)
    on = models.DateField("日期")
    at = models.DateTimeField("时间", default=timezone.now)
    by = models.ForeignKey(USER, verbose_name="办理人", on_delete=models.PROTECT, related_name="+")
    note = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        """办理记录."""

        verbose_name = verbose_name_plural = "零星报销办理记录"
        ordering = ["manual_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["received", "first_reviewed", "settled", "paid"]) | ~Q(note=""),
                name="manual_step_says_why",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

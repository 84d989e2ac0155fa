"""Premium aid of a county and year (参保资助申请): who is aided by how much, which fund bears it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from beneficiaries.models import Person
from common.codes import InsuranceType
from common.models import Job
from organizations.models import Region
from policies.models import Policy


class PremiumSheet(models.Model):
    """The application of a county for a year's premium aid (参保资助申请表); frozen once submitted.

    Version 1 lists everybody; each later one (补充申请) lists only what changed since those submitted before,
    so that all submitted versions add up to what is due.
    """

    class Status(models.TextChoices):
        """状态."""

        BUILDING = "building", "编制中"
        OPEN = "open", "待报送"
        SUBMITTED = "submitted", "已报送"

    county = models.ForeignKey(
        Region, verbose_name="县（市、区）", on_delete=models.PROTECT, related_name="premium_sheets"
    )
    year = models.PositiveSmallIntegerField("参保年度")
    version = models.PositiveSmallIntegerField("版次")
    policy = models.ForeignKey(
        Policy, verbose_name="政策包", on_delete=models.PROTECT, related_name="+", null=True
    )
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.BUILDING)
    line_count = models.PositiveIntegerField("人数", default=0)
    total_fen = models.BigIntegerField("合计（分）", default=0)
    content_hash = models.CharField("内容摘要", max_length=64, blank=True)
    job = models.ForeignKey(
        Job, verbose_name="编制任务", on_delete=models.PROTECT, null=True, related_name="+"
    )
    built_at = models.DateTimeField("编制时间", null=True)
    submitted_at = models.DateTimeField("报送时间", null=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="报送人", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        """参保资助申请."""

        verbose_name = verbose_name_plural = "参保资助申请"
        ordering = ["-year", "county__code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["county", "year", "version"], name="premium_sheet_version_once"),
            models.UniqueConstraint(
                fields=["county", "year"], condition=~Q(status="submitted"), name="premium_sheet_one_open"
            ),
            models.CheckConstraint(
                condition=Q(status="submitted", submitted_at__isnull=False)
                | (~Q(status="submitted") & Q(submitted_at=None, submitted_by=None)),
                name="premium_sheet_submitted_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.county} {self.year}年{self.title}"

    @property
    def title(self) -> str:
        """The application, or its supplement."""
        return "参保资助申请" if self.version == 1 else f"参保资助补充申请（第{self.version - 1}次）"

    @property
    def number(self) -> str:
        """What people quote."""
        return f"CB{self.county.code}-{self.year}-{self.version:02d}"


class PremiumSheetLine(models.Model):
    """One person on a sheet (资助明细).

    ``amount_fen`` is what the person is due for the year, ``previous_fen`` what earlier sheets applied for,
    ``due_fen`` what this sheet applies for; ``shares`` and ``due_shares`` say the same by fund.
    """

    class Change(models.TextChoices):
        """变动."""

        NEW = "new", "新增"
        LEFT = "left", "退出"
        CORRECTED = "corrected", "更正"

    sheet = models.ForeignKey(
        PremiumSheet, verbose_name="申请", on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    person = models.ForeignKey(Person, verbose_name="人员", on_delete=models.PROTECT, related_name="+")
    change = models.CharField("变动", max_length=10, choices=Change.choices)
    insurance_type = models.CharField("险种", max_length=20, choices=InsuranceType.choices, blank=True)
    row_code = models.CharField("资助条目", max_length=80, blank=True)
    clause = models.CharField("依据条款", max_length=200, blank=True)
    contribution_fen = models.BigIntegerField("个人缴费标准（分）")
    amount_fen = models.BigIntegerField("应资助（分）")
    previous_fen = models.BigIntegerField("已申请（分）", default=0)
    due_fen = models.BigIntegerField("本次申请（分）")
    shares = models.JSONField("各资金承担（分）", default=dict)
    due_shares = models.JSONField("本次各资金承担（分）", default=dict)
    candidates = models.JSONField("符合的条目", default=list)

    class Meta:
        """资助明细."""

        verbose_name = verbose_name_plural = "资助明细"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "person"], name="premium_line_one_a_person"),
            models.CheckConstraint(
                condition=Q(due_fen=F("amount_fen") - F("previous_fen")), name="premium_line_due"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gte=0, amount_fen__lte=F("contribution_fen"), previous_fen__gte=0),
                name="premium_line_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_change_display()}"

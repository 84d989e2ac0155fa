"""What a hospital asks the office to decide (医疗机构申请、经办机构审核)."""

from datetime import date, timedelta
from typing import cast

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beneficiaries.models import Person
from organizations.models import Hospital, Region


class ReviewState(models.TextChoices):
    """审核状态."""

    PENDING = "pending", "待审核"
    APPROVED = "approved", "已通过"
    REJECTED = "rejected", "未通过"


class HospitalRequest(models.Model):
    """A hospital's request that the office of the place of insurance decides once (申请).

    ``request_no`` is the hospital's own number: the same number with the same content is the same request.
    """

    hospital = models.ForeignKey(
        Hospital, verbose_name="申请医疗机构", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    request_no = models.CharField("申请号", max_length=60)
    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="%(class)ss"
    )
    insured_county = models.ForeignKey(
        Region, verbose_name="参保县（市、区）", on_delete=models.PROTECT, related_name="+"
    )
    diagnosis_code = models.CharField("诊断编码", max_length=20)
    diagnosis_name = models.CharField("诊断名称", max_length=200)
    reason = models.CharField("申请理由", max_length=500)
    requested_at = models.DateTimeField("申请时间", default=timezone.now)
    state = models.CharField(
        "审核状态", max_length=10, choices=ReviewState.choices, default=ReviewState.PENDING
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="审核人",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    review_note = models.CharField("审核意见", max_length=500, blank=True)
    # The days that the request is for; what the office approves, it approves for these.
    valid = DateRangeField("有效期")

    class Meta:
        """申请."""

        abstract = True
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "request_no"], name="%(class)s_once_per_hospital"),
            models.CheckConstraint(condition=Q(valid__isempty=False), name="%(class)s_period_not_empty"),
            models.CheckConstraint(
                condition=Q(state="pending", reviewed_at=None) | ~Q(state="pending") & ~Q(reviewed_at=None),
                name="%(class)s_reviewed_at",
            ),
        ]

    def __str__(self) -> str:
        return self.request_no

    @property
    def first_day(self) -> date:
        """The first day that the request is for."""
        return cast(date, self.valid.lower)

    @property
    def last_day(self) -> date:
        """The last day that the request is for: it always has one."""
        return cast(date, self.valid.upper) - timedelta(days=1)

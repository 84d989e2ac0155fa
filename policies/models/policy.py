"""The pack itself and the funds that pay (政策包、资金)."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast

from common.codes import Tier, VisitType
from policies.codes import FundLevel, PolicyStatus
from policies.models.expressions import SameInteger


class Fund(models.Model):
    """A purse that pays (资金). Codes stay for good: payments and ledgers name them."""

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=80)
    level = models.CharField("层级", max_length=20, choices=FundLevel)

    class Meta:
        """资金."""

        verbose_name = verbose_name_plural = "资金"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Policy(models.Model):
    """One city's terms of one period (政策包).

    Published packs are immutable (database triggers); only two changes remain: published → retired, and an
    earlier end of ``valid``, so that a changed pack can follow in mid-year.
    """

    code = models.SlugField("代码", max_length=60, unique=True)
    # A code, not a key to organizations.Region: packs load on an empty database.
    city_code = models.CharField("统筹地区行政区划代码", max_length=12)
    city_name = models.CharField("统筹地区", max_length=40)
    title = models.CharField("名称", max_length=120)
    valid = DateRangeField("有效期", help_text="含起始日，不含截止日")
    status = models.CharField(
        "状态", max_length=20, choices=PolicyStatus, default=PolicyStatus.DRAFT, db_index=True
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="起草人",
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="复核人",
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    confirmed_provisional = ArrayField(
        models.CharField(max_length=140), verbose_name="发布时确认的待核实条目", default=list, blank=True
    )
    rounding_unit_fen = models.PositiveIntegerField("支付取整单位（分）", default=1)
    tiers = ArrayField(models.CharField(max_length=20, choices=Tier), verbose_name="保障层次")
    quota_visit_types = ArrayField(
        models.CharField(max_length=30, choices=VisitType),
        verbose_name="实行病种限额的就诊类型",
        default=list,
        blank=True,
    )
    admission_visit_types = ArrayField(
        models.CharField(max_length=30, choices=VisitType), verbose_name="计住院次数的就诊类型", default=list
    )
    note = models.TextField("说明", blank=True)

    class Meta:
        """政策包."""

        verbose_name = verbose_name_plural = "政策包"
        ordering = ["city_code", "valid", "id"]
        permissions = [("review_policy", "复核"), ("publish_policy", "发布")]
        constraints = [
            models.CheckConstraint(
                condition=Q(city_code__regex=r"^[1-9][0-9]{5,11}$"), name="policies_policy_city_code"
            ),
            models.CheckConstraint(
                condition=Q(valid__isempty=False) & Q(valid__lower_inf=False), name="policies_policy_valid"
            ),
            models.CheckConstraint(
                condition=Q(drafted_by=None) | Q(reviewed_by=None) | ~Q(drafted_by=F("reviewed_by")),
                name="policies_policy_two_people",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "reviewed"]) | Q(published_at__isnull=False),
                name="policies_policy_published_at",
            ),
            models.CheckConstraint(condition=Q(rounding_unit_fen__gt=0), name="policies_policy_rounding"),
            models.CheckConstraint(condition=Q(tiers__len__gt=0), name="policies_policy_tiers"),
            ExclusionConstraint(
                name="policies_policy_no_overlap",
                expressions=[
                    (SameInteger(Cast("city_code", models.BigIntegerField())), RangeOperators.OVERLAPS),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(status=PolicyStatus.PUBLISHED),
                violation_error_message="该统筹地区在此期间已有发布的政策包。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

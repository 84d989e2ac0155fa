"""Rules by which a tier pays, and the uplifts that change them (待遇规则、倾斜)."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q

from common.codes import Tier
from policies.codes import Accrual, Measure, UpliftKind
from policies.models.expressions import HalfOpenRange, NoneNegative, SameInteger
from policies.models.rows import ConditionedRow

RATE_RANGE = Q(rate_bp__gte=0) & Q(rate_bp__lte=10_000)


class Rule(ConditionedRow):
    """One way a tier pays (待遇规则)."""

    tier = models.CharField("保障层次", max_length=20, choices=Tier)
    benefit = models.CharField("待遇项", max_length=40, blank=True)
    measured = models.CharField("计算口径", max_length=10, choices=Measure, default=Measure.VISIT)
    accrual = models.CharField("累计方式", max_length=20, choices=Accrual, default=Accrual.INCREMENTAL)
    base_pool = models.CharField("基数累计池", max_length=60, blank=True)
    paid_pool = models.CharField("支付累计池", max_length=60, blank=True)
    starts_pool = models.CharField("启动条件累计池", max_length=60, blank=True)
    starts_reaches_fen = models.BigIntegerField("累计达到后启动（分）", null=True, blank=True)
    deductible_amounts_fen = ArrayField(
        models.BigIntegerField(), verbose_name="起付线（分，按住院次序）", default=list, blank=True
    )
    deductible_threshold_only = models.BooleanField("起付线仅为门槛", default=False)
    bands_on_excess = models.BooleanField("分段自起付线以上起算", default=False)
    bed_day_fen = models.BigIntegerField("每床日支付（分）", null=True, blank=True)
    scale_bp = models.PositiveIntegerField("比例和限额折算（基点）", default=10_000)
    requires_quota = models.BooleanField("限额内支付", default=False)
    funding = models.CharField("资金方案", max_length=80)

    class Meta(ConditionedRow.Meta):
        """待遇规则."""

        verbose_name = verbose_name_plural = "待遇规则"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *ConditionedRow.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(measured="year") | ~Q(base_pool=""), name="policies_rule_year_has_base_pool"
            ),
            models.CheckConstraint(
                condition=~Q(accrual="catch_up") | (Q(measured="year") & ~Q(paid_pool="")),
                name="policies_rule_catch_up_has_paid_pool",
            ),
            # A check that comes to NULL passes: every comparison below says that its column is filled.
            models.CheckConstraint(
                condition=(Q(starts_pool="") & Q(starts_reaches_fen=None))
                | (~Q(starts_pool="") & Q(starts_reaches_fen__isnull=False, starts_reaches_fen__gte=0)),
                name="policies_rule_start_complete",
            ),
            models.CheckConstraint(
                condition=Q(NoneNegative("deductible_amounts_fen")), name="policies_rule_deductibles"
            ),
            models.CheckConstraint(
                condition=Q(bed_day_fen=None) | Q(bed_day_fen__gt=0), name="policies_rule_bed_day"
            ),
            models.CheckConstraint(
                condition=Q(scale_bp__gte=1) & Q(scale_bp__lte=10_000), name="policies_rule_scale"
            ),
            models.CheckConstraint(condition=~Q(funding=""), name="policies_rule_funding"),
        ]


class Band(models.Model):
    """A half-open slice of the measured amount and its rate (分段)."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="bands", verbose_name="待遇规则")
    floor_fen = models.BigIntegerField("下限（分，含）")
    ceiling_fen = models.BigIntegerField("上限（分，不含）", null=True, blank=True)
    rate_bp = models.PositiveIntegerField("支付比例（基点）")

    class Meta:
        """分段."""

        verbose_name = verbose_name_plural = "分段"
        ordering = ["rule", "floor_fen"]
        constraints = [
            models.CheckConstraint(condition=RATE_RANGE, name="policies_band_rate"),
            models.CheckConstraint(
                condition=Q(floor_fen__gte=0) & (Q(ceiling_fen=None) | Q(ceiling_fen__gt=F("floor_fen"))),
                name="policies_band_floor_below_ceiling",
            ),
            ExclusionConstraint(
                name="policies_band_no_overlap",
                expressions=[
                    (SameInteger(F("rule_id")), RangeOperators.OVERLAPS),
                    (HalfOpenRange("floor_fen", "ceiling_fen"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="同一规则的分段不得重叠。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.floor_fen}–{self.ceiling_fen or ''}：{self.rate_bp}"


class RuleCap(models.Model):
    """A limit on what a rule pays, of one visit (no pool) or of a pool of the benefit year (封顶线)."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="caps", verbose_name="待遇规则")
    position = models.PositiveSmallIntegerField("次序")
    limit_fen = models.BigIntegerField("限额（分）")
    pool = models.CharField("累计池", max_length=60, blank=True)

    class Meta:
        """封顶线."""

        verbose_name = verbose_name_plural = "封顶线"
        ordering = ["rule", "position"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "pool"], name="policies_rulecap_pool_unique"),
            models.CheckConstraint(condition=Q(limit_fen__gte=0), name="policies_rulecap_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.pool or '每次'}：{self.limit_fen}"


class Uplift(ConditionedRow):
    """A change of ordinary terms for some (倾斜), a row of its own so that it moves with them."""

    tier = models.CharField("保障层次", max_length=20, choices=Tier)
    kind = models.CharField("方式", max_length=30, choices=UpliftKind)
    value_bp = models.PositiveIntegerField("比例（基点）", null=True, blank=True)
    admissions = models.PositiveSmallIntegerField("次数", null=True, blank=True)
    rules = ArrayField(
        models.CharField(max_length=80), verbose_name="所改规则（空为该层次全部）", default=list, blank=True
    )
    lost_without_referral = models.BooleanField("未转诊不享受", default=False)

    class Meta(ConditionedRow.Meta):
        """倾斜."""

        verbose_name = verbose_name_plural = "倾斜"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *ConditionedRow.Meta.constraints,
            models.CheckConstraint(
                condition=(
                    Q(kind__in=["deductible_scale", "rate_add", "drug_rate_add", "rate_floor", "rate_cut"])
                    & Q(value_bp__isnull=False, value_bp__lte=10_000, admissions=None)
                )
                | (
                    Q(kind="deductible_waive_first")
                    & Q(value_bp=None, admissions__isnull=False, admissions__gte=1)
                )
                | (Q(kind__in=["deductible_waive", "no_cap"]) & Q(value_bp=None, admissions=None)),
                name="policies_uplift_value_fits_kind",
            ),
        ]

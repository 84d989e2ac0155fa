"""Numbers that no record of the system gives (指标填报), and how performance is scored (考核评分项)."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from organizations.models import Region

USER = settings.AUTH_USER_MODEL


class IndicatorFigure(models.Model):
    """A county's reported number for an indicator (指标填报). Insert-only: the newest of a year holds."""

    class Code(models.TextChoices):
        """填报指标."""

        VILLAGE_CLINIC = "village-clinic", "贫困村标准化卫生室"
        VILLAGE_DOCTOR = "village-doctor", "贫困村合格乡村医生"
        MAJOR_DISEASE = "major-disease", "大病专项救治"

    code = models.CharField("指标", max_length=20, choices=Code.choices)
    county = models.ForeignKey(
        Region, verbose_name="县（市、区）", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField("年度")
    numerator = models.PositiveIntegerField("分子", help_text="如达标村数、已救治人数")
    denominator = models.PositiveIntegerField("分母", help_text="如贫困村数、确诊人数")
    counted_on = models.DateField("统计截止日")
    source = models.CharField("数据来源", max_length=200)
    entered_by = models.ForeignKey(USER, verbose_name="填报人", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("填报时间", default=timezone.now)

    class Meta:
        """指标填报."""

        verbose_name = verbose_name_plural = "指标填报"
        ordering = ["-id"]
        indexes = [models.Index(fields=["code", "county", "year", "-id"], name="indicator_figure_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(numerator__lte=F("denominator"), denominator__gt=0),
                name="indicator_figure_is_a_share",
                violation_error_message="分母须大于 0，分子不能大于分母。",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="indicator_figure_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.county} {self.year}年 {self.get_code_display()}"


class ScoreItem(models.Model):
    """One row of a region's score sheet (考核评分项); a region without rows uses the shipped sheet.

    Full points at the target; below it (above it for upper limits) in proportion.
    """

    class Subject(models.TextChoices):
        """考核对象."""

        COUNTY = "county", "县（市、区）"
        HOSPITAL = "hospital", "医疗机构"

    class Bound(models.TextChoices):
        """达标方向."""

        AT_LEAST = "at_least", "不低于"
        AT_MOST = "at_most", "不高于"

    region = models.ForeignKey(
        Region,
        verbose_name="适用区划",
        on_delete=models.PROTECT,
        related_name="+",
        help_text="县（市、区）；填写后代替系统自带的评分表",
    )
    subject = models.CharField("考核对象", max_length=10, choices=Subject.choices)
    position = models.PositiveSmallIntegerField("序号")
    indicator = models.CharField("指标", max_length=40)
    points = models.PositiveSmallIntegerField("满分", validators=[MinValueValidator(1)])
    bound = models.CharField("达标方向", max_length=10, choices=Bound.choices)
    target_bp = models.PositiveIntegerField(
        "目标值（万分之一）", null=True, blank=True, help_text="9000 即 90%；不填用政策包的目标"
    )
    basis = models.CharField("依据", max_length=200, blank=True)
    provisional = models.BooleanField("待核实", default=True)

    class Meta:
        """考核评分项."""

        verbose_name = verbose_name_plural = "考核评分项"
        ordering = ["region_id", "subject", "position"]
        constraints = [
            models.UniqueConstraint(fields=["region", "subject", "indicator"], name="score_item_once"),
            models.CheckConstraint(condition=Q(points__gt=0), name="score_item_points_positive"),
        ]

    def __str__(self) -> str:
        return self.indicator

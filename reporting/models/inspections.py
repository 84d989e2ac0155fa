"""Random inspections (双随机检查), what was found, and how it was put right (问题整改). Insert-only."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from organizations.models import Hospital, Region

USER = settings.AUTH_USER_MODEL


class Inspector(models.Model):
    """Who may be drawn to inspect (检查人员名录)."""

    county = models.ForeignKey(
        Region, verbose_name="县（市、区）", on_delete=models.PROTECT, related_name="+"
    )
    number = models.CharField("执法或工作证号", max_length=40)
    name = models.CharField("姓名", max_length=60)
    workplace = models.CharField("单位", max_length=100)
    active = models.BooleanField("在册", default=True)

    class Meta:
        """检查人员."""

        verbose_name = verbose_name_plural = "检查人员名录"
        ordering = ["county_id", "number"]
        constraints = [models.UniqueConstraint(fields=["county", "number"], name="inspector_once")]

    def __str__(self) -> str:
        return f"{self.name}（{self.workplace}）"


class InspectionPlan(models.Model):
    """What is to be drawn (抽查计划, 郑民文〔2017〕131号 四(九)), fixed before the draw. Insert-only."""

    class Kind(models.TextChoices):
        """抽查对象."""

        HOSPITALS = "hospitals", "医疗机构"
        CLAIMS = "claims", "结算单据"
        PEOPLE = "people", "救助对象"

    county = models.ForeignKey(
        Region, verbose_name="县（市、区）", on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField("计划名称", max_length=100)
    kind = models.CharField("抽查对象", max_length=10, choices=Kind.choices)
    since = models.DateField("单据起始日", help_text="抽取结算单据时按出院（就诊）日期")
    until = models.DateField("单据截止日", help_text="含当日")
    object_count = models.PositiveSmallIntegerField("抽取数量", validators=[MinValueValidator(1)])
    inspector_count = models.PositiveSmallIntegerField("抽取检查人员数", validators=[MinValueValidator(1)])
    made_by = models.ForeignKey(USER, verbose_name="制定人", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("制定时间", default=timezone.now)

    class Meta:
        """抽查计划."""

        verbose_name = verbose_name_plural = "双随机抽查"
        ordering = ["-id"]
        permissions = [("draw_inspectionplan", "双随机抽取")]
        constraints = [
            models.CheckConstraint(
                condition=Q(object_count__gt=0, inspector_count__gt=0), name="inspection_plan_draws_some"
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("since")),
                name="inspection_plan_days_in_order",
                violation_error_message="截止日不能早于起始日。",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class InspectionDraw(models.Model):
    """The one draw of a plan (抽取结果). Insert-only; the database admits no second one.

    Every key of the frame is hashed with the seed (SHA-256 of ``seed|key``); the smallest hashes are drawn.
    ``frame_keys`` are kept in order, so that anybody can draw again and compare.
    """

    plan = models.OneToOneField(
        InspectionPlan, verbose_name="抽查计划", on_delete=models.PROTECT, related_name="draw"
    )
    seed = models.CharField("随机种子", max_length=64)
    frame_count = models.PositiveIntegerField("对象名册数量")
    frame_hash = models.CharField("对象名册摘要", max_length=64)
    inspector_keys = ArrayField(models.CharField(max_length=40), verbose_name="检查人员名册")
    drawn_by = models.ForeignKey(USER, verbose_name="抽取人", on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField("抽取时间", default=timezone.now)

    class Meta:
        """抽取结果."""

        verbose_name = verbose_name_plural = "抽取结果"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.plan} 抽取结果"


class DrawFrame(models.Model):
    """The list that was drawn from (对象名册), in parts of some thousand keys. Insert-only."""

    draw = models.ForeignKey(
        InspectionDraw, verbose_name="抽取", on_delete=models.PROTECT, related_name="frame"
    )
    part = models.PositiveIntegerField("分段")
    keys = models.TextField("名册")

    class Meta:
        """对象名册."""

        verbose_name = verbose_name_plural = "对象名册"
        ordering = ["draw_id", "part"]
        constraints = [models.UniqueConstraint(fields=["draw", "part"], name="draw_frame_part_once")]

    def __str__(self) -> str:
        return f"第{self.part}段"


class Drawn(models.Model):
    """One object or inspector that was drawn (抽中名单). Insert-only."""

    class Side(models.TextChoices):
        """名册."""

        OBJECT = "object", "检查对象"
        INSPECTOR = "inspector", "检查人员"

    draw = models.ForeignKey(
        InspectionDraw, verbose_name="抽取", on_delete=models.PROTECT, related_name="drawn"
    )
    side = models.CharField("名册", max_length=10, choices=Side.choices)
    position = models.PositiveIntegerField("序号")
    key = models.CharField("名册键", max_length=100)
    label = models.CharField("名称", max_length=200)
    hash = models.CharField("散列值", max_length=64)

    class Meta:
        """抽中名单."""

        verbose_name = verbose_name_plural = "抽中名单"
        ordering = ["draw_id", "-side", "position"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "side", "position"], name="drawn_position_once"),
            models.UniqueConstraint(fields=["draw", "side", "key"], name="drawn_once"),
        ]

    def __str__(self) -> str:
        return self.label


class Finding(models.Model):
    """A problem that an inspection found (检查发现问题). Insert-only."""

    class Kind(models.TextChoices):
        """检查方式."""

        RANDOM = "random", "双随机抽查"
        SUPERVISION = "supervision", "部门监督检查"
        THIRD_PARTY = "third_party", "第三方检查"
        UNANNOUNCED = "unannounced", "暗访、飞行检查"

    county = models.ForeignKey(
        Region, verbose_name="县（市、区）", on_delete=models.PROTECT, related_name="+"
    )
    plan = models.ForeignKey(
        InspectionPlan,
        verbose_name="抽查计划",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
    )
    kind = models.CharField("检查方式", max_length=12, choices=Kind.choices)
    inspected_by = models.CharField("检查单位", max_length=100)
    hospital = models.ForeignKey(
        Hospital,
        verbose_name="被查医疗机构",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="被查的是经办机构时不填",
    )
    found_on = models.DateField("检查日期")
    what = models.CharField("发现的问题", max_length=1000)
    responsible = models.CharField("整改责任人", max_length=60)
    due_on = models.DateField("整改期限")
    recorded_by = models.ForeignKey(USER, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        """检查发现问题."""

        verbose_name = verbose_name_plural = "检查问题整改"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="finding_says_what"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("found_on")),
                name="finding_days_in_order",
                violation_error_message="整改期限不能早于检查日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"问题{self.pk}"


class FindingStep(models.Model):
    """What was done about a finding (整改记录). Insert-only; nothing follows the end."""

    class Kind(models.TextChoices):
        """步骤."""

        RECTIFIED = "rectified", "整改情况"
        CHECKED = "checked", "复查"
        CRITICISED = "criticised", "通报批评"
        CLOSED = "closed", "销号"

    finding = models.ForeignKey(Finding, verbose_name="问题", on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField("步骤", max_length=12, choices=Kind.choices)
    on = models.DateField("日期")
    note = models.CharField("情况", max_length=1000)
    by = models.ForeignKey(USER, verbose_name="经办人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        """整改记录."""

        verbose_name = verbose_name_plural = "整改记录"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding"], condition=Q(kind="closed"), name="finding_closed_once"
            ),
            models.CheckConstraint(condition=~Q(note=""), name="finding_step_says_what"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

"""Public notices of compensation (补偿公示), what was objected, and how that was handled. Insert-only."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from organizations.models import Hospital, Region
from settlement.models import Claim

USER = settings.AUTH_USER_MODEL


class Notice(models.Model):
    """One hospital's notice of one quarter as it was put up (季度公示, 郑卫〔2017〕214号 四(三)).

    Insert-only. After a wrong notice comes another ``edition``; ``content_hash`` is that of its rows.
    """

    notice_no = models.CharField("公示编号", max_length=40, unique=True)
    county = models.ForeignKey(
        Region, verbose_name="参保县（市、区）", on_delete=models.PROTECT, related_name="+"
    )
    hospital = models.ForeignKey(
        Hospital, verbose_name="医疗机构", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度")
    edition = models.PositiveSmallIntegerField("版次")
    full_names = models.BooleanField("公示全名")
    hotline = models.CharField("监督电话", max_length=60)
    shown_from = models.DateField("公示起始日")
    shown_to = models.DateField("公示截止日", help_text="含当日")
    row_count = models.PositiveIntegerField("人次")
    total_fen = models.BigIntegerField("总费用（分）")
    paid_fen = models.BigIntegerField("补偿合计（分）")
    patient_fen = models.BigIntegerField("个人负担（分）")
    content_hash = models.CharField("内容摘要", max_length=64)
    published_by = models.ForeignKey(USER, verbose_name="发布人", on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField("发布时间", default=timezone.now)

    class Meta:
        """季度公示."""

        verbose_name = verbose_name_plural = "季度公示"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "hospital", "year", "quarter", "edition"], name="notice_edition_once"
            ),
            models.CheckConstraint(condition=Q(quarter__range=(1, 4)), name="notice_quarter"),
            models.CheckConstraint(
                condition=Q(shown_to__gte=F("shown_from")),
                name="notice_days_in_order",
                violation_error_message="公示截止日不能早于起始日。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hospital} {self.year}年第{self.quarter}季度公示"


class NoticeRow(models.Model):
    """One patient's visit on a notice as it was shown (公示明细). Insert-only."""

    notice = models.ForeignKey(Notice, verbose_name="公示", on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField("序号")
    claim = models.ForeignKey(Claim, verbose_name="费用", on_delete=models.PROTECT, related_name="+")
    shown_name = models.CharField("患者姓名", max_length=100)
    disease = models.CharField("慢性病病种", max_length=200)
    visited_on = models.DateField("就诊日期")
    total_fen = models.BigIntegerField("总费用（分）")
    basic_fen = models.BigIntegerField("基本医保（分）")
    critical_fen = models.BigIntegerField("大病保险（分）")
    supplementary_fen = models.BigIntegerField("大病补充（分）")
    assistance_fen = models.BigIntegerField("医疗救助（分）")
    backstop_fen = models.BigIntegerField("财政兜底（分）")
    hospital_fen = models.BigIntegerField("医院减免及承担（分）")
    patient_fen = models.BigIntegerField("个人负担（分）")

    class Meta:
        """公示明细."""

        verbose_name = verbose_name_plural = "公示明细"
        ordering = ["notice_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "number"], name="notice_row_once"),
            models.CheckConstraint(
                condition=Q(
                    total_fen=F("basic_fen")
                    + F("critical_fen")
                    + F("supplementary_fen")
                    + F("assistance_fen")
                    + F("backstop_fen")
                    + F("hospital_fen")
                    + F("patient_fen")
                ),
                name="notice_row_parts_make_total",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.shown_name}"


class NoticeObjection(models.Model):
    """What somebody objected to a notice (公示异议). Insert-only."""

    notice = models.ForeignKey(
        Notice, verbose_name="公示", on_delete=models.PROTECT, related_name="objections"
    )
    raised_on = models.DateField("提出日期")
    raised_by = models.CharField("提出人", max_length=60, help_text="匿名的写“匿名”")
    contact = models.CharField("联系方式", max_length=60, blank=True)
    what = models.CharField("异议内容", max_length=500)
    recorded_by = models.ForeignKey(USER, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        """公示异议."""

        verbose_name = verbose_name_plural = "公示异议"
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(what=""), name="notice_objection_says_what")]

    def __str__(self) -> str:
        return f"异议{self.pk}"


class NoticeObjectionStep(models.Model):
    """How an objection was handled (异议处理记录). Insert-only; nothing follows the end."""

    class Kind(models.TextChoices):
        """步骤."""

        HANDLED = "handled", "核查处理"
        CLOSED = "closed", "答复办结"

    objection = models.ForeignKey(
        NoticeObjection, verbose_name="异议", on_delete=models.PROTECT, related_name="steps"
    )
    kind = models.CharField("步骤", max_length=10, choices=Kind.choices)
    on = models.DateField("日期")
    note = models.CharField("处理情况", max_length=500)
    by = models.ForeignKey(USER, verbose_name="经办人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        """异议处理记录."""

        verbose_name = verbose_name_plural = "异议处理记录"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["objection"], condition=Q(kind="closed"), name="notice_objection_closed_once"
            ),
            models.CheckConstraint(condition=~Q(note=""), name="notice_objection_step_says_what"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

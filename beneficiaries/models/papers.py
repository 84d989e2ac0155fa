"""Registers of papers that people hold (健康保障证、门诊规定病种就医证): their numbers and their steps."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beneficiaries.models.certification import AppliedDisease
from beneficiaries.models.entitlements import ChronicCertificate
from beneficiaries.models.people import Person
from organizations.models import Region

USER = settings.AUTH_USER_MODEL


class NumberSeries(models.Model):
    """The last number given out in a county and year (编号序列); under its row's lock, so without gaps."""

    class Kind(models.TextChoices):
        """编号种类."""

        APPLICATION = "application", "鉴定申请"
        CERTIFICATE = "certificate", "门诊规定病种就医证"
        HEALTH_CARD = "health_card", "健康保障证"

    kind = models.CharField("种类", max_length=20, choices=Kind.choices)
    county = models.ForeignKey(
        Region, verbose_name="县（市、区）", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField("年度")
    last = models.PositiveIntegerField("已用到", default=0)

    class Meta:
        """编号序列."""

        verbose_name = verbose_name_plural = "编号序列"
        constraints = [models.UniqueConstraint(fields=["kind", "county", "year"], name="number_series_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.county_id} {self.year}"


class CertificateStep(models.Model):
    """What happened to a certificate (就医证记录): issued, ended. Insert-only."""

    class Kind(models.TextChoices):
        """事项."""

        ISSUED = "issued", "发证"
        RENEWED = "renewed", "续期发证"
        ENDED = "ended", "终止"

    certificate = models.ForeignKey(
        ChronicCertificate, verbose_name="就医证", on_delete=models.PROTECT, related_name="steps"
    )
    kind = models.CharField("事项", max_length=10, choices=Kind.choices)
    applied = models.OneToOneField(
        AppliedDisease,
        verbose_name="申请病种",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="certificate_step",
    )
    on = models.DateField("日期")
    at = models.DateTimeField("时间", default=timezone.now)
    by = models.ForeignKey(USER, verbose_name="办理人", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("原因", max_length=300, blank=True)

    class Meta:
        """就医证记录."""

        verbose_name = verbose_name_plural = "就医证记录"
        ordering = ["certificate_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="ended") & ~Q(reason="")
                | Q(kind__in=["issued", "renewed"], applied__isnull=False),
                name="certificate_step_complete",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class TreatmentMeasure(models.Model):
    """How a certified disease is treated (治疗措施, 214号 三(三)); the latest holds. Insert-only."""

    certificate = models.ForeignKey(
        ChronicCertificate, verbose_name="就医证", on_delete=models.PROTECT, related_name="measures"
    )
    on = models.DateField("日期")
    measure = models.CharField("治疗措施", max_length=1000)
    at = models.DateTimeField("登记时间", default=timezone.now)
    by = models.ForeignKey(USER, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """治疗措施."""

        verbose_name = verbose_name_plural = "治疗措施"
        ordering = ["certificate_id", "-on", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(measure=""), name="treatment_measure_said")]

    def __str__(self) -> str:
        return self.measure[:40]


class HealthCard(models.Model):
    """A health guarantee card (健康保障证, 郑卫〔2017〕214号 四(二)); at most one of a person is valid.

    Only the status changes; :class:`HealthCardStep` says when and why.
    """

    class Status(models.TextChoices):
        """状态."""

        ISSUED = "issued", "有效"
        LOST = "lost", "挂失"
        REPLACED = "replaced", "已补换"
        WITHDRAWN = "withdrawn", "已收回"

    card_no = models.CharField("证号", max_length=40, unique=True)
    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="health_cards"
    )
    issued_on = models.DateField("发放日期")
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.ISSUED)
    replaces = models.OneToOneField(
        "self",
        verbose_name="补换自",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replacement",
    )

    class Meta:
        """健康保障证."""

        verbose_name = verbose_name_plural = "健康保障证"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(status="issued"),
                name="health_card_one_valid",
                violation_error_message="该人员已有有效的健康保障证。",
            )
        ]

    def __str__(self) -> str:
        return self.card_no


class HealthCardStep(models.Model):
    """What happened to a health guarantee card (健康保障证记录). Insert-only."""

    card = models.ForeignKey(
        HealthCard, verbose_name="健康保障证", on_delete=models.PROTECT, related_name="steps"
    )
    status = models.CharField("状态", max_length=10, choices=HealthCard.Status.choices)
    on = models.DateField("日期")
    at = models.DateTimeField("时间", default=timezone.now)
    by = models.ForeignKey(USER, verbose_name="办理人", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("原因", max_length=300, blank=True)

    class Meta:
        """健康保障证记录."""

        verbose_name = verbose_name_plural = "健康保障证记录"
        ordering = ["card_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="issued") | ~Q(reason=""), name="health_card_step_says_why"
            )
        ]

    def __str__(self) -> str:
        return self.get_status_display()

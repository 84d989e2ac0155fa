"""Exams of a certification (鉴定体检) and the fees that hospitals advance for them (垫付鉴定费用)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beneficiaries.models.certification import AppliedDisease, CertificationApplication
from organizations.models import Hospital, Region


class CertificationExam(models.Model):
    """An exam that was done (体检项目), with whether it is waived (郑卫〔2017〕214号 三(二)). Insert-only.

    A wrong entry is taken back by a counter-entry that ``corrects`` it, of the amount's negative.
    """

    class Standing(models.TextChoices):
        """与鉴定标准的对照."""

        WAIVED = "waived", "标准内，免收"
        CHARGED = "charged", "标准内，不减免"
        OUTSIDE = "outside", "标准外，不减免"
        NOT_ENTITLED = "not_entitled", "非减免对象"

    applied = models.ForeignKey(
        AppliedDisease, verbose_name="申请病种", on_delete=models.PROTECT, related_name="exams"
    )
    item = models.CharField("项目", max_length=60)
    done_on = models.DateField("体检日期")
    amount_fen = models.BigIntegerField("金额（分）")
    standing = models.CharField("对照结果", max_length=15, choices=Standing.choices)
    receipt_no = models.CharField("票据号", max_length=30, blank=True)
    corrects = models.OneToOneField(
        "self",
        verbose_name="冲销",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="correction",
    )
    entered_at = models.DateTimeField("录入时间", default=timezone.now)

    class Meta:
        """鉴定体检."""

        verbose_name = verbose_name_plural = "鉴定体检项目"
        ordering = ["applied_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(corrects=None, amount_fen__gt=0) | Q(corrects__isnull=False, amount_fen__lt=0),
                name="certification_exam_sign",
            )
        ]

    def __str__(self) -> str:
        return self.item


class ExamAdvance(models.Model):
    """A waived exam fee that the hospital advanced (垫付鉴定体检费用, 郑卫〔2017〕214号 三(四)). Insert-only.

    It feeds the county's own ledger of exam fees, apart from the backstop. What is taken back is a row of the
    negative amount that ``corrects`` the first.
    """

    hospital = models.ForeignKey(
        Hospital, verbose_name="医疗机构", on_delete=models.PROTECT, related_name="exam_advances"
    )
    county = models.ForeignKey(
        Region, verbose_name="参保县（市、区）", on_delete=models.PROTECT, related_name="exam_advances"
    )
    application = models.ForeignKey(
        CertificationApplication, verbose_name="鉴定申请", on_delete=models.PROTECT, related_name="advances"
    )
    exam = models.OneToOneField(
        CertificationExam, verbose_name="体检项目", on_delete=models.PROTECT, related_name="advance"
    )
    item = models.CharField("项目", max_length=60)
    amount_fen = models.BigIntegerField("金额（分）")
    posted_on = models.DateField("记账日期")
    posted_at = models.DateTimeField("记账时间", default=timezone.now)
    corrects = models.OneToOneField(
        "self",
        verbose_name="冲销",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="correction",
    )

    class Meta:
        """鉴定费用垫付."""

        verbose_name = verbose_name_plural = "鉴定费用垫付"
        ordering = ["id"]
        indexes = [models.Index(fields=["county", "hospital", "posted_on"], name="exam_advance_quarter")]
        constraints = [
            models.CheckConstraint(
                condition=Q(corrects=None, amount_fen__gt=0) | Q(corrects__isnull=False, amount_fen__lt=0),
                name="exam_advance_sign",
            )
        ]

    def __str__(self) -> str:
        return self.item


class ExamAttachment(models.Model):
    """A receipt or report of an exam (鉴定体检附件), encrypted. Insert-only."""

    exam = models.ForeignKey(
        CertificationExam, verbose_name="体检项目", on_delete=models.PROTECT, related_name="attachments"
    )
    name = models.CharField("文件名", max_length=150)
    content_encrypted = models.BinaryField("文件（加密）", editable=False)
    size = models.PositiveIntegerField("大小（字节）")
    media_type = models.CharField("类型", max_length=80)
    sha256 = models.CharField("文件摘要", max_length=64)
    at = models.DateTimeField("上传时间", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        """鉴定体检附件."""

        verbose_name = verbose_name_plural = "鉴定体检附件"
        ordering = ["exam_id", "id"]

    def __str__(self) -> str:
        return self.name

"""Hospitals and their API credentials (医疗机构、接口密钥)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from rest_framework_api_key.models import AbstractAPIKey

from common.codes import Designation, HospitalLevel, Ownership
from organizations.models.regions import Region


class Hospital(models.Model):
    """A designated medical institution (定点医疗机构)."""

    code = models.CharField("机构编码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=200)
    county = models.ForeignKey(
        Region, verbose_name="所在县（市、区）", on_delete=models.PROTECT, related_name="hospitals"
    )
    level = models.CharField("级别", max_length=20, choices=HospitalLevel.choices)
    ownership = models.CharField("所有制", max_length=10, choices=Ownership.choices, default=Ownership.PUBLIC)
    networked = models.BooleanField("联网结算", default=True)
    designations = ArrayField(
        models.CharField(max_length=20, choices=Designation.choices),
        verbose_name="定点类别",
        default=list,
        blank=True,
    )
    bank_account = models.CharField("收款账户", max_length=40, blank=True)
    requests_per_minute = models.PositiveIntegerField(
        "接口每分钟请求上限",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="不填为系统的统一上限；批量结算按单据数计",
    )

    class Meta:
        """医疗机构."""

        verbose_name = verbose_name_plural = "医疗机构"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class HospitalKey(AbstractAPIKey):
    """A hospital's API credential (接口密钥): hashed; several may be valid at once."""

    hospital = models.ForeignKey(
        Hospital, verbose_name="医疗机构", on_delete=models.PROTECT, related_name="keys"
    )
    # Roughly: written once in some minutes, so that no call waits for it.
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField("吊销时间", null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="吊销人",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    class Meta(AbstractAPIKey.Meta):
        """接口密钥."""

        verbose_name = verbose_name_plural = "接口密钥"
        constraints = [
            models.CheckConstraint(condition=Q(revoked=True) | Q(revoked_at=None), name="key_revoked_at")
        ]

"""Regions, offices, hospitals, and who works where (区划、单位、医疗机构、人员)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from rest_framework_api_key.models import AbstractAPIKey

from common.codes import Designation, HospitalLevel, Ownership


class Region(models.Model):
    """An administrative region (行政区划)."""

    class Level(models.TextChoices):
        """省、市（州）、县（市、区）、乡镇（街道）、村（社区）."""

        PROVINCE = "province", "省"
        PREFECTURE = "prefecture", "市（州）"
        COUNTY = "county", "县（市、区）"
        TOWNSHIP = "township", "乡镇（街道）"
        VILLAGE = "village", "村（社区）"

    code = models.CharField("区划代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=100)
    level = models.CharField("层级", max_length=12, choices=Level.choices)
    parent = models.ForeignKey(
        "self", verbose_name="上级", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    county_class = models.CharField(
        "县分类",
        max_length=30,
        blank=True,
        help_text="分担比例按县分类不同时填写（如黔南医保发〔2019〕36号 二(三)）",
    )

    class Meta:
        """区划."""

        verbose_name = verbose_name_plural = "行政区划"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


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

    class Meta(AbstractAPIKey.Meta):
        """接口密钥."""

        verbose_name = verbose_name_plural = "接口密钥"


class Office(models.Model):
    """A government office (经办单位); its region bounds what its staff see."""

    class Kind(models.TextChoices):
        """部门."""

        MEDICAL_INSURANCE = "medical_insurance", "医疗保障（医保经办）"
        HEALTH = "health", "卫生健康"
        CIVIL_AFFAIRS = "civil_affairs", "民政"
        POVERTY = "poverty", "扶贫"
        FINANCE = "finance", "财政"
        DISABLED_FEDERATION = "disabled_federation", "残联"
        SUPERVISOR = "supervisor", "上级主管"

    name = models.CharField("名称", max_length=200)
    kind = models.CharField("部门", max_length=20, choices=Kind.choices)
    region = models.ForeignKey(Region, verbose_name="管辖区划", on_delete=models.PROTECT)

    class Meta:
        """单位."""

        verbose_name = verbose_name_plural = "单位"
        ordering = ["region__code", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["region", "kind", "name"], name="office_once"),
        ]

    def __str__(self) -> str:
        return self.name


class StaffMember(models.Model):
    """Where a user works (工作人员): at one office or at one hospital."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name="账号", on_delete=models.PROTECT, related_name="staff_member"
    )
    office = models.ForeignKey(
        Office, verbose_name="单位", on_delete=models.PROTECT, null=True, blank=True, related_name="staff"
    )
    hospital = models.ForeignKey(
        Hospital, verbose_name="医疗机构", on_delete=models.PROTECT, null=True, blank=True
    )

    class Meta:
        """人员."""

        verbose_name = verbose_name_plural = "工作人员"
        constraints = [
            models.CheckConstraint(
                condition=Q(office__isnull=False, hospital__isnull=True)
                | Q(office__isnull=True, hospital__isnull=False),
                name="staff_office_or_hospital",
                violation_error_message="工作人员须且只能属于一个单位或一家医疗机构",
            )
        ]

    def __str__(self) -> str:
        return str(self.user)

"""Offices, and who works where (单位、工作人员)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from organizations.models.hospitals import Hospital
from organizations.models.regions import Region


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
        ordering = ["region__code", "kind", "name"]
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

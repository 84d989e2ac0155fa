"""Looks at ID numbers (查看身份证号记录)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beneficiaries.models.people import Person


class IdNumberLook(models.Model):
    """Somebody looked at a full ID number (查看身份证号记录). Insert-only."""

    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="id_number_looks"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="查看人", on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("事由", max_length=200)
    looked_at = models.DateTimeField("查看时间", default=timezone.now)

    class Meta:
        """查看身份证号记录."""

        verbose_name = verbose_name_plural = "查看身份证号记录"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="id_number_look_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.user}"

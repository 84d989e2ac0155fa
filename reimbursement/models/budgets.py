"""Budgets (预算): what a county provides of a fund in a year. Insert-only entries that add up."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from organizations.models import Region
from policies.models import Fund


class Budget(models.Model):
    """An entry of a county's budget for a fund and year (预算安排), or a change of it, on a document."""

    class Source(models.TextChoices):
        """资金来源."""

        COUNTY = "county", "县级安排"
        SUPPLEMENT = "supplement", "上级补助"

    county = models.ForeignKey(
        Region, verbose_name="县（市、区）", on_delete=models.PROTECT, related_name="budgets"
    )
    fund = models.ForeignKey(Fund, verbose_name="资金", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("预算年度")
    source = models.CharField("来源", max_length=12, choices=Source.choices, default=Source.COUNTY)
    amount_fen = models.BigIntegerField("金额（分）")
    document = models.CharField("预算文号", max_length=100)
    note = models.CharField("说明", max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        """预算安排."""

        verbose_name = verbose_name_plural = "预算安排"
        ordering = ["-year", "county__code", "fund__code", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_fen=0), name="budget_of_something"),
            models.CheckConstraint(condition=~Q(document=""), name="budget_has_document"),
        ]

    def __str__(self) -> str:
        return f"{self.county} {self.year} {self.fund}"

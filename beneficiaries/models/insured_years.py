"""What is recorded of a person and an insured year (参保年度登记): why not insured, unable to pay."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beneficiaries.models.people import Person
from organizations.models import Office


class YearlyRecord(models.Model):
    """A finding about one person and year, with its evidence; withdrawn, never deleted."""

    person = models.ForeignKey(Person, verbose_name="人员", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("参保年度")
    evidence = models.CharField("凭证", max_length=200)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="撤销人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        """参保年度登记."""

        abstract = True
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "year"], condition=Q(withdrawn_at=None), name="%(class)s_once_a_year"
            ),
            models.CheckConstraint(condition=~Q(evidence=""), name="%(class)s_has_evidence"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="%(class)s_withdrawn_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.year}年"


class NotInsured(YearlyRecord):
    """Not insured for an accepted reason (合理原因未参保, 黔南医保发〔2019〕36号 二(一))."""

    class Reason(models.TextChoices):
        """原因."""

        ARMY = "army", "参军"
        SCHOOL = "school", "入学（在学校所在地参保）"
        ELSEWHERE = "elsewhere", "在异地参保"
        EMPLOYED = "employed", "新就业待转职工医保"
        IMPRISONED = "imprisoned", "服刑"
        MISSING = "missing", "失踪失联"
        OTHER = "other", "其他"

    reason = models.CharField("原因", max_length=12, choices=Reason.choices)

    class Meta(YearlyRecord.Meta):
        """合理原因未参保."""

        verbose_name = verbose_name_plural = "合理未参保登记"


class UnableToPay(YearlyRecord):
    """Recognised as unable to pay the contribution (确实无力缴费, 郑民文〔2017〕131号 一(一))."""

    recognised_by = models.CharField("认定部门", max_length=20, choices=Office.Kind.choices)

    class Meta(YearlyRecord.Meta):
        """确实无力缴费."""

        verbose_name = verbose_name_plural = "无力缴费认定"

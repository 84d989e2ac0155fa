"""Who asked about whom (资格查询记录). Insert-only."""

from django.db import models
from django.utils import timezone

from beneficiaries.models import Person
from organizations.models import Hospital


class EligibilityQuery(models.Model):
    """One question of a hospital about a person (资格查询记录, 黔南医保发〔2019〕36号 二(五)1).

    ``person`` is empty when nobody is registered under the number; the number itself is not kept.
    """

    class Result(models.TextChoices):
        """查询结果."""

        ENROLLED = "enrolled", "已参保"
        NOT_ENROLLED = "not_enrolled", "未参保"
        PERSON_NOT_FOUND = "person_not_found", "查无此人"

    hospital = models.ForeignKey(
        Hospital, verbose_name="查询机构", on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        Person,
        verbose_name="人员",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="eligibility_queries",
    )
    on = models.DateField("查询的日期")
    result = models.CharField("结果", max_length=20, choices=Result.choices)
    asked_at = models.DateTimeField("查询时间", default=timezone.now)

    class Meta:
        """资格查询记录."""

        verbose_name = verbose_name_plural = "资格查询记录"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.hospital} {self.on}"

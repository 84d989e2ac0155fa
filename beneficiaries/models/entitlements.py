"""What a person is entitled to be (身份、参保、慢性病鉴定), each with its period."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast

from beneficiaries.models.people import Person
from common.codes import IdentityCategory, InsuranceType
from organizations.models import Office, Region


def never_overlapping(*, name: str, key: str, message: str) -> ExclusionConstraint:
    """Periods of one person with the same text in ``key`` never overlap.

    Core PostgreSQL has no equality operator class for GiST, so one-point ranges stand for the person's number
    and for the text's hash (a collision of two of a person's few keys would refuse a row, never admit one).
    """
    return ExclusionConstraint(
        name=name,
        expressions=[
            (_one_point(F("person")), RangeOperators.OVERLAPS),
            (
                _one_point(Cast(Func(F(key), function="hashtext"), models.BigIntegerField())),
                RangeOperators.OVERLAPS,
            ),
            ("valid", RangeOperators.OVERLAPS),
        ],
        violation_error_message=message,
    )


def _one_point(number: F | Cast) -> Func:
    return Func(number, number, Value("[]"), function="int8range")


class Identity(models.Model):
    """A category a person is recognised in, for a period (身份): ``[from, to)``, open end = still valid."""

    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="identities"
    )
    category = models.CharField("身份类别", max_length=30, choices=IdentityCategory.choices)
    valid = DateRangeField("有效期")
    recognised_by = models.CharField("认定部门", max_length=20, choices=Office.Kind.choices)
    source = models.CharField("来源", max_length=100, blank=True)
    # Whoever left poverty goes on enjoying the policy; up to this day he counts as not yet lifted (二(一)).
    lifted_on = models.DateField("脱贫日期", null=True, blank=True)
    roster = models.ForeignKey(
        "beneficiaries.RosterImport",
        verbose_name="来源名单",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        """身份."""

        verbose_name = verbose_name_plural = "身份"
        ordering = ["person_id", "valid", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(valid__isempty=False), name="identity_period_not_empty"),
            models.CheckConstraint(
                condition=Q(lifted_on=None) | Q(category="registered_poor"),
                name="identity_only_registered_poor_lifted",
            ),
            never_overlapping(name="identity_once", key="category", message="同一人同一身份的有效期不能重叠"),
        ]

    def __str__(self) -> str:
        return self.get_category_display()

    def standing_on(self, day: date) -> str:
        """Whether a registered poor person is lifted on a day (脱贫状态); "" for other categories."""
        if self.category != IdentityCategory.REGISTERED_POOR:
            return ""
        return "已脱贫享受政策" if self.lifted_on is not None and self.lifted_on <= day else "未脱贫"


class Enrolment(models.Model):
    """Insurance of one year (参保): where the person is insured decides which city's policy applies."""

    class PaidBy(models.TextChoices):
        """Who paid the person's contribution (个人缴费由谁承担)."""

        SELF = "self", "个人缴费"
        PARTLY_AIDED = "partly_aided", "部分资助"
        AIDED = "aided", "全额资助"
        EMPLOYER = "employer", "单位代扣"

    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="enrolments"
    )
    year = models.PositiveSmallIntegerField("年度")
    insurance_type = models.CharField("险种", max_length=20, choices=InsuranceType.choices)
    county = models.ForeignKey(Region, verbose_name="参保县（市、区）", on_delete=models.PROTECT)
    enrolled_on = models.DateField("参保日期")
    # Not known of those who were enrolled before it was asked for.
    paid_by = models.CharField(
        "缴费方式", max_length=12, choices=PaidBy.choices, blank=True, default="", db_default=""
    )

    class Meta:
        """参保."""

        verbose_name = verbose_name_plural = "参保"
        ordering = ["person_id", "-year"]
        constraints = [models.UniqueConstraint(fields=["person", "year"], name="enrolment_once_a_year")]

    def __str__(self) -> str:
        return f"{self.year}年 {self.get_insurance_type_display()}"


class ChronicCertificate(models.Model):
    """A certified chronic disease (慢性病鉴定); ``disease`` is the key ``list/number`` of a policy's list."""

    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="certificates"
    )
    certificate_no = models.CharField("就医证号", max_length=40, unique=True)
    disease = models.CharField("病种", max_length=40)
    disease_name = models.CharField("病种名称", max_length=100)
    valid = DateRangeField("有效期")
    decided_on = models.DateField("鉴定日期")

    class Meta:
        """慢性病鉴定."""

        verbose_name = verbose_name_plural = "慢性病鉴定"
        ordering = ["person_id", "disease", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(valid__isempty=False), name="certificate_period_not_empty"),
            never_overlapping(
                name="certificate_once", key="disease", message="同一人同一病种的鉴定有效期不能重叠"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.disease_name}（{self.certificate_no}）"

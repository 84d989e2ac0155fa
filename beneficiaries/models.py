"""People and what they are entitled to be (人员、身份、参保、慢性病鉴定)."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast
from django.utils import timezone

from common.codes import IdentityCategory, InsuranceType
from common.encryption import decrypt
from common.id_numbers import mask_id_number
from organizations.models import Office, Region


class Household(models.Model):
    """A household (户)."""

    household_no = models.CharField("户编号", max_length=30, unique=True)
    county = models.ForeignKey(
        Region, verbose_name="县（市、区）", on_delete=models.PROTECT, related_name="households"
    )
    township = models.CharField("乡镇（街道）", max_length=60)
    village = models.CharField("村（社区）", max_length=60)
    head_name = models.CharField("户主姓名", max_length=60)

    class Meta:
        """户."""

        verbose_name = verbose_name_plural = "户"
        ordering = ["household_no"]

    def __str__(self) -> str:
        return f"{self.township}{self.village} {self.head_name}户"


class Person(models.Model):
    """A person (人员). The ID number is encrypted; ``id_index`` finds it, ``id_last4`` shows it in lists."""

    class Sex(models.TextChoices):
        """性别."""

        MALE = "male", "男"
        FEMALE = "female", "女"

    id_encrypted = models.BinaryField("身份证号（加密）", editable=False)
    id_index = models.CharField("身份证号索引", max_length=64, unique=True, editable=False)
    id_last4 = models.CharField("身份证号后四位", max_length=4, editable=False)
    name = models.CharField("姓名", max_length=60)
    sex = models.CharField("性别", max_length=6, choices=Sex.choices)
    born_on = models.DateField("出生日期")
    died_on = models.DateField("死亡日期", null=True, blank=True)
    household = models.ForeignKey(
        Household, verbose_name="户", on_delete=models.PROTECT, null=True, blank=True, related_name="members"
    )
    county = models.ForeignKey(
        Region, verbose_name="县（市、区）", on_delete=models.PROTECT, related_name="people"
    )

    class Meta:
        """人员."""

        verbose_name = verbose_name_plural = "人员"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["county", "id"], name="person_county"),
            models.Index(fields=["name"], name="person_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（尾号{self.id_last4}）"

    @property
    def id_number(self) -> str:
        """The full ID number; every look at it is the caller's to log."""
        return decrypt(self.id_encrypted)

    @property
    def masked_id_number(self) -> str:
        """The ID number as lists show it."""
        return mask_id_number(self.id_last4)


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

    class Meta:
        """身份."""

        verbose_name = verbose_name_plural = "身份"
        ordering = ["person_id", "valid"]
        constraints = [
            models.CheckConstraint(condition=Q(valid__isempty=False), name="identity_period_not_empty"),
            never_overlapping(name="identity_once", key="category", message="同一人同一身份的有效期不能重叠"),
        ]

    def __str__(self) -> str:
        return self.get_category_display()


class Enrolment(models.Model):
    """Insurance of one year (参保): where the person is insured decides which city's policy applies."""

    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="enrolments"
    )
    year = models.PositiveSmallIntegerField("年度")
    insurance_type = models.CharField("险种", max_length=20, choices=InsuranceType.choices)
    county = models.ForeignKey(Region, verbose_name="参保县（市、区）", on_delete=models.PROTECT)
    enrolled_on = models.DateField("参保日期")

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
        ordering = ["person_id", "disease"]
        constraints = [
            models.CheckConstraint(condition=Q(valid__isempty=False), name="certificate_period_not_empty"),
            never_overlapping(
                name="certificate_once", key="disease", message="同一人同一病种的鉴定有效期不能重叠"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.disease_name}（{self.certificate_no}）"


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

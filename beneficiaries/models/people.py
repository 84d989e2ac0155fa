"""Households and people (户、人员)."""

from django.db import models

from common.encryption import decrypt
from common.id_numbers import mask_id_number
from organizations.models import Region


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
            # A search by the first characters, whatever the collation.
            models.Index(fields=["name"], opclasses=["varchar_pattern_ops"], name="person_name_begins"),
            models.Index(fields=["id_last4"], name="person_last4"),
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

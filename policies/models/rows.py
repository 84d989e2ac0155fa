"""What all rows of a pack have in common (政策条目)."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from common.codes import (
    Designation,
    HospitalLevel,
    IdentityCategory,
    InsuranceType,
    Ownership,
    Place,
    Referral,
    VisitType,
)
from policies.models.documents import Clause
from policies.models.policy import Policy


def codes_field(verbose_name: str, choices: type[models.TextChoices] | None = None) -> ArrayField:
    """A list of codes; empty matches everything."""
    code = models.CharField(max_length=40, choices=choices.choices if choices else None)
    return ArrayField(code, verbose_name=verbose_name, default=list, blank=True)


class PolicyRow(models.Model):
    """One row of a pack (政策条目): it stands on a clause or is marked provisional (待核实), or both."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, verbose_name="政策包")
    code = models.CharField("代码", max_length=80)
    title = models.CharField("名称", max_length=120, blank=True)
    position = models.PositiveSmallIntegerField("次序")
    clause = models.ForeignKey(
        Clause, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="依据条款"
    )
    provisional = models.BooleanField("待核实", default=False)
    note = models.TextField("说明", blank=True)

    class Meta:
        """共有字段和约束."""

        abstract = True
        ordering: ClassVar[list[str]] = ["policy", "position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["policy", "code"], name="policies_%(class)s_code_unique"),
            models.CheckConstraint(
                condition=Q(clause__isnull=False) | Q(provisional=True),
                name="policies_%(class)s_cited",
                violation_error_message="须写明依据条款，或标为待核实。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.code}）" if self.title else self.code


class ConditionedRow(PolicyRow):
    """A row that applies only to some claims (附适用条件的条目); an empty condition matches everything."""

    identities = codes_field("身份类别", IdentityCategory)
    insurance_types = codes_field("参保险种", InsuranceType)
    visit_types = codes_field("就诊类型", VisitType)
    hospital_levels = codes_field("医疗机构级别", HospitalLevel)
    hospital_designations = codes_field("定点类别", Designation)
    ownerships = codes_field("办医主体", Ownership)
    places = codes_field("就医地", Place)
    referrals = codes_field("转诊情况", Referral)
    disease_lists = codes_field("病种目录")
    drug_lists = codes_field("药品目录")
    county_classes = codes_field("县区类别")
    certified = models.BooleanField("须经鉴定", default=False)
    age_from = models.PositiveSmallIntegerField("年龄自（周岁）", null=True, blank=True)
    age_below = models.PositiveSmallIntegerField("年龄未满（周岁）", null=True, blank=True)
    total_from_fen = models.BigIntegerField("总费用自（分）", null=True, blank=True)
    total_below_fen = models.BigIntegerField("总费用低于（分）", null=True, blank=True)

    class Meta(PolicyRow.Meta):
        """共有字段和约束."""

        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *PolicyRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(age_from=None) | Q(age_below=None) | Q(age_from__lt=F("age_below")),
                name="policies_%(class)s_ages",
            ),
            models.CheckConstraint(
                condition=(Q(total_from_fen=None) | Q(total_from_fen__gte=0))
                & (Q(total_below_fen=None) | Q(total_below_fen__gt=0))
                & (
                    Q(total_from_fen=None)
                    | Q(total_below_fen=None)
                    | Q(total_from_fen__lt=F("total_below_fen"))
                ),
                name="policies_%(class)s_totals",
            ),
        ]


class CountyRow(PolicyRow):
    """A row that a county may replace by its own (县区另行规定的条目), on the clause of its own document.

    Empty ``county_code`` holds everywhere; ``overrides`` names the row that does not hold in that county.
    """

    county_code = models.CharField("县区行政区划代码（空为全部）", max_length=12, blank=True)
    overrides = models.CharField("所替代的条目", max_length=80, blank=True)

    class Meta(PolicyRow.Meta):
        """共有字段和约束."""

        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *PolicyRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(overrides="") | ~Q(county_code=""), name="policies_%(class)s_overrides"
            ),
        ]

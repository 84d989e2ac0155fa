"""What the insured pay a year, and what is paid for them (个人缴费标准、参保资助)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from common.codes import IdentityCategory, InsuranceType
from policies.codes import PremiumAidKind
from policies.models.rows import CountyRow, PolicyRow, codes_field


class Contribution(PolicyRow):
    """What a person pays for a year of insurance (个人缴费标准).

    ``central_subsidy_fen`` is what the central budget gives for an aided person (empty: not entered).
    """

    year = models.PositiveSmallIntegerField("参保年度")
    insurance_type = models.CharField("参保险种", max_length=20, choices=InsuranceType)
    amount_fen = models.BigIntegerField("个人缴费（分）")
    central_subsidy_fen = models.BigIntegerField("其中中央财政补助（分）", null=True, blank=True)

    class Meta(PolicyRow.Meta):
        """个人缴费标准."""

        verbose_name = verbose_name_plural = "个人缴费标准"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *PolicyRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["policy", "year", "insurance_type"], name="policies_contribution_year_unique"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gte=0)
                & (
                    Q(central_subsidy_fen=None)
                    | Q(central_subsidy_fen__gte=0, central_subsidy_fen__lte=F("amount_fen"))
                ),
                name="policies_contribution_amounts",
            ),
        ]


class PremiumAid(CountyRow):
    """What is paid of the contribution for whom (参保资助); of several rows the highest holds.

    Empty ``identities`` or ``insurance_types`` match everybody. ``不资助`` says that a document knowingly
    gives nothing. Ages are those on ``age_on`` of the insured year.
    """

    identities = codes_field("身份类别", IdentityCategory)
    insurance_types = codes_field("参保险种", InsuranceType)
    kind = models.CharField("资助方式", max_length=20, choices=PremiumAidKind)
    amount_fen = models.BigIntegerField("定额（分）", null=True, blank=True)
    needs_recognition = models.BooleanField("须认定确实无力缴费", default=False)
    age_from = models.PositiveSmallIntegerField("年龄自（周岁）", null=True, blank=True)
    age_below = models.PositiveSmallIntegerField("年龄未满（周岁）", null=True, blank=True)
    age_on = models.CharField("年龄计算日（月-日）", max_length=5, blank=True)
    funding = models.CharField("资金方案", max_length=80, blank=True)

    class Meta(CountyRow.Meta):
        """参保资助."""

        verbose_name = verbose_name_plural = "参保资助"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *CountyRow.Meta.constraints,
            models.CheckConstraint(
                condition=(Q(kind="fixed") & Q(amount_fen__isnull=False, amount_fen__gt=0))
                | (~Q(kind="fixed") & Q(amount_fen=None)),
                name="policies_premiumaid_amount",
            ),
            models.CheckConstraint(
                condition=(Q(kind="none") & Q(funding="")) | (~Q(kind="none") & ~Q(funding="")),
                name="policies_premiumaid_funding",
            ),
            models.CheckConstraint(
                condition=(Q(age_from=None) & Q(age_below=None) & Q(age_on=""))
                | (
                    Q(age_on__regex=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")
                    & (Q(age_from__isnull=False) | Q(age_below__isnull=False))
                    & (Q(age_from=None) | Q(age_below=None) | Q(age_from__lt=F("age_below")))
                ),
                name="policies_premiumaid_ages",
            ),
        ]

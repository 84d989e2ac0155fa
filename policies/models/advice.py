"""Rules that point at doubtful bills (疑点规则): they advise, and move no money."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from common.codes import FeeCategory
from policies.advice_codes import AdviceKind, AdviceSeverity
from policies.models.rows import ConditionedRow, codes_field


class AdviceRule(ConditionedRow):
    """What makes a claim doubtful (疑点规则); only a rule of severity ``block`` refuses it.

    ``share_bp``, ``amount_fen`` and ``count`` are the limits of the kinds that have one; ``categories``
    narrows the lines looked at.
    """

    kind = models.CharField("疑点种类", max_length=40, choices=AdviceKind)
    severity = models.CharField(
        "处理方式", max_length=10, choices=AdviceSeverity, default=AdviceSeverity.FLAG
    )
    share_bp = models.PositiveIntegerField("占比上限（基点）", null=True, blank=True)
    amount_fen = models.BigIntegerField("单价自（分）", null=True, blank=True)
    count = models.PositiveSmallIntegerField("个数自", null=True, blank=True)
    categories = codes_field("费用类别", FeeCategory)

    class Meta(ConditionedRow.Meta):
        """疑点规则."""

        verbose_name = verbose_name_plural = "疑点规则"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *ConditionedRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(share_bp=None) | Q(share_bp__lte=10_000), name="policies_advicerule_share"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen=None) | Q(amount_fen__gt=0), name="policies_advicerule_amount"
            ),
            models.CheckConstraint(
                condition=Q(count=None) | Q(count__gte=2), name="policies_advicerule_count"
            ),
        ]


class AdviceEntry(models.Model):
    """Drugs that a rule names (药品范围): those of a disease, or those with a limit of the yearly dose.

    A line belongs to an entry when its code begins with one of ``codes`` or its name contains one of
    ``names``. ``disease`` is a key ``list/number``. ``dose`` is text as people write it, in ``dose_unit``.
    """

    rule = models.ForeignKey(
        AdviceRule, on_delete=models.CASCADE, related_name="entries", verbose_name="疑点规则"
    )
    position = models.PositiveSmallIntegerField("次序")
    disease = models.CharField("病种", max_length=40, blank=True)
    names = ArrayField(models.CharField(max_length=60), verbose_name="名称含", default=list, blank=True)
    codes = ArrayField(models.CharField(max_length=40), verbose_name="编码始于", default=list, blank=True)
    dose = models.CharField("年度总剂量", max_length=20, blank=True)
    dose_unit = models.CharField("剂量单位", max_length=20, blank=True)

    class Meta:
        """药品范围."""

        verbose_name = verbose_name_plural = "药品范围"
        ordering = ["rule", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(names__len__gt=0) | Q(codes__len__gt=0), name="policies_adviceentry_named"
            )
        ]

    def __str__(self) -> str:
        return "、".join([*self.names, *self.codes])

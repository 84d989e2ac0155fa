"""How offices proceed: paying out, exams, applications (拨付办法、鉴定标准、病种申请)."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from policies.codes import ApplicationTiming, DisbursementSubject
from policies.models.diseases import Disease
from policies.models.rows import CountyRow, PolicyRow, codes_field


class Disbursement(CountyRow):
    """How much is paid out by when (拨付办法): a first share, the rest by a later day.

    Days are working days: the first from receipt, the rest from the last day of the first. Empty: the
    document sets none. ``ledgers`` are codes of the ledgers paid so; empty: all.
    """

    subject = models.CharField("拨付事项", max_length=20, choices=DisbursementSubject)
    ledgers = codes_field("台账")
    first_share_bp = models.PositiveIntegerField("首付比例（基点）", default=10_000)
    first_working_days = models.PositiveSmallIntegerField(
        "首付期限（自收到申请起，工作日）", null=True, blank=True
    )
    rest_working_days = models.PositiveSmallIntegerField(
        "余款期限（自首付期限起，工作日）", null=True, blank=True
    )

    class Meta(CountyRow.Meta):
        """拨付办法."""

        verbose_name = verbose_name_plural = "拨付办法"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *CountyRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(first_share_bp__gt=0)
                & (
                    Q(first_share_bp=10_000, rest_working_days=None)
                    | Q(
                        first_share_bp__lt=10_000,
                        first_working_days__isnull=False,
                        rest_working_days__isnull=False,
                    )
                ),
                name="policies_disbursement_parts",
            ),
        ]


class ExamStandard(PolicyRow):
    """The exams by which a chronic disease is certified (鉴定标准); ``code`` is the disease's key.

    ``items`` are free for the poor, ``charged_items`` belong to the standard too but are not waived.
    """

    disease = models.ForeignKey(Disease, on_delete=models.PROTECT, related_name="+", verbose_name="病种")
    items = ArrayField(models.CharField(max_length=60), verbose_name="减免项目")
    charged_items = ArrayField(
        models.CharField(max_length=60), verbose_name="标准内不减免项目", default=list, blank=True
    )

    class Meta(PolicyRow.Meta):
        """鉴定标准."""

        verbose_name = verbose_name_plural = "鉴定标准"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *PolicyRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["policy", "disease"], name="policies_examstandard_disease_unique"
            ),
            models.CheckConstraint(condition=Q(items__len__gt=0), name="policies_examstandard_items"),
        ]


class ApplicationRule(PolicyRow):
    """When certification of which diseases may be applied for (病种申请); the first row that matches holds.

    ``at_any_time_only`` narrows the row to diseases that the document lets apply at any time. ``months`` are
    those of the windows; empty: the office announces them.
    """

    disease_lists = codes_field("病种目录")
    at_any_time_only = models.BooleanField("只限列明可随时申请的病种", default=False)
    timing = models.CharField("申请时间", max_length=20, choices=ApplicationTiming)
    months = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name="申报月份（空为另行公布）", default=list, blank=True
    )

    class Meta(PolicyRow.Meta):
        """病种申请."""

        verbose_name = verbose_name_plural = "病种申请"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *PolicyRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(months=[]) | Q(timing="windows", months__contained_by=list(range(1, 13))),
                name="policies_applicationrule_months",
            ),
        ]

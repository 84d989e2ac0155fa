"""The other rows of a pack: waivers, limits, quotas, who pays, ledgers (减免、限额、资金、台账)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from common.codes import FeeCategory, IdentityCategory, Place, Tier
from policies.codes import FundLevel, LedgerSource, QuotaPeriod, ShareLimitKind, WaiverStage
from policies.models.diseases import Disease
from policies.models.policy import Fund
from policies.models.rows import ConditionedRow, CountyRow, PolicyRow, codes_field


class Waiver(ConditionedRow):
    """A reduction of the bill that the hospital bears (减免)."""

    rate_bp = models.PositiveIntegerField("减免比例（基点）")
    categories = codes_field("费用类别", FeeCategory)
    stage = models.CharField("环节", max_length=20, choices=WaiverStage, default=WaiverStage.BILL)

    class Meta(ConditionedRow.Meta):
        """减免."""

        verbose_name = verbose_name_plural = "减免"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *ConditionedRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(rate_bp__gt=0) & Q(rate_bp__lte=10_000), name="policies_waiver_rate"
            ),
        ]


class ShareLimit(ConditionedRow):
    """A share of the bill's total that may not be exceeded (占比控制)."""

    kind = models.CharField("种类", max_length=20, choices=ShareLimitKind)
    share_bp = models.PositiveIntegerField("占比（基点）")

    class Meta(ConditionedRow.Meta):
        """占比控制."""

        verbose_name = verbose_name_plural = "占比控制"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *ConditionedRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(share_bp__gte=0) & Q(share_bp__lte=10_000), name="policies_sharelimit_share"
            ),
        ]


class Quota(PolicyRow):
    """What a chronic disease may cost in scope per period (病种限额); ``code`` is the disease's key.

    An empty amount is not yet entered: a claim that needs it is refused.
    """

    disease = models.ForeignKey(Disease, on_delete=models.PROTECT, related_name="+", verbose_name="病种")
    period = models.CharField("周期", max_length=10, choices=QuotaPeriod)
    amount_fen = models.BigIntegerField("限额（分）", null=True, blank=True)

    class Meta(PolicyRow.Meta):
        """病种限额."""

        verbose_name = verbose_name_plural = "病种限额"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *PolicyRow.Meta.constraints,
            models.UniqueConstraint(fields=["policy", "disease"], name="policies_quota_disease_unique"),
            models.CheckConstraint(
                condition=Q(amount_fen=None) | Q(amount_fen__gte=0), name="policies_quota_amount"
            ),
        ]


class Funding(ConditionedRow):
    """Which funds bear a payment (资金方案).

    Rules name ``group`` (empty: ``code``); the first row of a group that matches holds.
    """

    group = models.CharField("方案代码（空为本条代码）", max_length=80, blank=True)

    class Meta(ConditionedRow.Meta):
        """资金方案."""

        verbose_name = verbose_name_plural = "资金方案"


class FundingShare(models.Model):
    """A fund and its weight in a split, e.g. 5 of 5:2:3 (分担比例)."""

    funding = models.ForeignKey(
        Funding, on_delete=models.CASCADE, related_name="shares", verbose_name="资金方案"
    )
    position = models.PositiveSmallIntegerField("次序")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+", verbose_name="资金")
    weight = models.PositiveIntegerField("权重")

    class Meta:
        """分担比例."""

        verbose_name = verbose_name_plural = "分担比例"
        ordering = ["funding", "position"]
        constraints = [
            models.UniqueConstraint(fields=["funding", "fund"], name="policies_fundingshare_fund_unique"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="policies_fundingshare_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.fund}：{self.weight}"


class NotGranted(PolicyRow):
    """A tier that a pack knowingly does not grant, to all or to some identities (明确不享受)."""

    tier = models.CharField("保障层次", max_length=20, choices=Tier)
    identities = codes_field("身份类别", IdentityCategory)

    class Meta(PolicyRow.Meta):
        """明确不享受."""

        verbose_name = verbose_name_plural = "明确不享受"


class LedgerKind(PolicyRow):
    """A quarterly ledger the documents ask for (台账种类): what it lists, who pays it, until when.

    Lines are payments of ``tier`` and, when given, only those borne by ``fund``; other sources list waivers,
    visits, appraisal fees or services. Identities, disease lists and places bound what is listed; empty: all.
    """

    source = models.CharField("内容", max_length=20, choices=LedgerSource, default=LedgerSource.PAYMENTS)
    tier = models.CharField("保障层次", max_length=20, choices=Tier, blank=True)
    fund = models.ForeignKey(
        Fund, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="资金"
    )
    identities = codes_field("身份类别", IdentityCategory)
    disease_lists = codes_field("病种目录")
    places = codes_field("就医地", Place)
    payer_level = models.CharField("付款方", max_length=20, choices=FundLevel, blank=True)
    deadline_working_days = models.PositiveSmallIntegerField("季后报送期限（工作日）", null=True, blank=True)

    class Meta(PolicyRow.Meta):
        """台账种类."""

        verbose_name = verbose_name_plural = "台账种类"


class PolicyParameter(CountyRow):
    """A number or decision beside the settlement rules (参数): targets, days, open questions.

    ``value`` is text as people write it; ``unit`` says what it is.
    """

    value = models.CharField("值", max_length=200)
    unit = models.CharField("单位", max_length=20, blank=True)
    identities = codes_field("身份类别", IdentityCategory)

    class Meta(CountyRow.Meta):
        """参数."""

        verbose_name = verbose_name_plural = "参数"

"""What was posted on a claim (结算、支付、累计). Insert-only."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from common.codes import Tier
from organizations.models import Hospital, Region
from settlement.models.claims import Claim, PersonYear


class Settlement(models.Model):
    """What was posted on a claim (结算): the first settlement, or a signed difference (冲销、调整).

    Amounts are signed fen: the sum over a claim's settlements is what holds now. ``inputs`` are the engine's
    inputs of this posting, ``pools_after`` the year's pools once this row and all before it count; both
    belong to the fold and are checked by ``verify`` against the pool entries.
    """

    class Kind(models.TextChoices):
        """种类."""

        ORIGINAL = "original", "结算"
        REVERSAL = "reversal", "冲销"
        ADJUSTMENT = "adjustment", "调整"

    claim = models.ForeignKey(
        Claim, verbose_name="费用", on_delete=models.PROTECT, related_name="settlements"
    )
    person_year = models.ForeignKey(
        PersonYear,
        verbose_name="人员年度",
        on_delete=models.PROTECT,
        related_name="settlements",
        db_index=False,
    )
    kind = models.CharField("种类", max_length=12, choices=Kind.choices)
    # The row whose posting made this one necessary: a reversal's own original, an adjustment's reversal.
    caused_by = models.ForeignKey(
        "self", verbose_name="起因", on_delete=models.PROTECT, null=True, blank=True, related_name="caused"
    )
    reason = models.CharField("原因", max_length=200, blank=True)
    posted_on = models.DateField("记账日期")
    posted_at = models.DateTimeField("记账时间", default=timezone.now)
    total_fen = models.BigIntegerField("总费用（分）")
    waived_fen = models.BigIntegerField("减免（分）")
    excluded_fen = models.BigIntegerField("全自费（分）")
    over_limit_fen = models.BigIntegerField("超限价自费（分）")
    upfront_fen = models.BigIntegerField("先行自付（分）")
    in_scope_fen = models.BigIntegerField("政策范围内（分）")
    over_quota_fen = models.BigIntegerField("超病种限额（分）")
    hospital_borne_fen = models.BigIntegerField("医院承担（分）")
    paid_fen = models.BigIntegerField("各层次支付合计（分）")
    account_fen = models.BigIntegerField("补付到个人账户（分）")
    patient_fen = models.BigIntegerField("个人负担（分）")
    inputs = models.JSONField("结算输入")
    explanation = models.JSONField("计算过程")
    pools_after = models.JSONField("年度累计")

    class Meta:
        """结算."""

        verbose_name = verbose_name_plural = "结算"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["person_year", "-id"], name="settlement_year_latest"),
            # Corrections are few among the settlements: lists find them without reading the rest.
            models.Index(
                fields=["kind", "claim"], condition=~Q(kind="original"), name="settlement_corrections"
            ),
            # Days come in the order of the rows: a quarter's numbers read that quarter's pages only.
            BrinIndex(fields=["posted_on"], autosummarize=True, name="settlement_posted_on"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["claim"], condition=Q(kind="original"), name="settlement_original_once"
            ),
            models.UniqueConstraint(
                fields=["claim"], condition=Q(kind="reversal"), name="settlement_reversal_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    total_fen=models.F("waived_fen")
                    + models.F("paid_fen")
                    + models.F("hospital_borne_fen")
                    + models.F("patient_fen")
                ),
                name="settlement_parts_make_total",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.get_kind_display()}"


class Payment(models.Model):
    """One fund's part of one tier's payment (支付), signed fen. Each is claimed once in a ledger."""

    class Payee(models.TextChoices):
        """收款方."""

        HOSPITAL = "hospital", "医疗机构"
        PATIENT = "patient", "患者"
        FUND = "fund", "已由其他系统支付"

    settlement = models.ForeignKey(
        Settlement, verbose_name="结算", on_delete=models.PROTECT, related_name="payments"
    )
    claim = models.ForeignKey(Claim, verbose_name="费用", on_delete=models.PROTECT, related_name="payments")
    # None for the year-end run: what it pays is between the fund and the patient.
    hospital = models.ForeignKey(
        Hospital, verbose_name="医疗机构", on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    county = models.ForeignKey(
        Region, verbose_name="参保县（市、区）", on_delete=models.PROTECT, db_index=False
    )
    benefit_year = models.PositiveSmallIntegerField("待遇年度")
    tier = models.CharField("层次", max_length=20, choices=Tier.choices)
    benefit = models.CharField("项目", max_length=40, blank=True)
    rule = models.CharField("规则", max_length=60, blank=True)
    fund = models.CharField("资金来源", max_length=40)
    payee = models.CharField("收款方", max_length=10, choices=Payee.choices)
    amount_fen = models.BigIntegerField("金额（分）")
    posted_on = models.DateField("记账日期")

    class Meta:
        """支付."""

        verbose_name = verbose_name_plural = "支付"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["county", "hospital", "tier", "posted_on"], name="payment_for_ledgers"),
            models.Index(fields=["county", "-id"], name="payment_county"),
            models.Index(fields=["hospital", "-id"], name="payment_hospital"),
            # What patients are still to be paid: few among the hospitals' payments.
            models.Index(fields=["county"], condition=Q(payee="patient"), name="payment_to_patients"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(hospital__isnull=False) | Q(payee="patient"), name="payment_payee_of_year_end"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_tier_display()} {self.fund}"


class PoolEntry(models.Model):
    """What one posting put into a pool of the year (年度累计明细): signed fen, or a count."""

    settlement = models.ForeignKey(
        Settlement, verbose_name="结算", on_delete=models.PROTECT, related_name="pool_entries"
    )
    person_year = models.ForeignKey(
        PersonYear, verbose_name="人员年度", on_delete=models.PROTECT, related_name="pool_entries"
    )
    pool = models.CharField("累计项目", max_length=80)
    amount = models.BigIntegerField("数额")

    class Meta:
        """年度累计明细."""

        verbose_name = verbose_name_plural = "年度累计明细"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pool} {self.amount}"

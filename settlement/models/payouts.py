"""Money to patients' accounts (一卡通支付): accounts, batches, what the bank did. All insert-only."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beneficiaries.models import Person
from organizations.models import Region
from settlement.models.postings import Payment
from settlement.models.repayments import PatientRepayment

USER = settings.AUTH_USER_MODEL


class PatientAccount(models.Model):
    """A patient's designated account (一卡通账户), encrypted; a person's newest row holds."""

    class Relation(models.TextChoices):
        """与患者关系."""

        SELF = "self", "本人"
        PARENT = "parent", "父母"
        CHILD = "child", "子女"
        SPOUSE = "spouse", "配偶"
        GUARDIAN = "guardian", "其他法定监护人"

    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="patient_accounts"
    )
    holder_name = models.CharField("户名", max_length=60)
    relation = models.CharField("与患者关系", max_length=10, choices=Relation.choices)
    basis = models.CharField("由监护人代领的依据", max_length=200, blank=True)
    bank = models.CharField("开户行", max_length=100)
    number_encrypted = models.BinaryField("账号（加密）", editable=False)
    number_last4 = models.CharField("账号后四位", max_length=4, editable=False)
    recorded_by = models.ForeignKey(USER, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        """一卡通账户."""

        verbose_name = verbose_name_plural = "一卡通账户"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(relation="self") | ~Q(basis=""), name="patient_account_guardian_has_basis"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder_name}（尾号{self.number_last4}）"


class PayoutBatch(models.Model):
    """One list to the bank (支付批次): frozen as made; its file can be written again and again."""

    county = models.ForeignKey(Region, verbose_name="县（市、区）", on_delete=models.PROTECT)
    made_on = models.DateField("制单日期")
    made_at = models.DateTimeField("制单时间", default=timezone.now)
    made_by = models.ForeignKey(USER, verbose_name="制单人", on_delete=models.PROTECT, related_name="+")
    item_count = models.PositiveIntegerField("笔数")
    total_fen = models.BigIntegerField("合计（分）")
    content_hash = models.CharField("内容摘要", max_length=64)

    class Meta:
        """支付批次."""

        verbose_name = verbose_name_plural = "支付批次"
        ordering = ["-id"]
        permissions = [("confirm_payoutbatch", "登记银行结果")]
        constraints = [
            models.CheckConstraint(condition=Q(item_count__gt=0, total_fen__gt=0), name="payout_batch_pays"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people quote (批次号)."""
        return f"ZF{self.pk:08d}"


class PayoutItem(models.Model):
    """One transfer of a batch (支付明细): all that was open for one person, sums to recover taken off."""

    batch = models.ForeignKey(
        PayoutBatch, verbose_name="支付批次", on_delete=models.PROTECT, related_name="items"
    )
    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="payout_items"
    )
    account = models.ForeignKey(PatientAccount, verbose_name="账户", on_delete=models.PROTECT)
    amount_fen = models.BigIntegerField("金额（分）")

    class Meta:
        """支付明细."""

        verbose_name = verbose_name_plural = "批次明细"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "person"], name="payout_item_once_per_person"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payout_item_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.person}"


class PayoutLine(models.Model):
    """What a transfer consists of (支付构成): payments, bounced transfers, repayments; each once, ever."""

    item = models.ForeignKey(
        PayoutItem, verbose_name="支付明细", on_delete=models.PROTECT, related_name="lines"
    )
    payment = models.OneToOneField(
        Payment,
        verbose_name="支付",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="payout_line",
    )
    bounced = models.OneToOneField(
        PayoutItem,
        verbose_name="退回的支付",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sent_again",
    )
    repayment = models.OneToOneField(
        PatientRepayment,
        verbose_name="患者退还",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="payout_line",
    )
    amount_fen = models.BigIntegerField("金额（分）")

    class Meta:
        """支付构成."""

        verbose_name = verbose_name_plural = "支付构成"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(payment__isnull=False, bounced=None, repayment=None)
                | Q(payment=None, bounced__isnull=False, repayment=None)
                | Q(payment=None, bounced=None, repayment__isnull=False),
                name="payout_line_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.amount_fen}"


class PayoutResult(models.Model):
    """What the bank did with a transfer (银行结果): paid, or bounced for a reason, at once or later."""

    item = models.ForeignKey(
        PayoutItem, verbose_name="支付明细", on_delete=models.PROTECT, related_name="results"
    )
    bounced = models.BooleanField("已退回")
    on = models.DateField("银行日期")
    bank_reference = models.CharField("银行流水号", max_length=60)
    reason = models.CharField("退回原因", max_length=200, blank=True)
    recorded_by = models.ForeignKey(USER, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        """银行结果."""

        verbose_name = verbose_name_plural = "银行结果"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "bounced"], name="payout_result_once"),
            models.CheckConstraint(
                condition=Q(bounced=False, reason="") | Q(bounced=True) & ~Q(reason=""),
                name="payout_result_bounced_for_a_reason",
            ),
            models.CheckConstraint(condition=~Q(bank_reference=""), name="payout_result_has_reference"),
        ]

    def __str__(self) -> str:
        return "已退回" if self.bounced else "已支付"

"""What patients pay back of sums to recover (患者退还追回款). Insert-only; undone by counter-entries."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beneficiaries.models import Person
from common.codes import Tier
from organizations.models import Region


class PatientRepayment(models.Model):
    """Money a patient paid back (患者退还): never more than was to be recovered that day.

    The person's next batch takes it up beside the payments it repays, so each fen counts once. The reference
    of a standing entry is unique; the database says so (migration 0009).
    """

    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="repayments"
    )
    county = models.ForeignKey(Region, verbose_name="县（市、区）", on_delete=models.PROTECT)
    amount_fen = models.BigIntegerField("金额（分）")
    received_on = models.DateField("到账日期")
    bank_reference = models.CharField("银行流水号", max_length=60, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    undoes = models.OneToOneField(
        "self",
        verbose_name="所撤销的退还",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="undone_by",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        """患者退还."""

        verbose_name = verbose_name_plural = "患者退还"
        ordering = ["-id"]
        indexes = [models.Index(fields=["bank_reference"], name="repayment_reference")]
        constraints = [
            models.CheckConstraint(
                condition=Q(undoes=None, amount_fen__gt=0) & ~Q(bank_reference="")
                | Q(undoes__isnull=False, amount_fen__lt=0, bank_reference="") & ~Q(note=""),
                name="repayment_reference_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people quote (退还编号)."""
        return f"TH{self.pk:08d}"

    @property
    def state(self) -> str:
        """Where it stands, with ``undone_by`` (状态)."""
        if self.undoes_id is not None:
            return "撤销记录"
        return "已撤销" if hasattr(self, "undone_by") else "已退还"


class RepaymentShare(models.Model):
    """Which tier and fund a repayment goes to (退还资金)."""

    repayment = models.ForeignKey(
        PatientRepayment, verbose_name="患者退还", on_delete=models.PROTECT, related_name="shares"
    )
    tier = models.CharField("保障层次", max_length=20, choices=Tier.choices)
    fund = models.CharField("资金", max_length=40)
    amount_fen = models.BigIntegerField("金额（分）")

    class Meta:
        """退还资金."""

        verbose_name = verbose_name_plural = "退还资金"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["repayment", "tier", "fund"], name="repayment_share_once"),
            models.CheckConstraint(condition=~Q(amount_fen=0), name="repayment_share_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.repayment_id} {self.fund} {self.amount_fen}"

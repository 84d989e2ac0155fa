"""Approvals of cost outside the catalogue (高值医用耗材审批)."""

from django.db import models
from django.db.models import Q

from settlement.models.claims import Claim
from settlement.models.reviews import HospitalRequest


class ConsumableApproval(HospitalRequest):
    """A high-value consumable that a hospital wants to use, decided by the office before (高值医用耗材审批).

    黔南医保发〔2019〕36号 二(六). ``approval_no`` is given when the office approves.
    """

    item_code = models.CharField("耗材编码", max_length=60, blank=True)
    item_name = models.CharField("耗材名称", max_length=200)
    quantity = models.PositiveIntegerField("数量")
    amount_fen = models.BigIntegerField("金额（分）")
    approval_no = models.CharField("批准号", max_length=60, blank=True)

    class Meta(HospitalRequest.Meta):
        """高值医用耗材审批."""

        verbose_name = verbose_name_plural = "高值医用耗材审批"
        constraints = [
            *HospitalRequest.Meta.constraints,
            models.UniqueConstraint(
                fields=["approval_no"], condition=~Q(approval_no=""), name="approval_no_once"
            ),
            models.CheckConstraint(
                condition=Q(state="approved") & ~Q(approval_no="") | ~Q(state="approved") & Q(approval_no=""),
                name="approval_no_when_approved",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0, quantity__gt=0), name="approval_positive"),
        ]


class ApprovalUse(models.Model):
    """A claim that rests on an approval (批准号使用). Insert-only; free again once the claim is reversed."""

    approval = models.ForeignKey(
        ConsumableApproval, verbose_name="审批", on_delete=models.PROTECT, related_name="uses"
    )
    claim = models.OneToOneField(
        Claim, verbose_name="费用", on_delete=models.PROTECT, related_name="approval_use"
    )

    class Meta:
        """批准号使用."""

        verbose_name = verbose_name_plural = "批准号使用"

    def __str__(self) -> str:
        return f"{self.approval_id} {self.claim_id}"

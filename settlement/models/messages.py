"""Under which message numbers hospitals asked (消息号): the way back to a lost answer. Insert-only."""

from django.db import models
from django.utils import timezone

from organizations.models import Hospital
from settlement.models.claims import Claim


class Message(models.Model):
    """One message that settled or reversed a claim (发送方报文ID, ``msgid`` of the national interface).

    A claim may have several: a hospital that heard no answer may have asked again under a new number.
    """

    class Operation(models.TextChoices):
        """业务."""

        SETTLE = "settle", "结算"
        REVERSE = "reverse", "冲销"

    hospital = models.ForeignKey(
        Hospital, verbose_name="医疗机构", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    message_id = models.CharField("消息号", max_length=30)
    operation = models.CharField("业务", max_length=10, choices=Operation.choices)
    claim = models.ForeignKey(
        Claim, verbose_name="费用", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    received_at = models.DateTimeField("收到时间", default=timezone.now)

    class Meta:
        """消息号."""

        verbose_name = verbose_name_plural = "消息号"
        constraints = [
            models.UniqueConstraint(fields=["hospital", "message_id"], name="message_once_per_hospital")
        ]

    def __str__(self) -> str:
        return self.message_id

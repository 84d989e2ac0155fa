"""The call log of the hospitals' interface (接口调用记录). Insert-only."""

from django.db import models
from django.utils import timezone

from organizations.models.hospitals import Hospital


class ApiCall(models.Model):
    """One request to the interface and how it ended (接口调用记录); names no person and no claim.

    ``hospital`` is empty without a valid key. ``operation`` is the name of the address, not the address.
    """

    called_at = models.DateTimeField("时间", default=timezone.now)
    # No constraint of the database: checking it would lock the hospital's row with every call.
    hospital = models.ForeignKey(
        Hospital,
        verbose_name="医疗机构",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    key_prefix = models.CharField("密钥前缀", max_length=8, blank=True)
    method = models.CharField("方法", max_length=10)
    operation = models.CharField("操作", max_length=60, blank=True)
    status = models.PositiveSmallIntegerField("状态码")
    code = models.CharField("结果代码", max_length=60, blank=True, help_text="空为成功")
    duration_ms = models.PositiveIntegerField("耗时（毫秒）")
    request_id = models.CharField("请求号", max_length=64)

    class Meta:
        """接口调用记录."""

        verbose_name = verbose_name_plural = "接口调用记录"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["hospital", "-id"], name="api_call_hospital"),
            models.Index(fields=["request_id"], name="api_call_request"),
            # Refusals are few among the calls.
            models.Index(fields=["code", "-id"], condition=~models.Q(code=""), name="api_call_refused"),
        ]

    def __str__(self) -> str:
        return self.request_id

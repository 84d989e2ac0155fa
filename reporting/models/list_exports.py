"""Files of filtered lists (列表导出) on their way to whoever asked."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from common.models import Job


class ListExport(models.Model):
    """A filtered list that a worker writes into a file for its owner (列表导出).

    The file is offered from ``ready_at`` to ``removed_at``; the export log says what left, and why.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="导出人", on_delete=models.PROTECT, related_name="+"
    )
    list_name = models.CharField("列表", max_length=80)
    # The list's address after the question mark: what was searched for may be a name.
    asked_encrypted = models.BinaryField("筛选条件（加密）", editable=False)
    full_numbers = models.BooleanField("含完整身份证号", default=False)
    reason = models.CharField("事由", max_length=300, blank=True)
    # Of the form that was sent: sent twice, it asks for one file.
    token = models.UUIDField("表单编号", unique=True, editable=False)
    job = models.OneToOneField(Job, verbose_name="后台任务", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("申请时间", default=timezone.now)
    ready_at = models.DateTimeField("完成时间", null=True, blank=True)
    removed_at = models.DateTimeField("删除时间", null=True, blank=True)

    class Meta:
        """列表导出."""

        verbose_name = verbose_name_plural = "列表导出"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(full_numbers=False) | ~models.Q(reason=""),
                name="list_export_full_numbers_with_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.list_name} {self.pk}"

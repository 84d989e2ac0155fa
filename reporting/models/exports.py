"""What was exported (导出记录)."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class ExportLog(models.Model):
    """One file with personal data that left the system (导出记录): who, when, what. Insert-only."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="导出人",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="空为系统后台任务",
    )
    exported_at = models.DateTimeField("导出时间", default=timezone.now)
    report = models.CharField("报表", max_length=60)
    subject = models.CharField("内容", max_length=300)
    # Why ID numbers are in full; empty where they are masked.
    reason = models.CharField("事由", max_length=300, blank=True, default="", db_default="")
    row_count = models.PositiveIntegerField("行数")
    total_fen = models.BigIntegerField("合计（分）")
    sha256 = models.CharField("文件摘要", max_length=64)

    class Meta:
        """导出记录."""

        verbose_name = verbose_name_plural = "导出记录"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.report} {self.subject}"

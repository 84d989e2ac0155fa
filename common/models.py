"""Tables that belong to no single field of work (公共)."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class CalendarDay(models.Model):
    """One day on which the office corrects the built-in calendar (工作日历), and the notice that says so."""

    day = models.DateField("日期", unique=True)
    is_working = models.BooleanField("是否工作日")
    source = models.CharField("依据", max_length=200, help_text="例如 国办发明电〔2018〕15号")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        """工作日历."""

        verbose_name = verbose_name_plural = "工作日历"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {'工作日' if self.is_working else '休息日'}"


class Job(models.Model):
    """Work in the background that a person waits for (后台任务): where it stands, and what came of it.

    The table says what was reported last; whether a process is at it right now says its lock
    (``common.jobs.job_is_alive``), which a killed process loses at once.
    """

    class State(models.TextChoices):
        """状态."""

        QUEUED = "queued", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "未完成"

    title = models.CharField("任务", max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="提交人", on_delete=models.PROTECT, related_name="+", null=True
    )
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.PositiveIntegerField("已处理", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    message = models.CharField("说明", max_length=300, blank=True)
    result_url = models.CharField("结果页", max_length=300, blank=True)
    created_at = models.DateTimeField("提交时间", default=timezone.now)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        """后台任务."""

        verbose_name = verbose_name_plural = "后台任务"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        if self.state == self.State.DONE:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0

"""Tables that belong to no single field of work (公共)."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
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


class Change(models.Model):
    """One row of a table that people edit was added, changed or deleted (变更记录). Insert-only.

    Triggers write it (``common/audit``), so that no path to the data, raw SQL included, goes round it.
    ``before`` and ``after`` hold the columns that differ; secrets are replaced by asterisks.
    """

    class Operation(models.TextChoices):
        """操作."""

        INSERT = "insert", "新增"
        UPDATE = "update", "修改"
        DELETE = "delete", "删除"

    at = models.DateTimeField("时间", db_default=Now())
    table = models.CharField("数据表", max_length=63)
    row_key = models.CharField("记录编号", max_length=64)
    # Whose page shows the row: a person's identities belong to the person.
    owner_table = models.CharField("所属数据表", max_length=63, blank=True)
    owner_key = models.CharField("所属记录编号", max_length=64, blank=True)
    operation = models.CharField("操作", max_length=6, choices=Operation.choices)
    before = models.JSONField("变更前", default=dict)
    after = models.JSONField("变更后", default=dict)
    # Nothing that is done may fail for want of its account: no constraint.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="操作人",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
    )
    reason = models.CharField("事由", max_length=300, blank=True)
    context = models.JSONField("来源", default=dict)
    # One request, one task, one command: what was changed together.
    context_id = models.UUIDField("批次", null=True)
    database_role = models.CharField("数据库角色", max_length=63)

    class Meta:
        """变更记录."""

        verbose_name = verbose_name_plural = "变更记录"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["table", "row_key", "-id"], name="change_of_row"),
            models.Index(
                fields=["owner_table", "owner_key", "-id"],
                name="change_of_owner",
                condition=~models.Q(owner_table=""),
            ),
            models.Index(fields=["user", "-id"], name="change_of_user"),
            models.Index(fields=["at"], name="change_at"),
            models.Index(
                fields=["reason"],
                opclasses=["varchar_pattern_ops"],
                condition=~models.Q(reason=""),
                name="change_reason_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M} {self.get_operation_display()}"

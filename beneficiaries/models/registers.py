"""Registers that documents ask for (登记簿): what one records is data, not a table of its own."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beneficiaries.models.people import Person
from organizations.models import Hospital, Office, Region

USER = settings.AUTH_USER_MODEL


def attachment_storage() -> FileSystemStorage:
    """``MEDIA_ROOT``, which no web server serves: files leave only by a page that asks who wants them."""
    return FileSystemStorage()


class RegisterKind(models.Model):
    """A register (登记簿): its fields, who keeps it, until when, how often. ``fixtures/registers.yaml``."""

    class TargetPer(models.TextChoices):
        """目标按什么计."""

        VILLAGE = "village", "每村"
        TOWNSHIP = "township", "每乡镇"
        HOSPITAL = "hospital", "每家医疗机构"
        COUNTY = "county", "每县"

    class TargetPeriod(models.TextChoices):
        """目标的期间."""

        YEAR = "year", "每年"
        QUARTER = "quarter", "每季度"
        STANDING = "standing", "长期"

    code = models.SlugField("代码", max_length=60, unique=True)
    name = models.CharField("名称", max_length=60)
    group = models.CharField("分组", max_length=30)
    clause = models.CharField("依据", max_length=120, help_text="例如 黔南医保发〔2019〕36号 二(一)")
    purpose = models.CharField("登记内容", max_length=300)
    city_codes = ArrayField(
        models.CharField(max_length=12), verbose_name="适用的市（州）", default=list, help_text="空为全部"
    )
    fields = models.JSONField("登记项目")
    tracked = models.BooleanField("须办结", help_text="办结即销号；否则登记后为在册")
    writer_kinds = ArrayField(
        models.CharField(max_length=20, choices=Office.Kind.choices), verbose_name="登记部门"
    )
    hospitals_write = models.BooleanField("医疗机构可登记")
    responsible_kinds = ArrayField(
        models.CharField(max_length=20, choices=Office.Kind.choices), verbose_name="责任部门", default=list
    )
    deadline_days = models.PositiveSmallIntegerField("办理期限（天）", null=True)
    deadline_in_working_days = models.BooleanField("期限按工作日计")
    target_count = models.PositiveSmallIntegerField("目标数", null=True)
    target_per = models.CharField("目标按", max_length=10, choices=TargetPer.choices, blank=True)
    target_period = models.CharField("目标期间", max_length=10, choices=TargetPeriod.choices, blank=True)
    position = models.PositiveSmallIntegerField("次序")

    class Meta:
        """登记簿."""

        verbose_name = verbose_name_plural = "登记簿"
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(target_count=None, target_per="", target_period="")
                | Q(target_count__gt=0) & ~Q(target_per="") & ~Q(target_period=""),
                name="register_kind_target_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RegisterEntry(models.Model):
    """An entry of a register (登记): checked against its kind; changes leave a :class:`RegisterStep`."""

    class State(models.TextChoices):
        """状态."""

        OPEN = "open", "待办"
        IN_PROGRESS = "in_progress", "办理中"
        ON_FILE = "on_file", "在册"
        CLOSED = "closed", "已办结"

    kind = models.ForeignKey(
        RegisterKind, verbose_name="登记簿", on_delete=models.PROTECT, related_name="entries"
    )
    county = models.ForeignKey(
        Region, verbose_name="县（市、区）", on_delete=models.PROTECT, related_name="register_entries"
    )
    summary = models.CharField("内容", max_length=100)
    happened_on = models.DateField("日期")
    values = models.JSONField("登记项目", default=dict)
    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, null=True, related_name="register_entries"
    )
    hospital = models.ForeignKey(
        Hospital,
        verbose_name="医疗机构",
        on_delete=models.PROTECT,
        null=True,
        related_name="register_entries",
    )
    region = models.ForeignKey(
        Region, verbose_name="区划", on_delete=models.PROTECT, null=True, related_name="+"
    )
    township = models.CharField("乡镇（街道）", max_length=60, blank=True)
    village = models.CharField("村（社区）", max_length=60, blank=True)
    office = models.ForeignKey(
        Office, verbose_name="责任单位", on_delete=models.PROTECT, null=True, related_name="register_entries"
    )
    responsible = models.CharField("责任人", max_length=60, blank=True)
    due_on = models.DateField("办理期限", null=True)
    state = models.CharField("状态", max_length=12, choices=State.choices)
    closed_on = models.DateField("办结日期", null=True)
    closing_note = models.CharField("办结说明", max_length=500, blank=True)
    closed_by = models.ForeignKey(
        USER, verbose_name="办结人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_by = models.ForeignKey(USER, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        """登记."""

        verbose_name = verbose_name_plural = "登记"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["kind", "county", "happened_on"], name="register_entry_kind"),
            models.Index(
                fields=["county", "due_on"],
                condition=Q(state__in=["open", "in_progress"]),
                name="register_entry_due",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False, closed_by__isnull=False)
                & ~Q(closing_note="")
                | ~Q(state="closed") & Q(closed_on=None, closed_by=None, closing_note=""),
                name="register_entry_closed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.summary


class RegisterStep(models.Model):
    """What was done to an entry, and what it said afterwards (办理记录). Insert-only."""

    class Action(models.TextChoices):
        """事项."""

        RECORDED = "recorded", "登记"
        CHANGED = "changed", "修改"
        STARTED = "started", "开始办理"
        CLOSED = "closed", "办结"
        REOPENED = "reopened", "重新办理"
        ATTACHED = "attached", "上传附件"

    entry = models.ForeignKey(
        RegisterEntry, verbose_name="登记", on_delete=models.PROTECT, related_name="steps"
    )
    action = models.CharField("事项", max_length=10, choices=Action.choices)
    note = models.CharField("说明", max_length=500, blank=True)
    content = models.JSONField("当时内容", default=dict)
    at = models.DateTimeField("时间", default=timezone.now)
    by = models.ForeignKey(USER, verbose_name="办理人", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """办理记录."""

        verbose_name = verbose_name_plural = "办理记录"
        ordering = ["entry_id", "id"]

    def __str__(self) -> str:
        return self.get_action_display()


class RegisterAttachment(models.Model):
    """A file that proves an entry (附件). Insert-only; its name on the disk says nothing."""

    entry = models.ForeignKey(
        RegisterEntry, verbose_name="登记", on_delete=models.PROTECT, related_name="attachments"
    )
    name = models.CharField("文件名", max_length=150)
    file = models.FileField("文件", storage=attachment_storage, max_length=120)
    size = models.PositiveIntegerField("大小（字节）")
    media_type = models.CharField("类型", max_length=80)
    sha256 = models.CharField("文件摘要", max_length=64)
    at = models.DateTimeField("上传时间", default=timezone.now)
    by = models.ForeignKey(USER, verbose_name="上传人", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """附件."""

        verbose_name = verbose_name_plural = "登记附件"
        ordering = ["entry_id", "id"]

    def __str__(self) -> str:
        return self.name

"""Rosters that other departments hand over (救助对象名单): rows, differences, what applying them changed."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from beneficiaries.models.entitlements import Enrolment
from beneficiaries.models.people import Household, Person
from common.codes import IdentityCategory, InsuranceType
from common.models import Job
from organizations.models import Office, Region


class RosterImport(models.Model):
    """One roster as it was handed over (名单导入): who sent it, of which day, what became of it.

    郑民文〔2017〕131号 二(一): civil affairs, poverty offices and disabled persons' federations of city and
    county supply their lists to the handling office.
    """

    class Kind(models.TextChoices):
        """Whether people whom it does not name have left (全量), or stay as they are (增减)."""

        FULL = "full", "全量名单"
        DELTA = "delta", "增减名单"
        INSURED = "insured", "参保名单"
        """Who is insured in a county for a year: says nothing of identities, and nobody leaves by it."""

    class State(models.TextChoices):
        """状态."""

        UPLOADED = "uploaded", "待核对"
        COMPARED = "compared", "待确认"
        CONFIRMED = "confirmed", "写入中"
        APPLIED = "applied", "已生效"
        UNDOING = "undoing", "撤销中"
        UNDONE = "undone", "已撤销"
        DISCARDED = "discarded", "已放弃"
        REFUSED = "refused", "文件有误"

    source = models.CharField("来源部门", max_length=20, choices=Office.Kind.choices)
    region = models.ForeignKey(Region, verbose_name="区划", on_delete=models.PROTECT, related_name="+")
    roster_on = models.DateField("名单日期")
    received_on = models.DateField("收到日期")
    kind = models.CharField("名单种类", max_length=10, choices=Kind.choices, default=Kind.FULL)
    categories = ArrayField(
        models.CharField(max_length=30, choices=IdentityCategory.choices), verbose_name="身份类别"
    )
    year = models.PositiveSmallIntegerField("参保年度", null=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.UPLOADED)
    message = models.CharField("说明", max_length=300, blank=True)
    file_name = models.CharField("文件名", max_length=200)
    file_sha256 = models.CharField("文件摘要", max_length=64)
    # Encrypted, and emptied as soon as its rows are staged: no roster lies in a folder.
    file_encrypted = models.BinaryField("文件（加密）", null=True, editable=False)
    headings = models.JSONField("表头和行数", default=dict, editable=False)
    counts = models.JSONField("各类行数", default=dict, editable=False)
    blanks = models.JSONField("空缺数", default=dict, editable=False)
    digest = models.CharField("差异摘要", max_length=64, blank=True, editable=False)
    # Whoever confirmed may move people out of these counties.
    movable_from = ArrayField(models.BigIntegerField(), default=list, editable=False)
    job = models.ForeignKey(
        Job, verbose_name="后台任务", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间", default=timezone.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="确认人", on_delete=models.PROTECT, related_name="+", null=True
    )
    applied_at = models.DateTimeField("生效时间", null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="撤销人", on_delete=models.PROTECT, related_name="+", null=True
    )
    undone_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        """名单导入."""

        verbose_name = verbose_name_plural = "名单导入"
        ordering = ["-id"]
        permissions = [("confirm_rosterimport", "可以确认和撤销名单")]
        indexes = [models.Index(fields=["region", "source", "-roster_on"], name="roster_region_source")]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(confirmed_by__isnull=False),
                name="roster_applied_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(received_on__gte=F("roster_on")), name="roster_received_after_its_day"
            ),
            models.CheckConstraint(
                condition=Q(kind="insured", year__isnull=False) | (~Q(kind="insured") & Q(year=None)),
                name="roster_year_of_the_insured",
            ),
        ]

    def __str__(self) -> str:
        what = self.get_kind_display() if self.year is None else f"{self.year}年{self.get_kind_display()}"
        return f"{self.region.name}{self.get_source_display()} {self.roster_on} {what}"

    def count_of(self, difference: str) -> int:
        """Rows of one kind of difference."""
        return int(self.counts.get(difference, 0))


class RosterRow(models.Model):
    """One row of a roster, or a person whom it no longer names (名单行), with what it would change."""

    class Difference(models.TextChoices):
        """与现有记录的差异."""

        NEW = "new", "新增"
        CHANGED = "changed", "变更"
        LEFT = "left", "退出"
        MOVED = "moved", "跨县转移"
        UNCHANGED = "unchanged", "无变化"
        DUPLICATE = "duplicate", "重复"
        HELD = "held", "暂不退出"
        WRONG = "wrong", "有问题"

    roster = models.ForeignKey(
        RosterImport, verbose_name="名单", on_delete=models.PROTECT, related_name="rows"
    )
    row_no = models.PositiveIntegerField("行号", null=True)
    difference = models.CharField("差异", max_length=10, choices=Difference.choices, blank=True)
    problem = models.CharField("问题", max_length=30, blank=True)
    detail = models.CharField("变动内容", max_length=300, blank=True)
    errors = models.JSONField("单元格问题", default=list)
    raw_encrypted = models.BinaryField("原行（加密）", null=True, editable=False)
    id_encrypted = models.BinaryField("身份证号（加密）", null=True, editable=False)
    id_index = models.CharField("身份证号索引", max_length=64, blank=True, editable=False)
    id_last4 = models.CharField("身份证号后四位", max_length=4, blank=True)
    name = models.CharField("姓名", max_length=60, blank=True)
    sex = models.CharField("性别", max_length=6, choices=Person.Sex.choices, blank=True)
    born_on = models.DateField("出生日期", null=True)
    category = models.CharField("身份类别", max_length=30, choices=IdentityCategory.choices, blank=True)
    county = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    household_no = models.CharField("户编号", max_length=30, blank=True)
    township = models.CharField("乡镇（街道）", max_length=60, blank=True)
    village = models.CharField("村（社区）", max_length=60, blank=True)
    head_name = models.CharField("户主姓名", max_length=60, blank=True)
    since = models.DateField("认定日期", null=True)
    leaves = models.BooleanField("退出", default=False)
    left_on = models.DateField("退出日期", null=True)
    insurance_type = models.CharField(
        "险种", max_length=20, choices=InsuranceType.choices, blank=True, default="", db_default=""
    )
    enrolled_on = models.DateField("参保日期", null=True)
    paid_by = models.CharField(
        "缴费方式", max_length=12, choices=Enrolment.PaidBy.choices, blank=True, default="", db_default=""
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    # No key of the database: an undone identity is gone, its rows stay.
    identity = models.ForeignKey(
        "beneficiaries.Identity",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
    )

    class Meta:
        """名单行."""

        verbose_name = verbose_name_plural = "名单行"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["roster", "difference", "id"], name="roster_row_difference"),
            models.Index(fields=["roster", "id_index"], name="roster_row_person"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.get_difference_display()}"


class RosterChange(models.Model):
    """What applying a roster changed (名单变更), before and after; undoing it is a row of its own."""

    class Kind(models.TextChoices):
        """变更种类."""

        HOUSEHOLD_MADE = "household_made", "新增户"
        HOUSEHOLD_CHANGED = "household_changed", "户信息变更"
        PERSON_REGISTERED = "person_registered", "登记人员"
        PERSON_CHANGED = "person_changed", "人员信息变更"
        IDENTITY_OPENED = "identity_opened", "认定身份"
        IDENTITY_CORRECTED = "identity_corrected", "更正认定日期"
        IDENTITY_CLOSED = "identity_closed", "终止身份"
        ENROLMENT_OPENED = "enrolment_opened", "登记参保"
        ENROLMENT_CHANGED = "enrolment_changed", "变更参保登记"

    roster = models.ForeignKey(
        RosterImport, verbose_name="名单", on_delete=models.PROTECT, related_name="changes"
    )
    kind = models.CharField("种类", max_length=20, choices=Kind.choices)
    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, null=True, related_name="+"
    )
    household = models.ForeignKey(
        Household, verbose_name="户", on_delete=models.PROTECT, null=True, related_name="+"
    )
    identity = models.ForeignKey(
        "beneficiaries.Identity",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
    )
    before = models.JSONField("变更前", default=dict)
    after = models.JSONField("变更后", default=dict)
    undoes = models.OneToOneField("self", verbose_name="撤销", on_delete=models.PROTECT, null=True)
    made_at = models.DateTimeField("时间", db_default=Now())

    class Meta:
        """名单变更."""

        verbose_name = verbose_name_plural = "名单变更"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_kind_display()


class RosterDelivery(models.Model):
    """A file made of a roster for somebody (名单移交、退回): who made it, for whom, when it was received.

    郑卫〔2017〕214号 四(二): the poverty office's roster goes to the health and medical-insurance offices.
    """

    class Kind(models.TextChoices):
        """用途."""

        PASSED_ON = "passed_on", "移交"
        HANDED_BACK = "handed_back", "退回更正"

    roster = models.ForeignKey(
        RosterImport, verbose_name="名单", on_delete=models.PROTECT, related_name="deliveries"
    )
    kind = models.CharField("用途", max_length=12, choices=Kind.choices)
    recipient = models.CharField("接收部门", max_length=20, choices=Office.Kind.choices)
    row_count = models.PositiveIntegerField("行数")
    file_sha256 = models.CharField("文件摘要", max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="经办人", on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("时间", default=timezone.now)
    received_on = models.DateField("签收日期", null=True)
    received_by = models.CharField("签收人", max_length=60, blank=True)

    class Meta:
        """名单移交."""

        verbose_name = verbose_name_plural = "名单移交"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}{self.get_recipient_display()}"

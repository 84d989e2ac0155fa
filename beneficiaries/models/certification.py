"""Certification of chronic diseases (慢性病鉴定): the application, each step, what was decided."""

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from beneficiaries.models.entitlements import ChronicCertificate
from beneficiaries.models.people import Person
from organizations.models import Hospital, Region

USER = settings.AUTH_USER_MODEL


class CertificationApplication(models.Model):
    """One application of one person, for up to seven diseases (鉴定申请, 郑卫〔2017〕214号 三(二)).

    The database lets only the state and who acted change; what was applied for is fixed, and every step is
    kept in :class:`CertificationStep`.
    """

    class State(models.TextChoices):
        """办理状态."""

        RECEIVED = "received", "待核对材料"
        PAPERS_MISSING = "papers_missing", "待补材料"
        CHECKED = "checked", "待体检"
        EXAMINED = "examined", "待审核"
        REVIEWED = "reviewed", "待决定"
        APPROVED = "approved", "待发证"
        CERTIFIED = "certified", "已发证"
        REFUSED = "refused", "未通过"
        WITHDRAWN = "withdrawn", "已撤回"

    application_no = models.CharField("申请编号", max_length=40, unique=True)
    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="certification_applications"
    )
    county = models.ForeignKey(Region, verbose_name="参保县（市、区）", on_delete=models.PROTECT)
    hospital = models.ForeignKey(Hospital, verbose_name="鉴定机构", on_delete=models.PROTECT)
    applied_on = models.DateField("申请日期")
    received_by = models.ForeignKey(USER, verbose_name="受理人", on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField("受理时间", default=timezone.now)
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.RECEIVED)
    checked_by = models.ForeignKey(
        USER, verbose_name="材料核对人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_by = models.ForeignKey(
        USER, verbose_name="审核人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        USER, verbose_name="决定人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        """鉴定申请."""

        verbose_name = verbose_name_plural = "鉴定申请"
        ordering = ["-id"]
        permissions = [
            ("check_papers_certification", "核对鉴定材料"),
            ("examine_certification", "录入鉴定体检"),
            ("review_certification", "审核鉴定"),
            ("decide_certification", "决定鉴定"),
            ("issue_certificate", "发放和终止就医证"),
        ]
        indexes = [models.Index(fields=["county", "state", "applied_on"], name="certification_work")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | Q(checked_by__isnull=False, reviewed_by__isnull=False)
                & ~Q(decided_by=F("checked_by"))
                & ~Q(decided_by=F("reviewed_by")),
                name="certification_two_people",
                violation_error_message="决定人不能是材料核对人或审核人。",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=False) | ~Q(state__in=["approved", "certified"]),
                name="certification_decided_first",
            ),
        ]

    def __str__(self) -> str:
        return self.application_no


class AppliedDisease(models.Model):
    """A disease of an application (申请病种); ``renews`` is the certificate it goes on from. Insert-only."""

    application = models.ForeignKey(
        CertificationApplication, verbose_name="鉴定申请", on_delete=models.PROTECT, related_name="diseases"
    )
    disease = models.CharField("病种", max_length=40)
    disease_name = models.CharField("病种名称", max_length=100)
    renews = models.ForeignKey(
        ChronicCertificate,
        verbose_name="续期的就医证",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="renewals",
    )
    accepted_because = models.CharField("受理依据", max_length=200)
    clause = models.CharField("条款", max_length=100, blank=True)
    provisional = models.BooleanField("待核实", default=False)

    class Meta:
        """申请病种."""

        verbose_name = verbose_name_plural = "申请病种"
        ordering = ["application_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "disease"], name="applied_disease_once")
        ]

    def __str__(self) -> str:
        return self.disease_name


class CertificationStep(models.Model):
    """One step of an application (办理记录): who did what, when and why. Insert-only."""

    class Kind(models.TextChoices):
        """步骤."""

        APPLIED = "applied", "受理申请"
        PAPERS_MISSING = "papers_missing", "材料不全"
        CHECKED = "checked", "材料齐全"
        EXAM_ENTERED = "exam_entered", "录入体检项目"
        EXAM_CANCELLED = "exam_cancelled", "冲销体检项目"
        EXAMINED = "examined", "体检完成"
        REVIEWED = "reviewed", "审核"
        RETURNED = "returned", "退回补充体检"
        DECIDED = "decided", "决定"
        CERTIFIED = "certified", "发证"
        WITHDRAWN = "withdrawn", "撤回申请"

    application = models.ForeignKey(
        CertificationApplication, verbose_name="鉴定申请", on_delete=models.PROTECT, related_name="steps"
    )
    kind = models.CharField("步骤", max_length=20, choices=Kind.choices)
    on = models.DateField("日期")
    at = models.DateTimeField("时间", default=timezone.now)
    # Empty: the hospital's system did it through the interface.
    by = models.ForeignKey(
        USER, verbose_name="办理人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        """办理记录."""

        verbose_name = verbose_name_plural = "鉴定办理记录"
        ordering = ["application_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(
                    kind__in=["papers_missing", "exam_cancelled", "reviewed", "returned", "withdrawn"]
                )
                | ~Q(note=""),
                name="certification_step_says_why",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class CertificationPaper(models.Model):
    """A paper as a check found it (材料核对结果); the latest check holds. Insert-only."""

    class Paper(models.TextChoices):
        """申请材料."""

        ID_CARD = "id_card", "身份证正反面"
        FORM = "form", "慢性病鉴定审批表"
        PHOTOGRAPH = "photograph", "1寸照"
        SOCIAL_CARD = "social_card", "社会保障卡"
        DIAGNOSIS = "diagnosis", "诊断说明书"
        OUTPATIENT_RECORD = "outpatient_record", "门诊病历"
        INPATIENT_RECORD = "inpatient_record", "住院病历"

    class Result(models.TextChoices):
        """核对结果."""

        PRESENT = "present", "齐全"
        MISSING = "missing", "缺少或不符"
        NOT_NEEDED = "not_needed", "不需要"

    step = models.ForeignKey(
        CertificationStep, verbose_name="核对", on_delete=models.PROTECT, related_name="papers"
    )
    paper = models.CharField("材料", max_length=20, choices=Paper.choices)
    result = models.CharField("结果", max_length=12, choices=Result.choices)

    class Meta:
        """鉴定材料."""

        verbose_name = verbose_name_plural = "鉴定材料"
        ordering = ["step_id", "id"]
        constraints = [models.UniqueConstraint(fields=["step", "paper"], name="certification_paper_once")]

    def __str__(self) -> str:
        return f"{self.get_paper_display()} {self.get_result_display()}"


class CertificationDecision(models.Model):
    """What was decided on one disease (鉴定结论): granted for a time or refused. Insert-only."""

    applied = models.OneToOneField(
        AppliedDisease, verbose_name="申请病种", on_delete=models.PROTECT, related_name="decision"
    )
    granted = models.BooleanField("通过")
    # The stubs do not know that a range may be null.
    valid = DateRangeField("有效期", null=True, blank=True)  # type: ignore[misc]
    reason = models.CharField("理由", max_length=300, blank=True)
    decided_on = models.DateField("决定日期")
    by = models.ForeignKey(USER, verbose_name="决定人", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """鉴定结论."""

        verbose_name = verbose_name_plural = "鉴定结论"
        ordering = ["applied_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(granted=True, valid__isnull=False, valid__isempty=False)
                | Q(granted=False, valid=None) & ~Q(reason=""),
                name="certification_decision_complete",
            )
        ]

    def __str__(self) -> str:
        return "通过" if self.granted else "未通过"

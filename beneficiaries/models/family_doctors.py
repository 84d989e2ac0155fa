"""Family doctors (家庭医生签约服务, 郑卫农卫〔2019〕5号 二(二)、二(七)四): contracts, follow-ups, funds."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from beneficiaries.models.people import Person
from organizations.models import Hospital, Region

USER = settings.AUTH_USER_MODEL


class DoctorContract(models.Model):
    """A contract with a family doctor (家庭医生签约): one at a time for a person."""

    class Payer(models.TextChoices):
        """谁付签约服务费."""

        PUBLIC_HEALTH = "public_health", "基本公共卫生服务经费"
        INSURANCE = "insurance", "医保基金"
        COUNTY = "county", "县级财政"
        PERSON = "person", "签约居民"

    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="doctor_contracts"
    )
    hospital = models.ForeignKey(
        Hospital, verbose_name="签约机构", on_delete=models.PROTECT, related_name="doctor_contracts"
    )
    doctor = models.CharField("家庭医生", max_length=60)
    team = models.CharField("团队", max_length=60, blank=True)
    signed_on = models.DateField("签约日期")
    valid = DateRangeField("服务期")
    package = models.CharField("服务包", max_length=100)
    fee_fen = models.BigIntegerField("年服务费（分）")
    payer = models.CharField("付费方", max_length=15, choices=Payer.choices)
    ended_because = models.CharField("提前终止原因", max_length=200, blank=True)
    recorded_by = models.ForeignKey(USER, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        """家庭医生签约."""

        verbose_name = verbose_name_plural = "家庭医生签约"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid__isempty=False), name="doctor_contract_period_not_empty"
            ),
            models.CheckConstraint(condition=Q(fee_fen__gte=0), name="doctor_contract_fee"),
            ExclusionConstraint(
                name="doctor_contract_once",
                expressions=[
                    # Core PostgreSQL has no GiST equality: a one-point range stands for the person.
                    (
                        Func(F("person"), F("person"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message="该人员在这段时间已有家庭医生签约，请先终止原签约。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.doctor}（{self.hospital}）"


class FollowUp(models.Model):
    """A follow-up of a contract (随访): planned, then done once with what was found."""

    class Kind(models.TextChoices):
        """随访方式."""

        HOME = "home", "上门随访"
        PHONE = "phone", "电话随访"
        CLINIC = "clinic", "门诊随访"
        GUIDANCE = "guidance", "建档、鉴定和救治指导"

    contract = models.ForeignKey(
        DoctorContract, verbose_name="签约", on_delete=models.PROTECT, related_name="follow_ups"
    )
    kind = models.CharField("方式", max_length=10, choices=Kind.choices)
    planned_on = models.DateField("计划日期")
    planned_by = models.ForeignKey(USER, verbose_name="安排人", on_delete=models.PROTECT, related_name="+")
    done_on = models.DateField("完成日期", null=True)
    content = models.CharField("随访内容", max_length=1000, blank=True)
    done_by = models.ForeignKey(
        USER, verbose_name="登记人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    done_at = models.DateTimeField("登记时间", null=True)

    class Meta:
        """随访."""

        verbose_name = verbose_name_plural = "家庭医生随访"
        ordering = ["planned_on", "id"]
        indexes = [
            models.Index(fields=["planned_on"], condition=Q(done_on=None), name="follow_up_to_do"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "kind", "planned_on"],
                name="follow_up_once_a_day",
                violation_error_message="该签约当天已安排同样的随访。",
            ),
            models.CheckConstraint(
                condition=Q(done_on=None, done_by=None, done_at=None, content="")
                | Q(done_on__isnull=False, done_by__isnull=False, done_at__isnull=False) & ~Q(content=""),
                name="follow_up_done_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.planned_on} {self.get_kind_display()}"


class ServiceFee(models.Model):
    """A service fee that a hospital advanced (签约服务经费). Insert-only.

    郑卫农卫〔2019〕5号 二(二): accounted per person. What is taken back is a row of the negative
    amount that ``corrects`` the first.
    """

    contract = models.ForeignKey(
        DoctorContract, verbose_name="签约", on_delete=models.PROTECT, related_name="fees"
    )
    hospital = models.ForeignKey(
        Hospital, verbose_name="医疗机构", on_delete=models.PROTECT, related_name="service_fees"
    )
    county = models.ForeignKey(
        Region, verbose_name="县（市、区）", on_delete=models.PROTECT, related_name="service_fees"
    )
    payer = models.CharField("付费方", max_length=15, choices=DoctorContract.Payer.choices)
    # Of the person on the day of posting: the ledger that lists it stays as it is when identities change.
    identities = models.JSONField("记账时身份", default=list)
    item = models.CharField("项目", max_length=60)
    amount_fen = models.BigIntegerField("金额（分）")
    posted_on = models.DateField("记账日期")
    posted_at = models.DateTimeField("记账时间", default=timezone.now)
    posted_by = models.ForeignKey(USER, verbose_name="记账人", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("冲销原因", max_length=200, blank=True)
    corrects = models.OneToOneField(
        "self",
        verbose_name="冲销",
        on_delete=models.PROTECT,
        null=True,
        related_name="correction",
    )

    class Meta:
        """签约服务经费."""

        verbose_name = verbose_name_plural = "签约服务经费"
        ordering = ["id"]
        indexes = [models.Index(fields=["county", "hospital", "posted_on"], name="service_fee_quarter")]
        constraints = [
            models.CheckConstraint(
                condition=Q(corrects=None, amount_fen__gt=0)
                | Q(corrects__isnull=False, amount_fen__lt=0) & ~Q(reason=""),
                name="service_fee_sign",
            )
        ]

    def __str__(self) -> str:
        return self.item

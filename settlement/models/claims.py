"""A person's year and the claims in it (人员年度、费用). Insert-only."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from beneficiaries.models import Person
from common.codes import FeeCategory, Referral, VisitType
from organizations.models import Hospital, Region
from policies.models import Policy


class PersonYear(models.Model):
    """A person's benefit year (人员年度): the one lock of settlement; it holds no counter."""

    # Read by common/database_role.py.
    ROW_IS_A_LOCK = True

    person = models.ForeignKey(Person, verbose_name="人员", on_delete=models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField("待遇年度")

    class Meta:
        """人员年度."""

        verbose_name = verbose_name_plural = "人员年度"
        constraints = [models.UniqueConstraint(fields=["person", "year"], name="person_year_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.year}年"


class Claim(models.Model):
    """One visit or stay as the hospital sent it (费用申报). Its number orders the fold of the year.

    A year-end entry (年末补算) stands for no visit: it has no hospital and no cost, and the patient is paid.
    """

    # The unique constraint below serves look-ups by hospital; so with the other keys without own index.
    hospital = models.ForeignKey(
        Hospital,
        verbose_name="医疗机构",
        on_delete=models.PROTECT,
        related_name="claims",
        null=True,
        blank=True,
        db_index=False,
    )
    year_end = models.BooleanField("年末补算", default=False, db_default=False)
    claim_no = models.CharField("单据号", max_length=60)
    # Of the normalized request: tells a repeated request from another one under the same number.
    content_hash = models.CharField("内容摘要", max_length=64, editable=False)
    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="claims", db_index=False
    )
    person_year = models.ForeignKey(
        PersonYear, verbose_name="人员年度", on_delete=models.PROTECT, related_name="claims"
    )
    benefit_year = models.PositiveSmallIntegerField("待遇年度")
    policy = models.ForeignKey(Policy, verbose_name="政策包", on_delete=models.PROTECT, related_name="claims")
    insured_county = models.ForeignKey(
        Region,
        verbose_name="参保县（市、区）",
        on_delete=models.PROTECT,
        related_name="claims",
        db_index=False,
    )
    visit_type = models.CharField("就诊类型", max_length=20, choices=VisitType.choices)
    admitted_on = models.DateField("入院/就诊日期")
    discharged_on = models.DateField("出院/就诊日期")
    referral = models.CharField("转诊", max_length=20, choices=Referral.choices)
    diagnosis_code = models.CharField("诊断编码", max_length=20)
    diagnosis_name = models.CharField("诊断名称", max_length=200)
    chronic_disease = models.CharField("慢性病病种", max_length=40, blank=True)
    bed_days = models.PositiveSmallIntegerField("床日", default=0)
    total_fen = models.BigIntegerField("总费用（分）")
    received_at = models.DateTimeField("收到时间", default=timezone.now)

    class Meta:
        """费用."""

        verbose_name = verbose_name_plural = "费用申报"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "claim_no"], name="claim_once_per_hospital"),
            models.UniqueConstraint(
                fields=["claim_no"], condition=Q(year_end=True), name="claim_year_end_once"
            ),
            models.CheckConstraint(
                condition=Q(year_end=False, hospital__isnull=False)
                | Q(year_end=True, hospital__isnull=True, total_fen=0),
                name="claim_hospital_or_year_end",
            ),
            models.CheckConstraint(condition=Q(total_fen__gte=0), name="claim_total_not_negative"),
            models.CheckConstraint(
                condition=Q(discharged_on__gte=models.F("admitted_on")), name="claim_dates_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["insured_county", "-id"], name="claim_county"),
            models.Index(fields=["person", "discharged_on"], name="claim_person_visits"),
            # What lists are ordered, filtered and searched by.
            models.Index(fields=["hospital", "-id"], name="claim_hospital"),
            models.Index(fields=["insured_county", "discharged_on"], name="claim_county_days"),
            models.Index(fields=["discharged_on"], name="claim_days"),
            models.Index(fields=["claim_no"], name="claim_number"),
            models.Index(
                fields=["diagnosis_name"], opclasses=["varchar_pattern_ops"], name="claim_diagnosis_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.claim_no


class ClaimLine(models.Model):
    """One line of the bill as claimed (费用明细); its parts make its amount."""

    claim = models.ForeignKey(
        Claim, verbose_name="费用", on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    line_no = models.PositiveIntegerField("行号")
    category = models.CharField("费用类别", max_length=30, choices=FeeCategory.choices)
    item_name = models.CharField("项目名称", max_length=200)
    amount_fen = models.BigIntegerField("金额（分）")
    in_scope_fen = models.BigIntegerField("政策范围内（分）")
    upfront_fen = models.BigIntegerField("先行自付（分）")
    over_limit_fen = models.BigIntegerField("超限价自费（分）")
    excluded_fen = models.BigIntegerField("全自费（分）")
    # What decides no money, only advice; empty on lines that do not say it.
    item_code = models.CharField("项目编码", max_length=40, blank=True, default="", db_default="")
    drug_code = models.CharField("药品编码", max_length=40, blank=True, default="", db_default="")
    quantity = models.DecimalField("数量", max_digits=13, decimal_places=4, null=True, blank=True)
    unit = models.CharField("计量单位", max_length=20, blank=True, default="", db_default="")
    dose = models.DecimalField("有效成分总量", max_digits=13, decimal_places=4, null=True, blank=True)
    dose_unit = models.CharField("总量单位", max_length=20, blank=True, default="", db_default="")
    expires_on = models.DateField("药品有效期至", null=True, blank=True)
    serviced_on = models.DateField("开药或服务日期", null=True, blank=True)

    class Meta:
        """费用明细."""

        verbose_name = verbose_name_plural = "费用明细"
        ordering = ["claim_id", "line_no"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "line_no"], name="claim_line_once"),
            models.CheckConstraint(
                condition=Q(
                    amount_fen=models.F("in_scope_fen")
                    + models.F("upfront_fen")
                    + models.F("over_limit_fen")
                    + models.F("excluded_fen")
                ),
                name="claim_line_parts_make_amount",
            ),
            models.CheckConstraint(
                condition=Q(
                    in_scope_fen__gte=0, upfront_fen__gte=0, over_limit_fen__gte=0, excluded_fen__gte=0
                ),
                name="claim_line_not_negative",
            ),
        ]
        indexes = [
            models.Index(
                fields=["drug_code", "serviced_on"], condition=~Q(drug_code=""), name="claim_line_drug"
            )
        ]

    def __str__(self) -> str:
        return f"{self.line_no} {self.item_name}"

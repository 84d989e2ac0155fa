"""What is doubtful about a claim, and what the office did about it (疑点、处理记录). Insert-only."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from organizations.models import Hospital, Region
from policies.advice_codes import AdviceKind, AdviceSeverity
from settlement.models.claims import Claim

FALSE_CERTIFICATE = ("false_certificate", "虚假诊断证明")
OTHER_FINDING = ("other", "其他违规")
# What the rules find, and what only people find (郑卫〔2017〕214号 四(三)).
BY_HAND = (FALSE_CERTIFICATE, OTHER_FINDING)


class Flag(models.Model):
    """Something doubtful about a claim (疑点): found by a rule of the pack, or recorded by the office.

    ``evidence`` is shown to the hospital: it names no other patient and no other hospital. ``related`` are
    other claims, for the office alone.
    """

    claim = models.ForeignKey(Claim, verbose_name="费用", on_delete=models.PROTECT, related_name="flags")
    county = models.ForeignKey(
        Region, verbose_name="参保县（市、区）", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    hospital = models.ForeignKey(
        Hospital, verbose_name="医疗机构", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    rule = models.CharField("规则代码", max_length=80, blank=True)
    title = models.CharField("名称", max_length=120)
    kind = models.CharField("疑点种类", max_length=40, choices=[*AdviceKind.choices, *BY_HAND])
    severity = models.CharField("处理方式", max_length=10, choices=AdviceSeverity.choices)
    clause = models.CharField("依据条款", max_length=200, blank=True)
    provisional = models.BooleanField("待核实", default=False)
    evidence = models.TextField("依据事实")
    line_nos = ArrayField(models.PositiveIntegerField(), verbose_name="涉及明细行", default=list, blank=True)
    related = ArrayField(models.BigIntegerField(), verbose_name="相关单据", default=list, blank=True)
    raised_at = models.DateTimeField("发现时间", default=timezone.now)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="记录人",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )

    class Meta:
        """疑点."""

        verbose_name = verbose_name_plural = "疑点"
        ordering = ["-id"]
        permissions = [("handle_flag", "处理疑点")]
        indexes = [models.Index(fields=["county", "-id"], name="flag_county")]
        constraints = [
            # One rule speaks once on a claim, however often it is folded again.
            models.UniqueConstraint(
                fields=["claim", "rule"], condition=~Q(rule=""), name="flag_once_per_rule"
            ),
            models.CheckConstraint(
                condition=Q(raised_by=None) & ~Q(rule="") | Q(raised_by__isnull=False, rule=""),
                name="flag_by_rule_or_hand",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.claim}）"


class FlagStep(models.Model):
    """A step in handling a flag (疑点处理): the newest decides its state; without any it is open."""

    class State(models.TextChoices):
        """状态."""

        ASKED = "asked", "已请机构说明"
        EXPLAINED = "explained", "机构已说明"
        CONFIRMED = "confirmed", "已认定"
        DISMISSED = "dismissed", "已排除"
        REVERSED = "reversed", "费用已冲销"

    flag = models.ForeignKey(
        Flag, verbose_name="疑点", on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    number = models.PositiveSmallIntegerField("序号")
    state = models.CharField("状态", max_length=12, choices=State)
    note = models.TextField("说明", blank=True)
    # Empty: the system's own step, when the claim was reversed.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="经办人",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        """疑点处理."""

        verbose_name = verbose_name_plural = "疑点处理记录"
        ordering = ["flag_id", "number"]
        constraints = [
            # Two people at once: the second meets the first's number.
            models.UniqueConstraint(fields=["flag", "number"], name="flag_step_once"),
            models.CheckConstraint(
                condition=Q(state="reversed", by=None) | ~Q(state="reversed") & Q(by__isnull=False),
                name="flag_step_has_a_person",
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()

"""What reconciliation looks like (对账): for the OpenAPI document only."""

from rest_framework import serializers

from common.codes import VisitType
from settlement.api.schema import Yuan

RESULTS = [("equal", "一致"), ("differs", "不一致")]
LINE_RESULTS = [*RESULTS, ("missing_here", "本系统没有这笔"), ("missing_there", "医疗机构没有列出这笔")]


class PeriodIn(serializers.Serializer):
    """The period by posting date (对账期间)."""

    first_day = serializers.DateField(help_text="首日（记账日期）")
    last_day = serializers.DateField(help_text="末日（含当日），至多一年")


class FundSumIn(serializers.Serializer):
    """What a fund owes the hospital (资金合计)."""

    fund = serializers.CharField(max_length=40, help_text="资金代码")
    amount = Yuan("医疗机构垫付、由该资金支付的合计", signed=True)


class VisitSumIn(serializers.Serializer):
    """The hospital's totals of one visit type (就诊类型合计)."""

    visit_type = serializers.ChoiceField(choices=VisitType.choices, help_text="就诊类型（med_type）")
    count = serializers.IntegerField(help_text="结算笔数减冲销笔数")
    total = Yuan("总费用（medfee_sumamt）", signed=True)
    paid = Yuan("各层次支付合计（fund_pay_sumamt）", signed=True)
    patient = Yuan("个人负担（psn_part_amt）", signed=True)
    funds = FundSumIn(many=True, required=False, help_text="不填则不核对各资金")


class TotalsIn(PeriodIn):
    """The hospital's totals of a period (总额对账)."""

    totals = VisitSumIn(many=True, help_text="没有费用的就诊类型不必列")


class ComparedOut(serializers.Serializer):
    """One figure on both sides (核对)."""

    name = serializers.CharField(help_text="count、total、paid、patient")
    theirs = serializers.CharField(allow_null=True, help_text="医疗机构的数；没有这笔时为空")
    ours = serializers.CharField(allow_null=True, help_text="本系统的数；没有这笔时为空")


class FundComparedOut(serializers.Serializer):
    """One fund on both sides (资金核对)."""

    fund = serializers.CharField()
    theirs = Yuan("医疗机构的数", signed=True)
    ours = Yuan("本系统的数", signed=True)
    result = serializers.ChoiceField(choices=RESULTS)


class VisitComparedOut(serializers.Serializer):
    """One visit type on both sides (就诊类型核对)."""

    visit_type = serializers.ChoiceField(choices=VisitType.choices)
    result = serializers.ChoiceField(choices=RESULTS)
    figures = ComparedOut(many=True)
    funds = FundComparedOut(many=True)


class TotalsOut(PeriodIn):
    """Whether the totals agree (总额对账答复)."""

    result = serializers.ChoiceField(choices=RESULTS)
    visits = VisitComparedOut(many=True)


class DetailLineIn(serializers.Serializer):
    """A claim in the hospital's books, net of its reversal in the period (明细)."""

    claim_no = serializers.CharField(max_length=60)
    total = Yuan("总费用", signed=True)
    paid = Yuan("各层次支付合计", signed=True)
    patient = Yuan("个人负担", signed=True)


class DetailsIn(PeriodIn):
    """The hospital's claims of a period (明细对账)."""

    lines = DetailLineIn(many=True, help_text="至多 2000 行；更多时请缩短期间")


class DetailLineOut(serializers.Serializer):
    """One claim on both sides (明细核对)."""

    claim_no = serializers.CharField()
    result = serializers.ChoiceField(choices=LINE_RESULTS)
    figures = ComparedOut(many=True, help_text="一致时为空")


class DetailsOut(PeriodIn):
    """Claim by claim, what agrees (明细对账答复)."""

    equal = serializers.IntegerField()
    differs = serializers.IntegerField()
    missing_here = serializers.IntegerField()
    missing_there = serializers.IntegerField()
    more_missing_there = serializers.BooleanField(help_text="未列出的超过 2000 笔，请缩短期间再对")
    lines = DetailLineOut(many=True)

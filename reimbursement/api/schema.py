"""What ledgers look like (季度台账): for the OpenAPI document only."""

from rest_framework import serializers

from common.codes import Tier
from reimbursement.models import LedgerStep, QuarterlyLedger
from settlement.api.schema import Yuan
from settlement.models import Settlement


class LedgerOut(serializers.Serializer):
    """A quarterly ledger (季度台账)."""

    ledger_no = serializers.CharField(help_text="台账编号")
    kind = serializers.CharField(help_text="台账种类代码")
    title = serializers.CharField(help_text="台账种类")
    county = serializers.CharField(help_text="参保县（市、区）代码")
    year = serializers.IntegerField()
    quarter = serializers.IntegerField()
    status = serializers.ChoiceField(choices=QuarterlyLedger.Status.choices)
    status_name = serializers.CharField()
    line_count = serializers.IntegerField(help_text="笔数")
    total = Yuan("合计", signed=True)
    content_hash = serializers.CharField(allow_blank=True, help_text="内容摘要，确认台账时原样送回")
    due_on = serializers.DateField(allow_null=True, help_text="报送期限")
    submitted_at = serializers.DateTimeField(allow_null=True)


class LedgerListOut(serializers.Serializer):
    """The hospital's ledgers, newest first (台账列表)."""

    ledgers = LedgerOut(many=True)


class LedgerLineOut(serializers.Serializer):
    """One payment claimed in a ledger (台账明细)."""

    line = serializers.IntegerField(help_text="明细号")
    corrects = serializers.IntegerField(allow_null=True, help_text="所更正的明细号")
    claim_no = serializers.CharField(help_text="单据号；鉴定费用为申请编号，签约服务为空")
    posted_on = serializers.DateField(help_text="记账日期")
    kind = serializers.ChoiceField(choices=Settlement.Kind.choices)
    tier = serializers.ChoiceField(
        choices=Tier.choices, allow_blank=True, help_text="保障层次；列支付以外内容的台账为空"
    )
    fund = serializers.CharField(allow_blank=True, help_text="资金代码；不拨付的台账为空")
    amount = Yuan("金额", signed=True)
    deducted = Yuan("扣减")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="扣减原因")


class LedgerPaymentOut(serializers.Serializer):
    """Money that moved (拨付)."""

    paid_on = serializers.DateField()
    amount = Yuan("金额", signed=True)
    bank_reference = serializers.CharField(allow_blank=True, help_text="银行流水号；撤销记录为空")
    received_on = serializers.DateField(allow_null=True, help_text="确认到账日期")


class LedgerFundOut(serializers.Serializer):
    """What one fund owes on a submitted ledger (申报、扣减、核定、拨付)."""

    fund = serializers.CharField(allow_blank=True, help_text="资金代码")
    applied = Yuan("申报", signed=True)
    deducted = Yuan("扣减")
    approved = Yuan("核定", signed=True)
    paid = Yuan("已拨付", signed=True)
    outstanding = Yuan("未付", signed=True)
    payments = LedgerPaymentOut(many=True)


class LedgerConfirmIn(serializers.Serializer):
    """What the hospital read (确认台账)."""

    content_hash = serializers.RegexField(r"^[0-9a-f]{64}$", help_text="台账答复中的内容摘要")


class LedgerConfirmOut(serializers.Serializer):
    """Where the ledger stands now (确认结果)."""

    ledger_no = serializers.CharField()
    step = serializers.ChoiceField(choices=LedgerStep.Step.choices)
    confirmed_at = serializers.DateTimeField()


class LedgerDetailOut(LedgerOut):
    """A ledger with a page of its lines (台账明细)."""

    funds = LedgerFundOut(many=True, help_text="汇总申报后按资金列出")
    lines = LedgerLineOut(many=True, help_text="每页至多 500 行")
    next = serializers.IntegerField(
        allow_null=True, help_text="还有下一页时，以此值作 after 再查；最后一页为空"
    )

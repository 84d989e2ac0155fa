"""What ledgers look like (季度台账): for the OpenAPI document only."""

from rest_framework import serializers

from common.codes import Tier
from reimbursement.models import QuarterlyLedger
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
    due_on = serializers.DateField(allow_null=True, help_text="报送期限")
    submitted_at = serializers.DateTimeField(allow_null=True)


class LedgerListOut(serializers.Serializer):
    """The hospital's ledgers, newest first (台账列表)."""

    ledgers = LedgerOut(many=True)


class LedgerLineOut(serializers.Serializer):
    """One payment claimed in a ledger (台账明细)."""

    claim_no = serializers.CharField(allow_null=True, help_text="单据号")
    posted_on = serializers.DateField(help_text="记账日期")
    kind = serializers.ChoiceField(choices=Settlement.Kind.choices)
    tier = serializers.ChoiceField(choices=Tier.choices)
    fund = serializers.CharField(help_text="资金代码")
    amount = Yuan("金额", signed=True)


class LedgerDetailOut(LedgerOut):
    """A ledger with a page of its lines (台账明细)."""

    lines = LedgerLineOut(many=True, help_text="每页至多 500 行")
    next = serializers.IntegerField(
        allow_null=True, help_text="还有下一页时，以此值作 after 再查；最后一页为空"
    )

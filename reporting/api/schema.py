"""What the statement looks like as JSON (结算单字段): for the OpenAPI document only."""

from rest_framework import serializers

from settlement.api.schema import Yuan


class StatementCategoryOut(serializers.Serializer):
    """The bill by fee category (费用类别)."""

    category = serializers.CharField(help_text="费用类别")
    amount = Yuan("金额")
    in_scope = Yuan("政策范围内")
    upfront = Yuan("先行自付（乙类）")
    over_limit = Yuan("超限价自费")
    excluded = Yuan("全自费（丙类）")


class StatementFundOut(serializers.Serializer):
    """One fund's part (资金)."""

    fund = serializers.CharField(help_text="资金名称")
    payee = serializers.CharField(help_text="收款方")
    amount = Yuan("金额")


class StatementTierOut(serializers.Serializer):
    """One benefit of one tier (保障层次)."""

    name = serializers.CharField(help_text="层次")
    base = Yuan("本次进入本层的费用", required=False)
    before = Yuan("本年历次费用", required=False)
    deductible = Yuan("起付线（优惠后）", required=False)
    ordinary_deductible = Yuan("起付线（普通）", required=False)
    paid_before = Yuan("本年历次支付；同一层次只写在第一项", required=False)
    paid = Yuan("本次支付，含补付到个人账户")
    funds = StatementFundOut(many=True)
    clause = serializers.CharField(help_text="依据：文号和条款", allow_blank=True)
    provisional = serializers.BooleanField(help_text="待核实")


class StatementGainItemOut(serializers.Serializer):
    """One item of the gain (提高待遇的一项)."""

    step = serializers.CharField(help_text="起付线降低、报销比例提高、取消封顶线等")
    amount = Yuan("金额")


class StatementGainOut(serializers.Serializer):
    """What a tier pays beyond ordinary terms (贫困人口提高待遇部分)."""

    name = serializers.CharField(help_text="层次")
    ordinary = Yuan("普通待遇应付")
    items = StatementGainItemOut(many=True)
    gain = Yuan("提高合计")
    clause = serializers.CharField(help_text="依据", allow_blank=True)
    provisional = serializers.BooleanField(help_text="待核实")


class StatementBorneOut(serializers.Serializer):
    """What the hospital bears (医院减免和承担)."""

    name = serializers.CharField(help_text="项目")
    amount = Yuan("金额")
    clause = serializers.CharField(help_text="依据", allow_blank=True)
    provisional = serializers.BooleanField(help_text="待核实")


class StatementAmountsOut(serializers.Serializer):
    """Totals (合计): total = waived + paid + hospital_borne + patient."""

    total = Yuan("总费用（medfee_sumamt）")
    waived = Yuan("减免")
    in_scope = Yuan("政策范围内（inscp_scp_amt）")
    upfront = Yuan("先行自付（preselfpay_amt）")
    over_limit = Yuan("超限价自费（overlmt_selfpay）")
    excluded = Yuan("全自费（fulamt_ownpay_amt）")
    over_quota = Yuan("超病种限额")
    paid = Yuan("各层次支付合计")
    hospital_borne = Yuan("医院承担（hosp_part_amt）")
    patient = Yuan("个人负担（psn_part_amt）")
    account = Yuan("补付到个人账户")
    reimbursed = Yuan("报销支付合计，即各层次支付与补付之和")
    reimbursed_capital = serializers.CharField(help_text="报销支付合计大写")
    patient_capital = serializers.CharField(help_text="个人负担大写")


class StatementWorkingOut(serializers.Serializer):
    """The working in words (计算过程)."""

    full = serializers.ListField(child=serializers.CharField())
    short = serializers.ListField(child=serializers.CharField())


class StatementPostingOut(serializers.Serializer):
    """One posting, signed (记账)."""

    posted_on = serializers.DateField(help_text="记账日期")
    kind = serializers.CharField(help_text="结算、冲销或调整")
    reason = serializers.CharField(allow_blank=True, help_text="原因")
    total = Yuan("总费用")
    paid = Yuan("各层次支付")
    account = Yuan("补付到个人账户")
    patient = Yuan("个人负担")


class StatementOut(serializers.Serializer):
    """The statement (一单清): what stands on the page."""

    title = serializers.CharField()
    settlement_no = serializers.CharField(help_text="结算号")
    claim_no = serializers.CharField(help_text="单据号")
    state = serializers.ChoiceField(choices=("已结算", "有调整", "已冲销"))
    state_note = serializers.CharField(allow_blank=True)
    settled_at = serializers.DateTimeField()
    facts = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField(), min_length=2, max_length=2),
        help_text="表头各项：名称和内容",
    )
    categories = StatementCategoryOut(many=True)
    amounts = StatementAmountsOut()
    tiers = StatementTierOut(many=True)
    gains = StatementGainOut(many=True)
    gain = Yuan("提高待遇合计")
    gain_note = serializers.CharField(allow_blank=True)
    borne = StatementBorneOut(many=True)
    working = StatementWorkingOut()
    postings = StatementPostingOut(many=True)
    has_provisional = serializers.BooleanField(help_text="有待核实的数额")
    checksum = serializers.CharField(help_text="校验码（SHA-256），纸面印前 16 位")

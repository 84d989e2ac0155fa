"""What the interface looks like (接口说明): for the OpenAPI document only; ``claim_in`` reads requests."""

from django.core.validators import RegexValidator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from common.codes import FeeCategory, Referral, Tier, VisitType
from organizations.api.schema import HospitalKeyScheme
from policies.advice_codes import AdviceKind, AdviceSeverity

CLAIM_STATUS = [("preview", "预结算"), ("settled", "已结算"), ("reversed", "已冲销")]

_YUAN = "两位小数的元，字符串，例如 1234.50"


class Yuan(serializers.CharField):
    """An amount (金额)."""

    def __init__(self, label: str, *, required: bool = True, signed: bool = False) -> None:
        sign = "，冲销为负" if signed else ""
        # What postings net to may be negative anywhere; requests say where it may not.
        form = RegexValidator(r"^-?(0|[1-9][0-9]{0,12})\.[0-9]{2}$")
        super().__init__(help_text=f"{label}：{_YUAN}{sign}", required=required, validators=[form])


class LineIn(serializers.Serializer):
    """One line of the bill (费用明细)."""

    line_no = serializers.IntegerField(help_text="行号，一张单据内不重复")
    category = serializers.ChoiceField(choices=FeeCategory.choices, help_text="费用类别（med_chrgitm_type）")
    item_name = serializers.CharField(max_length=200, help_text="项目名称")
    amount = Yuan("金额")
    in_scope = Yuan("政策范围内（inscp_scp_amt）")
    upfront = Yuan("先行自付（preselfpay_amt）", required=False)
    over_limit = Yuan("超限价自费（overlmt_selfpay）", required=False)
    excluded = Yuan("全自费（fulamt_ownpay_amt）", required=False)
    item_code = serializers.CharField(
        required=False, max_length=40, help_text="医保项目编码（med_list_codg）"
    )
    drug_code = serializers.CharField(required=False, max_length=40, help_text="药品编码（国家医保药品代码）")
    quantity = serializers.CharField(required=False, help_text='数量（cnt），字符串，至多四位小数，例如 "2"')
    unit = serializers.CharField(required=False, max_length=20, help_text="计量单位，例如 盒")
    dose = serializers.CharField(required=False, help_text='本行药品的有效成分总量，字符串，例如 "140"')
    dose_unit = serializers.CharField(
        required=False, max_length=20, help_text="总量的单位，例如 mg；填 dose 时必填"
    )
    expires_on = serializers.DateField(required=False, help_text="药品有效期至，当日仍有效")
    serviced_on = serializers.DateField(
        required=False, help_text="开药或服务日期，须在就诊期间内；不填为出院（就诊）日期"
    )


class GivenIn(serializers.Serializer):
    """What another system already paid (其他系统已支付)."""

    tier = serializers.ChoiceField(choices=Tier.choices)
    fund = serializers.CharField(max_length=40)
    amount = Yuan("金额")


class MessageId(serializers.CharField):
    """A number under which the outcome can be asked for (发送方报文ID)."""

    def __init__(self, *, required: bool = True) -> None:
        super().__init__(
            max_length=30,
            required=required,
            help_text="发送方报文ID（msgid）：机构编码 12 位 + 时间 14 位 + 顺序号 4 位，本机构内唯一；"
            "没有收到答复时据此查询；答复所指即医药机构结算ID（medins_setl_id）",
        )


class PapersIn(serializers.Serializer):
    """The three papers of a chronic visit (三证)."""

    insurance_card = serializers.CharField(max_length=40, help_text="医保卡号")
    health_certificate = serializers.CharField(max_length=40, help_text="健康保障证号")
    visit_certificate = serializers.CharField(max_length=40, help_text="门诊规定病种就医证号")


class ExpectedIn(serializers.Serializer):
    """The figures that settling must come to (预期金额)."""

    total = Yuan("总费用", required=False)
    waived = Yuan("减免", required=False)
    excluded = Yuan("全自费", required=False)
    over_limit = Yuan("超限价自费", required=False)
    upfront = Yuan("先行自付", required=False)
    in_scope = Yuan("政策范围内", required=False)
    over_quota = Yuan("超病种限额", required=False)
    hospital_borne = Yuan("医院承担", required=False)
    paid = Yuan("各层次支付合计", required=False)
    account = Yuan("补付到患者账户", required=False)
    patient = Yuan("个人负担", required=False)


class ClaimIn(serializers.Serializer):
    """One visit or stay (费用申报)."""

    claim_no = serializers.CharField(max_length=60, help_text="单据号，本机构内唯一：重复提交的依据")
    id_number = serializers.CharField(help_text="公民身份号码，18 位（certno）")
    visit_type = serializers.ChoiceField(
        choices=VisitType.choices,
        help_text="就诊类型（med_type）：outpatient 11、emergency 13、inpatient 21，"
        "chronic_outpatient 和 special_outpatient 14",
    )
    admitted_on = serializers.DateField(required=False, help_text="入院日期；门诊可不填，即就诊日期")
    discharged_on = serializers.DateField(help_text="出院日期，门诊为就诊日期：决定待遇年度和政策")
    bed_days = serializers.IntegerField(required=False, help_text="床日；住院不填时按入出院日期计")
    referral = serializers.ChoiceField(choices=Referral.choices, required=False, help_text="转诊情况")
    diagnosis_code = serializers.CharField(max_length=20, help_text="诊断编码（ICD-10）")
    diagnosis_name = serializers.CharField(max_length=200, help_text="诊断名称")
    chronic_disease = serializers.CharField(
        required=False, help_text="门诊慢性病的病种，“目录/序号”，例如 zz-37/12"
    )
    diseases = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="其他病种，“目录/序号”，例如救治病种"
    )
    drug_lists = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="所用药品所在的药品目录代码"
    )
    approval_no = serializers.CharField(
        required=False, help_text="经办机构批准的高值耗材批准号：须为本机构、该人员、在有效期内且未用过的审批"
    )
    given = GivenIn(many=True, required=False, help_text="其他系统已支付的部分（如职工医保）")
    lines = LineIn(many=True, help_text="费用明细，至多 2000 行")
    papers = PapersIn(required=False, help_text="门诊慢性病就诊核对的三证；填写则三项都要填")
    message_id = MessageId(required=False)
    expected = ExpectedIn(
        required=False, help_text="预结算答复的金额；结算结果不同时不结算，答复 409 figures_differ"
    )


class ReversalIn(serializers.Serializer):
    """Why a claim is taken back (冲销)."""

    reason = serializers.CharField(max_length=200, help_text="冲销原因")
    message_id = MessageId(required=False)


class BatchIn(serializers.Serializer):
    """Several claims at once (批量结算)."""

    # Any value: what is no claim is refused in its own result, and spoils no other.
    claims = serializers.ListField(
        child=serializers.JSONField(help_text="一张费用申报，内容同单张结算（ClaimIn）"),
        min_length=1,
        max_length=200,
        help_text="1 至 200 张单据，按顺序逐张结算，一张有误不影响其他；整个请求至多 2 MB",
    )


class FundOut(serializers.Serializer):
    """One fund's part (资金)."""

    fund = serializers.CharField()
    payee = serializers.CharField(help_text="hospital 医疗机构、patient 患者、fund 已由其他系统支付")
    amount = Yuan("金额")


class PaymentOut(serializers.Serializer):
    """What one tier paid (分段支付)."""

    tier = serializers.CharField(
        help_text="保障层次：basic 基本医保统筹（hifp_pay）、critical 大病保险（居民 hifmi_pay，"
        "职工 hifob_pay）、"
        "assistance 医疗救助（maf_pay）、supplementary 大病补充和 backstop 财政兜底（oth_pay）"
    )
    tier_name = serializers.CharField()
    benefit = serializers.CharField(help_text="层次内的项目；空为层次本身")
    rule = serializers.CharField(help_text="所用规则")
    amount = Yuan("合计")
    to_hospital = Yuan("付给医疗机构")
    to_patient = Yuan("付给患者")
    paid_elsewhere = Yuan("其他系统已付")
    funds = FundOut(many=True)


class FiguresOut(serializers.Serializer):
    """The amounts of a posting (金额); total = waived + paid + hospital_borne + patient."""

    total = Yuan("总费用（medfee_sumamt）")
    waived = Yuan("减免")
    excluded = Yuan("全自费（fulamt_ownpay_amt）")
    over_limit = Yuan("超限价自费（overlmt_selfpay）")
    upfront = Yuan("先行自付（preselfpay_amt）")
    in_scope = Yuan("政策范围内（inscp_scp_amt）")
    over_quota = Yuan("超病种限额")
    hospital_borne = Yuan("医院承担（hosp_part_amt）")
    paid = Yuan("各层次支付合计（fund_pay_sumamt），本系统不含个人账户")
    account = Yuan("补付到患者账户")
    patient = Yuan("个人负担（psn_part_amt）")


class AdviceOut(serializers.Serializer):
    """What a rule of the policy found doubtful (疑点提示); it changes no amount."""

    rule = serializers.CharField(help_text="规则代码")
    kind = serializers.ChoiceField(choices=AdviceKind.choices, help_text="疑点种类")
    title = serializers.CharField()
    severity = serializers.ChoiceField(
        choices=AdviceSeverity.choices, help_text="flag 提示；block 的费用以 422 advice_blocked 拒绝"
    )
    clause = serializers.CharField(help_text="依据条款")
    provisional = serializers.BooleanField(help_text="规则或数额待核实")
    evidence = serializers.CharField(help_text="依据事实，不含他人信息")
    lines = serializers.ListField(child=serializers.IntegerField(), help_text="涉及的明细行号")


class ClaimOut(FiguresOut):
    """A settlement (结算)."""

    claim_no = serializers.CharField()
    status = serializers.ChoiceField(choices=CLAIM_STATUS)
    visit_type = serializers.CharField()
    admitted_on = serializers.DateField()
    discharged_on = serializers.DateField()
    benefit_year = serializers.IntegerField()
    policy = serializers.CharField(help_text="所用政策包")
    posted_on = serializers.DateField(allow_null=True, help_text="记账日期；预结算为空")
    payments = PaymentOut(many=True)
    explanation = serializers.DictField(help_text="逐层计算过程与依据条款")
    sentences = serializers.ListField(child=serializers.CharField(), help_text="计算过程的文字说明")
    advice = AdviceOut(many=True, help_text="疑点提示，不影响结算金额；参保地经办机构会核查")


class PostingOut(FiguresOut):
    """One posting on a claim (记账); a reversal and an adjustment are signed."""

    kind = serializers.CharField(help_text="original 结算、reversal 冲销、adjustment 调整")
    posted_on = serializers.DateField()
    reason = serializers.CharField()
    payments = PaymentOut(many=True)


class ReversalOut(PostingOut):
    """The reversal of a claim (冲销)."""

    claim_no = serializers.CharField()


class ClaimDetailOut(ClaimOut):
    """A claim as it stands, net of adjustments (结算现状)."""

    postings = PostingOut(many=True)


class BatchItemOut(serializers.Serializer):
    """What one claim of a batch was answered (单张结果)."""

    index = serializers.IntegerField(help_text="在请求中的位置，从 0 开始")
    claim_no = serializers.CharField(allow_null=True, help_text="单据号；写法不对时为空")
    status = serializers.IntegerField(help_text="与单张结算相同的状态码：201、200 或拒绝的状态码")
    answer = serializers.JSONField(help_text="与单张结算相同的答复：结算结果，或 problem+json 的内容")


class BatchOut(serializers.Serializer):
    """The answers of a batch in the order of the claims (批量结算答复)."""

    settled = serializers.IntegerField(help_text="结算成功的张数（含重复提交得到第一次答复的）")
    refused = serializers.IntegerField(help_text="被拒绝的张数")
    results = BatchItemOut(many=True)


class MessageOut(serializers.Serializer):
    """What came of a message (报文结果)."""

    message_id = serializers.CharField()
    operation = serializers.ChoiceField(choices=[("settle", "结算"), ("reverse", "冲销")])
    received_at = serializers.DateTimeField()
    claim = ClaimDetailOut()


# A refusal (RFC 9457); written out because a serializer cannot have a field ``errors``.
PROBLEM_OUT = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "固定的英文代码"},
        "detail": {"type": "string", "description": "中文说明：该怎么办"},
        "errors": {
            "type": "array",
            "description": "各字段的错误，至多 50 处",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("pointer", "code", "detail")},
            },
        },
        "claim_no": {"type": "string", "description": "冲突的单据号"},
        "differing_fields": {
            "type": "array",
            "items": {"type": "string"},
            "description": "同一编号、内容不同的项（claim_conflict、request_conflict）",
        },
        "differences": {
            "type": "array",
            "description": "不同的项及前后的值；涉及个人的项只有名称",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string"},
                    "line_no": {"type": ["integer", "null"], "description": "明细的行号"},
                    "first": {"description": "先前的值"},
                    "now": {"description": "这次的值"},
                },
            },
        },
        "figures": {
            "type": "array",
            "description": "与预期不同的金额（figures_differ）",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("name", "expected", "computed")},
            },
        },
    },
}
# Every refusal that any operation may give; what the network or the framework refuses comes everywhere.
PROBLEM_CODES = (400, 401, 404, 406, 409, 411, 413, 415, 422, 429, 500)

ID_NUMBER_HEADER = OpenApiParameter(
    "X-Id-Number",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="公民身份号码；只放在请求头里，网址和日志中不出现",
)
ON = OpenApiParameter(
    "on", OpenApiTypes.DATE, OpenApiParameter.QUERY, description="查询的日期，默认今天，例如 2019-06-30"
)
PROBLEMS = {(code, "application/problem+json"): PROBLEM_OUT for code in PROBLEM_CODES}

# Known to the document by being imported.
AUTHENTICATION = HospitalKeyScheme

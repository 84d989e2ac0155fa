"""Which columns a ledger has, by what it lists (台账栏目): the headings that offices use."""

from collections.abc import Sequence

from policies.codes import LedgerSource
from reporting.columns import Column, count, day, id_number, money, text

_PERSON = (
    count("序号", "number", 4),
    text("姓名", "name", 8),
    id_number("身份证号"),
    text("身份类别", "identities", 11),
)
_VISIT = (
    *_PERSON,
    text("参保类型", "insurance", 14),
    text("住址", "address", 12),
    text("疾病诊断/慢性病病种", "disease", 14),
    text("就诊类型", "visit_type", 8),
    day("入院/就诊日期", "admitted_on"),
    day("出院/结算日期", "discharged_on"),
)
_COST = (
    money("进入统筹费用", "in_scope_fen"),
    money("起付线", "deductible_fen", 8, total=False),
    money("超限价自费", "over_limit_fen", 8),
    money("政策范围外自费", "excluded_fen"),
    money("统筹支付", "basic_fen"),
    money("大病支付", "critical_fen"),
    money("补充保险", "supplementary_fen"),
    money("民政救助", "assistance_fen"),
    money("政府兜底", "backstop_fen"),
    money("医院减免", "waived_fen", 8),
    money("自付费用", "patient_fen"),
    money("医院垫付（目录外超限费用）", "borne_fen", 11),
)
_BASIS = text("依据", "basis", 14)
_REMARK = text("备注", "remark", 12)

_PAYMENTS = (
    *_VISIT,
    money("总金额", "total_fen"),
    *_COST,
    money("本台账申报金额", "claimed_fen"),
    _BASIS,
    _REMARK,
)
# What such a ledger lists is the visit's whole cost.
_VISITS = (*_VISIT, money("总金额", "claimed_fen"), *_COST, _REMARK)
_WAIVERS = (
    *_VISIT,
    money("总金额", "total_fen"),
    money("免门诊挂号费", "free_registration_fen"),
    money("免注射费", "free_injection_fen"),
    money("免换药费", "free_dressing_fen"),
    money("免救护车接送费", "free_ambulance_fen"),
    money("住院费用减免", "reduction_fen"),
    money("其他减免", "free_other_fen"),
    money("减免合计", "claimed_fen"),
    money("免住院起付线（基金支付）", "free_deductible_fen", 11),
    money("自付费用", "patient_fen"),
    _BASIS,
    _REMARK,
)
_APPRAISALS = (
    *_PERSON[:3],
    text("住址", "address", 20),
    text("申请编号", "document_no", 18),
    text("鉴定病种", "subject", 24),
    text("体检项目", "item", 24),
    day("体检日期", "posted_on", 11),
    money("减免体检费用", "claimed_fen", 12),
    text("依据", "basis", 20),
    _REMARK,
)
_SERVICES = (
    *_PERSON,
    text("住址", "address", 18),
    text("家庭医生", "doctor", 10),
    text("服务包", "subject", 16),
    day("签约日期", "since", 11),
    text("服务项目", "item", 18),
    day("服务日期", "posted_on", 11),
    money("签约服务经费", "claimed_fen", 12),
    text("付费方", "payer", 12),
    text("依据", "basis", 18),
    _REMARK,
)
COLUMNS: dict[str, Sequence[Column]] = {
    LedgerSource.PAYMENTS: _PAYMENTS,
    LedgerSource.VISITS: _VISITS,
    LedgerSource.WAIVERS: _WAIVERS,
    LedgerSource.APPRAISALS: _APPRAISALS,
    LedgerSource.SERVICES: _SERVICES,
}

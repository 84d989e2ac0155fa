"""Words of the policy tables (政策表代码); those of claims and people stand in ``common.codes``."""

from django.db import models


class PolicyStatus(models.TextChoices):
    """How far a pack has come (政策包状态)."""

    DRAFT = "draft", "草稿"
    REVIEWED = "reviewed", "已复核"
    PUBLISHED = "published", "已发布"
    RETIRED = "retired", "已停用"


class FundLevel(models.TextChoices):
    """Who keeps a fund (资金层级)."""

    PROVINCE = "province", "省级财政"
    PREFECTURE = "prefecture", "市级财政"
    COUNTY = "county", "县级财政"
    RESIDENTS_FUND = "residents_fund", "城乡居民医保基金"
    INSURER = "insurer", "承办保险机构"
    HOSPITAL = "hospital", "医疗机构"


class Measure(models.TextChoices):
    """What the bands of a rule are measured on (计算口径)."""

    VISIT = "visit", "按次"
    YEAR = "year", "按年累计"


class Accrual(models.TextChoices):
    """How a yearly rule follows the year (累计方式)."""

    INCREMENTAL = "incremental", "逐次"
    CATCH_UP = "catch_up", "补算"


class UpliftKind(models.TextChoices):
    """What an uplift changes (倾斜方式)."""

    DEDUCTIBLE_SCALE = "deductible_scale", "起付线按比例"
    DEDUCTIBLE_WAIVE = "deductible_waive", "免除起付线"
    DEDUCTIBLE_WAIVE_FIRST = "deductible_waive_first", "前几次免除起付线"
    RATE_ADD = "rate_add", "比例提高"
    DRUG_RATE_ADD = "drug_rate_add", "药品比例提高"
    RATE_FLOOR = "rate_floor", "比例不低于"
    RATE_CUT = "rate_cut", "比例降低"
    NO_CAP = "no_cap", "不设封顶线"


class WaiverStage(models.TextChoices):
    """Where in the computation a reduction is taken (减免环节)."""

    BILL = "bill", "医保结算前"
    BEFORE_ASSISTANCE = "before_assistance", "医疗救助前"
    PATIENT_SHARE = "patient_share", "个人自付部分"


class ShareLimitKind(models.TextChoices):
    """What a share of the bill's total limits (占比控制种类)."""

    OUT_OF_CATALOGUE = "out_of_catalogue", "目录外费用占比"
    OVERALL_CEILING = "overall_ceiling", "总报销比例上限"


class QuotaPeriod(models.TextChoices):
    """The period of a disease quota (限额周期)."""

    VISIT = "visit", "次"
    MONTH = "month", "月"
    QUARTER = "quarter", "季"
    YEAR = "year", "年"


class LedgerSource(models.TextChoices):
    """What the lines of a ledger are (台账内容)."""

    PAYMENTS = "payments", "支付"
    WAIVERS = "waivers", "减免"
    VISITS = "visits", "就诊费用"
    APPRAISALS = "appraisals", "鉴定体检费用"
    SERVICES = "services", "签约服务"


class PremiumAidKind(models.TextChoices):
    """How much of the contribution is paid for a person (参保资助方式)."""

    FULL = "full", "全额"
    FIXED = "fixed", "定额"
    LESS_CENTRAL_SUBSIDY = "less_central_subsidy", "扣除中央补助"
    NONE = "none", "不资助"


class DisbursementSubject(models.TextChoices):
    """What is paid out (拨付事项)."""

    HOSPITAL_ADVANCES = "hospital_advances", "医疗机构垫付资金"
    MANUAL_CLAIMS = "manual_claims", "零星报销"


class ApplicationTiming(models.TextChoices):
    """When a disease may be applied for (病种申请时间)."""

    ANY_TIME = "any_time", "随时"
    MONTHLY = "monthly", "按月"
    WINDOWS = "windows", "申报期"
    CLOSED = "closed", "不再受理"

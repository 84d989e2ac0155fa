"""The admin's side bar (导航) in the order of daily work; entries show only to those who may look."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse, reverse_lazy

Item = tuple[str, str, str]

# Rarely opened: folded, so that the daily entries fit on a small screen.
FOLDED = {"公示与监管", "政策", "机构与账号"}
GROUPS: tuple[tuple[str, tuple[Item, ...]], ...] = (
    (
        "人员",
        (
            ("beneficiaries.person", "人员", "person_search"),
            ("beneficiaries.household", "户", "home"),
            ("beneficiaries.identity", "身份", "badge"),
            ("beneficiaries.rosterimport", "名单导入", "upload_file"),
            ("beneficiaries.identitychange", "身份更正", "edit_calendar"),
            ("beneficiaries.enrolment", "参保", "how_to_reg"),
            ("beneficiaries.notinsured", "参保缺口", "person_alert"),
            ("beneficiaries.notinsured", "合理未参保", "person_off"),
            ("beneficiaries.unabletopay", "无力缴费认定", "money_off"),
            ("beneficiaries.certificationapplication", "慢性病鉴定", "medical_information"),
            ("beneficiaries.certificationexam", "鉴定体检对照", "stethoscope"),
            ("beneficiaries.chroniccertificate", "门诊就医证", "badge"),
            ("beneficiaries.healthcard", "健康保障证", "id_card"),
        ),
    ),
    (
        "健康管理",
        (
            ("beneficiaries.doctorcontract", "家庭医生签约", "handshake"),
            ("beneficiaries.followup", "随访工作清单", "event_available"),
            ("beneficiaries.registerkind", "登记簿", "library_books"),
            ("beneficiaries.registerentry", "登记事项", "assignment"),
        ),
    ),
    (
        "结算",
        (
            ("settlement.claim", "费用申报", "receipt_long"),
            ("settlement.flag", "疑点核查", "flag"),
            ("settlement.settlement", "结算记录", "fact_check"),
            ("settlement.payment", "支付明细", "payments"),
            ("settlement.referralregistration", "转诊登记", "transfer_within_a_station"),
            ("settlement.consumableapproval", "高值耗材审批", "medical_services"),
            ("settlement.manualclaim", "零星报销", "edit_note"),
            ("settlement.payoutbatch", "一卡通支付", "account_balance"),
            ("settlement.patientrepayment", "患者退还", "undo"),
            ("policies.policy", "试算", "calculate"),
        ),
    ),
    (
        "台账",
        (
            ("beneficiaries.examadvance", "鉴定费用垫付", "receipt"),
            ("reimbursement.quarterlyledger", "季度台账", "table_view"),
            ("reimbursement.premiumsheet", "参保资助申请", "volunteer_activism"),
            ("reimbursement.submission", "汇总申报", "send"),
            ("reimbursement.ledgerpayment", "拨付", "payments"),
            ("reimbursement.budget", "预算安排", "savings"),
        ),
    ),
    (
        "公示与监管",
        (
            ("reporting.indicatorfigure", "健康扶贫指标", "monitoring"),
            ("reporting.indicatorfigure", "指标填报", "edit_note"),
            ("reporting.indicatorfigure", "工作考核表", "grading"),
            ("reporting.scoreitem", "考核评分项", "tune"),
            ("reporting.notice", "季度公示", "campaign"),
            ("reporting.noticeobjection", "公示异议", "feedback"),
            ("reporting.inspectionplan", "双随机抽查", "casino"),
            ("reporting.finding", "检查问题整改", "rule"),
            ("reporting.inspector", "检查人员名录", "badge"),
        ),
    ),
    (
        "政策",
        (
            ("policies.policy", "政策包", "policy"),
            ("policies.policy", "政策包比较", "compare_arrows"),
            ("policies.policydocument", "政策文件", "description"),
            ("policies.diseaselist", "病种目录", "list_alt"),
            ("policies.druglist", "药品目录", "pill"),
            ("policies.fund", "资金", "account_balance_wallet"),
        ),
    ),
    (
        "机构与账号",
        (
            ("organizations.hospital", "医疗机构", "local_hospital"),
            ("organizations.hospitalkey", "接口密钥", "key"),
            ("organizations.apicall", "接口调用记录", "api"),
            ("settlement.eligibilityquery", "资格查询记录", "manage_search"),
            ("organizations.office", "单位", "apartment"),
            ("organizations.region", "行政区划", "map"),
            ("auth.user", "用户", "group"),
            ("auth.group", "角色", "admin_panel_settings"),
            ("common.change", "变更记录", "history"),
            ("organizations.loginrecord", "登录记录", "login"),
            ("beneficiaries.idnumberlook", "查看身份证号记录", "visibility"),
            ("reporting.exportlog", "导出记录", "download"),
            ("reporting.printsetting", "打印设置", "print"),
            ("common.job", "后台任务", "progress_activity"),
        ),
    ),
)
# Pages of their own, by title; all others are the lists of their model.
PAGES = {
    "参保缺口": "beneficiaries_gaps",
    "试算": "settlement_trial",
    "政策包比较": "policies_policy_compare",
    "健康扶贫指标": "reporting_indicators",
    "工作考核表": "reporting_scores",
}
# Whoever sees these could give himself rights.
SUPERUSERS_ONLY = {"auth.user", "auth.group", "organizations.loginrecord"}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Groups of links for unfold (UNFOLD SIDEBAR navigation)."""
    home = {"title": "首页", "icon": "dashboard", "link": reverse_lazy("admin:index")}
    groups = [
        {
            "title": title,
            "separator": False,
            "collapsible": title in FOLDED,
            "items": [_entry(*item) for item in items],
        }
        for title, items in GROUPS
    ]
    return [{"title": "", "separator": False, "items": [home]}, *groups]


def _entry(model: str, title: str, icon: str) -> dict[str, Any]:
    app, _, name = model.partition(".")
    view = PAGES.get(title, f"{app}_{name}_changelist")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{view}"),
        "active": _is_open(view),
        "permission": may_view(app, name),
    }


def _is_open(view: str) -> Callable[[HttpRequest], bool]:
    """Whether the page asked for belongs to an entry; a page of its own is no part of its model's list."""

    def is_open(request: HttpRequest) -> bool:
        pages = [reverse(f"admin:{page}") for page in PAGES.values()]
        own = next((page for page in pages if request.path.startswith(page)), "")
        link = reverse(f"admin:{view}")
        return link == own if own else request.path.startswith(link)

    return is_open


def may_view(app: str, name: str) -> Callable[[HttpRequest], bool]:
    """Whether the user may look at a model."""

    def allowed(request: HttpRequest) -> bool:
        if f"{app}.{name}" in SUPERUSERS_ONLY:
            return bool(request.user.is_superuser)
        return bool(request.user.has_perm(f"{app}.view_{name}"))

    return allowed

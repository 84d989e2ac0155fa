"""The ready-made roles (角色): which office may see and do what, and which clause says so.

One table. A role is a group of rights; whose rows its holder sees is decided by the place of work alone
(``organizations/scope.py``). A right that no role has is for system administrators: tests name those.
``services/roles.py`` hands the rights out after every migration, each once: what a system administrator
takes away or adds stays so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from organizations.models import Office

HOSPITAL = "hospital"
INSURER = "insurer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One role: what it looks at (whole apps, or ``app.model``), and what it does (``app.codename``)."""

    name: str
    clause: str
    sees: tuple[str, ...]
    does: tuple[str, ...] = ()


# What every place of work needs to find its way: rules, places, own jobs.
_COMMON = ("policies", "organizations.region", "organizations.office", "organizations.hospital", "common.job")
_PEOPLE = ("beneficiaries",)
_MONEY = ("settlement", "reimbursement", "reporting")
_CERTIFICATION = (
    "beneficiaries.add_certificationapplication",
    "beneficiaries.check_papers_certification",
    "beneficiaries.review_certification",
    "beneficiaries.decide_certification",
    "beneficiaries.issue_certificate",
    "beneficiaries.add_healthcard",
    "beneficiaries.change_healthcard",
    "beneficiaries.add_treatmentmeasure",
)
_ROSTERS = (
    "beneficiaries.add_rosterimport",
    "beneficiaries.confirm_rosterimport",
    "beneficiaries.add_identitychange",
    # 郑民文〔2017〕131号 一(一): whoever recognises people recognises that they cannot pay.
    "beneficiaries.add_unabletopay",
)
_LOOK = "beneficiaries.add_idnumberlook"
_REGISTERS = "beneficiaries.add_registerentry"
# Supervision in the county: indicators, random inspection, findings, public notices
# (郑民文〔2017〕131号 四(九), 郑卫农卫〔2019〕5号 三(四)).
_SUPERVISION = (
    "reporting.add_indicatorfigure",
    "reporting.add_inspectionplan",
    "reporting.draw_inspectionplan",
    "reporting.add_inspector",
    "reporting.change_inspector",
    "reporting.add_scoreitem",
    "reporting.change_scoreitem",
    "reporting.add_finding",
    "reporting.add_findingstep",
    "reporting.add_notice",
    "reporting.add_noticeobjection",
    "reporting.add_noticeobjectionstep",
)

ROLES: Mapping[str, Role] = MappingProxyType(
    {
        Office.Kind.MEDICAL_INSURANCE: Role(
            name="医保经办",
            clause="郑卫〔2017〕214号 四(二)3；黔南医保发〔2019〕36号 三(一)：录入、比对、待遇和结算",
            sees=(*_COMMON, *_PEOPLE, *_MONEY, "organizations"),
            does=(
                _LOOK,
                _REGISTERS,
                *_CERTIFICATION,
                *_ROSTERS,
                "beneficiaries.add_servicefee",
                "beneficiaries.add_notinsured",
                # 黔南医保发〔2019〕36号 二: enrols dynamically whoever is recognised.
                "beneficiaries.add_enrolment",
                "beneficiaries.change_enrolment",
                "organizations.add_hospitalkey",
                "organizations.change_hospitalkey",
                "organizations.change_hospital",
                "policies.change_policy",
                "policies.review_policy",
                "policies.publish_policy",
                "settlement.handle_flag",
                # Taking a hospital's claim back where the hospital cannot.
                "settlement.change_claim",
                "settlement.change_referralregistration",
                "settlement.change_consumableapproval",
                "settlement.add_manualclaim",
                "settlement.first_review_manualclaim",
                "settlement.second_review_manualclaim",
                "settlement.suspend_manualclaim",
                "settlement.add_payoutbatch",
                "settlement.confirm_payoutbatch",
                "reimbursement.add_premiumsheet",
                "reimbursement.change_premiumsheet",
                "reimbursement.change_quarterlyledger",
                "reimbursement.review_quarterlyledger",
                "reimbursement.submit_submission",
                "reporting.change_printsetting",
                *_SUPERVISION,
            ),
        ),
        Office.Kind.HEALTH: Role(
            name="卫生健康",
            clause="郑卫〔2017〕214号 四(二)1、四(三)；鞍医保发〔2019〕37号 四(二)：医疗机构管理、鉴定、台账",
            sees=(*_COMMON, *_PEOPLE, *_MONEY),
            does=(
                _LOOK,
                _REGISTERS,
                *_CERTIFICATION,
                "beneficiaries.add_doctorcontract",
                "beneficiaries.change_doctorcontract",
                "beneficiaries.add_followup",
                "beneficiaries.change_followup",
                "beneficiaries.add_servicefee",
                "organizations.change_hospital",
                "reimbursement.change_quarterlyledger",
                "reimbursement.review_quarterlyledger",
                "reimbursement.submit_submission",
                *_SUPERVISION,
            ),
        ),
        Office.Kind.CIVIL_AFFAIRS: Role(
            name="民政",
            clause="郑卫〔2017〕214号 四(二)5：配合；黔南医保发〔2019〕36号 三(一)：对象属性认定和录入",
            sees=(*_COMMON, *_PEOPLE, *_MONEY),
            does=(_LOOK, _REGISTERS, *_ROSTERS),
        ),
        Office.Kind.POVERTY: Role(
            name="扶贫",
            clause="郑卫〔2017〕214号 四(二)6；黔南医保发〔2019〕36号 三(一)：对象认定和比对",
            sees=(*_COMMON, *_PEOPLE, "reporting"),
            does=(_LOOK, _REGISTERS, *_ROSTERS),
        ),
        Office.Kind.DISABLED_FEDERATION: Role(
            name="残联",
            clause="黔南医保发〔2019〕36号 三(一)：重度残疾人认定和录入",
            sees=(*_COMMON, *_PEOPLE),
            does=(_LOOK, _REGISTERS, *_ROSTERS),
        ),
        Office.Kind.FINANCE: Role(
            name="财政",
            clause="郑卫〔2017〕214号 四(二)4：预算、监督、拨付；鞍医保发〔2019〕37号 四(二)",
            sees=(
                *_COMMON,
                *_MONEY,
                "beneficiaries.person",
                "beneficiaries.household",
                "beneficiaries.registerkind",
                "beneficiaries.registerentry",
            ),
            does=(
                _LOOK,
                _REGISTERS,
                "reimbursement.add_budget",
                "reimbursement.approve_submission",
                "reimbursement.pay_submission",
            ),
        ),
        Office.Kind.SUPERVISOR: Role(
            name="上级主管",
            clause="郑卫农卫〔2019〕5号 三(四)；黔南医保发〔2019〕36号 三(三)：监督检查，只查不改",
            sees=(*_COMMON, *_PEOPLE, *_MONEY, "organizations", "common.change"),
            does=(
                "reporting.add_indicatorfigure",
                "reporting.add_inspectionplan",
                "reporting.draw_inspectionplan",
                "reporting.add_finding",
                "reporting.add_findingstep",
            ),
        ),
        HOSPITAL: Role(
            name="医疗机构",
            clause="郑卫〔2017〕214号 三(二)、四(三)：鉴定、就诊、按季申报",
            sees=(
                *_COMMON,
                "settlement",
                "reimbursement",
                "reporting.notice",
                "beneficiaries.certificationapplication",
                "beneficiaries.certificationexam",
                "beneficiaries.doctorcontract",
                "beneficiaries.followup",
                "beneficiaries.servicefee",
                "beneficiaries.registerkind",
                "beneficiaries.registerentry",
                "organizations.hospitalkey",
                "organizations.apicall",
            ),
            does=(
                "beneficiaries.add_certificationapplication",
                "beneficiaries.examine_certification",
                _REGISTERS,
                "beneficiaries.add_doctorcontract",
                "beneficiaries.change_doctorcontract",
                "beneficiaries.add_followup",
                "beneficiaries.change_followup",
                "reimbursement.confirm_quarterlyledger",
                "reimbursement.receive_ledgerpayment",
            ),
        ),
        INSURER: Role(
            name="承办保险机构",
            clause="郑民文〔2017〕131号 三(七)：受委托经办大病保险和医疗救助，复审仍归经办机构",
            sees=(*_COMMON, "settlement", "reimbursement", "beneficiaries.person", "beneficiaries.household"),
            does=(
                "settlement.add_manualclaim",
                "settlement.first_review_manualclaim",
                "settlement.suspend_manualclaim",
                "settlement.add_payoutbatch",
            ),
        ),
    }
)

# Nobody's but system administrators': their pages give rights or change what everything rests on.
ONLY_ADMINISTRATORS: Mapping[str, str] = MappingProxyType(
    {
        "auth": "账号和角色",
        "admin": "后台自身的记录，见变更记录",
        "contenttypes": "框架内部",
        "sessions": "框架内部",
        "rest_framework_api_key": "不使用，医疗机构密钥另有其表",
        "organizations.accountsecurity": "账号安全",
        "organizations.recoverycode": "账号安全",
        "organizations.loginrecord": "登录记录",
        "organizations.staffmember": "工作单位随账号维护",
        "organizations.rolegrant": "角色下发记录",
        "organizations.region": "行政区划由系统管理员维护",
        "organizations.office": "单位由系统管理员维护",
        "organizations.hospital": "医疗机构的增删由系统管理员办理",
        "reporting.inspector": "检查人员由系统管理员删除",
        "reporting.scoreitem": "考核项目由系统管理员删除",
        "reporting.printsetting": "打印设置的增删由系统管理员办理",
        "common.calendarday": "工作日历由系统管理员维护",
        "common.change": "变更记录",
    }
)

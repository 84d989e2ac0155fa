"""The page of a claim from papers (零星报销页面): the papers, each tier's working, what was done."""

from collections.abc import Sequence
from typing import Any

from common.admin_panels import Cell, Facts, Figures, Panel, Table, Tone, count, link, text, yuan
from common.clock import business_date
from common.codes import VisitType
from organizations.models import Region
from policies.models import Policy
from settlement.admin.explained import Explained, explained_steps
from settlement.answers import ClaimAnswer
from settlement.engine.errors import EngineError
from settlement.errors import ClaimError
from settlement.manual_entry import claim_of
from settlement.models import ManualClaim, ManualStep, Payment
from settlement.selectors.manual import OPEN, manual_terms_kept
from settlement.selectors.payouts import accounts_of
from settlement.services import claim_preview
from settlement.wording import Names, names_of, tier_name

Status = ManualClaim.Status
TONES: dict[str, Tone] = {
    Status.RECEIVED: "info",
    Status.FIRST_REVIEWED: "primary",
    Status.SUSPENDED: "warning",
    Status.SETTLED: "info",
    Status.PAID: "success",
    Status.NOTHING_DUE: "success",
    Status.REJECTED: "danger",
    Status.REVERSED: "danger",
}


def due_cell(manual: ManualClaim) -> Cell:
    """Until when: red once it is over, amber in the last days."""
    if manual.status == Status.SUSPENDED:
        return Cell(text="中止，不计时", tone="warning")
    if manual.due_on is None or manual.status not in OPEN:
        return text(manual.due_on)
    note = "待核实" if manual.due_provisional else ""
    if manual.due_on < business_date():
        return Cell(text=f"{manual.due_on} 已超期", tone="danger", note=note)
    return Cell(text=str(manual.due_on), note=note)


def manual_panels(manual: ManualClaim) -> list[Panel]:
    """The parts of the page."""
    return [
        _header(manual),
        *_working(manual),
        _papers(manual),
        _account(manual),
        _lines(manual),
        _steps(manual),
    ]


def _header(manual: ManualClaim) -> Facts:
    stay = manual.visit_type == VisitType.INPATIENT
    dates = (
        (("入院日期", text(manual.admitted_on)), ("出院日期", text(manual.discharged_on)))
        if stay
        else (("就诊日期", text(manual.discharged_on)),)
    )
    status = Cell(text=manual.get_status_display(), tone=TONES[manual.status])
    return Facts(
        title=f"受理编号 {manual.number}",
        badge=status,
        items=(
            ("人员", link(manual.person, label=manual.person.name)),
            ("身份证号", text(manual.person.masked_id_number)),
            ("参保县（市、区）", text(manual.county)),
            ("就诊机构", text(f"{manual.hospital}（{_stands(manual)}）")),
            ("就诊类型", text(manual.get_visit_type_display())),
            *dates,
            ("转诊", text(manual.get_referral_display())),
            ("诊断", text(f"{manual.diagnosis_code} {manual.diagnosis_name}")),
            ("发票总额（元）", yuan(manual.total_fen)),
            ("材料齐全日期", text(manual.complete_on)),
            ("办结期限", due_cell(manual)),
            ("期限依据", text(_days(manual))),
            ("优先办理", text("高值药品" if manual.fast_track else "")),
            ("录入人", text(manual.received_by)),
            ("初审人", text(manual.first_reviewed_by)),
            ("复审人", text(manual.second_reviewed_by)),
            ("结算费用", link(manual.claim)),
            ("支付日期", text(manual.paid_on)),
        ),
    )


def _stands(manual: ManualClaim) -> str:
    region = manual.hospital.county
    networked = "联网" if manual.hospital.networked else "未联网"
    outside = region.level == Region.Level.PROVINCE
    return f"{region.name}，{'统筹地区外，' if outside else ''}{networked}"


def _days(manual: ManualClaim) -> str:
    terms = manual_terms_kept(county=manual.county, on=manual.complete_on)
    clause = terms.days_clause if terms else "政策包未载"
    return f"{manual.days} 个工作日（{clause}{'，待核实' if manual.due_provisional else ''}）"


def _working(manual: ManualClaim) -> list[Panel]:
    """What each tier pays: as posted, or as it would be posted now."""
    if manual.claim is not None:
        posted = manual.claim.settlements.order_by("id").first()
        if posted is None:
            return []
        net = sum(
            manual.claim.payments.filter(payee=Payment.Payee.PATIENT).values_list("amount_fen", flat=True)
        )
        figures = Figures(
            items=[
                ("总费用", yuan(posted.total_fen)),
                *_borne(posted.waived_fen + posted.hospital_borne_fen),
                ("各层次支付", yuan(posted.paid_fen)),
                ("个人负担", yuan(posted.patient_fen)),
                ("付患者（现值）", yuan(net)),
            ]
        )
        return [figures, _explained(posted.explanation, names_of(manual.claim.policy_id), "")]
    if manual.status == Status.REJECTED:
        return []
    try:
        answer = claim_preview(hospital=manual.hospital, claim=claim_of(manual))
    except (ClaimError, EngineError) as error:
        refused = Cell(text=str(error), tone="danger")
        return [Facts(title="试算", items=(("现在不能结算", refused),))]
    return _previewed(answer)


def _previewed(answer: ClaimAnswer) -> list[Panel]:
    names = names_of(Policy.objects.get(code=answer.policy_code).pk)
    to_patient = sum([part.amount_fen for part in answer.parts if part.payee == Payment.Payee.PATIENT])
    paid = [
        (text(tier_name(part.tier, part.benefit)), text(names.fund(part.fund)), text(_payee(part.payee)),
         yuan(part.amount_fen))
        for part in answer.parts
    ]  # fmt: skip
    return [
        Figures(
            items=[
                ("总费用", yuan(answer.figures.total_fen)),
                *_borne(answer.figures.waived_fen + answer.figures.hospital_borne_fen),
                ("各层次支付", yuan(answer.figures.paid_fen)),
                ("个人负担", yuan(answer.figures.patient_fen)),
                ("应付患者", yuan(to_patient)),
            ]
        ),
        Table(
            title="审核后将支付（元）",
            headers=("层次", "资金", "收款方", "金额"),
            rows=paid,
            foot=(text("合计"), Cell(text=""), Cell(text=""), yuan(answer.figures.paid_fen)),
            numeric=frozenset({3}),
            empty="各层次均无应付金额",
        ),
        _explained(
            answer.explanation, names, "按现在的身份、政策和本年度累计试算；复审通过时重新计算并记账。"
        ),
    ]


def _borne(amount_fen: int) -> list[tuple[str, Cell]]:
    """What the hospital owes: the patient paid the whole bill, so it is for the hospital to give back."""
    return [("就诊机构减免和承担", yuan(amount_fen, note="票据未减的，由就诊机构退还"))] if amount_fen else []


def _payee(code: str) -> str:
    return str(Payment.Payee(code).label)


def _explained(explanation: Any, names: Names, note: str) -> Explained:
    return Explained(steps=explained_steps(explanation, names), note=note)


def _papers(manual: ManualClaim) -> Facts:
    invoices = "\n".join(
        f"{invoice}{'（已退回）' if invoice.released else ''}" for invoice in manual.invoices.all()
    )
    given = "\n".join(
        f"{part.get_tier_display()} {yuan(part.amount_fen).text} 元" for part in manual.given.all()
    )
    return Facts(
        title="材料",
        items=(
            ("收到的材料", text("\n".join(manual.papers))),
            ("发票（票据代码、号码）", text(invoices)),
            ("就医地已结算", text(given)),
            ("乡镇（街道）确认", text(manual.township_signed_by)),
        ),
    )


def _account(manual: ManualClaim) -> Facts:
    account = accounts_of(person_ids=[manual.person_id]).get(manual.person_id)
    if account is None:
        items: Sequence[tuple[str, Cell]] = (("账户", Cell(text="未登记，不能支付", tone="warning")),)
    else:
        items = (
            ("户名", text(account.holder_name)),
            ("与患者关系", text(account.get_relation_display())),
            ("账号后四位", text(account.number_last4)),
            ("开户行", text(account.bank)),
        )
    return Facts(title="一卡通账户", items=items)


def _lines(manual: ManualClaim) -> Table:
    lines = list(manual.lines.all())
    columns = ("amount_fen", "in_scope_fen", "upfront_fen", "over_limit_fen", "excluded_fen")
    return Table(
        title=f"费用明细（元，{len(lines)}行）",
        headers=("行号", "费用类别", "项目名称", "金额", "政策范围内", "先行自付", "超限价自费", "全自费"),
        rows=[
            (
                count(line.line_no),
                text(line.get_category_display()),
                text(line.item_name),
                *[yuan(getattr(line, column)) for column in columns],
            )
            for line in lines
        ],
        foot=(
            text("合计"),
            Cell(text=""),
            Cell(text=""),
            *[yuan(sum(getattr(line, column) for line in lines)) for column in columns],
        ),
        numeric=frozenset({0, 3, 4, 5, 6, 7}),
    )


def _steps(manual: ManualClaim) -> Table:
    steps: Sequence[ManualStep] = list(manual.steps.select_related("by").order_by("id"))
    return Table(
        title="办理记录",
        headers=("日期", "步骤", "办理人", "说明", "登记时间"),
        rows=[
            (text(step.on), text(step.get_kind_display()), text(step.by), text(step.note), text(step.at))
            for step in steps
        ],
    )

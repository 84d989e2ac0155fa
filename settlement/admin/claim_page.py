"""The page of a claim (费用页面): every figure from what was posted, nothing computed anew."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common.admin_panels import PROVISIONAL, Cell, Facts, Figures, Panel, Table, Tone, count, link, text, yuan
from common.codes import VisitType
from policies.models import Disease
from settlement.admin.claim_diseases import disease_panels
from settlement.admin.explained import Explained, explained_steps
from settlement.models import Claim, Payment, Settlement
from settlement.selectors.flags import state_label, with_state
from settlement.wording import UPLIFT_STEPS, Names, is_provisional, names_of, tier_name

AMOUNTS = (
    ("total_fen", "总费用"),
    ("waived_fen", "减免"),
    ("in_scope_fen", "政策范围内"),
    ("paid_fen", "各层次支付"),
    ("hospital_borne_fen", "医院承担"),
    ("patient_fen", "个人负担"),
    ("account_fen", "补付到个人账户"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What was posted on a claim; ``now`` is the posting whose explanation holds."""

    settlements: Sequence[Settlement]
    payments: Sequence[Payment]
    names: Names
    now: Settlement | None

    def net(self, column: str) -> int:
        """The sum of a column over all postings."""
        return sum(getattr(settlement, column) for settlement in self.settlements)


def claim_panels(claim: Claim, *, state: str, tone: Tone) -> list[Panel]:
    """The parts of the page; nine queries, however many postings there are."""
    settlements = list(claim.settlements.select_related("caused_by__claim"))
    posted = Posted(
        settlements=settlements,
        payments=list(claim.payments.select_related("settlement")),
        names=names_of(claim.policy_id),
        now=next((s for s in reversed(settlements) if (s.explanation or {}).get("tiers")), None),
    )
    explanation: Mapping[str, Any] = posted.now.explanation if posted.now else {}
    panels: list[Panel] = [_header(claim, Cell(text=state, tone=tone)), _figures(posted)]
    taken_back = any(row.kind == Settlement.Kind.REVERSAL for row in settlements)
    panels += [
        _tiers(posted, explanation, taken_back=taken_back),
        Explained(
            steps=explained_steps(explanation, posted.names),
            note="该费用已冲销，以下为冲销前的计算过程。" if taken_back else "",
        ),
        *([] if taken_back else [_uplift(explanation)]),
        _payments(posted),
    ]
    if len(settlements) > 1:
        panels.append(_history(posted))
    return [*panels, *disease_panels(claim), *_flags(claim), _lines(claim)]


def _header(claim: Claim, badge: Cell) -> Facts:
    stay = claim.visit_type == VisitType.INPATIENT
    dates = (
        (("入院日期", text(claim.admitted_on)), ("出院日期", text(claim.discharged_on)))
        if stay
        else (("就诊日期", text(claim.discharged_on)),)
    )
    items = [
        ("人员", link(claim.person, label=claim.person.name)),
        ("身份证号", text(claim.person.masked_id_number)),
        ("参保县（市、区）", text(claim.insured_county)),
        ("医疗机构", link(claim.hospital)),
        ("就诊类型", text(claim.get_visit_type_display())),
        *dates,
        *((("床日", text(claim.bed_days)),) if claim.bed_days else ()),
        ("转诊", text(claim.get_referral_display())),
        ("诊断", text(f"{claim.diagnosis_code} {claim.diagnosis_name}")),
        ("待遇年度", text(claim.benefit_year)),
        ("政策包", link(claim.policy)),
        ("收到时间", text(claim.received_at)),
    ]
    if claim.chronic_disease:
        items.append(("慢性病病种", text(_disease_name(claim.chronic_disease))))
    return Facts(title=f"单据号 {claim.claim_no}", items=items, badge=badge)


def _disease_name(key: str) -> str:
    """What the list calls the disease; its key where no list has it any more."""
    code, _, number = key.partition("/")
    rows = Disease.objects.filter(disease_list__code=code, number=int(number) if number.isdecimal() else 0)
    return next((str(disease) for disease in rows), key)


def _figures(posted: Posted) -> Figures:
    items = [(title, yuan(posted.net(column))) for column, title in AMOUNTS]
    # The account's column is of catch-up packs only.
    return Figures(items=items if posted.net("account_fen") else items[:-1])


def _tiers(posted: Posted, explanation: Mapping[str, Any], *, taken_back: bool) -> Table:
    """Tiers in the order in which they pay; what is paid is the net of the postings."""
    net: dict[tuple[str, str], int] = defaultdict(int)
    for payment in posted.payments:
        net[payment.tier, payment.benefit] += payment.amount_fen
    rows = []
    for entry in explanation.get("tiers", ()):
        key = (entry["tier"], entry.get("benefit", ""))
        deductible = entry.get("deductible", {}).get("effective_fen")
        uplift = entry.get("uplift", {})
        rows.append(
            (
                text(tier_name(*key)),
                yuan(entry.get("base_fen")),
                yuan(deductible),
                yuan(entry.get("by_bands_fen")),
                yuan(net.pop(key, 0)),
                yuan(uplift.get("ordinary_fen")),
                yuan(uplift.get("gain_fen")),
                _basis(entry),
            )
        )
    rows += [
        (
            text(tier_name(*key)),
            yuan(None),
            yuan(None),
            yuan(None),
            yuan(fen),
            yuan(None),
            yuan(None),
            text(""),
        )
        for key, fen in net.items()
    ]
    paid = sum(payment.amount_fen for payment in posted.payments)
    blank = Cell(text="")
    return Table(
        title="各层次支付（元）",
        headers=(
            "层次",
            "进入本层金额",
            "起付线",
            "按比例计算",
            "支付",
            "普通待遇应付",
            "提高待遇部分",
            "依据",
        ),
        rows=rows,
        foot=(text("合计"), blank, blank, blank, yuan(paid), blank, blank, blank),
        numeric=frozenset(range(1, 7)),
        note="支付为冲销后的净额，其余各列为冲销前的计算。" if taken_back else "",
        empty="没有结算",
    )


def _basis(entry: Mapping[str, Any]) -> Cell:
    """The clause a tier stands on, marked where the office must still confirm it."""
    clause = entry.get("clause", "")
    if not is_provisional(entry):
        return text(clause)
    return Cell(text=clause, note="待核实") if clause else PROVISIONAL


def _uplift(explanation: Mapping[str, Any]) -> Table:
    """What the person got beyond ordinary terms, in the steps that add up (贫困人口提高待遇部分)."""
    rows = []
    for entry in explanation.get("tiers", ()):
        items = {item["step"]: item["amount_fen"] for item in entry.get("uplift", {}).get("items", ())}
        if not any(items.values()):
            continue
        steps = [yuan(items.get(step, 0)) for step in UPLIFT_STEPS]
        rows.append(
            (
                text(tier_name(entry["tier"], entry.get("benefit", ""))),
                *steps,
                yuan(entry["uplift"]["gain_fen"]),
            )
        )
    return Table(
        title="贫困人口提高待遇部分（元）",
        headers=("层次", *UPLIFT_STEPS.values(), "合计"),
        rows=rows,
        numeric=frozenset(range(1, len(UPLIFT_STEPS) + 2)),
        empty="各层次与普通待遇相同",
    )


def _payments(posted: Posted) -> Table:
    """Net payments by tier, fund and payee."""
    net: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for payment in posted.payments:
        net[payment.tier, payment.benefit, payment.fund, payment.get_payee_display()] += payment.amount_fen
    return Table(
        title="资金来源（元）",
        headers=("层次", "资金", "收款方", "金额"),
        rows=[
            (text(tier_name(tier, benefit)), text(posted.names.fund(fund)), text(payee), yuan(fen))
            for (tier, benefit, fund, payee), fen in net.items()
        ],
        foot=(text("合计"), Cell(text=""), Cell(text=""), yuan(sum(net.values()))),
        numeric=frozenset({3}),
        empty="没有支付",
    )


def _history(posted: Posted) -> Table:
    """Every posting, signed, oldest first."""
    return Table(
        title="记账记录（元）",
        headers=("记账日期", "种类", "总费用", "支付合计", "医院承担", "个人负担", "原因", "起因单据"),
        rows=[
            (
                text(row.posted_on),
                text(row.get_kind_display()),
                yuan(row.total_fen),
                yuan(row.paid_fen),
                yuan(row.hospital_borne_fen),
                yuan(row.patient_fen),
                text(row.reason),
                link(row.caused_by.claim) if row.caused_by else text(""),
            )
            for row in posted.settlements
        ],
        foot=(
            text("净额"),
            Cell(text=""),
            yuan(posted.net("total_fen")),
            yuan(posted.net("paid_fen")),
            yuan(posted.net("hospital_borne_fen")),
            yuan(posted.net("patient_fen")),
            Cell(text=""),
            Cell(text=""),
        ),
        numeric=frozenset({2, 3, 4, 5}),
    )


def _flags(claim: Claim) -> list[Panel]:
    """What is doubtful about the claim; nothing where nothing is."""
    flags = list(with_state(claim.flags.all()))
    if not flags:
        return []
    return [
        Table(
            title="疑点",
            headers=("疑点", "依据事实", "依据条款", "状态"),
            rows=[
                (
                    link(flag, label=flag.title),
                    text(flag.evidence),
                    Cell(text=flag.clause or "—", note="待核实" if flag.provisional else ""),
                    text(state_label(flag)),
                )
                for flag in flags
            ],
        )
    ]


def _lines(claim: Claim) -> Table:
    lines = list(claim.lines.all())
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

"""The difference list of a correction as people read it (差额清单)."""

from collections import defaultdict
from datetime import timedelta

from beneficiaries.models import IdentityChange, Person
from beneficiaries.services.identity_changes import AskedChange
from common.admin_panels import Cell, Facts, Figures, Panel, Table, link, text, yuan
from common.codes import IdentityCategory
from organizations.models import Office
from settlement.models import Claim, Settlement
from settlement.services.identity_corrections import Correction, YearEffect
from settlement.wording import fund_names, tier_name


def head_of(person: Person, asked: AskedChange, correction: Correction) -> Facts:
    """What is about to be done."""
    last = asked.until - timedelta(days=1) if asked.until else None
    categories = {str(code): str(label) for code, label in IdentityCategory.choices}
    offices = {str(code): str(label) for code, label in Office.Kind.choices}
    period = f"{asked.since} 至 {last}" if last else f"{asked.since} 起"
    return Facts(
        title="更正内容",
        badge=Cell(text="尚未生效", tone="warning"),
        items=(
            ("人员", text(f"{person.name}（{person.masked_id_number}）")),
            ("办理事项", text(IdentityChange.Kind(asked.kind).label)),
            ("身份类别", text(categories.get(asked.category, ""))),
            ("新有效期", text(period if asked.since else "")),
            ("脱贫日期", text(asked.lifted_on)),
            ("认定部门", text(offices.get(asked.recognised_by, ""))),
            ("依据", text(asked.basis)),
            ("事由", text(asked.reason)),
        ),
    )


def effects_of(correction: Correction) -> list[Panel]:
    """Per year: which claims change by how much, and which fund bears it."""
    funds, claims = fund_names(), _claims_of(correction)
    touched = [year for year in correction.years if year.replaced]
    head = Figures(
        items=(
            ("重算年度", Cell(text=str(len(touched)))),
            ("调整费用（笔）", Cell(text=str(correction.claims))),
            ("支付合计增减（元）", yuan(correction.paid_fen)),
        )
    )
    return [head, *[_year(year, claims, funds) for year in touched]]


def _claims_of(correction: Correction) -> dict[int, Claim]:
    ids = [one.claim.id for year in correction.years for one in year.differences]
    return Claim.objects.select_related("hospital").in_bulk(ids)


def _year(year: YearEffect, claims: dict[int, Claim], funds: dict[str, str]) -> Table:
    rows = []
    for one in year.differences:
        claim = claims[one.claim.id]
        amounts: dict[tuple[str, str], int] = defaultdict(int)
        for part in one.parts:
            amounts[tier_name(part.tier), funds.get(part.fund, part.fund)] += part.amount_fen
        lines = [(tier, fund, fen) for (tier, fund), fen in amounts.items()] or [("—", "—", 0)]
        for at, (tier, fund, fen) in enumerate(lines):
            first = at == 0
            rows.append(
                (
                    link(claim) if first else Cell(text=""),
                    text(claim.hospital) if first else Cell(text=""),
                    text(claim.discharged_on) if first else Cell(text=""),
                    Cell(text="身份变动" if one.claim.id in year.replaced else "累计变动")
                    if first
                    else Cell(text=""),
                    text(tier),
                    text(fund),
                    yuan(fen),
                    yuan(one.figures.patient_fen) if first else Cell(text=""),
                )
            )
    return Table(
        title=f"{year.year}年度",
        headers=(
            "单据号",
            "医疗机构",
            "出院/就诊日期",
            "原因",
            "保障层次",
            "资金",
            "支付增减（元）",
            "个人负担增减（元）",
        ),
        rows=rows,
        foot=(text("合计"), *[Cell(text="")] * 5, yuan(year.paid_fen), yuan(_patient_fen(year))),
        numeric=frozenset({6, 7}),
        note=f"无法重算：{year.refused}"
        if year.refused
        else "医疗机构当时结算无误：差额在基金与患者之间结清，不动医疗机构的款项。",
        empty="金额没有变化",
    )


def _patient_fen(year: YearEffect) -> int:
    return sum(one.figures.patient_fen for one in year.differences)


def postings_of(change: IdentityChange) -> Table:
    """What was posted on a change; its number stands in the reason of every posting."""
    posted = Settlement.objects.filter(
        claim__person=change.person, kind=Settlement.Kind.ADJUSTMENT,
        reason__startswith=f"身份更正第{change.pk}号：",
    ).select_related("claim__hospital").order_by("pk")  # fmt: skip
    rows = [
        (
            link(row.claim),
            text(row.claim.hospital),
            text(row.claim.discharged_on),
            text(row.posted_on),
            yuan(row.paid_fen),
            yuan(row.patient_fen),
        )
        for row in posted
    ]
    return Table(
        title="记账的差额",
        headers=("单据号", "医疗机构", "出院/就诊日期", "记账日期", "支付增减（元）", "个人负担增减（元）"),
        rows=rows,
        numeric=frozenset({4, 5}),
        note=f"共 {len(rows)} 笔" if rows else "",
        empty="没有已结算的费用受影响",
    )

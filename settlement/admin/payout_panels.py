"""The parts of the pages of payments to patients (一卡通支付页栏目)."""

from collections.abc import Sequence

from django.urls import reverse

from common.admin_panels import Cell, Facts, Table, count, link, text, yuan
from organizations.models import Region
from settlement.models import PayoutBatch
from settlement.selectors.payouts import OpenRow, fund_totals, payout_items
from settlement.wording import fund_names, tier_name

ITEMS_SHOWN = 500


def batch_head(batch: PayoutBatch) -> Facts:
    """The batch (支付批次)."""
    return Facts(
        title=f"批次号 {batch.number}",
        items=(
            ("县（市、区）", text(batch.county)),
            ("制单日期", text(batch.made_on)),
            ("制单人", text(batch.made_by)),
            ("笔数", text(batch.item_count)),
            ("合计（元）", yuan(batch.total_fen)),
            ("内容摘要", text(batch.content_hash[:16])),
        ),
    )


def batch_funds(batch: PayoutBatch) -> Table:
    """What each fund pays of it."""
    names = fund_names()
    return Table(
        title="资金来源（元）",
        headers=("层次", "资金", "金额"),
        rows=[
            (text(tier_name(tier)), text(names.get(fund, fund)), yuan(fen))
            for tier, fund, fen in fund_totals(batch=batch)
        ],
        foot=(text("合计"), Cell(text=""), yuan(batch.total_fen)),
        numeric=frozenset({2}),
    )


def batch_items(batch: PayoutBatch, *, bounce: bool) -> Table:
    """Its transfers, with the bank's answer."""
    rows = []
    for item in payout_items(batch=batch)[:ITEMS_SHOWN]:
        if item.is_bounced:
            state = Cell(text="已退回", tone="danger")
        else:
            state = Cell(text="已支付", tone="success") if item.is_paid else Cell(text="待银行", tone="info")
        url = reverse("admin:settlement_payout_bounce", args=[item.pk])
        step = Cell(text="登记退回", url=url) if bounce and not item.is_bounced else Cell(text="")
        rows.append(
            (
                text(f"{batch.number}-{item.pk}"),
                link(item.person, label=item.person.name),
                text(item.account),
                text(item.account.bank),
                yuan(item.amount_fen),
                state,
                step,
            )
        )
    shown = "" if batch.item_count <= ITEMS_SHOWN else f"只显示前 {ITEMS_SHOWN} 笔，全部见代发清单。"
    return Table(
        title="支付明细",
        headers=("明细编号", "患者", "账户", "开户行", "金额（元）", "银行结果", ""),
        rows=rows,
        foot=(text("合计"), *[Cell(text="")] * 3, yuan(batch.total_fen), Cell(text=""), Cell(text="")),
        numeric=frozenset({4}),
        note=shown,
    )


def open_table(rows: Sequence[OpenRow]) -> Table:
    """Sums to be paid (待支付)."""
    return Table(
        title="待支付",
        headers=("患者", "身份证号", "账户", "笔数", "金额（元）"),
        rows=[
            (
                link(row.person, label=row.person.name),
                text(row.person.masked_id_number),
                text(row.account) if row.account else Cell(text="未登记账户", tone="warning"),
                count(row.count),
                yuan(row.amount_fen),
            )
            for row in rows
        ],
        foot=(text("合计"), *[Cell(text="")] * 3, yuan(sum([row.amount_fen for row in rows]))),
        numeric=frozenset({3, 4}),
        note="未登记账户的不列入批次。",
        empty="没有",
    )


def owed_table(rows: Sequence[OpenRow], *, county: Region, repay: bool) -> Table:
    """Sums to recover: all, what was paid back, what is left."""

    def step(row: OpenRow) -> Cell:
        url = reverse("admin:settlement_payout_repay", args=[county.pk, row.person.pk])
        return Cell(text="登记退还", url=url) if repay else Cell(text="")

    history = reverse("admin:settlement_patientrepayment_changelist")
    return Table(
        title="待追回",
        headers=("患者", "身份证号", "应追回（元）", "已退还（元）", "待追回（元）", ""),
        rows=[
            (
                link(row.person, label=row.person.name),
                text(row.person.masked_id_number),
                yuan(row.repaid_fen - row.amount_fen),
                yuan(row.repaid_fen),
                yuan(-row.amount_fen),
                step(row),
            )
            for row in rows
        ],
        foot=(
            text("合计"),
            Cell(text=""),
            yuan(sum([row.repaid_fen - row.amount_fen for row in rows])),
            yuan(sum([row.repaid_fen for row in rows])),
            yuan(-sum([row.amount_fen for row in rows])),
            Cell(text=""),
        ),
        numeric=frozenset({2, 3, 4}),
        note="从以后应付该患者的款项中扣回，或由患者退还。",
        more=Cell(text="退还记录", url=history),
        empty="没有",
    )

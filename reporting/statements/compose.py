"""Compose a statement from what was posted (编制结算单): amounts are added up, nothing is settled anew."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from common.codes import FeeCategory, Tier
from common.money import format_capital, format_percent, format_yuan
from reporting.errors import StatementMismatchError
from reporting.selectors.statements import StatementSource
from reporting.statements.facts import facts_of
from reporting.statements.gains import gain_note, gain_rows
from reporting.statements.rows import (
    Amounts,
    BorneRow,
    CategoryRow,
    FundRow,
    PostingRow,
    Statement,
    TierRow,
)
from reporting.statements.working import working_of
from settlement.figures import ZERO, Figures
from settlement.models import Payment, Settlement
from settlement.selectors.claims import figures_in
from settlement.wording import is_provisional, named, tier_name

Node = Mapping[str, Any]
TITLE = "医疗费用“一站式”结算单（一单清）"
YEAR_END_TITLE = "年末医疗救助补算单（一单清）"
_STAGES = {"bill": "账单", "before_assistance": "医疗救助前剩余费用", "patient_share": "个人自付部分"}
_EMPTY: Node = {"waivers": (), "quota": {}, "tiers": (), "ceiling": {}, "out_of_catalogue": {}}


def compose(source: StatementSource) -> Statement:
    """The statement of a claim as it stands now.

    Raises:
        StatementMismatchError: its columns do not add up to what was posted; nothing is printed.
    """
    claim, settlements = source.claim, source.settlements
    taken_back = any(row.kind == Settlement.Kind.REVERSAL for row in settlements)
    explanation = named({**_EMPTY, **source.now.explanation}, source.names)
    tiers = _tiers(source, explanation)
    # What was taken back gave nobody anything.
    held: Node = _EMPTY if taken_back else explanation
    gains = gain_rows(held["tiers"])
    statement = Statement(
        title=YEAR_END_TITLE if claim.year_end else TITLE,
        settlement_no=f"JS{settlements[0].pk:010d}",
        claim_no=claim.claim_no,
        state="已冲销" if taken_back else "有调整" if len(settlements) > 1 else "已结算",
        state_note=_state_note(source),
        settled_at=settlements[0].posted_at,
        facts=facts_of(source),
        categories=_categories(source),
        amounts=_amounts(source),
        tiers=tiers,
        gains=gains,
        gain_fen=sum([row.gain_fen for row in gains]),
        gain_note=gain_note(held["tiers"]),
        borne=_borne(held),
        working=working_of(explanation),
        postings=tuple(_posting(row) for row in settlements),
        has_provisional=_has_provisional(explanation),
    )
    _check(statement, year_end=claim.year_end)
    return replace(statement, checksum=_checksum(statement))


def _state_note(source: StatementSource) -> str:
    reversal = next((row for row in source.settlements if row.kind == Settlement.Kind.REVERSAL), None)
    if reversal is not None:
        why = f"（{reversal.reason}）" if reversal.reason else ""
        return f"本单已于 {reversal.posted_on} 冲销{why}，不得作为报销凭证；金额为净额，计算过程为冲销前。"
    corrections = len(source.settlements) - 1
    return f"结算后有 {corrections} 次调整，金额和计算过程均为调整后的结果。" if corrections else ""


def _categories(source: StatementSource) -> tuple[CategoryRow, ...]:
    labels = {str(code): str(label) for code, label in FeeCategory.choices}
    return tuple(
        CategoryRow(**{**row, "category": labels.get(row["category"], row["category"])})
        for row in source.categories
    )


def _amounts(source: StatementSource) -> Amounts:
    net = ZERO
    for settlement in source.settlements:
        net = net.plus(figures_in(settlement))
    return _capitals(net)


def _capitals(net: Figures) -> Amounts:
    reimbursed_fen = net.paid_fen + net.account_fen
    return Amounts(
        **net._asdict(),
        reimbursed_fen=reimbursed_fen,
        reimbursed_capital=format_capital(reimbursed_fen),
        patient_capital=format_capital(net.patient_fen),
    )


def _tiers(source: StatementSource, explanation: Node) -> tuple[TierRow, ...]:
    """Tiers in the order in which they pay; paid tiers without a word of explanation come last."""
    net: dict[tuple[str, str], list[Payment]] = defaultdict(list)
    for payment in source.payments:
        net[payment.tier, payment.benefit].append(payment)
    entries: list[Node] = list(explanation["tiers"])
    known = {(entry["tier"], entry.get("benefit", "")) for entry in entries}
    entries += [{"tier": tier, "benefit": benefit} for tier, benefit in net if (tier, benefit) not in known]
    before = {**dict.fromkeys([entry["tier"] for entry in entries], 0), **source.paid_before}
    rows = []
    for entry in entries:
        key = (entry["tier"], entry.get("benefit", ""))
        rows.append(
            _tier(source, entry, key, payments=net.pop(key, []), paid_before_fen=before.pop(key[0], None))
        )
    # Tiers that the year's earlier claims had, and this one has not.
    rows += [_bygone(tier, fen) for tier, fen in before.items() if fen]
    return tuple(rows)


def _bygone(tier: str, paid_before_fen: int) -> TierRow:
    return TierRow(
        name=tier_name(tier),
        base_fen=None,
        before_fen=None,
        deductible_fen=None,
        ordinary_deductible_fen=None,
        paid_before_fen=paid_before_fen,
        paid_fen=0,
        funds=(),
        clause="",
        provisional=False,
    )


def _tier(
    source: StatementSource,
    entry: Node,
    key: tuple[str, str],
    *,
    payments: list[Payment],
    paid_before_fen: int | None,
) -> TierRow:
    deductible = entry.get("deductible", {})
    by_year = entry.get("measured") == "year"
    before_fen = entry.get("before_fen") if by_year else None
    if key[0] == Tier.BASIC and paid_before_fen is not None:
        before_fen = source.in_scope_before_fen
    return TierRow(
        name=tier_name(*key),
        base_fen=entry.get("base_fen"),
        before_fen=before_fen,
        deductible_fen=deductible.get("effective_fen"),
        ordinary_deductible_fen=deductible.get("ordinary_fen"),
        paid_before_fen=paid_before_fen,
        paid_fen=sum([payment.amount_fen for payment in payments]),
        funds=_funds(source, payments),
        clause=entry.get("clause", ""),
        provisional=is_provisional(entry),
    )


def _funds(source: StatementSource, payments: list[Payment]) -> tuple[FundRow, ...]:
    net: dict[tuple[str, str], int] = defaultdict(int)
    for payment in payments:
        net[payment.fund, payment.get_payee_display()] += payment.amount_fen
    return tuple(
        FundRow(fund=source.names.fund(fund), payee=payee, amount_fen=fen)
        for (fund, payee), fen in net.items()
        if fen
    )


def _borne(explanation: Node) -> tuple[BorneRow, ...]:
    rows = [
        BorneRow(
            name=f"减免：{'、'.join(waiver['categories']) or _STAGES[waiver['stage']]}"
            f" {format_percent(waiver['rate_bp'])}",
            amount_fen=waiver["waived_fen"],
            clause=waiver["clause"],
            provisional=waiver["provisional"],
        )
        for waiver in explanation["waivers"]
        if waiver["waived_fen"]
    ]
    control = explanation["out_of_catalogue"]
    if control and control["hospital_borne_fen"]:
        rows.append(
            BorneRow(
                name=f"目录外费用超过 {format_percent(control['share_bp'])} 部分",
                amount_fen=control["hospital_borne_fen"],
                clause=control["clause"],
                provisional=control["provisional"],
            )
        )
    return tuple(rows)


def _posting(row: Settlement) -> PostingRow:
    return PostingRow(
        posted_on=row.posted_on,
        kind=row.get_kind_display(),
        reason=row.reason,
        total_fen=row.total_fen,
        paid_fen=row.paid_fen,
        account_fen=row.account_fen,
        patient_fen=row.patient_fen,
    )


def _has_provisional(explanation: Node) -> bool:
    parts = [*explanation["waivers"], explanation["quota"], explanation["ceiling"]]
    parts += [explanation["out_of_catalogue"], *(tier.get("uplift", {}) for tier in explanation["tiers"])]
    tiers = any(is_provisional(tier) for tier in explanation["tiers"])
    return tiers or any(part.get("provisional") for part in parts)


def _check(statement: Statement, *, year_end: bool) -> None:
    amounts = statement.amounts
    billed_fen = sum([row.amount_fen for row in statement.categories])
    taken_back = statement.state == "已冲销"
    borne_fen = amounts.waived_fen + amounts.hospital_borne_fen
    parts_fen = borne_fen + amounts.paid_fen + amounts.patient_fen
    sums = [
        ("各层次支付", sum([row.paid_fen for row in statement.tiers]), amounts.reimbursed_fen),
        ("医院承担", sum([row.amount_fen for row in statement.borne]), borne_fen),
        ("各部分之和", parts_fen, amounts.total_fen),
    ]
    if not year_end:
        sums.append(("费用明细", billed_fen, statement.postings[0].total_fen))
        sums.append(("总费用", amounts.total_fen, 0 if taken_back else billed_fen))
    for what, written_fen, posted_fen in sums:
        if written_fen != posted_fen:
            raise StatementMismatchError(
                claim_no=statement.claim_no,
                what=what,
                written=format_yuan(written_fen),
                posted=format_yuan(posted_fen),
            )


def _checksum(statement: Statement) -> str:
    text = json.dumps(asdict(statement), ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()

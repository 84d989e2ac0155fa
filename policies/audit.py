"""The automatic audit before publishing (发布前自动审核): readable findings that name the row.

Errors block. Warnings and provisional rows (待核实) must be confirmed by name.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from common.codes import IdentityCategory, Tier
from common.money import format_percent, format_yuan
from policies.audit_levels import level_findings
from policies.audit_procedures import aid_errors, aid_warnings
from policies.audit_tiers import coverage_gaps, ledger_gaps
from policies.models import Policy
from policies.pack.rows import Row
from policies.pack.shapes import POLICY
from policies.pack.tables import row_of_policy


class Severity(StrEnum):
    """What a finding asks for (审核结论级别)."""

    ERROR = "error"
    WARNING = "warning"
    PROVISIONAL = "provisional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding (审核发现). ``row`` is ``section:code``, the name by which it is confirmed."""

    kind: str
    severity: Severity
    row: str
    message: str

    def __str__(self) -> str:
        return f"{self.row}：{self.message}"


def policy_audit(policy: Policy) -> list[Finding]:
    """All findings of a pack, errors first."""
    return audit_row(row_of_policy(policy))


def audit_row(policy: Row) -> list[Finding]:
    """All findings of a pack's content, errors first, each row's in the order of the pack."""
    findings = [finding for check in CHECKS for finding in check(policy)]
    return sorted(findings, key=lambda finding: list(Severity).index(finding.severity))


def _rules(policy: Row) -> Sequence[Row]:
    return policy.children["rules"]


def _error(kind: str, row: str, message: str) -> Finding:
    return Finding(kind=kind, severity=Severity.ERROR, row=row, message=message)


def _warning(kind: str, row: str, message: str) -> Finding:
    return Finding(kind=kind, severity=Severity.WARNING, row=row, message=message)


def _name(rule: Row) -> str:
    return f"rules:{rule.text('code')}"


def _bands_contiguous(policy: Row) -> Iterator[Finding]:
    for rule in _rules(policy):
        bands = rule.children["bands"]
        for lower, upper in pairwise(bands):
            ceiling_fen, floor_fen = lower.number("ceiling_fen"), upper.number("floor_fen") or 0
            if ceiling_fen is None or ceiling_fen > floor_fen:
                yield _error(
                    "bands_overlap", _name(rule), f"自 {format_yuan(floor_fen)} 元起的分段与前一段重叠。"
                )
            elif ceiling_fen < floor_fen:
                gap = f"{format_yuan(ceiling_fen)} 元至 {format_yuan(floor_fen)} 元"
                yield _error("bands_gap", _name(rule), f"分段不连续：{gap}没有规定比例。")
        deductible_fen = max(_deductibles(rule), default=0)
        if bands and not rule.values["bands_on_excess"] and _start(rule) > deductible_fen:
            gap = f"起付线 {format_yuan(deductible_fen)} 元至首段 {format_yuan(_start(rule))} 元"
            yield _error("bands_gap", _name(rule), f"分段不连续：{gap}之间没有规定比例。")


def _rates_ascend(policy: Row) -> Iterator[Finding]:
    for rule in _rules(policy):
        for lower, upper in pairwise(rule.children["bands"]):
            lower_bp, upper_bp = lower.number("rate_bp") or 0, upper.number("rate_bp") or 0
            if upper_bp < lower_bp:
                change = f"由 {format_percent(lower_bp)} 降为 {format_percent(upper_bp)}"
                yield _warning("rates_descend", _name(rule), f"费用越高比例越低（{change}），请核对。")


def _rule_pays(policy: Row) -> Iterator[Finding]:
    for rule in _rules(policy):
        if not rule.children["bands"] and rule.number("bed_day_fen") is None:
            yield _error("rule_pays_nothing", _name(rule), "既无分段比例，也无床日定额。")
        if not _deductibles(rule):
            yield _warning("deductible_missing", _name(rule), "起付线尚未填写，涉及的费用将无法结算。")


def _caps_above_deductible(policy: Row) -> Iterator[Finding]:
    for rule in _rules(policy):
        deductible_fen = max(_deductibles(rule), default=0)
        for cap in rule.children["caps"]:
            limit_fen = cap.number("limit_fen") or 0
            if limit_fen <= deductible_fen:
                amounts = f"封顶线 {format_yuan(limit_fen)} 元不高于起付线 {format_yuan(deductible_fen)} 元"
                yield _error("cap_below_deductible", _name(rule), f"{amounts}。")


def _levels(policy: Row) -> Iterator[Finding]:
    for rule, message in level_findings(_rules(policy)):
        yield _warning("levels_reversed", _name(rule), message)


def _tiers(policy: Row) -> Iterator[Finding]:
    tiers = policy.texts("tiers")
    for rule in _rules(policy):
        if rule.text("tier") not in tiers:
            tier = Tier(rule.text("tier")).label
            yield _error("tier_unknown", _name(rule), f"本政策包未设保障层次“{tier}”。")
    for tier, identity in coverage_gaps(policy):
        whom = IdentityCategory(identity).label if identity else "所有人"
        yield _error(
            "tier_not_covered",
            f"policy:{policy.text('code')}",
            f"“{Tier(tier).label}”没有适用于{whom}的规则；如确不享受，请在 not_granted 中写明。",
        )


def _fundings(policy: Row) -> Iterator[Finding]:
    groups = {row.text("group") or row.text("code") for row in policy.children["fundings"]}
    for rule in _rules(policy):
        if rule.text("funding") not in groups:
            yield _error("funding_missing", _name(rule), f"没有资金方案“{rule.text('funding')}”。")
    for funding in policy.children["fundings"]:
        if not funding.children["shares"]:
            yield _error("shares_missing", f"fundings:{funding.text('code')}", "没有写明由哪些资金分担。")


def _quotas(policy: Row) -> Iterator[Finding]:
    for quota in policy.children["quotas"]:
        if quota.number("amount_fen") is None:
            yield _warning("quota_missing", f"quotas:{quota.text('disease')}", "限额尚未填写。")
    for rule in _rules(policy):
        if rule.values["requires_quota"] and not policy.children["quotas"]:
            yield _error("quota_missing", _name(rule), "规则须按病种限额支付，但没有任何病种限额。")


def _ledgers(policy: Row) -> Iterator[Finding]:
    for tier, codes in ledger_gaps(policy):
        found = f"同时列入台账 {'、'.join(codes)}" if codes else "没有列入任何台账"
        message = f"“{Tier(tier).label}”的支付{found}，每笔支付应恰好列入一种台账。"
        yield _warning("ledger_not_one", f"policy:{policy.text('code')}", message)


def _procedures(policy: Row) -> Iterator[Finding]:
    for row, kind, message in aid_errors(policy):
        yield _error(kind, row, message)
    for row, kind, message in aid_warnings(policy):
        yield _warning(kind, row, message)


def _provisional(policy: Row) -> Iterator[Finding]:
    for shape in POLICY.children:
        for row in policy.children[shape.section]:
            if row.values["provisional"]:
                yield Finding(
                    kind="provisional",
                    severity=Severity.PROVISIONAL,
                    row=f"{shape.section}:{row.text(shape.named_by)}",
                    message=f"待核实：{row.text('note') or row.text('title') or '文件未载明。'}",
                )


def _deductibles(rule: Row) -> list[int]:
    amounts = rule.values["deductible_amounts_fen"]
    return [int(amount) for amount in amounts] if isinstance(amounts, list) else []


def _start(rule: Row) -> int:
    return rule.children["bands"][0].number("floor_fen") or 0


CHECKS: tuple[Callable[[Row], Iterator[Finding]], ...] = (
    _bands_contiguous,
    _rates_ascend,
    _rule_pays,
    _caps_above_deductible,
    _levels,
    _tiers,
    _fundings,
    _quotas,
    _ledgers,
    _procedures,
    _provisional,
)

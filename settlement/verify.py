"""Fold every benefit year from scratch and compare it with what is posted (复核): any fen that differs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from common.money import format_yuan
from settlement.compiler import compiled_policy
from settlement.differences import entry_differences, fund_amounts, posted_amounts
from settlement.engine.errors import EngineError
from settlement.engine.explain_zh import TIER_NAMES
from settlement.engine.result import Settlement as Result
from settlement.engine.settle import settle
from settlement.figures import ZERO, Figures, added, figures_of
from settlement.models import Settlement
from settlement.selectors.astray import rows_astray
from settlement.selectors.years import PostedClaim, PostedPayment, PostedYear, posted_years
from settlement.stated import newest_misstated, older_misstated


class Finding(NamedTuple):
    """One thing that is posted otherwise than the fold says; ``payment_ids`` are the payments concerned."""

    person_year_id: int
    claim_no: str
    what: str
    expected: str
    posted: str
    payment_ids: tuple[int, ...] = ()

    def __str__(self) -> str:
        payments = f"，支付编号 {'、'.join(map(str, self.payment_ids))}" if self.payment_ids else ""
        claim = f"单据 {self.claim_no} " if self.claim_no else ""
        year = f"人员年度 {self.person_year_id}："
        return f"{year}{claim}{self.what}应为 {self.expected}，已记 {self.posted}{payments}"


class Checked(NamedTuple):
    """One benefit year and what was found in it."""

    claims: int
    findings: list[Finding]


def verify_years() -> Iterator[Checked]:
    """Check every benefit year as of one moment; memory stays flat however many there are."""
    astray: dict[int, list[Finding]] = defaultdict(list)
    for row in rows_astray():
        astray[row.person_year_id].append(Finding(*row[:-1], tuple(row.payment_ids)))
    for year in posted_years():
        yield Checked(len(year.claims), astray.pop(year.id, []) + verify_year(year))


def verify_year(year: PostedYear) -> list[Finding]:
    """Fold one year from the stored inputs and list what differs."""
    findings: list[Finding] = []
    pools: Mapping[str, int] = {}
    results: dict[int, Result] = {}
    for claim in year.claims:
        result = None
        if not claim.rows:
            findings.append(Finding(year.id, claim.claim_no, "首次结算", "有", "无"))
            continue
        if not claim.is_reversed:
            inputs = claim.inputs
            try:
                result = settle(
                    inputs.claim,
                    inputs.facts,
                    pools,
                    compiled_policy(inputs.policy_id),
                    explain=False,
                    given_stands=True,
                )
            except EngineError as error:
                findings.append(Finding(year.id, claim.claim_no, "按留存输入结算", "可结算", str(error)))
                pools = added(pools, claim.entries.items())
                continue
            pools = added(pools, result.pool_entries)
            results[claim.id] = result
        findings += _figures(year, claim, result)
        findings += _payments(year, claim, result)
        findings += _entries(year, claim, result)
    findings += _state(year, pools)
    # What follows from a difference that is named already is not repeated.
    numbers = {claim.id: claim.claim_no for claim in year.claims}
    misstated = list(newest_misstated(year, results)) or ([] if findings else older_misstated(year))
    findings += [
        Finding(year.id, numbers.get(row.claim_id, ""), row.what, row.expected, row.stated)
        for row in misstated
    ]
    return findings


def _figures(year: PostedYear, claim: PostedClaim, result: Result | None) -> Iterator[Finding]:
    expected = figures_of(result) if result is not None else ZERO
    for name, due_fen, posted_fen in zip(Figures._fields, expected, claim.figures, strict=True):
        if due_fen != posted_fen:
            label = Settlement._meta.get_field(name).verbose_name.removesuffix("（分）")  # type: ignore[union-attr]
            yield _finding(year, claim, label, (due_fen, posted_fen))


def _payments(year: PostedYear, claim: PostedClaim, result: Result | None) -> list[Finding]:
    """Per tier and fund, bill and account together; else postings whose payments do not make their total."""
    due = fund_amounts(result) if result is not None else {}
    posted = posted_amounts(claim)
    unbalanced = _unbalanced(claim)
    findings = []
    for key in sorted(due.keys() | posted.keys()):
        due_fen, posted_fen = due.get(key, 0), posted.get(key, 0)
        if due_fen != posted_fen:
            tier, _, fund, _ = key
            concerned = [paid for paid in claim.payments if (paid.tier, paid.benefit, paid.fund) == key[:3]]
            # A posting whose payments do not make its total tells which of several payments it is.
            suspect = [paid for paid in concerned if paid.settlement_id in unbalanced] or concerned
            what = f"{TIER_NAMES.get(tier, tier)}（{fund}）支付"
            findings.append(_finding(year, claim, what, (due_fen, posted_fen), suspect))
    if not findings:
        findings = _rules(year, claim, result)
        for settlement_id, amounts_fen in unbalanced.items():
            concerned = [paid for paid in claim.payments if paid.settlement_id == settlement_id]
            what = f"记账 {settlement_id} 的支付合计"
            findings.append(_finding(year, claim, what, amounts_fen, concerned))
    return findings


def _rules(year: PostedYear, claim: PostedClaim, result: Result | None) -> list[Finding]:
    """The rules that payments name; once adjusted, a claim's rows name the rule of their day."""
    if result is None or len(claim.rows) != 1:
        return []
    due: dict[tuple[str, str], str] = {
        (payment.tier, payment.benefit): payment.rule for payment in result.payments
    }
    return [
        Finding(year.id, claim.claim_no, "支付依据的规则", rule, paid.rule, (paid.id,))
        for paid in claim.payments
        if paid.rule != (rule := due.get((paid.tier, paid.benefit), ""))
    ]


def _finding(
    year: PostedYear,
    claim: PostedClaim,
    what: str,
    amounts_fen: tuple[int, int],
    payments: Iterable[PostedPayment] = (),
) -> Finding:
    expected, posted = map(format_yuan, amounts_fen)
    return Finding(year.id, claim.claim_no, what, expected, posted, tuple(paid.id for paid in payments))


def _unbalanced(claim: PostedClaim) -> dict[int, tuple[int, int]]:
    """Postings whose payments do not add up to their figures: due and posted, fen."""
    sums = {settlement_id: 0 for settlement_id, _ in claim.rows}
    for paid in claim.payments:
        sums[paid.settlement_id] = sums.get(paid.settlement_id, 0) + paid.amount_fen
    due = {number: figures.paid_fen + figures.account_fen for number, figures in claim.rows}
    return {
        number: (due.get(number, 0), sums[number]) for number in sums if due.get(number, 0) != sums[number]
    }


def _entries(year: PostedYear, claim: PostedClaim, result: Result | None) -> Iterator[Finding]:
    for pool, difference in sorted(entry_differences(claim, result).items()):
        posted = claim.entries.get(pool, 0)
        what = f"计入年度累计 {pool} 的数额"
        yield Finding(year.id, claim.claim_no, what, str(posted + difference), str(posted))


def _state(year: PostedYear, pools: Mapping[str, int]) -> Iterator[Finding]:
    for pool in sorted(pools.keys() | year.pools.keys()):
        due, stored = pools.get(pool, 0), year.pools.get(pool, 0)
        if due != stored:
            yield Finding(year.id, "", f"年度累计 {pool} ", str(due), str(stored))

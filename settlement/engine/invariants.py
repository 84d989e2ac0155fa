"""What must hold of every settlement (不变量): a second look at the result, however it came about."""

from settlement.engine.bill import Bill
from settlement.engine.errors import InvariantError
from settlement.engine.facts import Pools
from settlement.engine.plan import RuleTerms
from settlement.engine.result import Settlement
from settlement.engine.tiers import Outcome


def check_settlement(settlement: Settlement, bill: Bill, outcomes: list[Outcome], year: Pools) -> None:
    """Refuse a result that cannot be right; ``bill`` is the bill after its waivers.

    Raises:
        InvariantError: parts do not make the total, a payment exceeds what was left, a cap or a fund split
            does not hold, or the patient's share is negative.
    """
    _check_parts(settlement, bill)
    left_fen = settlement.in_scope_fen - settlement.over_quota_fen
    for tier, _, _, base_fen, paid_fen, account_fen, funds, account_funds, _ in settlement.payments:
        # A step like a waiver before assistance may leave less, never more.
        if not 0 <= paid_fen <= base_fen <= left_fen or account_fen < 0:
            raise InvariantError(f"{tier} 支付 {paid_fen} 分，超出剩余 {left_fen} 分。")
        left_fen = base_fen - paid_fen
        _check_funds(funds, paid_fen)
        if account_fen or account_funds:
            _check_funds(account_funds, account_fen)
    _check_caps(outcomes, year)


def _check_parts(settlement: Settlement, bill: Bill) -> None:
    total_fen, waived_fen, excluded_fen, over_limit_fen, upfront_fen, in_scope_fen, _ = bill
    if total_fen != waived_fen + excluded_fen + over_limit_fen + upfront_fen + in_scope_fen:
        raise InvariantError(f"各部分之和不等于总费用 {total_fen} 分。")
    if (waived_fen | excluded_fen | over_limit_fen | upfront_fen | in_scope_fen) < 0:
        raise InvariantError("费用的某一部分为负。")
    if settlement.patient_fen < 0 or settlement.hospital_borne_fen < 0:
        raise InvariantError(f"个人自付 {settlement.patient_fen} 分，不能为负。")
    if settlement.waived_fen < waived_fen:
        raise InvariantError("减免合计小于账单减免。")


def _check_funds(funds: tuple[tuple[str, int], ...], amount_fen: int) -> None:
    parts_fen = 0
    for _, part_fen in funds:
        if part_fen < 0:
            raise InvariantError(f"资金分担 {part_fen} 分，不能为负。")
        parts_fen += part_fen
    if parts_fen != amount_fen:
        raise InvariantError(f"资金分担合计 {parts_fen} 分，不等于支付 {amount_fen} 分。")


def _check_caps(outcomes: list[Outcome], year: Pools) -> None:
    drawn: dict[str, int] = {}
    for outcome in outcomes:
        terms = outcome.terms
        if terms is None:
            continue
        amount_fen = outcome.paid_fen + outcome.account_fen
        if outcome.account_fen and not terms.catch_up:
            raise InvariantError(f"{terms.rule.code} 不是补算规则，不能转个人账户。")
        for pool in terms.drawn_pools:
            drawn[pool] = drawn.get(pool, year.get(pool, 0)) + amount_fen
        # What another system paid is not ours to limit.
        if outcome.given is None and amount_fen:
            _check_limits(terms, amount_fen, drawn)


def _check_limits(terms: RuleTerms, amount_fen: int, drawn: dict[str, int]) -> None:
    if terms.visit_limit_fen is not None and amount_fen > terms.visit_limit_fen:
        raise InvariantError(f"{terms.rule.code} 支付 {amount_fen} 分，超过单次封顶。")
    for pool, limit_fen in terms.pool_limits:
        if drawn[pool] > limit_fen:
            raise InvariantError(f"{terms.rule.code} 使 {pool} 累计 {drawn[pool]} 分，超过封顶。")

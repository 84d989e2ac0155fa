"""Which fund bears what of a payment (资金分担)."""

from common.money import split_by_weights
from settlement.engine.plan import RuleTerms
from settlement.engine.result import FundAmount, TierPayment
from settlement.engine.tiers import Outcome


def split_over_funds(outcomes: list[Outcome]) -> tuple[TierPayment, ...]:
    """The payments with their funds, exact to the fen; payments that a ceiling cut to nothing fall away."""
    return tuple(
        [
            _payment(outcome)
            for outcome in outcomes
            if outcome.paid_fen or outcome.account_fen or outcome.given is not None
        ]
    )


def _payment(outcome: Outcome) -> TierPayment:
    tier, benefit, terms, base_fen, paid_fen, account_fen, given = outcome
    if given is not None or terms is None:
        rule = terms.rule.code if terms is not None else ""
        return TierPayment(tier, benefit, rule, base_fen, paid_fen, 0, given or (), (), given=True)
    return TierPayment(
        tier,
        benefit,
        terms.rule.code,
        base_fen,
        paid_fen,
        account_fen,
        fund_parts(terms, paid_fen),
        fund_parts(terms, account_fen),
        given=False,
    )


def fund_parts(terms: RuleTerms, amount_fen: int) -> tuple[FundAmount, ...]:
    """Split an amount by the rule's funding row; nothing for nothing."""
    if not amount_fen:
        return ()
    if len(terms.funds) == 1:
        return (FundAmount(terms.funds[0], amount_fen),)
    return tuple(map(FundAmount, terms.funds, split_by_weights(amount_fen, terms.weights)))

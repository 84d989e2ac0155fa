"""Which fund bears what of a payment (资金分担)."""

from common.money import split_by_weights
from settlement.engine.plan import RuleTerms
from settlement.engine.result import FundAmount, TierPayment
from settlement.engine.terms import Tier
from settlement.engine.tiers import Outcome, new


def split_over_funds(outcomes: list[Outcome]) -> tuple[TierPayment, ...]:
    """The payments with their funds, exact to the fen; payments that a ceiling cut to nothing fall away."""
    payments: list[TierPayment] = []
    for tier, terms, base_fen, paid_fen, account_fen, given in outcomes:
        if given is not None or terms is None:
            payments.append(_given_payment(tier, terms, base_fen, given or ()))
        elif paid_fen or account_fen:
            rule = terms.rule
            funds = fund_parts(terms, paid_fen)
            account_funds = fund_parts(terms, account_fen) if account_fen else ()
            payments.append(
                new(
                    TierPayment,
                    (
                        tier, rule.benefit, rule.code, base_fen, paid_fen, account_fen, funds, account_funds,
                        False,
                    ),
                )
            )  # fmt: skip
    return tuple(payments)


def _given_payment(
    tier: Tier, terms: RuleTerms | None, base_fen: int, given: tuple[FundAmount, ...]
) -> TierPayment:
    benefit, rule = (terms.rule.benefit, terms.rule.code) if terms is not None else ("", "")
    paid_fen = sum(part.amount_fen for part in given)
    return TierPayment(tier, benefit, rule, base_fen, paid_fen, 0, given, (), given=True)


def fund_parts(terms: RuleTerms, amount_fen: int) -> tuple[FundAmount, ...]:
    """Split an amount by the rule's funding row; nothing for nothing."""
    if not amount_fen:
        return ()
    if len(terms.funds) == 1:
        return (new(FundAmount, (terms.funds[0], amount_fen)),)
    return tuple(map(FundAmount, terms.funds, split_by_weights(amount_fen, terms.weights)))

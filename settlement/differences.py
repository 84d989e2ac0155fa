"""What must be posted so that a claim's postings add up to the fold (差额): signed, per fund."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from settlement.engine.result import Settlement as Result
from settlement.figures import ZERO, Figures, Part, figures_of
from settlement.inputs import Inputs, inputs_dump
from settlement.models import Payment, Settlement
from settlement.selectors.years import PostedClaim

# Tier, benefit, fund, and whether another system paid it: what a claim's payments are compared by.
Key = tuple[str, str, str, bool]


class Difference(NamedTuple):
    """One posting that is due on a claim."""

    claim: PostedClaim
    kind: Settlement.Kind
    figures: Figures
    parts: list[Part]
    entries: dict[str, int]
    inputs: Mapping[str, Any]
    explanation: Mapping[str, Any]


def reversal_of(claim: PostedClaim) -> Difference:
    """Take a claim back: the negative of all that is posted on it, to whoever received it."""
    net: dict[tuple[str, str, str, str, str], int] = defaultdict(int)
    for paid in claim.payments:
        net[paid.tier, paid.benefit, paid.rule, paid.fund, paid.payee] -= paid.amount_fen
    return Difference(
        claim=claim,
        kind=Settlement.Kind.REVERSAL,
        figures=ZERO.minus(claim.figures),
        parts=[Part(*key, fen) for key, fen in net.items() if fen],
        entries={pool: -amount for pool, amount in claim.entries.items() if amount},
        inputs=claim.stored,
        explanation={},
    )


def adjustment_of(claim: PostedClaim, inputs: Inputs, result: Result) -> Difference | None:
    """What the fold now says of a claim, less what is posted; None when that is nothing.

    The hospital of this claim acted correctly: the difference is between fund and patient. Each fund's
    difference is its new part less its old part, so that rounding is of the parts, never of the difference.
    New inputs are posted even where they change no amount: a later fold takes them.
    """
    figures = figures_of(result).minus(claim.figures)
    parts = _part_differences(claim, result)
    entries = entry_differences(claim, result)
    stored = inputs_dump(inputs)
    if not any(figures) and not parts and not entries and stored == claim.stored:
        return None
    return Difference(
        claim=claim,
        kind=Settlement.Kind.ADJUSTMENT,
        figures=figures,
        parts=parts,
        entries=entries,
        inputs=stored,
        explanation=result.explanation or {},
    )


def fund_amounts(result: Result) -> dict[Key, int]:
    """What each fund pays on a claim, bill and account together."""
    amounts: dict[Key, int] = defaultdict(int)
    for payment in result.payments:
        for fund, amount_fen in payment.funds + payment.account_funds:
            amounts[payment.tier, payment.benefit, fund, payment.given] += amount_fen
    return amounts


def posted_amounts(claim: PostedClaim) -> dict[Key, int]:
    """What each fund has paid on a claim so far, to whomever."""
    amounts: dict[Key, int] = defaultdict(int)
    for paid in claim.payments:
        amounts[paid.tier, paid.benefit, paid.fund, paid.payee == Payment.Payee.FUND] += paid.amount_fen
    return amounts


def entry_differences(claim: PostedClaim, result: Result | None) -> dict[str, int]:
    """By how much the pools of a claim must change; without a result: to nothing."""
    due: dict[str, int] = defaultdict(int)
    for pool, amount in result.pool_entries if result is not None else ():
        due[pool] += amount
    for pool, amount in claim.entries.items():
        due[pool] -= amount
    return {pool: amount for pool, amount in due.items() if amount}


def _part_differences(claim: PostedClaim, result: Result) -> list[Part]:
    due = fund_amounts(result)
    before = posted_amounts(claim)
    rules = {(paid.tier, paid.benefit): paid.rule for paid in claim.payments}
    rules |= {(payment.tier, payment.benefit): payment.rule for payment in result.payments}
    parts = []
    for key in due.keys() | before.keys():
        tier, benefit, fund, given = key
        amount_fen = due.get(key, 0) - before.get(key, 0)
        if amount_fen:
            payee = Payment.Payee.FUND if given else Payment.Payee.PATIENT
            parts.append(Part(tier, benefit, rules[tier, benefit], fund, payee.value, amount_fen))
    return sorted(parts)

"""The amounts of a posting (记账金额): figures, payments by fund, pool entries, all signed fen."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from settlement.engine.result import Settlement
from settlement.models import Payment


class Figures(NamedTuple):
    """The amounts of one settlement row, in the order and by the names of its columns."""

    total_fen: int
    waived_fen: int
    excluded_fen: int
    over_limit_fen: int
    upfront_fen: int
    in_scope_fen: int
    over_quota_fen: int
    hospital_borne_fen: int
    paid_fen: int
    account_fen: int
    patient_fen: int

    def minus(self, other: "Figures") -> "Figures":
        """Column by column."""
        return Figures(*[mine - theirs for mine, theirs in zip(self, other, strict=True)])

    def plus(self, other: "Figures") -> "Figures":
        """Column by column."""
        return Figures(*[mine + theirs for mine, theirs in zip(self, other, strict=True)])


ZERO = Figures(*[0] * len(Figures._fields))


class Part(NamedTuple):
    """One fund's part of one tier's payment to one payee."""

    tier: str
    benefit: str
    rule: str
    fund: str
    payee: str
    amount_fen: int


def figures_of(result: Settlement) -> Figures:
    """The row of an engine result."""
    return Figures(
        result.total_fen,
        result.waived_fen,
        result.excluded_fen,
        result.over_limit_fen,
        result.upfront_fen,
        result.in_scope_fen,
        result.over_quota_fen,
        result.hospital_borne_fen,
        sum([payment.paid_fen for payment in result.payments]),
        result.account_fen,
        result.patient_fen,
    )


def parts_of(result: Settlement, *, payee: Payment.Payee = Payment.Payee.HOSPITAL) -> list[Part]:
    """The payments of an engine result as first posted.

    ``payee`` is who paid the bill: the hospital advanced it, or the patient did, who now claims from papers.
    Catch-up beyond this visit goes to the patient; what another system already paid is nobody's to receive.
    """
    parts: list[Part] = []
    for tier, benefit, rule, _, _, _, funds, account_funds, given in result.payments:
        to = Payment.Payee.FUND.value if given else payee.value
        parts += [Part(tier, benefit, rule, fund, to, fen) for fund, fen in funds if fen]
        parts += [
            Part(tier, benefit, rule, fund, Payment.Payee.PATIENT.value, fen)
            for fund, fen in account_funds
            if fen
        ]
    return parts


def added(pools: Mapping[str, int], entries: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Pools once entries count; a pool that holds nothing is left out."""
    after = dict(pools)
    for pool, amount in entries:
        after[pool] = after.get(pool, 0) + amount
    return {pool: amount for pool, amount in after.items() if amount}

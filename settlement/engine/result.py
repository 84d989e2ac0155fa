"""What the engine answers (结算结果). Tuples with names: a tenth of a frozen dataclass's cost to build."""

from typing import NamedTuple

from settlement.engine.facts import CostLine
from settlement.engine.terms import Tier


class FundAmount(NamedTuple):
    """A fund's part of a payment, fen."""

    fund: str
    amount_fen: int


class PoolEntry(NamedTuple):
    """What this claim adds to a pool of the benefit year: fen, or a count."""

    pool: str
    amount: int


class TierPayment(NamedTuple):
    """What one rule of one tier paid (分段支付), fen.

    ``paid_fen`` goes to the bill. ``account_fen`` (catch-up only) exceeds this visit's remainder and goes to
    the patient's account. ``funds`` splits ``paid_fen``, ``account_funds`` splits ``account_fen``.
    ``rule`` is empty when the payment was given by another system and no rule of ours matches.
    """

    tier: Tier
    benefit: str
    rule: str
    base_fen: int
    paid_fen: int
    account_fen: int
    funds: tuple[FundAmount, ...]
    account_funds: tuple[FundAmount, ...]
    given: bool


class Settlement(NamedTuple):
    """One claim settled (结算), fen.

    ``total = waived at the bill stage + excluded + over_limit + upfront + in_scope`` (parts after
    waivers), and ``patient = total − waived − Σ paid − hospital_borne``. ``over_quota_fen`` is the part of
    ``in_scope_fen`` above the disease quota. ``waived_fen`` holds every stage's waiver.
    ``explanation`` is None unless asked for (plain dicts, lists, ints and strings: ready for JSON).
    """

    total_fen: int
    waived_fen: int
    excluded_fen: int
    over_limit_fen: int
    upfront_fen: int
    in_scope_fen: int
    over_quota_fen: int
    hospital_borne_fen: int
    patient_fen: int
    account_fen: int
    payments: tuple[TierPayment, ...]
    pool_entries: tuple[PoolEntry, ...]
    lines: tuple[CostLine, ...]
    explanation: dict[str, object] | None

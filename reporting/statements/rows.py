"""Rows of a settlement statement (结算单各栏): frozen, as composed once and shown by every renderer.

Amounts are signed fen, net of all postings on the claim; what does not apply is left empty, never 0.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """The bill's lines of one fee category, added up (费用类别)."""

    category: str
    amount_fen: int
    in_scope_fen: int
    upfront_fen: int
    over_limit_fen: int
    excluded_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FundRow:
    """One fund's part of a tier's payment, and who receives it (资金)."""

    fund: str
    payee: str
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRow:
    """One benefit of one tier (保障层次).

    Attributes:
        base_fen: what of this claim came into the tier; empty where no rule was looked at.
        before_fen: the base of the year before this claim, where the tier counts by the year.
        deductible_fen: after uplifts; ``ordinary_deductible_fen`` is the one of ordinary terms.
        paid_before_fen: what the tier paid on the year's earlier claims, net; on its first benefit only.
        paid_fen: what it pays on this claim, net; what goes to the patient's account included.
        clause: document number and clause (依据).
    """

    name: str
    base_fen: int | None
    before_fen: int | None
    deductible_fen: int | None
    ordinary_deductible_fen: int | None
    paid_before_fen: int | None
    paid_fen: int
    funds: tuple[FundRow, ...]
    clause: str
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GainItem:
    """One step from ordinary terms to the real ones (提高待遇的一项)."""

    step: str
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GainRow:
    """What a tier pays beyond ordinary terms (贫困人口提高待遇部分), item by item."""

    name: str
    ordinary_fen: int
    items: tuple[GainItem, ...]
    gain_fen: int
    clause: str
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BorneRow:
    """What the hospital bears: a waiver, or cost outside the catalogue above the limit (医院承担)."""

    name: str
    amount_fen: int
    clause: str
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingRow:
    """One posting on the claim, signed (记账): the settlement and what corrected it."""

    posted_on: date
    kind: str
    reason: str
    total_fen: int
    paid_fen: int
    account_fen: int
    patient_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """The figures of the claim as it stands (合计).

    ``total = waived + paid + hospital_borne + patient``; ``reimbursed = paid + account`` is the sum of the
    tiers (报销支付合计).
    """

    total_fen: int
    waived_fen: int
    in_scope_fen: int
    upfront_fen: int
    over_limit_fen: int
    excluded_fen: int
    over_quota_fen: int
    paid_fen: int
    hospital_borne_fen: int
    patient_fen: int
    account_fen: int
    reimbursed_fen: int
    reimbursed_capital: str
    patient_capital: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """How one tier, or what stands before and after the tiers, was worked out, in words (计算过程).

    ``short`` is for bills whose whole working would not fit a page: bands are told by their sum only.
    """

    full: tuple[str, ...]
    short: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One claim on one page (一单清).

    Attributes:
        settlement_no: quoted on paper; holds no personal data.
        state: ``已结算``, ``有调整`` or ``已冲销``.
        facts: labels with what they say, in the order of the form.
        has_provisional: whether a row decided that the office must still confirm (待核实).
        checksum: over everything else here: equal papers have equal ones.
    """

    title: str
    settlement_no: str
    claim_no: str
    state: str
    state_note: str
    settled_at: datetime
    facts: tuple[tuple[str, str], ...]
    categories: tuple[CategoryRow, ...]
    amounts: Amounts
    tiers: tuple[TierRow, ...]
    gains: tuple[GainRow, ...]
    gain_fen: int
    gain_note: str
    borne: tuple[BorneRow, ...]
    working: Working
    postings: tuple[PostingRow, ...]
    has_provisional: bool
    checksum: str = ""

"""What a hospital is answered (结算答复): a claim's amounts, payments and reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from settlement.advice.terms import Advice
from settlement.figures import Figures, Part

Status = Literal["preview", "settled", "reversed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAnswer:
    """A settlement as answered: signed fen, payments in the order of the tiers.

    ``posted_on`` is None for a preview. ``created`` tells a first answer from a repeated one. ``advice`` is
    what the policy's rules found doubtful at settling.
    """

    claim_no: str
    status: Status
    visit_type: str
    admitted_on: date
    discharged_on: date
    policy_code: str
    posted_on: date | None
    figures: Figures
    parts: Sequence[Part]
    explanation: Mapping[str, Any]
    created: bool = False
    advice: Sequence[Advice] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingAnswer:
    """One posting on a claim: the first settlement, the reversal or an adjustment."""

    kind: str
    posted_on: date
    reason: str
    figures: Figures
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDetail:
    """A claim as it stands: ``now`` nets every posting, ``postings`` lists them."""

    now: ClaimAnswer
    postings: Sequence[PostingAnswer]

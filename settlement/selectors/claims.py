"""Reads of settled claims (结算查询)."""

from collections import defaultdict
from typing import Any

from organizations.scope import Scope
from settlement.answers import ClaimAnswer, ClaimDetail, PostingAnswer
from settlement.errors import ClaimNotFoundError, MessageNotFoundError
from settlement.figures import ZERO, Figures, Part
from settlement.models import Claim, Message, Payment, Settlement
from settlement.selectors.advice import advice_on


def claim_find(*, scope: Scope, claim_no: str) -> Claim:
    """A claim of the scope by its number.

    Raises:
        ClaimNotFoundError: the scope has no such claim.
    """
    claims = Claim.objects.filter(scope.limit(county="insured_county", hospital="hospital"))
    if scope.hospital_id is not None:
        # A claim from papers (零星报销) is between the office and the patient.
        claims = claims.filter(manual=None)
    # No claim number has control characters, and the database refuses to be asked for some.
    claim = claims.filter(claim_no=claim_no).first() if claim_no.isprintable() else None
    if claim is None:
        raise ClaimNotFoundError(claim_no)
    return claim


def message_find(*, scope: Scope, message_id: str) -> Message:
    """What a hospital did under a message number (消息号).

    Raises:
        MessageNotFoundError: nothing came of it.
    """
    messages = Message.objects.select_related("claim").filter(
        scope.limit(county="claim__insured_county", hospital="hospital")
    )
    found = messages.filter(message_id=message_id).first() if message_id.isprintable() else None
    if found is None:
        raise MessageNotFoundError(message_id)
    return found


def first_answer(*, claim: Claim) -> ClaimAnswer:
    """What was answered when the claim was settled; later postings do not change it."""
    original = claim.settlements.get(kind=Settlement.Kind.ORIGINAL)
    parts = [_part(payment) for payment in original.payments.order_by("id")]
    return _answer(claim, original, figures=figures_in(original), parts=parts, status="settled")


def reversal_answer(*, claim: Claim) -> PostingAnswer | None:
    """The posting that took the claim back, if there is one."""
    reversal = claim.settlements.filter(kind=Settlement.Kind.REVERSAL).first()
    if reversal is None:
        return None
    parts = [_part(payment) for payment in reversal.payments.order_by("id")]
    return _posting_answer(reversal, parts)


def claim_detail(*, scope: Scope, claim_no: str) -> ClaimDetail:
    """A claim as it stands now, with everything that was posted on it; four queries.

    Raises:
        ClaimNotFoundError: the scope has no such claim.
    """
    claim = claim_find(scope=scope, claim_no=claim_no)
    settlements = list(claim.settlements.order_by("id"))
    parts: dict[int, list[Part]] = defaultdict(list)
    net: dict[tuple[str, str, str, str, str], int] = defaultdict(int)
    for payment in claim.payments.order_by("id"):
        part = _part(payment)
        parts[payment.settlement_id].append(part)
        net[part.tier, part.benefit, part.rule, part.fund, part.payee] += part.amount_fen
    figures = ZERO
    for settlement in settlements:
        figures = figures.plus(figures_in(settlement))
    reversed_ = any(settlement.kind == Settlement.Kind.REVERSAL for settlement in settlements)
    # The reversal says nothing of its own: the reasons that last held stand before it.
    latest = [row for row in settlements if row.kind != Settlement.Kind.REVERSAL][-1]
    return ClaimDetail(
        now=_answer(
            claim,
            latest,
            figures=figures,
            parts=[Part(*key, fen) for key, fen in net.items() if fen],
            status="reversed" if reversed_ else "settled",
        ),
        postings=[_posting_answer(row, parts[row.pk]) for row in settlements],
    )


def figures_in(settlement: Settlement) -> Figures:
    """The amounts of a settlement row."""
    return Figures(*[getattr(settlement, name) for name in Figures._fields])


def _answer(
    claim: Claim, settlement: Settlement, *, figures: Figures, parts: list[Part], status: Any
) -> ClaimAnswer:
    return ClaimAnswer(
        claim_no=claim.claim_no,
        status=status,
        visit_type=claim.visit_type,
        admitted_on=claim.admitted_on,
        discharged_on=claim.discharged_on,
        policy_code=settlement.inputs["policy"],
        posted_on=settlement.posted_on,
        figures=figures,
        parts=parts,
        explanation=settlement.explanation,
        advice=advice_on(claim.pk),
    )


def _posting_answer(settlement: Settlement, parts: list[Part]) -> PostingAnswer:
    return PostingAnswer(
        kind=settlement.kind,
        posted_on=settlement.posted_on,
        reason=settlement.reason,
        figures=figures_in(settlement),
        parts=parts,
    )


def _part(payment: Payment) -> Part:
    return Part(payment.tier, payment.benefit, payment.rule, payment.fund, payment.payee, payment.amount_fen)

"""Preview and settle a claim (预结算、结算)."""

from datetime import date

from django.db import IntegrityError, transaction

from common.clock import business_date
from common.money import format_yuan
from organizations.models import Hospital
from settlement.answers import ClaimAnswer, Status
from settlement.compiler import compiled_policy
from settlement.engine.settle import settle
from settlement.errors import ClaimConflictError, FiguresDifferError
from settlement.figures import Figures, added, figures_of, parts_of
from settlement.inputs import inputs_dump
from settlement.intake import ClaimInput, check_dates
from settlement.models import ApprovalUse, Claim, ConsumableApproval, Message, Payment
from settlement.selectors.claims import first_answer
from settlement.selectors.contents import claim_differences
from settlement.selectors.facts import Known, inputs_of, known_of
from settlement.selectors.grounds import approval_for, check_grounds
from settlement.services.advising import advice_for, flags_raise
from settlement.services.locking import person_year_lock
from settlement.services.messages import meets_used_number, message_check, message_note
from settlement.services.posting import Posting, claim_post


def claim_preview(*, hospital: Hospital, claim: ClaimInput) -> ClaimAnswer:
    """What settling the claim now would answer (预结算); writes nothing, locks nothing.

    Raises:
        ClaimError, EngineError: what ``claim_settle`` would raise.
    """
    today = business_date()
    check_dates(claim, today=today)
    known = known_of(claim=claim, hospital=hospital)
    _needs_note(claim, hospital)
    if known.earlier_id is not None:
        return _repeated(claim, known.earlier_id, known.earlier_hash)
    approval_for(claim=claim, hospital=hospital, person_id=known.person_id, lock=False)
    posting = _settle(claim, hospital, known)
    return _answer(claim, posting, status="preview", posted_on=None)


def claim_settle(*, hospital: Hospital, claim: ClaimInput) -> ClaimAnswer:
    """Settle a claim for good (结算); the same content again gets the first answer again.

    Raises:
        ClaimConflictError: the hospital used ``claim_no`` for another claim.
        MessageConflictError: the hospital used ``message_id`` for other business.
        FiguresDifferError: the claim comes to other amounts than the hospital expects.
        ClaimError: the person, the dates or the policy do not allow a settlement.
        AdviceBlockedError: a rule of the policy refuses such claims.
        EngineError: the policy lacks a parameter, or the bill is wrong.
    """
    today = business_date()
    check_dates(claim, today=today)
    try:
        return _settle_locked(claim, hospital, today)
    except IntegrityError as error:
        # Two people's claims under one number at once hold different locks and meet in the unique constraint.
        if not meets_used_number(error):
            raise
    return _settle_locked(claim, hospital, today)


@transaction.atomic
def _settle_locked(claim: ClaimInput, hospital: Hospital, today: date) -> ClaimAnswer:
    # The lock queues one person's claims, so the year cannot move under us.
    person_year_id = person_year_lock(id_index=claim.id_index, year=claim.benefit_year)
    known = known_of(claim=claim, hospital=hospital)
    needs_note = _needs_note(claim, hospital)
    if known.earlier_id is not None:
        answer = _repeated(claim, known.earlier_id, known.earlier_hash)
        if needs_note:
            _note(claim, hospital)
        return answer
    approval = approval_for(claim=claim, hospital=hospital, person_id=known.person_id, lock=True)
    posting = _settle(claim, hospital, known)
    claim_post(
        claim=claim,
        hospital=hospital,
        known=known,
        person_year_id=person_year_id,
        posting=posting,
        posted_on=today,
    )
    if posting.advice:
        flags_raise(claim=claim, hospital=hospital, advice=posting.advice)
    if needs_note or approval is not None:
        _note(claim, hospital, needs_note=needs_note, approval=approval)
    return _answer(claim, posting, status="settled", posted_on=today)


def _needs_note(claim: ClaimInput, hospital: Hospital) -> bool:
    return message_check(
        hospital=hospital,
        message_id=claim.message_id,
        operation=Message.Operation.SETTLE,
        claim_no=claim.claim_no,
    )


def _note(
    claim: ClaimInput,
    hospital: Hospital,
    *,
    needs_note: bool = True,
    approval: ConsumableApproval | None = None,
) -> None:
    """What few claims carry: a message number, a used approval."""
    posted = Claim.objects.get(hospital=hospital, claim_no=claim.claim_no)
    if needs_note:
        message_note(
            hospital=hospital,
            message_id=claim.message_id,
            operation=Message.Operation.SETTLE,
            claim=posted,
        )
    if approval is not None:
        ApprovalUse.objects.create(approval=approval, claim=posted)


def _repeated(claim: ClaimInput, earlier_id: int, earlier_hash: str) -> ClaimAnswer:
    if earlier_hash != claim.content_hash:
        differences = claim_differences(claim=claim, earlier_id=earlier_id)
        raise ClaimConflictError(claim_no=claim.claim_no, differences=differences)
    return first_answer(claim=Claim.objects.get(pk=earlier_id))


def _settle(claim: ClaimInput, hospital: Hospital, known: Known) -> Posting:
    inputs = inputs_of(claim=claim, hospital=hospital, known=known)
    check_grounds(claim=claim, hospital=hospital, person_id=known.person_id, policy_id=known.policy_id)
    result = settle(inputs.claim, inputs.facts, known.pools, compiled_policy(inputs.policy_id))
    figures = figures_of(result)
    _check_expected(claim, figures)
    return Posting(
        figures=figures,
        parts=parts_of(result, payee=Payment.Payee.PATIENT if claim.from_papers else Payment.Payee.HOSPITAL),
        entries=result.pool_entries,
        inputs=inputs_dump(inputs),
        explanation=result.explanation or {},
        pools_after=added(known.pools, result.pool_entries),
        advice=advice_for(claim=claim, hospital=hospital, known=known, inputs=inputs),
    )


def _check_expected(claim: ClaimInput, figures: Figures) -> None:
    """The patient agreed to the preview's amounts: others are not posted behind his back."""
    differing = [
        (name.removesuffix("_fen"), format_yuan(expected_fen), format_yuan(getattr(figures, name)))
        for name, expected_fen in claim.expected.items()
        if getattr(figures, name) != expected_fen
    ]
    if differing:
        raise FiguresDifferError(differing)


def _answer(claim: ClaimInput, posting: Posting, *, status: Status, posted_on: date | None) -> ClaimAnswer:
    return ClaimAnswer(
        claim_no=claim.claim_no,
        status=status,
        visit_type=claim.visit_type,
        admitted_on=claim.admitted_on,
        discharged_on=claim.discharged_on,
        policy_code=posting.inputs["policy"],
        posted_on=posted_on,
        figures=posting.figures,
        parts=posting.parts,
        explanation=posting.explanation,
        created=status == "settled",
        advice=posting.advice,
    )

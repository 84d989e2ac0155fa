"""Preview and settle a claim (预结算、结算)."""

from datetime import date

from django.db import IntegrityError, transaction

from common.clock import business_date
from organizations.models import Hospital
from settlement.answers import ClaimAnswer, Status
from settlement.compiler import compiled_policy
from settlement.engine.settle import settle
from settlement.errors import ClaimConflictError
from settlement.figures import added, figures_of, parts_of
from settlement.inputs import inputs_dump
from settlement.intake import ClaimInput, check_dates
from settlement.models import Claim
from settlement.selectors.claims import differing_fields, first_answer
from settlement.selectors.facts import Known, inputs_of, known_of
from settlement.services.locking import person_year_lock
from settlement.services.posting import Posting, claim_post

_ONE_NUMBER = "claim_once_per_hospital"


def claim_preview(*, hospital: Hospital, claim: ClaimInput) -> ClaimAnswer:
    """What settling the claim now would answer (预结算); writes nothing, locks nothing.

    Raises:
        ClaimError, EngineError: what ``claim_settle`` would raise.
    """
    today = business_date()
    check_dates(claim, today=today)
    known = known_of(claim=claim, hospital=hospital)
    if known.earlier_id is not None:
        return _repeated(claim, known.earlier_id, known.earlier_hash)
    posting = _settle(claim, hospital, known)
    return _answer(claim, posting, status="preview", posted_on=None)


def claim_settle(*, hospital: Hospital, claim: ClaimInput) -> ClaimAnswer:
    """Settle a claim for good (结算); the same content again gets the first answer again.

    Raises:
        ClaimConflictError: the hospital used ``claim_no`` for another claim.
        ClaimError: the person, the dates or the policy do not allow a settlement.
        EngineError: the policy lacks a parameter, or the bill is wrong.
    """
    today = business_date()
    check_dates(claim, today=today)
    try:
        return _settle_locked(claim, hospital, today)
    except IntegrityError as error:
        # Two people's claims under one number at once hold different locks and meet in the unique constraint.
        if not _meets_used_number(error):
            raise
    return _settle_locked(claim, hospital, today)


@transaction.atomic
def _settle_locked(claim: ClaimInput, hospital: Hospital, today: date) -> ClaimAnswer:
    # The lock queues one person's claims, so the year cannot move under us.
    person_year_id = person_year_lock(id_index=claim.id_index, year=claim.benefit_year)
    known = known_of(claim=claim, hospital=hospital)
    if known.earlier_id is not None:
        return _repeated(claim, known.earlier_id, known.earlier_hash)
    posting = _settle(claim, hospital, known)
    claim_post(
        claim=claim,
        hospital=hospital,
        known=known,
        person_year_id=person_year_id,
        posting=posting,
        posted_on=today,
    )
    return _answer(claim, posting, status="settled", posted_on=today)


def _repeated(claim: ClaimInput, earlier_id: int, earlier_hash: str) -> ClaimAnswer:
    if earlier_hash != claim.content_hash:
        fields = differing_fields(claim=claim, earlier_id=earlier_id)
        raise ClaimConflictError(claim_no=claim.claim_no, fields=fields)
    return first_answer(claim=Claim.objects.get(pk=earlier_id))


def _meets_used_number(error: IntegrityError) -> bool:
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) == _ONE_NUMBER


def _settle(claim: ClaimInput, hospital: Hospital, known: Known) -> Posting:
    inputs = inputs_of(claim=claim, hospital=hospital, known=known)
    result = settle(inputs.claim, inputs.facts, known.pools, compiled_policy(inputs.policy_id))
    return Posting(
        figures=figures_of(result),
        parts=parts_of(result),
        entries=result.pool_entries,
        inputs=inputs_dump(inputs),
        explanation=result.explanation or {},
        pools_after=added(known.pools, result.pool_entries),
    )


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
    )

"""Take a settled claim back (冲销)."""

from django.db import IntegrityError, transaction

from organizations.models import Hospital
from organizations.scope import scope_of_hospital
from settlement.answers import PostingAnswer
from settlement.models import Claim, Message
from settlement.selectors.claims import claim_find, reversal_answer
from settlement.selectors.years import posted_year
from settlement.services.locking import person_year_lock_by_key
from settlement.services.messages import meets_used_number, message_check, message_note
from settlement.services.refolding import fold_from, post_differences


def claim_reverse(
    *, hospital: Hospital, claim_no: str, reason: str, message_id: str = ""
) -> tuple[PostingAnswer, bool]:
    """Take a claim out of the year and settle the person's later claims again (冲销).

    Returns:
        The reversal, and whether this call posted it; asking again gets the first answer again.

    Raises:
        ClaimNotFoundError: the hospital has no such claim.
        MessageConflictError: the hospital used ``message_id`` for other business.
    """
    try:
        return _reverse(hospital, claim_no, reason, message_id)
    except IntegrityError as error:
        # Another claim took the message number meanwhile: the second look says which.
        if not meets_used_number(error):
            raise
    return _reverse(hospital, claim_no, reason, message_id)


@transaction.atomic
def _reverse(hospital: Hospital, claim_no: str, reason: str, message_id: str) -> tuple[PostingAnswer, bool]:
    claim = claim_find(scope=scope_of_hospital(hospital), claim_no=claim_no)
    person_year_lock_by_key(claim.person_year_id)
    operation = Message.Operation.REVERSE
    if message_check(hospital=hospital, message_id=message_id, operation=operation, claim_no=claim_no):
        message_note(hospital=hospital, message_id=message_id, operation=operation, claim=claim)
    earlier = reversal_answer(claim=claim)
    if earlier is not None:
        return earlier, False
    year = posted_year(claim.person_year_id)
    post_differences(year, fold_from(year, claim.pk, {}, removed=claim.pk), reason=reason)
    return _posted(claim), True


def _posted(claim: Claim) -> PostingAnswer:
    answer = reversal_answer(claim=claim)
    if answer is None:
        raise RuntimeError(f"the reversal of claim {claim.pk} was not posted")
    return answer

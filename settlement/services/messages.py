"""Message numbers (消息号): one number is one piece of business, however often it is sent."""

from django.db import IntegrityError

from organizations.models import Hospital
from settlement.errors import MessageConflictError
from settlement.models import Claim, Message

# What two requests at once under one number meet in, each holding another person's lock.
_ONE_NUMBER = frozenset({"claim_once_per_hospital", "message_once_per_hospital"})


def meets_used_number(error: IntegrityError) -> bool:
    """Whether a claim number or message number was taken between looking and writing."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) in _ONE_NUMBER


def message_check(
    *, hospital: Hospital, message_id: str, operation: Message.Operation, claim_no: str
) -> bool:
    """Whether the hospital's number still has to be noted; an empty one never.

    Raises:
        MessageConflictError: the number was used for another claim, or to do something else.
    """
    if not message_id:
        return False
    earlier = Message.objects.select_related("claim").filter(hospital=hospital, message_id=message_id).first()
    if earlier is None:
        return True
    if (earlier.operation, earlier.claim.claim_no) != (operation, claim_no):
        raise MessageConflictError(message_id=message_id, claim_no=earlier.claim.claim_no)
    return False


def message_note(*, hospital: Hospital, message_id: str, operation: Message.Operation, claim: Claim) -> None:
    """Keep under which number a claim was settled or reversed.

    Raises:
        django.db.IntegrityError: another claim took the number meanwhile (``message_once_per_hospital``).
    """
    Message.objects.create(hospital=hospital, message_id=message_id, operation=operation, claim=claim)

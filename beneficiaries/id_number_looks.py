"""Looking at a full ID number (查看身份证号): shown on demand, and each look is written down."""

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.models import IdNumberLook, Person


class ReasonMissingError(ValueError):
    """A look needs a reason."""

    def __init__(self) -> None:
        super().__init__("请填写查看事由")


@transaction.atomic
def id_number_look(*, person: Person, user: User, reason: str) -> str:
    """The full ID number; the look is recorded in the same transaction (查看并留痕).

    Raises:
        ReasonMissingError: no reason is given.
    """
    if not reason.strip():
        raise ReasonMissingError
    IdNumberLook.objects.create(person=person, user=user, reason=reason.strip()[:200])
    return person.id_number

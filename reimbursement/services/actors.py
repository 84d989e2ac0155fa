"""Who does a step (办理人): a person, or a hospital's system by its key."""

from dataclasses import dataclass

from django.contrib.auth.models import User

from organizations.models import Hospital


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One of the two.

    Raises:
        ValueError: none or both are given.
    """

    user: User | None = None
    hospital: Hospital | None = None

    def __post_init__(self) -> None:
        if (self.user is None) == (self.hospital is None):
            raise ValueError("a step is done by a person or by a hospital's system")

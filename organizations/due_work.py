"""What waits for somebody (待办): each app declares its kinds in ``due_work.py``, the first page composes.

A kind belongs to whoever may act on it. Nobody else sees it; supervisors see what of it is overdue.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.urls import reverse

from organizations.models import StaffMember
from organizations.scope import Scope, scope_of_user


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Whose work it is, and on which day; ``office`` is the kind of office, "" at a hospital."""

    user: User
    scope: Scope
    office: str
    today: date


# What waits: rows still to be read, or the deadlines of rows that had to be read to know.
Waiting = QuerySet[Any] | Sequence[date | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWork:
    """One kind of due work (待办事项).

    Attributes:
        code: names it; unique over all apps.
        title: what is to be done, as people say it.
        unit: what is counted.
        permission: the right to act; whoever lacks it does not see the kind.
        page: the address where it is worked on, by name; ``query`` filters the list there.
        rows: what waits inside the desk's scope, one row each.
        due: the column of the deadline; "" where the documents set none.
        overdue: every row is overdue by what it is.
        watched_with: the right to look at ``page``; supervisors with it see what is overdue.
    """

    code: str
    title: str
    permission: str
    page: str
    rows: Callable[[Desk], Waiting]
    unit: str = "件"
    query: str = ""
    due: str = ""
    overdue: bool = False
    watched_with: str = ""

    @property
    def url(self) -> str:
        """The list with its filter."""
        return reverse(self.page) + (f"?{self.query}" if self.query else "")


def desk_of(*, user: User, today: date) -> Desk:
    """The desk of a user: the place of work decides."""
    office = StaffMember.objects.filter(user=user).values_list("office__kind", flat=True).first()
    return Desk(user=user, scope=scope_of_user(user), office=office or "", today=today)

"""What is due at a desk (今日待办): the kinds that apps declare, counted to a limit in one query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, DateField, F, QuerySet, Value
from django.db.models.functions import Cast

from beneficiaries.due_work import DUE_WORK as PEOPLE
from organizations.due_work import Desk, DueWork
from organizations.scope import NOTHING
from policies.due_work import DUE_WORK as POLICIES
from reimbursement.due_work import DUE_WORK as MONEY
from reporting.due_work import DUE_WORK as REPORTS
from settlement.due_work import DUE_WORK as CLAIMS

KINDS: tuple[DueWork, ...] = (*CLAIMS, *PEOPLE, *MONEY, *REPORTS, *POLICIES)
# Whoever supervises sees what others let pass (郑民文〔2017〕131号 四(九)).
SUPERVISE = "reporting.add_finding"
# Nobody needs to know whether 100 or 40,000 wait; counting on would read them all.
MOST = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What waits of one kind: ``number`` and ``late`` count up to one more than ``MOST``."""

    kind: DueWork
    number: int
    late: int
    first_due_on: date | None
    watched: bool

    @property
    def number_text(self) -> str:
        """``99+`` where there is more."""
        return _to_limit(self.number)

    @property
    def late_text(self) -> str:
        """As ``number_text``, of those that are overdue."""
        return _to_limit(self.late)

    def days_left(self, today: date) -> int | None:
        """Days to the next deadline; None without one or past it."""
        if self.late or self.first_due_on is None:
            return None
        return (self.first_due_on - today).days


def kinds_for(desk: Desk) -> list[tuple[DueWork, bool]]:
    """The kinds of the desk, each with whether it is only watched; none for whoever may not act."""
    if desk.scope == NOTHING:
        return []
    supervises = desk.user.has_perm(SUPERVISE)
    found = []
    for kind in KINDS:
        if desk.user.has_perm(kind.permission):
            found.append((kind, False))
        elif supervises and kind.watched_with and desk.user.has_perm(kind.watched_with):
            found.append((kind, True))
    return found


def due_work(desk: Desk) -> list[Due]:
    """What waits, the overdue first, then by deadline, then in the order of the kinds; zeros last.

    One query for all kinds that are rows of the database, and those of the kinds that had to be read.
    """
    kinds = kinds_for(desk)
    waiting = {kind.code: kind.rows(desk) for kind, _ in kinds}
    read = _read([(kind, rows) for kind, _ in kinds if isinstance(rows := waiting[kind.code], QuerySet)])
    found = []
    for kind, watched in kinds:
        rows = waiting[kind.code]
        days = read.get(kind.code, []) if isinstance(rows, QuerySet) else rows[: MOST + 1]
        found.append(_due(kind, days, today=desk.today, watched=watched))
    return sorted(found, key=lambda due: (not due.number, not due.late, due.first_due_on or date.max))


def _due(kind: DueWork, days: Sequence[date | None], *, today: date, watched: bool) -> Due:
    late = len(days) if kind.overdue else sum(day is not None and day < today for day in days)
    return Due(
        kind=kind,
        number=late if watched else len(days),
        late=late,
        first_due_on=min([day for day in days if day is not None], default=None),
        watched=watched,
    )


def _read(kinds: Iterable[tuple[DueWork, QuerySet[Any]]]) -> dict[str, list[date | None]]:
    """The deadlines of at most ``MOST`` + 1 rows of each kind, the earliest first; one query."""
    parts = [_part(kind, rows) for kind, rows in kinds]
    if not parts:
        return {}
    found: dict[str, list[date | None]] = {}
    for code, day in parts[0].union(*parts[1:], all=True):
        found.setdefault(code, []).append(day)
    return found


def _part(kind: DueWork, rows: QuerySet[Any]) -> QuerySet[Any]:
    day = F(kind.due) if kind.due else Value(None)
    ordered = rows.order_by(F(kind.due).asc(nulls_last=True)) if kind.due else rows.order_by()
    code = Value(kind.code, output_field=CharField())
    part: QuerySet[Any] = ordered.values_list(code, Cast(day, DateField()))[: MOST + 1]
    return part


def _to_limit(number: int) -> str:
    return str(number) if number <= MOST else f"{MOST}+"

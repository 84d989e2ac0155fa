"""What the finance bureau's start page shows (财政首页): what is due, by when, what can be downloaded."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from organizations.models import Region
from organizations.scope import Scope
from reimbursement.models import Submission
from reimbursement.quarters import Quarter
from reimbursement.selectors import item_list, submission_list


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """One submission that is not settled (待办申报), fen.

    Attributes:
        next_step: what finance does next.
        part: of which part the day is, ``首付`` or ``余款``; empty when the document sets no day.
        due_on: by when that part is to be paid.
        days_late: working through it is late by so many calendar days; 0 is in time.
    """

    submission: Submission
    applied_fen: int
    due_fen: int
    approved_fen: int
    paid_fen: int
    next_step: str
    part: str
    due_on: date | None
    days_late: int

    @property
    def outstanding_fen(self) -> int:
        """Owed and not paid."""
        return self.due_fen - self.paid_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterFile:
    """One workbook that can be downloaded (季度工作簿)."""

    county: Region
    period: Quarter
    submissions: int
    total_fen: int


def due_rows(*, scope: Scope, today: date) -> list[DueRow]:
    """Submissions with something to approve or to pay, those due first on top; one query."""
    by_submission: dict[int, list[Any]] = defaultdict(list)
    items: QuerySet[Any] = item_list(scope=scope).filter(submission__pays=True)
    for item in items.iterator(chunk_size=2000):
        # What is settled needs no place in memory.
        if item.approved_fen != item.paid_fen or item.applied_fen - item.deducted_fen != item.paid_fen:
            by_submission[item.submission_id].append(item)
    rows = [_due_row(items, today) for items in by_submission.values()]
    return sorted(rows, key=lambda row: (row.due_on or date.max, row.submission.number))


def quarter_files(*, scope: Scope, latest: int) -> list[QuarterFile]:
    """The workbooks of the counties in scope, the newest quarters first; one query."""
    found: dict[tuple[int, int, str], list[Submission]] = defaultdict(list)
    sent = submission_list(scope=scope).filter(pays=True)
    for submission in sent.order_by("-year", "-quarter", "county__code", "pk")[: latest * 10]:
        found[submission.year, submission.quarter, submission.county.code].append(submission)
    return [
        QuarterFile(
            county=group[0].county,
            period=group[0].period,
            submissions=len(group),
            total_fen=sum([submission.total_fen for submission in group]),
        )
        for group in list(found.values())[:latest]
    ]


def _due_row(items: Iterable[Any], today: date) -> DueRow:
    items = list(items)
    sent: Submission = items[0].submission
    sums = {
        name: sum([getattr(item, name) for item in items])
        for name in ("applied_fen", "deducted_fen", "approved_fen", "paid_fen")
    }
    first_left = any(abs(item.paid_fen) < abs(_first(item)) for item in items)
    part, due_on = ("首付", sent.first_due_on) if first_left else ("余款", sent.rest_due_on)
    if part == "余款" and due_on is None:
        part, due_on = "", sent.first_due_on
    if sent.rest_due_on is None:
        part = ""
    return DueRow(
        submission=sent,
        applied_fen=sums["applied_fen"],
        due_fen=sums["applied_fen"] - sums["deducted_fen"],
        approved_fen=sums["approved_fen"],
        paid_fen=sums["paid_fen"],
        next_step=_next_step(items, first_left=first_left),
        part=part,
        due_on=due_on,
        days_late=max(0, (today - due_on).days) if due_on else 0,
    )


def _first(item: Any) -> int:
    """The first part, less what deductions left of it."""
    due_fen = item.applied_fen - item.deducted_fen
    return int(min(item.first_fen, due_fen) if item.applied_fen > 0 else item.first_fen)


def _next_step(items: Iterable[Any], *, first_left: bool) -> str:
    if any(item.approved_fen != item.paid_fen for item in items):
        return "待拨付"
    return "待核定" if first_left else "待核定余款"

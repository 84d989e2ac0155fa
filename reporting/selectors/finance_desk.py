"""What the finance bureau's start page shows (财政首页): what is due, by when, what can be downloaded."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from organizations.models import Region
from organizations.scope import Scope
from reimbursement.models import Submission
from reimbursement.quarters import Quarter
from reimbursement.selectors import ItemSums, OpenItem, open_items, submission_list


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
    """Submissions with something to approve or to pay, those due first on top; two queries."""
    by_submission: dict[int, list[OpenItem]] = defaultdict(list)
    for found in open_items(scope=scope):
        by_submission[found.item.submission_id].append(found)
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


def _due_row(items: Sequence[OpenItem], today: date) -> DueRow:
    sent: Submission = items[0].item.submission
    sums = [found.sums for found in items]
    first_left = any(abs(found.sums.paid_fen) < abs(_first(found)) for found in items)
    part, due_on = ("首付", sent.first_due_on) if first_left else ("余款", sent.rest_due_on)
    if part == "余款" and due_on is None:
        part, due_on = "", sent.first_due_on
    if sent.rest_due_on is None:
        part = ""
    return DueRow(
        submission=sent,
        applied_fen=sum([each.applied_fen for each in sums]),
        due_fen=sum([each.due_fen for each in sums]),
        approved_fen=sum([each.approved_fen for each in sums]),
        paid_fen=sum([each.paid_fen for each in sums]),
        next_step=_next_step(sums, first_left=first_left),
        part=part,
        due_on=due_on,
        days_late=max(0, (today - due_on).days) if due_on else 0,
    )


def _first(found: OpenItem) -> int:
    """The first part, less what deductions left of it."""
    item, due_fen = found.item, found.sums.due_fen
    return min(item.first_fen, due_fen) if item.applied_fen > 0 else item.first_fen


def _next_step(sums: Sequence[ItemSums], *, first_left: bool) -> str:
    if any(each.approved_fen != each.paid_fen for each in sums):
        return "待拨付"
    return "待核定" if first_left else "待核定余款"

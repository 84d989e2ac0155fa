"""Admin of quarterly ledgers and of the way to received money (资金台账)."""

from reimbursement.admin import (
    budgets,
    enrolment_gaps,
    hospitals,
    ledgers,
    payments,
    people,
    premium_sheets,
    submissions,
    yearly_records,
)

__all__ = [
    "budgets",
    "enrolment_gaps",
    "hospitals",
    "ledgers",
    "payments",
    "people",
    "premium_sheets",
    "submissions",
    "yearly_records",
]

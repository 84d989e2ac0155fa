"""Admin of quarterly ledgers and of the way to received money (资金台账)."""

from reimbursement.admin import budgets, ledgers, payments, premium_sheets, submissions

__all__ = ["budgets", "ledgers", "payments", "premium_sheets", "submissions"]

"""Quarterly ledgers (季度台账): what each hospital advanced and is owed, and how it got it."""

from reimbursement.models.budgets import Budget
from reimbursement.models.ledgers import LedgerLine, QuarterlyLedger
from reimbursement.models.premium_sheets import PremiumSheet, PremiumSheetLine
from reimbursement.models.steps import LedgerStep, LineDeduction
from reimbursement.models.submissions import (
    Approval,
    LedgerPayment,
    LedgerReceipt,
    Submission,
    SubmissionItem,
)

__all__ = [
    "Approval",
    "Budget",
    "LedgerLine",
    "LedgerPayment",
    "LedgerReceipt",
    "LedgerStep",
    "LineDeduction",
    "PremiumSheet",
    "PremiumSheetLine",
    "QuarterlyLedger",
    "Submission",
    "SubmissionItem",
]

"""Writes of ledgers (编制、确认、审核、报送、核定、拨付). Locks: a ledger's row, an item's row."""

from reimbursement.services.actors import Actor
from reimbursement.services.budgets import budget_record
from reimbursement.services.county_quarters import county_quarter_build, county_quarter_order
from reimbursement.services.ledgers import ledger_build, ledger_build_by_key, quarter_build
from reimbursement.services.paying import (
    approval_undo,
    item_pay,
    payment_receive,
    payment_return,
    payment_undo,
    submission_approve,
)
from reimbursement.services.steps import (
    deduction_undo,
    ledger_confirm,
    ledger_return,
    ledger_review,
    ledger_withdraw,
    line_deduct,
)
from reimbursement.services.submissions import county_submit

__all__ = [
    "Actor",
    "approval_undo",
    "budget_record",
    "county_quarter_build",
    "county_quarter_order",
    "county_submit",
    "deduction_undo",
    "item_pay",
    "ledger_build",
    "ledger_build_by_key",
    "ledger_confirm",
    "ledger_return",
    "ledger_review",
    "ledger_withdraw",
    "line_deduct",
    "payment_receive",
    "payment_return",
    "payment_undo",
    "quarter_build",
    "submission_approve",
]

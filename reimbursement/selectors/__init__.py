"""Reads of ledgers (查询): which payments a ledger claims, which ledgers a quarter has."""

from reimbursement.selectors.ledgers import (
    CONTENT_HASH,
    LEDGER_ORDINAL,
    POSTED_ORDINAL,
    LedgerKey,
    LedgerTotals,
    kind_in_force,
    kinds_of_quarter,
    ledger_list,
    ledger_totals,
    ledgers_to_build,
    payments_of_kind,
    rows_of_kind,
    rows_to_list,
    rows_unlisted,
)
from reimbursement.selectors.numbers import LedgerNotFoundError, ledger_by_no, ledger_lines
from reimbursement.selectors.policy_terms import disbursement_plan, premium_policy, premium_terms

__all__ = [
    "CONTENT_HASH",
    "LEDGER_ORDINAL",
    "POSTED_ORDINAL",
    "LedgerKey",
    "LedgerNotFoundError",
    "LedgerTotals",
    "disbursement_plan",
    "kind_in_force",
    "kinds_of_quarter",
    "ledger_by_no",
    "ledger_lines",
    "ledger_list",
    "ledger_totals",
    "ledgers_to_build",
    "payments_of_kind",
    "premium_policy",
    "premium_terms",
    "rows_of_kind",
    "rows_to_list",
    "rows_unlisted",
]

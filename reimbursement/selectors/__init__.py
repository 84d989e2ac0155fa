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
    payments_to_claim,
)

__all__ = [
    "CONTENT_HASH",
    "LEDGER_ORDINAL",
    "POSTED_ORDINAL",
    "LedgerKey",
    "LedgerTotals",
    "kind_in_force",
    "kinds_of_quarter",
    "ledger_list",
    "ledger_totals",
    "ledgers_to_build",
    "payments_of_kind",
    "payments_to_claim",
]

"""Writes of ledgers (编制、报送). One lock per transaction: the ledger's row."""

from reimbursement.services.ledgers import ledger_build, ledger_build_by_key, ledger_submit, quarter_build

__all__ = ["ledger_build", "ledger_build_by_key", "ledger_submit", "quarter_build"]

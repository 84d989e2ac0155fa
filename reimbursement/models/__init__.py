"""Quarterly ledgers (季度台账): what each hospital advanced and is owed."""

from reimbursement.models.ledgers import LedgerLine, QuarterlyLedger

__all__ = ["LedgerLine", "QuarterlyLedger"]

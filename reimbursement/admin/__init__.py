"""Admin of quarterly ledgers (季度台账)."""

from reimbursement.admin import ledgers

__all__ = ["ledgers"]

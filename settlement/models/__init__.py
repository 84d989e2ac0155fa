"""Claims and what was posted on them (费用、结算、支付、累计). Every table is insert-only."""

from settlement.models.claims import Claim, ClaimLine, PersonYear
from settlement.models.postings import Payment, PoolEntry, Settlement

__all__ = ["Claim", "ClaimLine", "Payment", "PersonYear", "PoolEntry", "Settlement"]

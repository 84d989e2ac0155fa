"""Claims and what was posted on them (费用、结算、支付、累计). Every table is insert-only."""

from settlement.models.claims import Claim, ClaimLine, PersonYear
from settlement.models.manual import ManualClaim, ManualGiven, ManualInvoice, ManualLine, ManualStep
from settlement.models.payouts import PatientAccount, PayoutBatch, PayoutItem, PayoutLine, PayoutResult
from settlement.models.postings import Payment, PoolEntry, Settlement

__all__ = [
    "Claim",
    "ClaimLine",
    "ManualClaim",
    "ManualGiven",
    "ManualInvoice",
    "ManualLine",
    "ManualStep",
    "PatientAccount",
    "Payment",
    "PayoutBatch",
    "PayoutItem",
    "PayoutLine",
    "PayoutResult",
    "PersonYear",
    "PoolEntry",
    "Settlement",
]

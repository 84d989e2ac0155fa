"""Claims and what was posted on them (费用、结算、支付、累计). Every table is insert-only."""

from settlement.models.approvals import ApprovalUse, ConsumableApproval
from settlement.models.claims import Claim, ClaimLine, PersonYear
from settlement.models.flags import Flag, FlagStep
from settlement.models.manual import ManualClaim, ManualGiven, ManualInvoice, ManualLine, ManualStep
from settlement.models.messages import Message
from settlement.models.payouts import PatientAccount, PayoutBatch, PayoutItem, PayoutLine, PayoutResult
from settlement.models.postings import Payment, PoolEntry, Settlement
from settlement.models.queries import EligibilityQuery
from settlement.models.referrals import ReferralRegistration
from settlement.models.repayments import PatientRepayment, RepaymentShare
from settlement.models.reviews import HospitalRequest, ReviewState

__all__ = [
    "ApprovalUse",
    "Claim",
    "ClaimLine",
    "ConsumableApproval",
    "EligibilityQuery",
    "Flag",
    "FlagStep",
    "HospitalRequest",
    "ManualClaim",
    "ManualGiven",
    "ManualInvoice",
    "ManualLine",
    "ManualStep",
    "Message",
    "PatientAccount",
    "PatientRepayment",
    "Payment",
    "PayoutBatch",
    "PayoutItem",
    "PayoutLine",
    "PayoutResult",
    "PersonYear",
    "PoolEntry",
    "ReferralRegistration",
    "RepaymentShare",
    "ReviewState",
    "Settlement",
]

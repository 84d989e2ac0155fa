"""Admin of claims, settlements and payments (费用、结算、支付)."""

from settlement.admin import claims, manual, payouts, people, postings

__all__ = ["claims", "manual", "payouts", "people", "postings"]

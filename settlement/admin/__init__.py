"""Admin of claims, settlements and payments (费用、结算、支付)."""

from settlement.admin import claims, flags, manual, payouts, people, postings, requests

__all__ = ["claims", "flags", "manual", "payouts", "people", "postings", "requests"]

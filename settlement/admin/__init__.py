"""Admin of claims, settlements and payments (费用、结算、支付)."""

from settlement.admin import claims, manual, payouts, people, postings, requests

__all__ = ["claims", "manual", "payouts", "people", "postings", "requests"]

"""Admin of claims, settlements and payments (费用、结算、支付)."""

from settlement.admin import claims, people, postings

__all__ = ["claims", "people", "postings"]

"""Admin of claims, settlements and payments (费用、结算、支付)."""

from settlement.admin import (
    certification,
    certification_exams,
    claims,
    flags,
    identity_corrections,
    manual,
    payouts,
    people,
    postings,
    repayments,
    requests,
)

__all__ = [
    "certification",
    "certification_exams",
    "claims",
    "flags",
    "identity_corrections",
    "manual",
    "payouts",
    "people",
    "postings",
    "repayments",
    "requests",
]

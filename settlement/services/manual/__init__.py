"""Writes of claims from papers (零星报销办理): receive, review twice, suspend, refuse, reverse."""

from settlement.services.manual.institutions import outside_institution_register
from settlement.services.manual.receiving import manual_claim_receive
from settlement.services.manual.reviewing import (
    manual_claim_approve,
    manual_claim_first_review,
    manual_claim_investigate,
    manual_claim_reject,
    manual_claim_resume,
    manual_claim_return,
    manual_claim_reverse,
    manual_claim_suspend,
)

__all__ = [
    "manual_claim_approve",
    "manual_claim_first_review",
    "manual_claim_investigate",
    "manual_claim_receive",
    "manual_claim_reject",
    "manual_claim_resume",
    "manual_claim_return",
    "manual_claim_reverse",
    "manual_claim_suspend",
    "outside_institution_register",
]

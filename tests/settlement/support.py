"""Short ways to settle, reverse and read back, shared by the settlement tests."""

from collections import defaultdict
from datetime import date
from typing import Any

from common.clock import business_date
from organizations.models import Hospital
from settlement.answers import ClaimAnswer, PostingAnswer
from settlement.api.claim_in import read_claim
from settlement.models import Claim, Payment, PoolEntry, Settlement
from settlement.services import claim_preview, claim_reverse, claim_settle
from settlement.verify import Finding, verify_years

YEAR = date(2019, 1, 1).year


def settle(hospital: Hospital, body: dict[str, Any]) -> ClaimAnswer:
    """Settle a request body."""
    return claim_settle(hospital=hospital, claim=read_claim(body))


def preview(hospital: Hospital, body: dict[str, Any]) -> ClaimAnswer:
    """Preview a request body."""
    return claim_preview(hospital=hospital, claim=read_claim(body))


def reverse(hospital: Hospital, claim_no: str, reason: str = "录入有误") -> PostingAnswer:
    """Take a claim back."""
    return claim_reverse(hospital=hospital, claim_no=claim_no, reason=reason)[0]


def paid(claim_no: str) -> dict[str, int]:
    """What each tier has paid on a claim, net of all postings, fen; nothing where it nets to nothing."""
    net: dict[str, int] = defaultdict(int)
    for payment in Payment.objects.filter(claim__claim_no=claim_no):
        net[payment.tier] += payment.amount_fen
    return {tier: fen for tier, fen in net.items() if fen}


def pools(claim: Claim | None = None) -> dict[str, int]:
    """Sums of the pool entries, of one claim or of all; nothing where they net to nothing."""
    net: dict[str, int] = defaultdict(int)
    entries = PoolEntry.objects.all() if claim is None else PoolEntry.objects.filter(settlement__claim=claim)
    for entry in entries:
        net[entry.pool] += entry.amount
    return {pool: amount for pool, amount in net.items() if amount}


def postings(claim_no: str) -> list[tuple[str, int, int]]:
    """Kind, paid and patient's share of each posting on a claim, fen."""
    rows = Settlement.objects.filter(claim__claim_no=claim_no).order_by("id")
    return [(row.kind, row.paid_fen, row.patient_fen) for row in rows]


def findings() -> list[Finding]:
    """What verify finds in all years."""
    return [finding for checked in verify_years() for finding in checked.findings]


def today() -> date:
    """The business date."""
    return business_date()

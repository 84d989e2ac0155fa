"""What a hospital's year comes to (医疗机构年度数字), as far as the reader sees its claims and ledgers."""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from organizations.models import Hospital
from organizations.scope import Scope
from reimbursement.models import QuarterlyLedger
from reimbursement.selectors.ledgers import ledger_list
from settlement.models import Settlement


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsOfYear:
    """Claims that stand, their cost and what all tiers pay of it, fen."""

    claims: int
    total_fen: int
    paid_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgersOfYear:
    """Ledgers built, and those of them that are submitted."""

    built: int
    submitted: int


def hospital_claims_of_year(*, scope: Scope, hospital: Hospital, year: int) -> ClaimsOfYear:
    """What was posted on the hospital's claims of a benefit year, net of reversals; one query."""
    kinds = Settlement.Kind
    found = Settlement.objects.filter(
        scope.limit(county="claim__insured_county", hospital="claim__hospital"),
        claim__hospital=hospital,
        claim__benefit_year=year,
    ).aggregate(
        settled=Count("pk", filter=Q(kind=kinds.ORIGINAL)),
        taken_back=Count("pk", filter=Q(kind=kinds.REVERSAL)),
        total_fen=Coalesce(Sum("total_fen"), 0),
        paid_fen=Coalesce(Sum("paid_fen"), 0),
    )
    return ClaimsOfYear(
        claims=found["settled"] - found["taken_back"],
        total_fen=found["total_fen"],
        paid_fen=found["paid_fen"],
    )


def hospital_ledgers_of_year(*, scope: Scope, hospital: Hospital, year: int) -> LedgersOfYear:
    """How many ledgers of a year the hospital has; one query. Their sums overlap and are not added up."""
    submitted = Q(status=QuarterlyLedger.Status.SUBMITTED)
    return LedgersOfYear(
        **ledger_list(scope=scope)
        .filter(hospital=hospital, year=year)
        .aggregate(built=Count("pk"), submitted=Count("pk", filter=submitted))
    )

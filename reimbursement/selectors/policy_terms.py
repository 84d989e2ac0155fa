"""A pack's rows as plain terms (政策条目转为计算条件): premium aid, paying out. Policies have no scope."""

from collections import defaultdict
from datetime import date
from typing import Any

from policies.codes import DisbursementSubject, PolicyStatus, PremiumAidKind
from policies.models import Contribution, Disbursement, Funding, Policy, PremiumAid
from policies.selectors import rows_of_county
from reimbursement.disbursement import IN_FULL, DisbursementPlan
from reimbursement.premium.terms import AidTerms, ContributionTerms, PremiumTerms, ShareTerms


def premium_policy(*, city_code: str, year: int) -> Policy | None:
    """The published pack by which a year's premiums are aided (当年参保资助依据的政策包).

    The latest of those that hold on some day of the year: a pack that replaces another in mid-year says for
    the whole year what is aided.
    """
    packs = Policy.objects.filter(
        city_code=city_code,
        status=PolicyStatus.PUBLISHED,
        valid__overlap=(date(year, 1, 1), date(year + 1, 1, 1)),
    )
    return packs.order_by("-valid").first()


def premium_terms(*, policy: Policy, county_code: str = "") -> PremiumTerms:
    """All that premium aid needs, as it holds in a county; four queries."""
    contributions = Contribution.objects.filter(policy=policy)
    aids = PremiumAid.objects.filter(policy=policy).select_related("clause__document").order_by("position")
    fundings: dict[str, list[ShareTerms]] = defaultdict(list)
    for funding in (
        Funding.objects.filter(policy=policy).order_by("position").prefetch_related("shares__fund")
    ):
        fundings[funding.group or funding.code].append(_shares(funding))
    return PremiumTerms(
        contributions={
            (row.year, row.insurance_type): ContributionTerms(
                amount_fen=row.amount_fen, central_subsidy_fen=row.central_subsidy_fen
            )
            for row in contributions
        },
        aids=[_aid(row) for row in rows_of_county(aids, county_code)],
        fundings=dict(fundings),
    )


def disbursement_plan(
    *, policy: Policy, subject: DisbursementSubject, ledger: str = "", county_code: str = ""
) -> DisbursementPlan:
    """How a ledger's sum, or a manual claim, is paid (拨付办法).

    The first row that names the ledger, else the first for all ledgers, else in full by no day.
    """
    rows: Any = Disbursement.objects.filter(policy=policy, subject=subject).select_related("clause__document")
    held = rows_of_county(rows.order_by("position"), county_code)
    for row in (*[one for one in held if ledger in one.ledgers], *[one for one in held if not one.ledgers]):
        return DisbursementPlan(
            row_code=row.code,
            clause=str(row.clause or ""),
            provisional=row.provisional,
            first_share_bp=row.first_share_bp,
            first_working_days=row.first_working_days,
            rest_working_days=row.rest_working_days,
        )
    return IN_FULL


def _aid(row: PremiumAid) -> AidTerms:
    month, _, day = row.age_on.partition("-")
    return AidTerms(
        code=row.code,
        title=row.title,
        clause=str(row.clause or ""),
        provisional=row.provisional,
        identities=frozenset(row.identities),
        insurance_types=frozenset(row.insurance_types),
        kind=PremiumAidKind(row.kind),
        amount_fen=row.amount_fen,
        needs_recognition=row.needs_recognition,
        age_from=row.age_from,
        age_below=row.age_below,
        age_on=(int(month), int(day)) if day else (1, 1),
        funding=row.funding,
    )


def _shares(funding: Funding) -> ShareTerms:
    shares = list(funding.shares.all())
    return ShareTerms(
        identities=frozenset(funding.identities),
        insurance_types=frozenset(funding.insurance_types),
        county_classes=frozenset(funding.county_classes),
        funds=tuple(share.fund.code for share in shares),
        weights=tuple(share.weight for share in shares),
    )

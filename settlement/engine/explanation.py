"""Why a settlement came out as it did (结算说明): plain dicts, lists, ints and strings, ready for JSON.

Amounts end in ``_fen``, ratios in ``_bp``; what does not apply is left out, never null. Parts that only
depend on the policy are shared between explanations: read them, do not change them.
"""

from common.money import share_of
from settlement.engine.bill import Bill
from settlement.engine.explained_terms import cited
from settlement.engine.explained_tier import explain_tier
from settlement.engine.facts import Claim
from settlement.engine.plan import Plan
from settlement.engine.quota import QuotaUse
from settlement.engine.result import Settlement
from settlement.engine.tiers import Course


def explain_settlement(
    claim: Claim, plan: Plan, bill: Bill, course: Course, settlement: Settlement, *, quota: QuotaUse | None
) -> dict[str, object]:
    """Put the reasons of a finished settlement together; ``bill`` is the bill after its waivers."""
    payments = {(payment.tier, payment.benefit): payment for payment in settlement.payments}
    tiers = [explain_tier(trace, claim, course, payments) for trace in course.traces or ()]
    return {
        "policy": plan.policy_code,
        "city": plan.city,
        "totals": _totals(settlement),
        "waivers": _waivers(claim, plan, bill, course, settlement),
        "quota": _quota(quota),
        "tiers": tiers,
        "ceiling": _ceiling(plan, bill, course),
        "out_of_catalogue": _out_of_catalogue(claim, plan, bill, settlement),
    }


def _totals(settlement: Settlement) -> dict[str, int]:
    return {
        "total_fen": settlement.total_fen,
        "waived_fen": settlement.waived_fen,
        "excluded_fen": settlement.excluded_fen,
        "over_limit_fen": settlement.over_limit_fen,
        "upfront_fen": settlement.upfront_fen,
        "in_scope_fen": settlement.in_scope_fen,
        "over_quota_fen": settlement.over_quota_fen,
        "hospital_borne_fen": settlement.hospital_borne_fen,
        "patient_fen": settlement.patient_fen,
        "account_fen": settlement.account_fen,
    }


def _waivers(
    claim: Claim, plan: Plan, bill: Bill, course: Course, settlement: Settlement
) -> list[dict[str, object]]:
    """Every waiver with what it took off; the whole-bill rate applies after the free items."""
    if not settlement.waived_fen:
        return []
    waivers = plan.waivers
    waived_by_code: dict[str, int] = {}
    for line in claim.lines if plan.waives_bill else ():
        item = waivers.by_category.get(line.category)
        if item is not None:
            waived_fen = share_of(line.amount_fen, item.rate_bp)
            waived_by_code[item.code] = waived_by_code.get(item.code, 0) + waived_fen
    by_code = {waiver.code: waiver for waiver in waivers.by_category.values()}
    rows = [(by_code[code], amount_fen) for code, amount_fen in waived_by_code.items()]
    on_items_fen = sum(waived_by_code.values())
    last_fen = settlement.waived_fen - bill.waived_fen - course.waived_fen
    if waivers.bill is not None:
        rows.append((waivers.bill, bill.waived_fen - on_items_fen))
    if waivers.before_assistance is not None:
        rows.append((waivers.before_assistance, course.waived_fen))
    if waivers.patient_share is not None:
        rows.append((waivers.patient_share, last_fen))
    return [
        {
            "code": waiver.code,
            "stage": waiver.stage,
            "categories": sorted(waiver.categories),
            "rate_bp": waiver.rate_bp,
            "waived_fen": amount_fen,
            **cited(waiver.citation),
        }
        for waiver, amount_fen in rows
    ]


def _quota(use: QuotaUse | None) -> dict[str, object]:
    if use is None:
        return {}
    return {
        "disease": use.quota.disease,
        "period": use.quota.period,
        "pool": use.pool,
        "limit_fen": use.limit_fen,
        "before_fen": use.before_fen,
        "used_fen": use.used_fen,
        "over_fen": use.over_fen,
        **cited(use.quota.citation),
    }


def _ceiling(plan: Plan, bill: Bill, course: Course) -> dict[str, object]:
    ceiling = plan.overall_ceiling
    if ceiling is None:
        return {}
    return {
        "code": ceiling.code,
        "share_bp": ceiling.share_bp,
        "limit_fen": share_of(bill.total_fen, ceiling.share_bp),
        "cut_fen": course.cut_fen,
        **cited(ceiling.citation),
    }


def _out_of_catalogue(claim: Claim, plan: Plan, bill: Bill, settlement: Settlement) -> dict[str, object]:
    limit = plan.out_of_catalogue
    if limit is None:
        return {}
    return {
        "code": limit.code,
        "share_bp": limit.share_bp,
        "out_fen": bill.excluded_fen + bill.over_limit_fen,
        "allowed_fen": share_of(bill.total_fen - bill.waived_fen, limit.share_bp),
        "approved": claim.out_of_catalogue_approved,
        "hospital_borne_fen": settlement.hospital_borne_fen,
        **cited(limit.citation),
    }

"""One benefit of one tier explained (分层说明): base, deductible, bands, caps, funds, and why nothing."""

from collections.abc import Mapping

from common.money import BASIS_POINTS, format_yuan
from settlement.engine.bands import more_for_drugs, paid_with_drugs
from settlement.engine.explained_uplift import explain_uplift
from settlement.engine.facts import Claim
from settlement.engine.payment import due_before_caps, has_started
from settlement.engine.plan import RuleTerms
from settlement.engine.result import FundAmount, TierPayment
from settlement.engine.terms import Tier
from settlement.engine.tiers import Course, Outcome, Trace

# The payments of a settlement by tier and benefit: a benefit is paid once.
Payments = Mapping[tuple[Tier, str], TierPayment]
_SCALE = BASIS_POINTS * BASIS_POINTS


def explain_tier(trace: Trace, claim: Claim, course: Course, payments: Payments) -> dict[str, object]:
    """Explain one benefit as it was decided; nothing is decided anew."""
    outcome = course.outcomes[trace.outcome] if trace.outcome >= 0 else None
    paid_fen = outcome.paid_fen if outcome is not None else 0
    account_fen = outcome.account_fen if outcome is not None else 0
    chosen = trace.chosen
    if chosen is None or (outcome is not None and outcome.given is not None):
        return _without_rule(trace, claim, outcome, paid_fen)
    entry: dict[str, object] = dict(chosen.described)
    entry["base_fen"] = trace.base_fen
    _explain_measure(entry, chosen, trace, claim, course)
    entry["caps"] = _caps(chosen, trace, course)
    entry["candidates"] = _candidates(trace, chosen)
    entry["paid_fen"] = paid_fen
    entry["account_fen"] = account_fen
    entry["funds"], entry["account_funds"] = _funds(trace, payments)
    entry["why_nothing"] = "" if paid_fen or account_fen else _why_nothing(chosen, trace, claim, course)
    if trace.yielded_fen:
        entry["yielded_fen"] = trace.yielded_fen
    entry["uplift"] = explain_uplift(trace, chosen, course, claim.bed_days, paid_fen + account_fen)
    return entry


def _without_rule(trace: Trace, claim: Claim, outcome: Outcome | None, paid_fen: int) -> dict[str, object]:
    """A tier another system paid, or no rule of which matches."""
    given = outcome is not None and outcome.given is not None
    funds = outcome.given or () if outcome is not None else ()
    entry: dict[str, object] = {
        "tier": trace.tier,
        "benefit": trace.planned.benefit if trace.planned is not None else "",
        "rule": trace.chosen.rule.code if trace.chosen is not None else "",
        "given": given,
        "base_fen": trace.base_fen,
        "paid_fen": paid_fen,
        "account_fen": 0,
        "funds": _fund_rows(funds),
        "account_funds": [],
        "candidates": [],
        "why_nothing": "" if given else "no_rule_matches",
    }
    reported_fen = sum(item.amount_fen for item in claim.given if item.tier == trace.tier)
    if given and reported_fen != paid_fen:
        entry["reported_fen"] = reported_fen
    return entry


def _explain_measure(
    entry: dict[str, object], terms: RuleTerms, trace: Trace, claim: Claim, course: Course
) -> None:
    """Where on the bands this claim lies, and what each band pays before caps."""
    before_fen = course.year.get(terms.base_pool, 0) if terms.by_year else 0
    entry["before_fen"] = before_fen
    if terms.rule.bed_day_fen is not None:
        entry["bed_days"] = claim.bed_days
    # Catch-up looks at the whole year again; the others only at this claim's stretch.
    start_fen = 0 if terms.catch_up else before_fen
    end_fen = before_fen + trace.base_fen
    entry["bands"] = _bands(terms, start_fen, end_fen)
    drugs_before_fen = course.year.get(terms.drug_pool, 0) if terms.drug_pool and start_fen else 0
    drugs_fen = course.drugs_in(trace.base_fen)
    if terms.catch_up and terms.drug_pool:
        drugs_fen += course.year.get(terms.drug_pool, 0)
    start, end = (start_fen, drugs_before_fen), (end_fen, drugs_before_fen + drugs_fen)
    entry["by_bands_fen"] = paid_with_drugs(*end, terms.schedule) - paid_with_drugs(*start, terms.schedule)
    # More ordinary cost may place the year's earlier drugs better: they count without any of today's.
    if end[1] and terms.schedule.drug_slices:
        entry["drugs"] = _drugs(terms, start, end)
    if terms.catch_up:
        for key, pool in (("already_paid_fen", terms.paid_pool), ("forgone_fen", terms.forgone_pool)):
            entry[key] = course.year.get(pool, 0) + trace.entries.get(pool, 0)


def _drugs(terms: RuleTerms, start: tuple[int, int], end: tuple[int, int]) -> dict[str, object]:
    """What listed drugs get beyond the bands: ``start`` and ``end`` are the measured amount, drugs in it."""
    counted_before_fen, exact_before = more_for_drugs(*start, terms.schedule)
    counted_fen, exact = more_for_drugs(*end, terms.schedule)
    return {
        "cost_fen": end[1] - start[1],
        "counted_fen": counted_fen - counted_before_fen,
        "add_bp": terms.adjustment.drug_rate_add_bp,
        "exact_yuan": _exact_yuan(exact - exact_before),
    }


def _bands(terms: RuleTerms, start_fen: int, end_fen: int) -> list[dict[str, object]]:
    schedule = terms.schedule
    # Below a threshold nothing counts; once it is reached, the whole amount does.
    low_fen = 0 if start_fen < schedule.threshold_fen else start_fen - schedule.offset_fen
    high_fen = 0 if end_fen < schedule.threshold_fen else end_fen - schedule.offset_fen
    rows: list[dict[str, object]] = []
    for band, weight, described in zip(terms.bands, schedule.weights, terms.described_bands, strict=False):
        ceiling_fen = high_fen if band.ceiling_fen is None else min(high_fen, band.ceiling_fen)
        slice_fen = ceiling_fen - max(low_fen, band.floor_fen)
        if slice_fen > 0:
            exact_yuan = _exact_yuan(slice_fen * weight)
            rows.append({**described, "slice_fen": slice_fen, "exact_yuan": exact_yuan})
        else:
            rows.append(described)
    return rows


def _exact_yuan(exact: int) -> str:
    """Yuan of ``exact`` hundred-millionths of a fen, unrounded, at least two decimals."""
    fen, rest = divmod(exact, _SCALE)
    decimals = f"{rest:08d}".rstrip("0") if rest else ""
    return format_yuan(fen) + decimals


def _caps(terms: RuleTerms, trace: Trace, course: Course) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    if terms.visit_limit_fen is not None:
        limit_fen = terms.visit_limit_fen
        rows.append({"pool": "", "limit_fen": limit_fen, "used_fen": 0, "room_fen": limit_fen})
    for pool, limit_fen in terms.pool_limits:
        used_fen = course.year.get(pool, 0) + trace.entries.get(pool, 0)
        rows.append(
            {
                "pool": pool,
                "limit_fen": limit_fen,
                "used_fen": used_fen,
                "room_fen": max(0, limit_fen - used_fen),
            }
        )
    return rows


def _candidates(trace: Trace, chosen: RuleTerms) -> list[dict[str, object]]:
    """The rules that matched and were not taken; nothing is ever added together (不重复享受)."""
    if len(trace.amounts_fen) < 2 or trace.planned is None:
        return []
    best_fen = max(trace.amounts_fen)
    return [
        {
            "rule": terms.rule.code,
            "amount_fen": amount_fen,
            "why": "pays_less" if amount_fen < best_fen else "pays_the_same",
            "clause": terms.rule.citation.clause,
        }
        for terms, amount_fen in zip(trace.planned.candidates, trace.amounts_fen, strict=True)
        if terms is not chosen
    ]


def _funds(trace: Trace, payments: Payments) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    payment = payments.get((trace.tier, trace.planned.benefit if trace.planned is not None else ""))
    if payment is None:
        return [], []
    return _fund_rows(payment.funds), _fund_rows(payment.account_funds)


def _fund_rows(funds: tuple[FundAmount, ...]) -> list[dict[str, object]]:
    return [{"fund": fund, "amount_fen": amount_fen} for fund, amount_fen in funds]


def _why_nothing(terms: RuleTerms, trace: Trace, claim: Claim, course: Course) -> str:
    """A stable code for why a matching rule pays nothing."""
    if trace.outcome >= 0 or trace.yielded_fen:
        return "cut_by_overall_ceiling" if trace.outcome >= 0 else "left_to_given"
    if terms.catch_up and not has_started(terms, course.year, trace.entries):
        return "waits_for_start"
    if not trace.base_fen and not terms.catch_up:
        return "nothing_left"
    if terms.rule.bed_day_fen is not None and not claim.bed_days:
        return "no_bed_days"
    drugs_fen = course.drugs_in(trace.base_fen)
    if due_before_caps(
        terms, trace.base_fen, course.year, trace.entries, claim.bed_days, drugs_fen=drugs_fen
    ):
        return "cap_reached"
    return _why_bands_pay_nothing(terms, trace, course)


def _why_bands_pay_nothing(terms: RuleTerms, trace: Trace, course: Course) -> str:
    before_fen = course.year.get(terms.base_pool, 0) if terms.by_year else 0
    reached_fen = before_fen + trace.base_fen
    if reached_fen <= terms.adjustment.deductible_fen:
        return "below_deductible"
    if terms.catch_up:
        return "already_paid"
    last_fen = terms.bands[-1].ceiling_fen if terms.bands else None
    if last_fen is not None and before_fen - terms.schedule.offset_fen >= last_fen:
        return "above_last_band"
    return "bands_pay_nothing"

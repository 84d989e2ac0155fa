"""What one rule would pay (一条规则的支付额): measure, accrual, caps."""

from collections.abc import Mapping

from common.money import BASIS_POINTS, divide_half_up
from settlement.engine.bands import paid_up_to, paid_with_drugs
from settlement.engine.facts import Pools
from settlement.engine.plan import RuleTerms


def amount_of(
    terms: RuleTerms,
    base_fen: int,
    year: Pools,
    entries: Mapping[str, int],
    bed_days: int,
    *,
    drugs_fen: int = 0,
) -> int:
    """What a rule pays on this claim's base, bill and account together, fen.

    Args:
        terms: the rule with its uplifts.
        base_fen: in-scope cost the earlier tiers left.
        year: pools of the benefit year before this claim.
        entries: what this claim has put into pools so far, this tier's base included.
        bed_days: days in hospital, for a fixed sum per bed-day.
        drugs_fen: what of the base are listed drugs.
    """
    if terms.by_visit_bands and not drugs_fen:
        due_fen = paid_up_to(base_fen, terms.schedule)
    else:
        due_fen = due_before_caps(terms, base_fen, year, entries, bed_days, drugs_fen=drugs_fen)
    limit_fen = terms.visit_limit_fen
    if limit_fen is not None and due_fen > limit_fen:
        due_fen = limit_fen
    for pool, pool_limit_fen in terms.pool_limits:
        room_fen = pool_limit_fen - year.get(pool, 0) - entries.get(pool, 0)
        if due_fen > room_fen:
            due_fen = room_fen if room_fen > 0 else 0
    # Catch-up may exceed what this visit left: the rest goes to the patient's account.
    return due_fen if due_fen <= base_fen or terms.catch_up else base_fen


def due_before_caps(
    terms: RuleTerms,
    base_fen: int,
    year: Pools,
    entries: Mapping[str, int],
    bed_days: int,
    *,
    drugs_fen: int = 0,
) -> int:
    """What the bands, or the bed-days, make of the base before any cap, fen, >= 0."""
    if not terms.by_year:
        if terms.rule.bed_day_fen is None:
            return paid_with_drugs(base_fen, drugs_fen, terms.schedule)
        return _bed_day_amount(terms, bed_days)
    before_fen = year.get(terms.base_pool, 0)
    drugs_before_fen = year.get(terms.drug_pool, 0) if terms.drug_pool else 0
    paid_with_fen = paid_with_drugs(before_fen + base_fen, drugs_before_fen + drugs_fen, terms.schedule)
    if not terms.catch_up:
        if not before_fen:
            return paid_with_fen
        return paid_with_fen - paid_with_drugs(before_fen, drugs_before_fen, terms.schedule)
    if not has_started(terms, year, entries):
        return 0
    settled_fen = sum([year.get(p, 0) + entries.get(p, 0) for p in (terms.paid_pool, terms.forgone_pool)])
    return max(0, paid_with_fen - settled_fen)


def has_started(terms: RuleTerms, year: Pools, entries: Mapping[str, int]) -> bool:
    """Whether catch-up need not wait any longer, this claim included (郑民文〔2017〕131号 三(六))."""
    starts = terms.starts
    if starts is None:
        return True
    return year.get(starts.pool, 0) + entries.get(starts.pool, 0) >= starts.reaches_fen


def _bed_day_amount(terms: RuleTerms, bed_days: int) -> int:
    unit_fen = terms.schedule.unit_fen
    exact = (terms.rule.bed_day_fen or 0) * bed_days * terms.rule.scale_bp
    return divide_half_up(exact, BASIS_POINTS * unit_fen) * unit_fen

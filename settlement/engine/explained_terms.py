"""The part of an explanation that only depends on a rule and its uplifts; made once per plan (条款说明)."""

from settlement.engine.terms import Band, Citation, Funding, Rule, Uplift
from settlement.engine.uplifts import Adjustment


def cited(citation: Citation) -> dict[str, object]:
    """The clause, and whether the office must still confirm the number (待核实)."""
    return {"clause": citation.clause, "provisional": citation.provisional}


def explain_terms(rule: Rule, adjustment: Adjustment, funding: Funding) -> dict[str, object]:
    """A rule's own terms under its uplifts, without any claim."""
    terms: dict[str, object] = {
        "tier": rule.tier,
        "benefit": rule.benefit,
        "rule": rule.code,
        **cited(rule.citation),
        "given": False,
        "measured": rule.measured,
        "accrual": rule.accrual,
        "scale_bp": rule.scale_bp,
        "bands_on_excess": rule.bands_on_excess,
        "deductible": {
            "ordinary_fen": adjustment.ordinary_deductible_fen,
            "effective_fen": adjustment.deductible_fen,
            "threshold_only": rule.deductible.threshold_only,
        },
        "uplifts": [_uplift(uplift) for uplift in adjustment.held],
        "cap_lifted": adjustment.no_cap,
        "funding": {"code": funding.code, **cited(funding.citation)},
    }
    if rule.bed_day_fen is not None:
        terms["bed_day_fen"] = rule.bed_day_fen
    if rule.starts is not None:
        terms["starts"] = {"pool": rule.starts.pool, "reaches_fen": rule.starts.reaches_fen}
    return terms


def explain_empty_band(band: Band) -> dict[str, object]:
    """A band in which no cost of a claim falls; an open one has no ``ceiling_fen``."""
    edges: dict[str, object] = {"floor_fen": band.floor_fen}
    if band.ceiling_fen is not None:
        edges["ceiling_fen"] = band.ceiling_fen
    return {**edges, "rate_bp": band.rate_bp, "slice_fen": 0, "exact_yuan": "0.00"}


def _uplift(uplift: Uplift) -> dict[str, object]:
    return {
        "code": uplift.code,
        "kind": uplift.kind,
        "value": uplift.value,
        **cited(uplift.citation),
    }

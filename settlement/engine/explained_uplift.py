"""What a person got beyond ordinary terms (提高待遇部分), in steps that add up."""

from settlement.engine.payment import amount_of
from settlement.engine.plan import OrdinaryTerms, RuleTerms
from settlement.engine.tiers import Course, Trace

_NO_GAIN: list[dict[str, object]] = [
    {"step": step, "amount_fen": 0} for step in ("rule", "deductible", "rate", "cap")
]


def explain_uplift(
    trace: Trace, chosen: RuleTerms, course: Course, bed_days: int, paid_fen: int
) -> dict[str, object]:
    """Compare a payment with what the same base would have got without any identity.

    The steps go from ordinary terms to the real ones: another rule, then its lower deductible, then its
    higher rates, then its lifted caps; what it left to given payments and a cut by the overall ceiling come
    last. ``paid_fen`` includes what goes to the patient's account.
    """
    ordinary = trace.planned.ordinary if trace.planned is not None else None
    if ordinary is None:
        # The office has not entered the ordinary terms: better no figure than a wrong one.
        return {"why_unknown": "ordinary_parameter_missing"}
    before_ceiling_fen = max(trace.amounts_fen)
    if ordinary.is_actual:
        ordinary_fen = before_ceiling_fen
        items = _NO_GAIN
    else:
        ordinary_fen, items = _steps(ordinary, trace, chosen, course, bed_days)
    if trace.yielded_fen:
        items = [*items, {"step": "given", "amount_fen": -trace.yielded_fen}]
    if cut_fen := before_ceiling_fen - trace.yielded_fen - paid_fen:
        items = [*items, {"step": "ceiling", "amount_fen": -cut_fen}]
    return {"ordinary_fen": ordinary_fen, "gain_fen": paid_fen - ordinary_fen, "items": items}


def _steps(
    ordinary: OrdinaryTerms, trace: Trace, chosen: RuleTerms, course: Course, bed_days: int
) -> tuple[int, list[dict[str, object]]]:
    drugs_fen = course.drugs_in(trace.base_fen)

    def amount(terms: RuleTerms) -> int:
        return amount_of(terms, trace.base_fen, course.year, trace.entries, bed_days, drugs_fen=drugs_fen)

    ordinary_fen = max([amount(terms) for terms in ordinary.candidates], default=0)
    items: list[dict[str, object]] = []
    reached_fen, reached = ordinary_fen, None
    path = (*ordinary.steps[chosen.rule.code], chosen)
    for step, terms in zip(("rule", "deductible", "rate", "cap"), path, strict=True):
        # Terms that a step leaves as they were are the same object.
        next_fen = reached_fen if terms is reached else amount(terms)
        items.append({"step": step, "amount_fen": next_fen - reached_fen})
        reached_fen, reached = next_fen, terms
    return ordinary_fen, items

"""The overall ceiling (总报销比例上限) and the control of out-of-catalogue cost (目录外费用控制)."""

from common.money import share_of
from settlement.engine.bill import Bill
from settlement.engine.plan import Plan
from settlement.engine.tiers import Course


def cut_to_ceiling(course: Course, plan: Plan, total_fen: int) -> None:
    """Cut the bill's payments to the ceiling, last tier first, and the pool entries with them.

    Given payments count but cannot be cut, they are another system's. Account payments are untouched: they
    belong to earlier visits. ``total_fen`` is the bill before waivers.
    """
    if plan.overall_ceiling is None:
        return
    paid_fen = sum(outcome.paid_fen for outcome in course.outcomes)
    excess_fen = cut_fen = max(0, paid_fen - share_of(total_fen, plan.overall_ceiling.share_bp))
    for index in range(len(course.outcomes) - 1, -1, -1):
        outcome = course.outcomes[index]
        if not excess_fen or outcome.given is not None or outcome.terms is None:
            continue
        taken_fen = min(excess_fen, outcome.paid_fen)
        excess_fen -= taken_fen
        course.outcomes[index] = outcome._replace(paid_fen=outcome.paid_fen - taken_fen)
        course.left_fen += taken_fen
        for pool in outcome.terms.drawn_pools:
            course.entries[pool] -= taken_fen
        # Catch-up must not pay to the account later what the ceiling did not allow on the bill.
        course.forgo(outcome.terms, taken_fen)
    course.cut_fen = cut_fen - excess_fen


def hospital_borne(bill: Bill, plan: Plan, *, approved: bool) -> int:
    """Out-of-catalogue cost above the policy's share of the bill, fen, borne by the hospital.

    The share is taken of the bill after its waivers: what is waived is nobody's cost. A recorded approval of
    the claim lifts the limit (黔南医保发〔2019〕36号 二(六)). ``bill`` is the bill after its waivers.
    """
    if plan.out_of_catalogue is None or approved:
        return 0
    allowed_fen = share_of(bill.total_fen - bill.waived_fen, plan.out_of_catalogue.share_bp)
    return max(0, bill.excluded_fen + bill.over_limit_fen - allowed_fen)

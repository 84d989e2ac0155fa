"""Reductions of the bill that the hospital bears (减免, 七免一减)."""

from collections.abc import Mapping
from dataclasses import replace

from common.money import share_of, split_by_weights
from settlement.engine.bill import Bill
from settlement.engine.facts import CostLine
from settlement.engine.plan import Plan
from settlement.engine.terms import Waiver


def waive_on_bill(bill: Bill, plan: Plan) -> Bill:
    """Take the bill's waivers off: free items first, then the whole-bill rate on the rest.

    The whole-bill reduction is rounded once, so that the totals do not depend on the order of the lines.
    """
    if not plan.waives_bill or not bill.total_fen:
        return bill
    lines = [_waive_item(line, plan.waivers.by_category) for line in bill.lines]
    if plan.waivers.bill is not None:
        lines = _waive_rest(lines, plan.waivers.bill.rate_bp)
    return Bill(
        bill.total_fen,
        sum(line.waived_fen for line in lines),
        sum(line.excluded_fen for line in lines),
        sum(line.over_limit_fen for line in lines),
        sum(line.upfront_fen for line in lines),
        sum(line.in_scope_fen for line in lines),
        tuple(lines),
    )


def waived_by(waiver: Waiver | None, amount_fen: int) -> int:
    """What a later stage's waiver takes off an amount, fen."""
    return share_of(amount_fen, waiver.rate_bp) if waiver is not None else 0


def _waive_item(line: CostLine, by_category: Mapping[str, Waiver]) -> CostLine:
    waiver = by_category.get(line.category)
    if waiver is None or not line.amount_fen:
        return line
    weights = _parts(line)
    return _reduced(line, split_by_weights(share_of(line.amount_fen, waiver.rate_bp), weights))


def _waive_rest(lines: list[CostLine], rate_bp: int) -> list[CostLine]:
    by_part = list(zip(*(_parts(line) for line in lines), strict=True))
    totals_fen = [sum(part) for part in by_part]
    if not sum(totals_fen):
        return lines
    reduction_fen = share_of(sum(totals_fen), rate_bp)
    shares_fen = split_by_weights(reduction_fen, totals_fen)
    # Each part's share goes to the lines that have such cost; a part without cost got nothing.
    columns = [
        split_by_weights(share_fen, part) if share_fen else [0] * len(lines)
        for share_fen, part in zip(shares_fen, by_part, strict=True)
    ]
    return [_reduced(line, taken) for line, taken in zip(lines, zip(*columns, strict=True), strict=True)]


def _parts(line: CostLine) -> tuple[int, int, int, int]:
    """The parts that can be waived, in the order in which odd fen are handed out."""
    return (line.in_scope_fen, line.upfront_fen, line.over_limit_fen, line.excluded_fen)


def _reduced(line: CostLine, taken: list[int] | tuple[int, ...]) -> CostLine:
    in_scope_fen, upfront_fen, over_limit_fen, excluded_fen = taken
    return replace(
        line,
        in_scope_fen=line.in_scope_fen - in_scope_fen,
        upfront_fen=line.upfront_fen - upfront_fen,
        over_limit_fen=line.over_limit_fen - over_limit_fen,
        excluded_fen=line.excluded_fen - excluded_fen,
        waived_fen=line.waived_fen + sum(taken),
    )

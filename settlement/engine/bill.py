"""The bill and its parts (账单各部分): what comes in, checked line by line."""

from typing import NamedTuple

from common.money import format_yuan
from settlement.engine.errors import LinePartsError, YearEndClaimError
from settlement.engine.facts import Claim, CostLine
from settlement.engine.plan import Plan


class Bill(NamedTuple):
    """Totals of a bill, fen: ``total = waived + excluded + over_limit + upfront + in_scope``."""

    total_fen: int
    waived_fen: int
    excluded_fen: int
    over_limit_fen: int
    upfront_fen: int
    in_scope_fen: int
    lines: tuple[CostLine, ...]


def check_lines(claim: Claim) -> Bill:
    """Add up the lines of a claim.

    Raises:
        LinePartsError: a line's parts do not make its amount, or one is negative.
        YearEndClaimError: a year-end run carries lines.
    """
    total = excluded = over_limit = upfront = in_scope = 0
    for line in claim.lines:
        line_excluded = line.excluded_fen
        line_over_limit = line.over_limit_fen
        line_upfront = line.upfront_fen
        line_in_scope = line.in_scope_fen
        amount = line_excluded + line_over_limit + line_upfront + line_in_scope
        # The bitwise or of integers is negative when one of them is.
        if (
            amount != line.amount_fen
            or line.waived_fen
            or (line_excluded | line_over_limit | line_upfront | line_in_scope) < 0
        ):
            raise _refusal(line)
        total += amount
        excluded += line_excluded
        over_limit += line_over_limit
        upfront += line_upfront
        in_scope += line_in_scope
    if claim.year_end and claim.lines:
        raise YearEndClaimError("年末救助补算不得带费用明细。")
    return Bill(total, 0, excluded, over_limit, upfront, in_scope, claim.lines)


def listed_drugs(bill: Bill, plan: Plan) -> int:
    """In-scope cost of the lines whose drug some rule pays more for, fen; ``bill`` after its waivers."""
    return sum([line.in_scope_fen for line in bill.lines if line.drug_lists & plan.drug_lists])


def _refusal(line: CostLine) -> LinePartsError:
    parts_fen = (line.in_scope_fen, line.upfront_fen, line.over_limit_fen, line.excluded_fen)
    if line.waived_fen:
        return LinePartsError(f"第 {line.line_no} 行：减免金额由系统计算，请填 0.00。")
    if min(parts_fen) < 0:
        return LinePartsError(f"第 {line.line_no} 行：金额不能为负。")
    difference_fen = line.amount_fen - sum(parts_fen)
    return LinePartsError(
        f"第 {line.line_no} 行：政策范围内、先行自付、超限价自费、全自费合计"
        f" {format_yuan(sum(parts_fen))} 元，"
        f"与金额 {format_yuan(line.amount_fen)} 元相差 {format_yuan(difference_fen)} 元，请核对。"
    )

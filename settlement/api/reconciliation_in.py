"""The bodies of reconciliation (对账)."""

from typing import Any, NamedTuple

from common.codes import VisitType
from settlement.api.claim_in import CLAIM_NO
from settlement.api.fields import Fields, body_of, raise_any
from settlement.errors import FieldError
from settlement.selectors.reconciliation import Period, Sums

MAX_DAYS = 366
MAX_LINES = 2_000
MAX_FUNDS = 100

_VISIT_TYPES = frozenset(VisitType.values)


class VisitSums(NamedTuple):
    """A hospital's totals of one visit type; ``funds`` is None where it does not say."""

    sums: Sums
    funds: dict[str, int] | None


def read_totals(data: Any) -> tuple[Period, dict[str, VisitSums]]:
    """The period, and the hospital's totals by visit type.

    Raises:
        RequestInvalidError: fields are wrong.
    """
    errors: list[FieldError] = []
    fields = body_of(data, known={"first_day", "last_day", "totals"}, errors=errors)
    period = _period(fields)
    found: dict[str, VisitSums] = {}
    for item in fields.objects("totals", most=len(_VISIT_TYPES)):
        item.only({"visit_type", "count", "total", "paid", "patient", "funds"})
        visit_type = item.choice("visit_type", _VISIT_TYPES)
        if visit_type in found:
            item.refuse("visit_type", "visit_type_repeated", f"就诊类型 {visit_type} 重复。")
        count = item.whole("count", least=-1_000_000, most=10_000_000)
        found[visit_type] = VisitSums(_sums(item, count=count), _funds(item))
    raise_any(errors)
    return period, found


def read_details(data: Any) -> tuple[Period, dict[str, Sums]]:
    """The period, and the hospital's claims by number.

    Raises:
        RequestInvalidError: fields are wrong.
    """
    errors: list[FieldError] = []
    fields = body_of(data, known={"first_day", "last_day", "lines"}, errors=errors)
    period = _period(fields)
    found: dict[str, Sums] = {}
    for item in fields.objects("lines", most=MAX_LINES):
        item.only({"claim_no", "total", "paid", "patient"})
        claim_no = item.text("claim_no", most=60, pattern=CLAIM_NO)
        if claim_no in found:
            item.refuse("claim_no", "claim_no_repeated", f"单据号 {claim_no} 重复。")
        found[claim_no] = _sums(item, count=0)
    raise_any(errors)
    return period, found


def _period(fields: Fields) -> Period:
    period = Period(first=fields.day("first_day"), last=fields.day("last_day"))
    if not fields.errors and not 0 <= (period.last - period.first).days < MAX_DAYS:
        fields.refuse("last_day", "period_invalid", "last_day 不能早于 first_day，期间至多一年。")
    return period


def _sums(item: Fields, *, count: int) -> Sums:
    return Sums(
        count=count,
        total_fen=item.amount("total", signed=True),
        paid_fen=item.amount("paid", signed=True),
        patient_fen=item.amount("patient", signed=True),
    )


def _funds(item: Fields) -> dict[str, int] | None:
    if "funds" not in item.data:
        return None
    found: dict[str, int] = {}
    for row in item.objects("funds", most=MAX_FUNDS):
        row.only({"fund", "amount"})
        fund = row.text("fund", most=40)
        if fund in found:
            row.refuse("fund", "fund_repeated", f"资金 {fund} 重复。")
        found[fund] = row.amount("amount", signed=True)
    return found

"""What a line may say beyond its amounts (明细的用药和项目信息): codes, quantity, dose, dates."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from settlement.api.fields import Fields
from settlement.intake import LineDetail

DETAIL_FIELDS = frozenset(
    {"item_code", "drug_code", "quantity", "unit", "dose", "dose_unit", "expires_on", "serviced_on"}
)
ITEM_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,4})?")


def read_detail(item: Fields, row: Mapping[str, Any], line_no: int, visit: tuple[date, date]) -> LineDetail:
    """The detail of one line; ``visit`` is first and last day, between which everything was given."""
    dose = _number(item, "dose")
    dose_unit = item.text("dose_unit", most=20, required=dose is not None)
    serviced_on = _day(item, row, "serviced_on")
    # A date that could not be read stands as the first of all days, and is refused already.
    if serviced_on is not None and date.min not in visit and not visit[0] <= serviced_on <= visit[1]:
        detail = f"serviced_on（{serviced_on}）不在就诊期间（{visit[0]} 至 {visit[1]}）内，请核对日期。"
        item.refuse("serviced_on", "serviced_on_outside_visit", detail)
    return LineDetail(
        line_no=line_no,
        item_code=item.text("item_code", most=40, pattern=ITEM_CODE, required=False),
        drug_code=item.text("drug_code", most=40, pattern=ITEM_CODE, required=False),
        quantity=_number(item, "quantity"),
        unit=item.text("unit", most=20, required=False),
        dose=dose,
        dose_unit=dose_unit,
        expires_on=_day(item, row, "expires_on"),
        serviced_on=serviced_on or visit[1],
    )


def _day(item: Fields, row: Mapping[str, Any], name: str) -> date | None:
    return item.day(name) if row.get(name) is not None else None


def _number(item: Fields, name: str) -> Decimal | None:
    """A positive number of up to four decimals, as a string like amounts."""
    value = item.data.get(name)
    if value is None:
        return None
    if isinstance(value, str) and NUMBER.fullmatch(value) and Decimal(value) > 0:
        return Decimal(value)
    item.refuse(
        name, "number_invalid", f'{name} 须为大于零、至多四位小数的数，写成字符串，例如 "2" 或 "0.5"。'
    )
    return None

"""Filters of the finance bureau's pages (财政页面): amounts and fund names."""

from collections.abc import Mapping
from typing import Any

from django import template

from common.admin_panels import grouped_yuan

register = template.Library()


@register.filter
def yuan(amount_fen: int) -> str:
    """Fen as yuan, ``1,234.50``."""
    return grouped_yuan(amount_fen)


@register.filter
def minus(left_fen: int, right_fen: int) -> int:
    """A difference of two amounts, fen."""
    return left_fen - right_fen


@register.filter
def first_part(item: Any) -> int:
    """What is paid first of an item (首付), fen: never more than deductions left of it."""
    due_fen: int = item.applied_fen - item.deducted_fen
    first_fen: int = item.first_fen
    return min(first_fen, due_fen) if item.applied_fen > 0 else first_fen


@register.filter
def fund_in(code: str, names: Mapping[str, str]) -> str:
    """A fund's name; an unknown code is shown."""
    return names.get(code, code)

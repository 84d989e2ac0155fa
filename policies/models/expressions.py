"""Database expressions of the constraints (约束用表达式). Migrations name these classes: do not move them."""

from django.contrib.postgres.fields import BigIntegerRangeField
from django.db.models import BooleanField, Expression, F, Func, Value


class SameInteger(Func):
    """``[n, n]`` as a range: equality for exclusion constraints, which lack ``=`` without btree_gist."""

    function = "int8range"
    output_field = BigIntegerRangeField()

    def __init__(self, integer: Expression | F) -> None:
        super().__init__(integer, integer, Value("[]"))


class HalfOpenRange(Func):
    """``[floor, ceiling)``; an empty ceiling is open."""

    function = "int8range"
    output_field = BigIntegerRangeField()

    def __init__(self, floor: str, ceiling: str) -> None:
        super().__init__(F(floor), F(ceiling), Value("[)"))


class NoneNegative(Func):
    """No element of an array of amounts is below zero; true for an empty array."""

    template = "0 <= ALL (%(expressions)s)"
    output_field = BooleanField()

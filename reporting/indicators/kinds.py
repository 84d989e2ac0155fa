"""What an indicator is (指标): two sums over the same rows, how they are counted, when a target is met."""

from dataclasses import dataclass
from enum import Enum

from django.db.models.expressions import Combinable

from common.money import BASIS_POINTS, divide_half_up, format_percent
from reporting.indicators.sources import Source

SHARE_TENTHS = 10


class Counted(Enum):
    """What stands above and below the line (计量)."""

    MONEY = "元"
    NUMBER = ""
    DAYS = "天"


class Direction(Enum):
    """Which side of the target is good (方向)."""

    AT_LEAST = "不低于"
    AT_MOST = "不高于"
    WATCHED = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator.

    Attributes:
        code: names it, for good.
        name: as the documents call it.
        numerator: what stands above the line, in words; ``denominator`` below it.
        clauses: where it is asked for.
        target: code of the pack's parameter that states the target; empty for none.
        above: amount of one row above the line; ``below`` below it.
        direction: which side of the target is good.
        deadline_bp: target where the pack's deadline itself sets it: all of what fell due.
        note: how the documents were read where they are silent.
    """

    code: str
    name: str
    numerator: str
    denominator: str
    counted: Counted
    clauses: str
    source: Source
    above: Combinable
    below: Combinable
    target: str = ""
    direction: Direction = Direction.WATCHED
    deadline_bp: int | None = None
    note: str = ""

    def value(self, above: int, below: int) -> int | None:
        """Basis points, or tenths of a day; None where there is nothing to divide by."""
        if below <= 0:
            return None
        if self.counted is Counted.DAYS:
            return divide_half_up(above * SHARE_TENTHS, below)
        return divide_half_up(above * BASIS_POINTS, below)

    def shown(self, value: int | None) -> str:
        """The value as people read it."""
        if value is None:
            return "尚无数据"
        if self.counted is Counted.DAYS:
            return f"{value // SHARE_TENTHS}.{value % SHARE_TENTHS} 天"
        return format_percent(value)

    def met(self, value: int | None, target_bp: int | None) -> bool | None:
        """Whether the target is met; None where there is no value, no target, or nothing to meet."""
        if value is None or target_bp is None or self.direction is Direction.WATCHED:
            return None
        return value >= target_bp if self.direction is Direction.AT_LEAST else value <= target_bp

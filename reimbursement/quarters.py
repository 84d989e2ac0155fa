"""Quarters (季度): plain dates, half-open."""

from dataclasses import dataclass
from datetime import date
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a calendar year (季度); quarters compare in time.

    Dates are days in Asia/Shanghai, as are the posting dates they are compared with.

    Raises:
        ValueError: ``number`` is not 1 to 4.
    """

    year: int
    number: int

    def __post_init__(self) -> None:
        if self.number not in {1, 2, 3, 4}:
            raise ValueError(f"季度只能是1至4，收到：{self.number}")

    def __str__(self) -> str:
        return f"{self.year}年第{self.number}季度"

    @classmethod
    def of(cls, day: date) -> Self:
        """The quarter that ``day`` lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        """The first day after it."""
        return self.next.first_day

    @property
    def last_day(self) -> date:
        """Its last day: what people read."""
        return date.fromordinal(self.end.toordinal() - 1)

    @property
    def next(self) -> Self:
        """The quarter after it."""
        return type(self)(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def previous(self) -> Self:
        """The quarter before it."""
        return type(self)(self.year - (self.number == 1), (self.number + 2) % 4 + 1)


def quarter_bounds(year: int, quarter: int) -> tuple[date, date]:
    """``[first day, first day of the next quarter)``.

    Raises:
        ValueError: no such quarter.
    """
    asked = Quarter(year, quarter)
    return asked.first_day, asked.end

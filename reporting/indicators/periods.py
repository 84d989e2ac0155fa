"""The time an indicator looks at (统计期间): a year or one of its quarters, half-open."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from reimbursement.quarters import Quarter


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days ``[since, end)`` of one calendar year."""

    since: date
    end: date
    label: str

    @classmethod
    def of(cls, year: int, quarter: int = 0) -> Self:
        """A quarter, or with 0 the whole year."""
        if quarter:
            chosen = Quarter(year, quarter)
            return cls(since=chosen.first_day, end=chosen.end, label=str(chosen))
        return cls(since=date(year, 1, 1), end=date(year + 1, 1, 1), label=f"{year}年")

    @property
    def year(self) -> int:
        """The calendar year."""
        return self.since.year

    @property
    def last_day(self) -> date:
        """The last day within."""
        return self.end - timedelta(days=1)

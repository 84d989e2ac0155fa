"""Working days (工作日) with the State Council's calendar, days worked in exchange (调休) included.

The built-in calendar is the ``holidays`` library's; what the office entered in ``CalendarDay`` goes first.
Nothing here knows a deadline: how many days a document grants is data of its pack.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

import holidays

from common.models import CalendarDay

SATURDAY = 5
# A notice for a new year has moved days from here on in the December before (2001-12-29, 2011-12-31).
NEW_YEAR_REACHES_BACK_TO = (12, 25)

# The library answers for other years too, with no holiday at all.
_CHINA = holidays.country_holidays("CN")
FIRST_YEAR, LAST_YEAR = _CHINA.start_year, _CHINA.end_year

# Day -> is it worked; what the office corrected.
Overrides = Mapping[date, bool]
NO_OVERRIDES: Overrides = MappingProxyType({})


class CalendarRangeError(ValueError):
    """The calendar has no data for the year (没有该年的日历): nothing is guessed."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"没有 {year} 年的节假日数据，不能计算期限；现有 {FIRST_YEAR} 年至 {LAST_YEAR} 年，请核对日期"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The last day of a period (期限).

    Attributes:
        on: the day.
        provisional: it was counted through a year whose 调休 is not announced yet, so it may still move.
    """

    on: date
    provisional: bool


def calendar_overrides() -> Overrides:
    """All days that the office corrected; one query, to be handed to every count of one operation."""
    return dict(CalendarDay.objects.values_list("day", "is_working"))


def is_working_day(day: date, overrides: Overrides = NO_OVERRIDES) -> bool:
    """Whether offices work on ``day`` (是否工作日).

    Raises:
        CalendarRangeError: no data for the year.
    """
    corrected = overrides.get(day)
    if corrected is not None:
        return corrected
    calendar = _built_in(day.year)
    return day in calendar.worked or (day.weekday() < SATURDAY and day not in calendar.off)


def add_working_days(start: date, count: int, overrides: Overrides = NO_OVERRIDES) -> date:
    """The ``count``-th working day after ``start``; ``start`` itself does not count.

    Raises:
        ValueError: ``count`` is negative.
    """
    if count < 0:
        raise ValueError(f"cannot count {count} working days")
    day = start
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day, overrides)
    return day


def deadline(start: date, count: int, overrides: Overrides = NO_OVERRIDES) -> Deadline:
    """:func:`add_working_days`, and whether the answer may still move."""
    on = add_working_days(start, count, overrides)
    years = set(range(start.year, on.year + 1))
    if (on.month, on.day) >= NEW_YEAR_REACHES_BACK_TO:
        years.add(on.year + 1)
    return Deadline(on=on, provisional=not all(is_announced(year, overrides) for year in years))


def is_announced(year: int, overrides: Overrides = NO_OVERRIDES) -> bool:
    """Whether the year's 调休 is known (放假安排是否已公布).

    Every notice since 2001 has had people work on a Saturday or Sunday: a year in which nobody does, neither
    in the built-in calendar nor in the office's corrections, has only its statutory holidays so far.
    """
    return any(day.year == year for day in _built_in(year).worked) or any(
        working and day.year == year and day.weekday() >= SATURDAY for day, working in overrides.items()
    )


@dataclass(frozen=True, slots=True)
class _Calendar:
    off: frozenset[date]
    worked: frozenset[date]


@cache
def _built_in(year: int) -> _Calendar:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CalendarRangeError(year)
    # One frozen copy a year: the library's own object grows while it is asked, also from several threads.
    china = holidays.country_holidays("CN", years=year)
    return _Calendar(frozenset(china), frozenset(china.weekend_workdays))

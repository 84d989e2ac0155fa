"""Working days against the cases and against a second source."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest
import yaml
from pytest_django import DjangoAssertNumQueries

from common.models import CalendarDay
from common.working_days import (
    CalendarRangeError,
    add_working_days,
    calendar_overrides,
    deadline,
    is_announced,
    is_working_day,
)

CASES = yaml.safe_load(
    (Path(__file__).parent.parent / "cases" / "deadlines.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("year", range(2010, 2027))
def test_every_day_agrees_with_a_second_source(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    ours = [day for day in days if day.year == year and is_working_day(day)]
    assert ours == [day for day in days if day.year == year and chinese_calendar.is_workday(day)]


@pytest.mark.parametrize("case", CASES, ids=[f"{case['case']} {case['name']}" for case in CASES])
def test_deadlines_come_out_as_worked(case: dict[str, Any]) -> None:
    for dates in case["dates"]:
        due = [deadline(dates["start"], days) for days in case["working_days"]]
        assert [each.on for each in due] == dates["due"]
        assert not any(each.provisional for each in due)


def test_start_does_not_count_and_zero_days_is_the_start() -> None:
    assert add_working_days(date(2019, 6, 24), 0) == date(2019, 6, 24)
    assert add_working_days(date(2019, 6, 24), 1) == date(2019, 6, 25)
    with pytest.raises(ValueError, match="-1"):
        add_working_days(date(2019, 6, 24), -1)


def test_correction_of_the_office_goes_before_the_built_in_calendar() -> None:
    typhoon = {date(2019, 7, 1): False, date(2019, 7, 6): True}
    assert not is_working_day(date(2019, 7, 1), typhoon)
    assert is_working_day(date(2019, 7, 6), typhoon)
    assert add_working_days(date(2019, 6, 30), 5, typhoon) == date(2019, 7, 6)


def test_year_without_announcement_is_provisional_until_the_office_enters_a_worked_weekend() -> None:
    unannounced = date(2098, 3, 31)
    assert deadline(unannounced, 5).provisional
    assert not is_announced(2098)
    entered = {date(2098, 1, 25): True}
    assert date(2098, 1, 25).weekday() == 5
    assert is_announced(2098, entered)
    assert not deadline(unannounced, 5, entered).provisional


@pytest.mark.parametrize("start", [date(1949, 12, 1), date(2100, 12, 31)])
def test_a_year_outside_the_calendar_is_refused_not_guessed(start: date) -> None:
    with pytest.raises(CalendarRangeError, match="现有 1950 年至 2100 年"):
        add_working_days(start, 5)


def test_deadline_in_the_last_days_of_december_waits_for_the_notice_of_the_next_year() -> None:
    last_announced = {date(2097, 2, 2): True}
    assert date(2097, 2, 2).weekday() == 5
    assert not deadline(date(2097, 12, 10), 5, last_announced).provisional
    assert deadline(date(2097, 12, 20), 5, last_announced).provisional
    assert deadline(date(2097, 12, 31), 5, last_announced).provisional


@pytest.mark.django_db
def test_corrections_come_from_the_table_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    CalendarDay.objects.create(day=date(2027, 2, 20), is_working=True, source="国办发明电〔2026〕9号")
    CalendarDay.objects.create(day=date(2027, 2, 5), is_working=False, source="国办发明电〔2026〕9号")
    with django_assert_num_queries(1):
        overrides = calendar_overrides()
    assert overrides == {date(2027, 2, 20): True, date(2027, 2, 5): False}

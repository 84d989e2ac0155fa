"""Working days against the cases and against a second source."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from pytest_django import DjangoAssertNumQueries

from common.models import CalendarDay
from common.working_days import (
    add_working_days,
    calendar_overrides,
    deadline,
    is_announced,
    is_working_day,
)


@pytest.mark.parametrize("year", range(2010, 2027))
def test_every_day_agrees_with_a_second_source(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    ours = [day for day in days if day.year == year and is_working_day(day)]
    assert ours == [day for day in days if day.year == year and chinese_calendar.is_workday(day)]


@pytest.mark.parametrize(
    ("quarter_end", "due_on"),
    [
        ("2017-12-31", "2018-01-08"),
        ("2018-03-31", "2018-04-09"),
        ("2018-06-30", "2018-07-06"),
        ("2018-09-30", "2018-10-12"),
        ("2018-12-31", "2019-01-08"),
        ("2019-03-31", "2019-04-08"),
        ("2019-06-30", "2019-07-05"),
        ("2019-09-30", "2019-10-12"),
        ("2019-12-31", "2020-01-08"),
    ],
)
def test_c53_quarter_ledgers_are_due_on_the_fifth_working_day(quarter_end: str, due_on: str) -> None:
    # 郑卫〔2017〕214号 三(四); 2019-10-12 is a Saturday that is worked.
    due = deadline(date.fromisoformat(quarter_end), 5)
    assert due.on == date.fromisoformat(due_on)
    assert not due.provisional


@pytest.mark.parametrize(
    ("received", "first", "rest"),
    [("2019-06-24", "2019-07-08", "2019-07-29"), ("2019-09-20", "2019-10-10", "2019-10-30")],
)
def test_c41_c42_advance_in_ten_working_days_and_the_rest_in_fifteen_more(
    received: str, first: str, rest: str
) -> None:
    # 黔南医保发〔2019〕36号 二(五)1
    advance_on = add_working_days(date.fromisoformat(received), 10)
    assert advance_on == date.fromisoformat(first)
    assert add_working_days(advance_on, 15) == date.fromisoformat(rest)


def test_c43_manual_claim_is_paid_in_twenty_five_working_days() -> None:
    assert add_working_days(date(2019, 6, 24), 25) == date(2019, 7, 29)


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

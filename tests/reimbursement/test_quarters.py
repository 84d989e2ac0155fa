"""Quarters are half-open days."""

from datetime import date

import pytest

from reimbursement.quarters import Quarter, quarter_bounds


def test_quarter_ends_where_the_next_begins() -> None:
    assert quarter_bounds(2019, 2) == (date(2019, 4, 1), date(2019, 7, 1))
    assert quarter_bounds(2019, 4) == (date(2019, 10, 1), date(2020, 1, 1))
    assert Quarter(2019, 4).last_day == date(2019, 12, 31)


def test_days_lie_in_their_quarter() -> None:
    assert Quarter.of(date(2019, 3, 31)) == Quarter(2019, 1)
    assert Quarter.of(date(2019, 4, 1)) == Quarter(2019, 2)
    assert Quarter.of(date(2019, 12, 31)) == Quarter(2019, 4)


def test_next_and_previous_cross_the_year() -> None:
    assert Quarter(2019, 4).next == Quarter(2020, 1)
    assert Quarter(2020, 1).previous == Quarter(2019, 4)
    assert Quarter(2019, 2).previous == Quarter(2019, 1)
    assert Quarter(2018, 4) < Quarter(2019, 1)


@pytest.mark.parametrize("number", [0, 5])
def test_there_are_four_quarters(number: int) -> None:
    with pytest.raises(ValueError, match="季度"):
        Quarter(2019, number)

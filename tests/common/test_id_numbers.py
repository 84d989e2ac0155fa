"""Resident identity numbers; none of those used here can be anybody's: county 410199 is not assigned."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.id_numbers import (
    IdNumberError,
    age_on,
    birth_date,
    check_digit,
    mask_id_number,
    normalize_id_number,
)

TODAY = date(2019, 6, 30)
FIRST_17 = "41019919600517001"
NUMBER = FIRST_17 + check_digit(FIRST_17)

NUMBERS = st.builds(
    lambda born, order: f"410199{born:%Y%m%d}{order:03d}",
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
).map(lambda first_17: first_17 + check_digit(first_17))


@pytest.mark.parametrize(("first_17", "digit"), [("11010519491231002", "X"), ("44052418800101001", "4")])
def test_check_digit_of_the_standards_own_examples(first_17: str, digit: str):
    """GB 11643-1999, appendix."""
    assert check_digit(first_17) == digit


def test_blanks_and_a_small_x_are_put_right():
    first_17 = next(
        f"4101991960051{n:04d}" for n in range(1000) if check_digit(f"4101991960051{n:04d}") == "X"
    )
    day = first_17[:12] + "17" + first_17[14:]
    with_x = next(day[:14] + f"{n:03d}" for n in range(1000) if check_digit(day[:14] + f"{n:03d}") == "X")
    assert normalize_id_number(f" {with_x}x ", today=TODAY) == f"{with_x}X"


@given(number=NUMBERS)
def test_every_number_in_form_is_taken(number: str):
    assert normalize_id_number(number, today=TODAY) == number
    assert f"{birth_date(number):%Y%m%d}" == number[6:14]


@given(number=NUMBERS, place=st.integers(0, 17), digit=st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_noticed(number: str, place: int, digit: str):
    wrong = number[:place] + digit + number[place + 1 :]
    if wrong == number:
        return
    with pytest.raises(IdNumberError):
        normalize_id_number(wrong, today=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "410199600517001",
        NUMBER + "1",
        "410199196002300011",
        "４１０１９９１９６００５１７００１０",
        "X" * 18,
    ],
)
def test_what_is_no_number_is_refused_and_not_repeated(text: str):
    with pytest.raises(IdNumberError) as refused:
        normalize_id_number(text, today=TODAY)
    assert not text or text not in str(refused.value)


def test_a_birth_after_today_is_refused():
    first_17 = "41019920190701001"
    with pytest.raises(IdNumberError, match="晚于今天"):
        normalize_id_number(first_17 + check_digit(first_17), today=TODAY)


@pytest.mark.parametrize("province", ["81", "82", "83"])
def test_residence_permits_are_taken(province: str):
    first_17 = province + FIRST_17[2:]
    number = first_17 + check_digit(first_17)
    assert normalize_id_number(number, today=TODAY) == number


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2004, 6, 30), date(2019, 6, 29), 14),
        (date(2004, 6, 30), date(2019, 6, 30), 15),
        (date(2004, 2, 29), date(2019, 2, 28), 14),
        (date(2004, 2, 29), date(2019, 3, 1), 15),
        (date(2019, 6, 30), date(2019, 6, 30), 0),
    ],
)
def test_age_is_of_completed_years(born: date, day: date, age: int):
    assert age_on(born, day) == age


def test_lists_show_the_last_four():
    assert mask_id_number(NUMBER[-4:]) == "*" * 14 + NUMBER[-4:]

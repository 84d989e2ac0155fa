"""Resident identity numbers (公民身份号码, GB 11643)."""

from datetime import date

from stdnum.cn import ric

# Province-level codes of GB/T 2260, residence permits of Hong Kong, Macao and Taiwan included. Counties are
# not checked: a county that was dissolved long ago still stands in its people's numbers.
_PROVINCES = frozenset(
    f"{prefix}"
    for decade in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66))
    for prefix in decade
) | {"71", "81", "82", "83"}


class IdNumberError(ValueError):
    """Not a resident identity number; the message is Chinese and never repeats the number."""

    code = "id_number_invalid"


def normalize_id_number(text: str, *, today: date) -> str:
    """The number in its one form: 18 characters, ``X`` upper case.

    Raises:
        IdNumberError: wrong length, check digit or birth date, or a birth after ``today``.
    """
    number = text.strip().upper()
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        raise IdNumberError("身份证号须为18位，前17位为数字，请核对后重填")
    if number[17] != check_digit(number[:17]) or number[:2] not in _PROVINCES:
        raise IdNumberError("身份证号的校验位或地区码不对，请核对后重填")
    try:
        born = birth_date(number)
    except ValueError:
        raise IdNumberError("身份证号里的出生日期不存在，请核对后重填") from None
    if born > today:
        raise IdNumberError("身份证号里的出生日期晚于今天，请核对后重填")
    return number


def check_digit(first_17: str) -> str:
    """The 18th character of a number, from its first 17 digits."""
    digit: str = ric.calc_check_digit(first_17 + "0")
    return digit


def birth_date(number: str) -> date:
    """Birth date inside a normalized number."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def mask_id_number(last4: str) -> str:
    """``**************1234``: how lists show a number."""
    return "*" * 14 + last4


def age_on(born: date, day: date) -> int:
    """Completed years of age (周岁) on ``day``."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

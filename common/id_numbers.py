"""Resident identity numbers (公民身份号码, GB 11643)."""

from datetime import date

from stdnum.cn import ric
from stdnum.exceptions import ValidationError


class IdNumberError(ValueError):
    """Not a resident identity number; the message is Chinese and never repeats the number."""

    code = "id_number_invalid"


def normalize_id_number(text: str, *, today: date) -> str:
    """The number in its one form: 18 characters, ``X`` upper case.

    Raises:
        IdNumberError: wrong length, check digit or birth date, or a birth after ``today``.
    """
    number = text.strip().upper()
    # The library knows mainland province codes only; residence permits of 81-83 share the check digit.
    probe = "11" + number[2:] if number[:2] in {"81", "82", "83"} else number
    if len(number) != 18 or not number.isascii():
        raise IdNumberError("身份证号须为18位，请核对后重填")
    try:
        if probe is number:
            ric.validate(number)
        elif ric.calc_check_digit(number[:17]) != number[17]:
            raise ValidationError
        born = birth_date(number)
    except (ValidationError, ValueError):
        raise IdNumberError("身份证号的校验位、地区码或出生日期不对，请核对后重填") from None
    if born > today:
        raise IdNumberError("身份证号里的出生日期晚于今天，请核对后重填")
    return number


def birth_date(number: str) -> date:
    """Birth date inside a normalized number."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def mask_id_number(last4: str) -> str:
    """``**************1234``: how lists show a number."""
    return "*" * 14 + last4


def age_on(born: date, day: date) -> int:
    """Completed years of age (周岁) on ``day``."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

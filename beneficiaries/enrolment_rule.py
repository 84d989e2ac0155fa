"""For which year a newly recognised person is insured (动态参保, 黔南医保发〔2019〕36号 二(二))."""

from datetime import date


def insured_year(*, recognised_on: date, is_insured: bool, cutoff: tuple[int, int] | None) -> int:
    """The year for which to insure (应参保年度).

    Args:
        recognised_on: the day of recognition.
        is_insured: whether the person is insured in the year of recognition already.
        cutoff: month and day up to which, itself included, the current year counts; None: all year.
    """
    late = cutoff is not None and (recognised_on.month, recognised_on.day) > cutoff
    return recognised_on.year + (late and not is_insured)


def last_day_for(*, year: int, cutoff: tuple[int, int] | None) -> date:
    """Whoever is recognised up to this day is to be insured for ``year`` (认定截止日)."""
    month, day = cutoff or (12, 31)
    return date(year, month, day)

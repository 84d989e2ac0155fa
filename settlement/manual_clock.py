"""Until when a claim from papers must be paid (办结期限, 黔南 二(五)3): working days without the pauses."""

from collections.abc import Sequence
from datetime import date, timedelta

from common.working_days import NO_OVERRIDES, Deadline, Overrides, deadline, is_working_day

# From the day of the suspension to the day of the resumption.
Pause = tuple[date, date]


def working_days_between(start: date, end: date, overrides: Overrides = NO_OVERRIDES) -> int:
    """Working days after ``start`` up to and including ``end``."""
    days = range(1, (end - start).days + 1)
    return sum([is_working_day(start + timedelta(days=offset), overrides) for offset in days])


def manual_deadline(
    *, complete_on: date, days: int, pauses: Sequence[Pause] = (), overrides: Overrides = NO_OVERRIDES
) -> Deadline:
    """The last day for payment; working days of a pause do not count.

    A pause begins after the day of the suspension and ends with the day of the resumption, as the period
    itself begins after the day on which the papers were complete.

    Args:
        complete_on: the papers were complete.
        days: working days that the document grants.
        pauses: in order, not overlapping, none before ``complete_on``.
        overrides: the office's corrections of the calendar.
    """
    left, counted_to = days, complete_on
    for suspended_on, resumed_on in pauses:
        left -= working_days_between(counted_to, suspended_on, overrides)
        counted_to = resumed_on
    if left >= 0:
        return deadline(counted_to, left, overrides)
    # It was overdue when it was suspended: the day that was missed stays.
    return manual_deadline(complete_on=complete_on, days=days, pauses=pauses[:-1], overrides=overrides)


def days_used(
    *, complete_on: date, until: date, pauses: Sequence[Pause] = (), overrides: Overrides = NO_OVERRIDES
) -> int:
    """Working days that were needed (办理用时), pauses left out."""
    paused = sum([working_days_between(*pause, overrides) for pause in pauses])
    return working_days_between(complete_on, until, overrides) - paused

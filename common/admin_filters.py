"""Filters that lists share (筛选): days from and to, years without reading the table, what is not done."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import DateTimeField, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter

from common.clock import business_date

# The system's first documents are of 2017; a year ahead is planned in the autumn.
FIRST_YEAR = 2016
# Before and after them no calendar has days to compute with.
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


class DayRangeFilter(RangeDateFilter):
    """From a day to a day, both included; of moments, their day here."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows of the days.

        Raises:
            IncorrectLookupParameters: the address names no day.
        """
        first, last = self._day("_from"), self._day("_to")
        moments = isinstance(self.field, DateTimeField)
        if first is not None:
            queryset = queryset.filter(**{f"{self.field_path}__gte": _midnight(first) if moments else first})
        if last is not None:
            after = last + timedelta(days=1)
            queryset = queryset.filter(**{f"{self.field_path}__lt": _midnight(after) if moments else after})
        return queryset

    def _day(self, end: str) -> date | None:
        written = self.used_parameters.get(f"{self.field_path}{end}")
        if not written:
            return None
        try:
            day = date.fromisoformat(str(written))
        except ValueError as error:
            raise IncorrectLookupParameters from error
        if not EARLIEST <= day <= LATEST:
            raise IncorrectLookupParameters
        return day


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class YearFilter(ChoicesDropdownFilter):
    """By year: the years of the calendar, where reading those of the table would cost more than the list."""

    def __init__(self, field: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(field, *args, **kwargs)
        # Choices are the field's own; a year has none.
        self.field = _Years(verbose_name=field.verbose_name)
        self.title = str(field.verbose_name)


class _Years:
    """What a filter of choices asks of its field."""

    def __init__(self, *, verbose_name: str) -> None:
        self.verbose_name = verbose_name

    @property
    def flatchoices(self) -> Sequence[tuple[str, str]]:
        """From next year down."""
        return [(str(year), f"{year}年") for year in range(business_date().year + 1, FIRST_YEAR - 1, -1)]


def undone_filter(
    *, parameter: str, value: str, title: str, label: str, keep: Callable[[QuerySet[Any]], QuerySet[Any]]
) -> type[admin.SimpleListFilter]:
    """A filter with one choice: what is not done yet.

    Args:
        parameter: its name in the address, ``value`` its one value there.
        value: see ``parameter``.
        title: over the filter.
        label: of the choice.
        keep: leaves of the list's rows those that wait.
    """

    class Undone(admin.SimpleListFilter):
        """待办."""

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            """The one choice."""
            return [(value, label)]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            """Those that wait, when chosen."""
            return keep(queryset) if self.value() == value else queryset

    Undone.title, Undone.parameter_name = title, parameter
    return Undone

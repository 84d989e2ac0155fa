"""Charts on admin pages (图表): unfold's own Chart.js, data in attributes, the same numbers as a table."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from common.admin_panels import grouped_yuan
from common.money import format_percent, format_yuan
from reporting.indicators.kinds import Counted, Indicator
from reporting.selectors.indicators import NOTHING, Sums

COLOURS = ("var(--color-primary-600)", "#b45309", "#15803d")
OPTIONS = {
    "responsive": True,
    "maintainAspectRatio": False,
    "animation": False,
    "plugins": {"legend": {"display": True, "position": "bottom", "align": "start"}},
    "scales": {
        "x": {"grid": {"display": False}},
        "y": {"beginAtZero": True, "ticks": {"display": True, "maxTicksLimit": 6}},
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line or row of bars: basis points or fen; None where there is nothing."""

    label: str
    values: Sequence[int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart with its text (图表); without any value the page says so instead."""

    template: ClassVar[str] = "reporting/chart.html"
    title: str
    kind: Literal["line", "bar"]
    unit: Literal["%", "元"]
    labels: Sequence[str]
    series: Sequence[Series]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return all(value is None for series in self.series for value in series.values)

    @property
    def data(self) -> str:
        """What Chart.js draws, as JSON."""
        sets = [
            {
                "label": f"{series.label}（{self.unit}）",
                "data": [None if value is None else float(self._plain(value)) for value in series.values],
                "borderColor": colour,
                "backgroundColor": colour,
                "displayYAxis": True,
            }
            for series, colour in zip(self.series, COLOURS, strict=False)
        ]
        return json.dumps({"labels": list(self.labels), "datasets": sets}, ensure_ascii=False)

    @property
    def options(self) -> str:
        """How Chart.js draws, as JSON."""
        return json.dumps(OPTIONS)

    @property
    def headers(self) -> list[str]:
        """Headings of the table beside it."""
        return ["月份", *[f"{series.label}（{self.unit}）" for series in self.series]]

    @property
    def rows(self) -> list[list[str]]:
        """The same numbers as text."""
        columns = [series.values for series in self.series]
        return [
            [label, *[self._shown(values[at]) for values in columns]] for at, label in enumerate(self.labels)
        ]

    def _plain(self, value: int) -> str:
        # A basis point is to a per cent what a fen is to a yuan: two decimals.
        return format_yuan(value)

    def _shown(self, value: int | None) -> str:
        if value is None:
            return "尚无数据"
        return format_percent(value) if self.unit == "%" else grouped_yuan(value)


def ratio_chart(
    indicators: Sequence[Indicator], found: Mapping[date, Sums], *, year: int, title: str
) -> Chart:
    """Ratios by month of a year; tenths of a day are no per cent and stand in the tables only."""
    months = _months(year)
    return Chart(
        title=f"{title}（{year}年，按月）",
        kind="line",
        unit="%",
        labels=[f"{month.month}月" for month in months],
        series=[
            Series(
                label=indicator.name,
                values=[
                    indicator.value(*found.get(month, {}).get(indicator.code, NOTHING)) for month in months
                ],
            )
            for indicator in indicators
            if indicator.counted is not Counted.DAYS
        ],
    )


def paid_chart(found: Mapping[date, Sums], *, year: int) -> Chart:
    """What the tiers paid and what visits cost, net, by month of a year."""
    months = _months(year)
    parts = [found[month]["reimbursement"] if month in found else None for month in months]
    return Chart(
        title=f"总费用和各层次支付净额（{year}年，按月）",
        kind="bar",
        unit="元",
        labels=[f"{month.month}月" for month in months],
        series=[
            Series(label="各层次支付", values=[each and each.above for each in parts]),
            Series(label="总费用", values=[each and each.below for each in parts]),
        ],
    )


def _months(year: int) -> list[date]:
    return [date(year, number, 1) for number in range(1, 13)]

"""Periods as bars over the years (时间轴): drawn by the server, readable without the picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from common.admin_panels import period

WIDTH, LABEL_WIDTH, LANE_HEIGHT, HEAD_HEIGHT = 1_000, 190, 26, 26
# Longer ago is drawn as one edge: a few days would be too small to see.
YEARS_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A period and what holds in it; ``kind`` chooses the colour."""

    label: str
    kind: str
    valid: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A bar in the picture."""

    x: float
    width: float
    y: int
    kind: str
    past: bool
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One row of the picture: its label and bars."""

    label: str
    text_y: int
    bars: Sequence[Drawn]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A panel of bars; bars with one label share a lane."""

    template: ClassVar[str] = "common/timeline.html"
    title: str
    bars: Sequence[Bar]
    today: date

    @property
    def first(self) -> date:
        """The picture's first day: 1 January of the earliest year, at most some years back."""
        years = [bar.valid.lower.year for bar in self.bars if bar.valid.lower is not None]
        return date(max(min([self.today.year, *years]), self.today.year - YEARS_SHOWN), 1, 1)

    @property
    def last(self) -> date:
        """The day after the picture's last one."""
        return date(self.today.year + 1, 1, 1)

    @property
    def lanes(self) -> list[Lane]:
        """The rows, in the order of their first bar."""
        found: dict[str, list[Bar]] = {}
        for bar in self.bars:
            found.setdefault(bar.label, []).append(bar)
        return [self._lane(at, label, bars) for at, (label, bars) in enumerate(found.items())]

    @property
    def height(self) -> int:
        """Of the picture."""
        return HEAD_HEIGHT + LANE_HEIGHT * len({bar.label for bar in self.bars}) + 4

    @property
    def years(self) -> list[tuple[int, float]]:
        """Each year and where it begins."""
        return [(year, self._x(date(year, 1, 1))) for year in range(self.first.year, self.last.year)]

    @property
    def today_x(self) -> float:
        """Where today is."""
        return self._x(self.today)

    @property
    def says(self) -> str:
        """The picture in words."""
        return "；".join(f"{bar.label} {period(bar.valid)}" for bar in self.bars)

    def _lane(self, at: int, label: str, bars: Sequence[Bar]) -> Lane:
        top = HEAD_HEIGHT + LANE_HEIGHT * at
        drawn = [bar for bar in (self._drawn(bar, top) for bar in bars) if bar is not None]
        shown = label if len(label) <= 13 else label[:12] + "…"
        return Lane(label=shown, text_y=top + 18, bars=drawn)

    def _drawn(self, bar: Bar, top: int) -> Drawn | None:
        start = max(bar.valid.lower or self.first, self.first)
        end = min(bar.valid.upper or self.last, self.last)
        if end <= start:
            return None
        x, right = self._x(start), self._x(end)
        past = bar.valid.upper is not None and bar.valid.upper <= self.today
        return Drawn(
            x=x,
            width=round(max(2.0, right - x), 1),
            y=top + 5,
            kind=bar.kind,
            past=past,
            says=f"{bar.label} {period(bar.valid)}",
        )

    def _x(self, day: date) -> float:
        share = (day - self.first).days / (self.last - self.first).days
        return round(LABEL_WIDTH + share * (WIDTH - LABEL_WIDTH), 1)

"""Scores of counties and hospitals (考核评分): full points at the target, in proportion beside it.

Points are counted in hundredths. What has no value is not scored and takes nothing from the full marks:
the sheet states both the points and of how many. All weights are provisional: the documents name the
assessment, not its points.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from common.money import divide_half_up
from reporting.indicators.catalogue import BY_CODE
from reporting.indicators.kinds import Indicator

SHIPPED = Path(__file__).resolve().parent / "score_items.yaml"
HUNDREDTHS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One row of a score sheet (评分项): ``target_bp`` None takes the pack's target."""

    indicator: Indicator
    points: int
    at_least: bool
    target_bp: int | None
    basis: str
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One row of one subject's sheet; ``points`` None where it could not be scored."""

    criterion: Criterion
    value: int | None
    target_bp: int | None
    points: int | None


def score(criterion: Criterion, *, above: int, below: int, target_bp: int | None) -> Score:
    """Score one indicator, hundredths of a point, rounded half up once."""
    aim = criterion.target_bp if criterion.target_bp is not None else target_bp
    value = criterion.indicator.value(above, below)
    points = None if value is None or aim is None else _points(criterion, value=value, aim=aim)
    return Score(criterion=criterion, value=value, target_bp=aim, points=points)


def _points(criterion: Criterion, *, value: int, aim: int) -> int:
    full = criterion.points * HUNDREDTHS
    met = value >= aim if criterion.at_least else value <= aim
    if met:
        return full
    return divide_half_up(full * value, aim) if criterion.at_least else divide_half_up(full * aim, value)


def total(scores: Sequence[Score]) -> tuple[int, int]:
    """Points got and points that could be got, hundredths, over the rows that could be scored."""
    scored = [row for row in scores if row.points is not None]
    got = sum([row.points or 0 for row in scored])
    return got, sum([row.criterion.points * HUNDREDTHS for row in scored])


@cache
def shipped_criteria(subject: str) -> tuple[Criterion, ...]:
    """The sheet that comes with the system, for ``county`` or ``hospital``."""
    rows: Mapping[str, list[dict[str, object]]] = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    return tuple(
        Criterion(
            indicator=BY_CODE[str(row["indicator"])],
            points=int(str(row["points"])),
            at_least=row["bound"] == "at_least",
            target_bp=int(str(row["target_bp"])) if "target_bp" in row else None,
            basis=str(row["basis"]),
            provisional=True,
        )
        for row in rows[subject]
    )

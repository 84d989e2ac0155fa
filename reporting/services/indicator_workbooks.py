"""Roll-ups and score sheets as files (指标汇总表、考核表): checked against the database, logged."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from common.money import format_percent, format_yuan
from organizations.models import Region
from organizations.scope import Scope
from reporting.errors import RollUpMismatchError
from reporting.indicators.catalogue import INDICATORS
from reporting.indicators.kinds import Counted, Indicator
from reporting.indicators.performance import HUNDREDTHS
from reporting.indicators.periods import Period
from reporting.models import ExportLog
from reporting.rows import IndicatorRow, ScoreRow
from reporting.selectors.indicators import (
    Parts,
    Sums,
    Target,
    indicator_counties,
    indicator_sums,
    indicator_sums_by,
    indicator_targets,
    sum_of,
)
from reporting.selectors.performance import ScoreSheet, score_sheets
from reporting.workbooks.indicators import write_indicator_workbook, write_score_workbook

Targets = dict[int, dict[str, Target]]


@transaction.atomic
def indicator_workbook_write(*, scope: Scope, period: Period, path: Path, by: User | None = None) -> Path:
    """Counties, prefectures, provinces below one another (逐级汇总, 黔南医保发〔2019〕36号 三(四)).

    Raises:
        RollUpMismatchError: the counties do not add up to what the scope holds; nothing is handed out.
    """
    counties = indicator_counties(scope=scope)
    sums = indicator_sums_by(scope=scope, period=period, by="county")
    _check(sum_of(sums[county.pk] for county in counties if county.pk in sums), scope, period)
    targets = indicator_targets(counties=counties, period=period)
    places = _places(counties, scope)
    rows = list(_rows(places, sums, targets))
    within = {region for region, _ in places}
    place = "、".join(sorted(region.name for region in within if region.parent not in within))
    written = write_indicator_workbook(
        path=path, rows=rows, place=place, period=period.label, made_at=timezone.localtime()
    )
    _log(path, report="健康扶贫指标汇总表", subject=f"{place} {period.label}", rows=written, by=by)
    return path


@transaction.atomic
def score_workbook_write(*, scope: Scope, period: Period, path: Path, by: User | None = None) -> Path:
    """The score sheets of the scope's counties and hospitals (考核表)."""
    sheets = score_sheets(scope=scope, period=period)
    numbers = count(1)
    rows = [row for sheet in sheets for row in _score_rows(sheet, numbers)]
    place = "、".join(sorted({sheet.county for sheet in sheets}))
    written = write_score_workbook(
        path=path, rows=rows, place=place, period=period.label, made_at=timezone.localtime()
    )
    _log(path, report="医疗保障扶贫工作考核表", subject=f"{place} {period.label}", rows=written, by=by)
    return path


def amount_shown(indicator: Indicator, amount: int) -> str:
    """A numerator or denominator as people read it."""
    return f"{format_yuan(amount)} 元" if indicator.counted is Counted.MONEY else str(amount)


def target_shown(indicator: Indicator, found: Iterable[Target | None]) -> tuple[str, int | None]:
    """The target as people read it, and to compare with where all counties have the same."""
    if indicator.deadline_bp is not None:
        return f"{indicator.direction.value} {format_percent(indicator.deadline_bp)}", indicator.deadline_bp
    targets = set(found)
    if not indicator.target or targets <= {None}:
        return "政策包未规定", None
    if len(targets) > 1:
        return "各地不同", None
    target = next(iter(targets))
    if target is None:
        return "政策包未规定", None
    mark = "（待核实）" if target.provisional else ""
    return f"{indicator.direction.value} {format_percent(target.bp)}{mark}", target.bp


def _check(added: Sums, scope: Scope, period: Period) -> None:
    held = indicator_sums(scope=scope, period=period)
    for indicator in INDICATORS:
        if added[indicator.code] != held[indicator.code]:
            raise RollUpMismatchError(
                indicator=indicator.name, added=added[indicator.code], held=held[indicator.code]
            )


def _rows(
    places: Sequence[tuple[Region, list[Region]]], sums: dict[int, Sums], targets: Targets
) -> Iterator[IndicatorRow]:
    numbers = count(1)
    for indicator in INDICATORS:
        for region, below in places:
            parts = sum_of(sums[county.pk] for county in below if county.pk in sums)[indicator.code]
            found = [targets.get(county.pk, {}).get(indicator.target) for county in below]
            yield _row(next(numbers), indicator, region, parts, found)


def _row(
    number: int, indicator: Indicator, region: Region, parts: Parts, targets: Sequence[Target | None]
) -> IndicatorRow:
    value = indicator.value(*parts)
    target, target_bp = target_shown(indicator, targets)
    met = indicator.met(value, target_bp)
    return IndicatorRow(
        number=number,
        indicator=indicator.name,
        level=region.get_level_display(),
        region=region.name,
        numerator=indicator.numerator,
        above=amount_shown(indicator, parts.above) if any(parts) else "—",
        denominator=indicator.denominator,
        below=amount_shown(indicator, parts.below) if any(parts) else "—",
        value=indicator.shown(value),
        target=target,
        met="—" if met is None else ("达标" if met else "未达标"),
        clauses=indicator.clauses,
    )


def _places(counties: Sequence[Region], scope: Scope) -> list[tuple[Region, list[Region]]]:
    """Provinces, then prefectures, then counties, each with the counties that belong to it.

    Only what the scope holds whole: a county's sums never stand under its province's name.
    """
    by_region: dict[Region, list[Region]] = {}
    for county in counties:
        place: Region | None = county
        while place is not None and (scope.everything or place.pk in scope.county_ids):
            by_region.setdefault(place, []).append(county)
            place = place.parent
    order = list(Region.Level.values)
    return sorted(by_region.items(), key=lambda item: (order.index(item[0].level), item[0].code))


def _score_rows(sheet: ScoreSheet, numbers: Iterator[int]) -> Iterator[ScoreRow]:
    def row(**cells: str) -> ScoreRow:
        return ScoreRow(
            number=next(numbers), subject=sheet.subject, county=sheet.county, name=sheet.name, **cells
        )

    for scored in sheet.scores:
        criterion = scored.criterion
        aim = scored.target_bp
        yield row(
            indicator=criterion.indicator.name,
            value=criterion.indicator.shown(scored.value),
            target="未规定"
            if aim is None
            else f"{'不低于' if criterion.at_least else '不高于'} {format_percent(aim)}",
            points=f"{criterion.points}{'（待核实）' if criterion.provisional else ''}",
            got=points_shown(scored.points),
            basis=criterion.basis,
        )
    yield row(
        indicator="合计",
        value="",
        target="",
        points=points_shown(sheet.of),
        got=points_shown(sheet.got),
        basis="",
    )


def points_shown(points: int | None) -> str:
    """Hundredths of a point as people read them."""
    return "未评" if points is None else f"{points // HUNDREDTHS}.{points % HUNDREDTHS:02d}"


def _log(path: Path, *, report: str, subject: str, rows: int, by: User | None) -> None:
    ExportLog.objects.create(
        user=by,
        report=report,
        subject=subject[:300],
        row_count=rows,
        total_fen=0,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )

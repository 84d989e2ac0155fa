"""The parts of the indicator pages (指标页栏目)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.db.models import Model
from django.urls import reverse

from common.admin_panels import Cell, Panel, Table, grouped_yuan, link, text
from organizations.models import Hospital, Region
from organizations.scope import Scope
from reporting.admin_charts import Chart, ratio_chart
from reporting.indicators.catalogue import INDICATORS
from reporting.indicators.kinds import Counted, Indicator
from reporting.indicators.periods import Period
from reporting.selectors.indicators import (
    NOTHING,
    Parts,
    Target,
    indicator_sums,
    indicator_sums_by,
    indicator_targets,
)
from reporting.services.indicator_workbooks import target_shown

HOSPITALS_SHOWN = 50
MET = {
    True: Cell(text="达标", tone="success"),
    False: Cell(text="未达标", tone="danger"),
    None: Cell(text="—"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a page looks at."""

    scope: Scope
    period: Period
    quarter: int
    counties: Sequence[Region]
    county: Region | None

    @property
    def county_id(self) -> int | None:
        """Key of the county, where one was chosen."""
        return self.county.pk if self.county else None

    @property
    def shown(self) -> Sequence[Region]:
        """The counties looked at."""
        return [self.county] if self.county else self.counties

    def query(self, **more: Any) -> str:
        """The same look in an address."""
        own = {"year": self.period.year, "quarter": self.quarter, "county": self.county_id, **more}
        return urlencode({name: value for name, value in own.items() if value is not None})


def indicator_panels(look: Look, *, chosen: Indicator) -> list[Panel]:
    """All indicators; one of them by month, by county, by hospital."""
    targets = indicator_targets(counties=look.shown, period=look.period)
    panels: list[Panel] = [_all(look, targets)]
    if chosen.source.day and chosen.counted is not Counted.DAYS:
        panels.append(_by_month(look, chosen))
    panels.append(_by_county(look, chosen, targets))
    if chosen.source.hospital:
        panels.append(_by_hospital(look, chosen, targets))
    return panels


def _by_month(look: Look, chosen: Indicator) -> Chart:
    year = Period.of(look.period.year)
    found = indicator_sums_by(
        scope=look.scope, period=year, by="month", codes=[chosen.code], county_id=look.county_id
    )
    return ratio_chart([chosen], found, year=year.year, title=chosen.name)


def rows_panel(indicator: Indicator, page: Page, *, look: Look, query: Mapping[str, str]) -> Table:
    """A page of the rows behind an indicator."""
    following = None
    if page.has_next():
        following = Cell(text="下一页", url=f"?{urlencode({**query, 'p': page.next_page_number()})}")
    place = look.county.name if look.county else "管辖范围"
    counted = f"{look.period.label}，{place}，共 {page.paginator.count} 行"
    return Table(
        title=f"{indicator.name}：{indicator.source.title}（{counted}）",
        headers=(
            "记录",
            "医疗机构",
            "日期",
            f"计入分子：{indicator.numerator}",
            f"计入分母：{indicator.denominator}",
        ),
        rows=[_row(indicator, row) for row in page],
        numeric=frozenset({3, 4}),
        note=f"{indicator.note}冲销记为负数。" if indicator.source.signed else indicator.note,
        more=following,
        empty="没有计入的记录",
    )


def _row(indicator: Indicator, row: Any) -> tuple[Cell, ...]:
    claim = getattr(row, "claim", None)
    hospital = getattr(claim or row, "hospital", None)
    # What was paid on a ledger is looked at there.
    subject: Model = claim or getattr(row, "ledger", None) or row
    day = getattr(row, indicator.source.day) if indicator.source.day else None
    label = getattr(row, "name", "") and f"{row.name}（尾号{row.id_last4}）"
    return (
        link(subject, label=label),
        text(hospital),
        text(day),
        Cell(text=_amount(indicator, row.row_above), numeric=True),
        Cell(text=_amount(indicator, row.row_below), numeric=True),
    )


def _all(look: Look, targets: Mapping[int, Mapping[str, Target]]) -> Table:
    sums = indicator_sums(scope=look.scope, period=look.period, county_id=look.county_id)
    rows = []
    for indicator in INDICATORS:
        parts = sums[indicator.code]
        found = [targets.get(county.pk, {}).get(indicator.target) for county in look.shown]
        url = f"{reverse('admin:reporting_indicators')}?{look.query(indicator=indicator.code)}"
        rows.append(
            (
                Cell(text=indicator.name, url=url, note=indicator.clauses),
                *_numbers(indicator, parts, look.query()),
                *_verdict(indicator, parts, found),
                text(indicator.note),
            )
        )
    return Table(
        title=f"指标一览（{look.county.name if look.county else '管辖范围合计'}）",
        headers=("指标", "分子", "分母", "指标值", "目标", "", "口径"),
        rows=rows,
        numeric=frozenset({1, 2, 3}),
        note="点分子或分母看逐笔记录；点指标名看按月、按县和按医疗机构。没有记录的写“尚无数据”。",
    )


def _by_county(look: Look, chosen: Indicator, targets: Mapping[int, Mapping[str, Target]]) -> Table:
    found = indicator_sums_by(
        scope=look.scope, period=look.period, by="county", codes=[chosen.code], county_id=look.county_id
    )
    rows = []
    for county in look.shown:
        parts = found.get(county.pk, {}).get(chosen.code, NOTHING)
        target = targets.get(county.pk, {}).get(chosen.target)
        rows.append(
            (
                text(county.name),
                *_numbers(chosen, parts, look.query(county=county.pk)),
                *_verdict(chosen, parts, [target]),
            )
        )
    return Table(
        title=f"{chosen.name}：按县（市、区）",
        headers=("县（市、区）", "分子", "分母", "指标值", "目标", ""),
        rows=rows,
        numeric=frozenset({1, 2, 3}),
    )


def _by_hospital(look: Look, chosen: Indicator, targets: Mapping[int, Mapping[str, Target]]) -> Table:
    found = indicator_sums_by(
        scope=look.scope, period=look.period, by="hospital", codes=[chosen.code], county_id=look.county_id
    )
    largest = sorted(found, key=lambda key: -found[key].get(chosen.code, NOTHING).below)[:HOSPITALS_SHOWN]
    names = Hospital.objects.in_bulk(largest)
    all_targets = [targets.get(county.pk, {}).get(chosen.target) for county in look.shown]
    rows = []
    for key in largest:
        parts = found[key].get(chosen.code, NOTHING)
        rows.append(
            (
                text(names[key].name),
                *_numbers(chosen, parts, look.query(hospital=key)),
                *_verdict(chosen, parts, all_targets),
            )
        )
    more = f"只列分母最大的 {HOSPITALS_SHOWN} 家。" if len(found) > HOSPITALS_SHOWN else ""
    return Table(
        title=f"{chosen.name}：按医疗机构",
        headers=("医疗机构", "分子", "分母", "指标值", "目标", ""),
        rows=rows,
        numeric=frozenset({1, 2, 3}),
        note=more,
        empty="尚无数据",
    )


def _numbers(indicator: Indicator, parts: Parts, query: str) -> tuple[Cell, Cell, Cell]:
    url = f"{reverse('admin:reporting_indicator_rows', args=[indicator.code])}?{query}"
    value = Cell(text=indicator.shown(indicator.value(*parts)), numeric=True, unbroken=True)
    if parts == NOTHING:
        return Cell(text="—", numeric=True), Cell(text="—", numeric=True), value
    return (
        Cell(text=_amount(indicator, parts.above), url=url, numeric=True, note=indicator.numerator),
        Cell(text=_amount(indicator, parts.below), url=url, numeric=True, note=indicator.denominator),
        value,
    )


def _amount(indicator: Indicator, amount: int) -> str:
    return f"{grouped_yuan(amount)} 元" if indicator.counted is Counted.MONEY else f"{amount:,}"


def _verdict(indicator: Indicator, parts: Parts, targets: Sequence[Target | None]) -> tuple[Cell, Cell]:
    shown, target_bp = target_shown(indicator, targets)
    clause = next((target.clause for target in targets if target is not None), "")
    return Cell(text=shown, note=clause, unbroken=True), MET[
        indicator.met(indicator.value(*parts), target_bp)
    ]

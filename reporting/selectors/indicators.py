"""Indicators of a scope (指标查询): sums over rows, one query per source however many rows there are."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet, Sum, Value
from django.db.models.functions import TruncMonth

from common.money import AmountFormatError, parse_percent
from organizations.models import Region
from organizations.scope import Scope
from policies.codes import PolicyStatus
from policies.models import Policy, PolicyParameter
from policies.selectors import rows_of_county
from reporting.indicators.catalogue import BY_CODE, INDICATORS, SOURCES
from reporting.indicators.kinds import Indicator
from reporting.indicators.periods import Period
from reporting.indicators.sources import Source


class Parts(NamedTuple):
    """Both sums of an indicator: fen, heads or days."""

    above: int
    below: int


class Target(NamedTuple):
    """A target as a county's pack states it."""

    bp: int
    clause: str
    provisional: bool


NOTHING = Parts(0, 0)
# Of a region, a hospital or a month: both sums by indicator.
Sums = dict[str, Parts]


def indicator_counties(*, scope: Scope, county: Region | None = None) -> list[Region]:
    """The counties that a table lists, with the regions above them."""
    counties = Region.objects.filter(scope.limit(county="pk", hospital=""), level=Region.Level.COUNTY)
    if county is not None:
        counties = counties.filter(pk=county.pk)
    return list(counties.select_related("parent__parent").order_by("code"))


def indicator_sums(
    *, scope: Scope, period: Period, county_id: int | None = None, hospital_id: int | None = None
) -> Sums:
    """Both sums of every indicator over the scope, or one county or hospital of it; nine queries."""
    where = _where(county_id=county_id, hospital_id=hospital_id)
    sums: Sums = {}
    for source in SOURCES:
        rows = _rows(source, scope=scope, period=period, where=where)
        if rows is not None:
            # As one group: what is only an alias of a row cannot stand in ``aggregate``.
            for values in rows.values(group=Value(0)).annotate(**_totals(source)):
                sums |= _parts(values, source)
    return {indicator.code: sums.get(indicator.code, NOTHING) for indicator in INDICATORS}


def indicator_sums_by(
    *,
    scope: Scope,
    period: Period,
    by: str,
    codes: Iterable[str] = tuple(BY_CODE),
    county_id: int | None = None,
) -> dict[Any, Sums]:
    """Both sums by ``county``, ``hospital`` (keys) or ``month`` (first days); a query per source.

    Only sources of the indicators asked for are read; rows without a hospital or a day are left out.
    """
    found: dict[Any, Sums] = {}
    wanted = {BY_CODE[code].source.code for code in codes}
    for source in SOURCES:
        rows = _rows(source, scope=scope, period=period, where=_where(county_id=county_id))
        key = _key(source, by)
        if rows is None or key is None or source.code not in wanted:
            continue
        for values in rows.values(group=key).annotate(**_totals(source)).order_by("group"):
            if values["group"] is not None:
                found.setdefault(values["group"], {}).update(_parts(values, source))
    return found


def indicator_sums_of_hospitals(
    *, scope: Scope, period: Period, county_id: int | None = None
) -> dict[tuple[int, int], Sums]:
    """Both sums by county of insurance and hospital (keys); a query per source that knows hospitals."""
    found: dict[tuple[int, int], Sums] = {}
    for source in SOURCES:
        rows = _rows(source, scope=scope, period=period, where=_where(county_id=county_id))
        if rows is None or not source.hospital:
            continue
        keys = {"of_county": F(source.county), "at_hospital": F(source.hospital)}
        for values in rows.values(**keys).annotate(**_totals(source)).order_by():
            if values["at_hospital"] is not None:
                key = (values["of_county"], values["at_hospital"])
                found.setdefault(key, {}).update(_parts(values, source))
    return found


def indicator_rows(
    *,
    indicator: Indicator,
    scope: Scope,
    period: Period,
    county_id: int | None = None,
    hospital_id: int | None = None,
) -> QuerySet[Any, Any]:
    """The rows behind an indicator, each with its ``row_above`` and ``row_below``, newest first."""
    where = _where(county_id=county_id, hospital_id=hospital_id)
    rows = _rows(indicator.source, scope=scope, period=period, where=where)
    if rows is None:
        return indicator.source.rows(period).none()
    counted = rows.annotate(row_above=indicator.above, row_below=indicator.below)
    source = indicator.source
    telling: QuerySet[Any, Any] = counted.exclude(row_above=0, row_below=0).order_by(*source.order)
    return telling.select_related(*source.related) if source.related else telling


def indicator_targets(*, counties: Iterable[Region], period: Period) -> dict[int, dict[str, Target]]:
    """What each county's pack of the period's last day aims at, by parameter; two queries."""
    found = list(counties)
    codes = {indicator.target for indicator in INDICATORS if indicator.target}
    packs = Policy.objects.filter(
        status=PolicyStatus.PUBLISHED,
        valid__contains=period.last_day,
        city_code__in={county.parent.code for county in found if county.parent},
    )
    by_city: dict[str, list[PolicyParameter]] = {}
    parameters = (
        PolicyParameter.objects.filter(Q(code__in=codes) | Q(overrides__in=codes), policy__in=packs)
        .select_related("policy", "clause__document")
        .order_by("position")
    )
    for row in parameters:
        by_city.setdefault(row.policy.city_code, []).append(row)
    return {
        county.pk: _targets(rows_of_county(by_city.get(county.parent.code, ()), county.code))
        for county in found
        if county.parent is not None
    }


def sum_of(parts: Iterable[Mapping[str, Parts]]) -> Sums:
    """Sums of several regions: above with above, below with below."""
    total: Sums = {indicator.code: NOTHING for indicator in INDICATORS}
    for sums in parts:
        for code, (above, below) in sums.items():
            total[code] = Parts(total[code].above + above, total[code].below + below)
    return total


def _targets(rows: Iterable[PolicyParameter]) -> dict[str, Target]:
    targets: dict[str, Target] = {}
    for row in rows:
        try:
            bp = parse_percent(row.value)
        except AmountFormatError:
            # A target in words is no number to compare with.
            continue
        targets[row.overrides or row.code] = Target(
            bp=bp, clause=str(row.clause) if row.clause else "", provisional=row.provisional
        )
    return targets


def _where(*, county_id: int | None = None, hospital_id: int | None = None) -> dict[str, int]:
    chosen = {"county": county_id, "hospital": hospital_id}
    return {name: key for name, key in chosen.items() if key is not None}


def _rows(
    source: Source, *, scope: Scope, period: Period, where: dict[str, int]
) -> QuerySet[Any, Any] | None:
    """The source's rows inside the scope; None where the source knows no hospitals and one is asked for."""
    if "hospital" in where and not source.hospital:
        return None
    rows = source.rows(period).filter(scope.limit(county=source.county, hospital=source.hospital))
    return rows.filter(**{getattr(source, name): key for name, key in where.items()})


def _key(source: Source, by: str) -> F | TruncMonth | None:
    if by == "month":
        return TruncMonth(source.day) if source.day else None
    path = source.county if by == "county" else source.hospital
    return F(path) if path else None


def _totals(source: Source) -> dict[str, Sum]:
    totals = {}
    for indicator in INDICATORS:
        if indicator.source is source:
            name = indicator.code.replace("-", "_")
            totals[f"above_{name}"] = Sum(indicator.above, default=0)
            totals[f"below_{name}"] = Sum(indicator.below, default=0)
    return totals


def _parts(values: Mapping[str, Any], source: Source) -> Sums:
    found = {}
    for indicator in INDICATORS:
        if indicator.source is source:
            name = indicator.code.replace("-", "_")
            found[indicator.code] = Parts(int(values[f"above_{name}"]), int(values[f"below_{name}"]))
    return found

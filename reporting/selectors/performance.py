"""Score sheets of counties and hospitals (考核表, R41、R93、R128)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from common.money import BASIS_POINTS, divide_half_up, split_by_weights
from organizations.models import Hospital, Region
from organizations.scope import Scope
from reporting.indicators.catalogue import BY_CODE
from reporting.indicators.performance import Criterion, Score, score, shipped_criteria, total
from reporting.indicators.periods import Period
from reporting.models import ScoreItem
from reporting.selectors.indicators import (
    NOTHING,
    Sums,
    Target,
    indicator_counties,
    indicator_sums_by,
    indicator_sums_of_hospitals,
    indicator_targets,
)

Subject = ScoreItem.Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSheet:
    """One subject's sheet: points are hundredths."""

    subject: str
    county: str
    name: str
    code: str
    scores: Sequence[Score]
    got: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsidyShare:
    """A county's part of a subsidy by its score (补助测算)."""

    sheet: ScoreSheet
    rate_bp: int
    amount_fen: int


def subsidy_shares(*, sheets: Iterable[ScoreSheet], amount_fen: int) -> list[SubsidyShare]:
    """A city's subsidy split over its counties in proportion to their scores (郑民文〔2017〕131号 四(九)).

    Weights are points got of points that could be got, basis points: the document says that the score counts,
    not how. Nothing is split where nobody has points.
    """
    counties = [sheet for sheet in sheets if sheet.subject == Subject.COUNTY.label]
    rates = [divide_half_up(sheet.got * BASIS_POINTS, sheet.of) if sheet.of else 0 for sheet in counties]
    parts = split_by_weights(amount_fen, rates) if any(rates) else [0] * len(rates)
    return [
        SubsidyShare(sheet=sheet, rate_bp=rate_bp, amount_fen=fen)
        for sheet, rate_bp, fen in zip(counties, rates, parts, strict=True)
    ]


def score_sheets(*, scope: Scope, period: Period, county: Region | None = None) -> list[ScoreSheet]:
    """The sheets of the scope's counties, each followed by its hospitals'; a hospital gets its own only.

    Queries do not grow with counties or hospitals.
    """
    visits = indicator_sums_of_hospitals(scope=scope, period=period, county_id=county.pk if county else None)
    counties = indicator_counties(scope=scope, county=county)
    if scope.hospital_id is not None:
        of_visits = Region.objects.filter(pk__in={key for key, _ in visits})
        counties = list(of_visits.select_related("parent").order_by("code"))
    hospitals = Hospital.objects.in_bulk({key for _, key in visits})
    targets = indicator_targets(counties=counties, period=period)
    criteria = _criteria(counties)
    sums = indicator_sums_by(scope=scope, period=period, by="county")
    sheets = []
    for each in counties:
        aims = targets.get(each.pk, {})
        if scope.hospital_id is None:
            scores = _scores(criteria[each.pk, Subject.COUNTY], sums.get(each.pk, {}), aims)
            sheets.append(_sheet(Subject.COUNTY, each, name=each.name, code=each.code, scores=scores))
        own = [(hospitals[key], of) for (county_id, key), of in visits.items() if county_id == each.pk]
        for hospital, of in sorted(own, key=lambda pair: pair[0].code):
            scores = _scores(criteria[each.pk, Subject.HOSPITAL], of, aims)
            sheets.append(
                _sheet(Subject.HOSPITAL, each, name=hospital.name, code=hospital.code, scores=scores)
            )
    return sheets


def _scores(criteria: Sequence[Criterion], sums: Sums, targets: dict[str, Target]) -> list[Score]:
    scores = []
    for row in criteria:
        above, below = sums.get(row.indicator.code, NOTHING)
        target = targets.get(row.indicator.target)
        scores.append(score(row, above=above, below=below, target_bp=target.bp if target else None))
    return scores


def _sheet(subject: str, county: Region, *, name: str, code: str, scores: Sequence[Score]) -> ScoreSheet:
    got, possible = total(scores)
    return ScoreSheet(
        subject=str(Subject(subject).label),
        county=county.name,
        name=name,
        code=code,
        scores=scores,
        got=got,
        of=possible,
    )


def _criteria(counties: Iterable[Region]) -> dict[tuple[int, str], Sequence[Criterion]]:
    """Each county's own rows, else the shipped ones."""
    ids = [county.pk for county in counties]
    own: dict[tuple[int, str], list[Criterion]] = {}
    for item in ScoreItem.objects.filter(region__in=ids, indicator__in=BY_CODE).order_by("position"):
        own.setdefault((item.region_id, item.subject), []).append(
            Criterion(
                indicator=BY_CODE[item.indicator],
                points=item.points,
                at_least=item.bound == ScoreItem.Bound.AT_LEAST,
                target_bp=item.target_bp,
                basis=item.basis,
                provisional=item.provisional,
            )
        )
    return {
        (key, subject): own.get((key, subject)) or shipped_criteria(subject)
        for key in ids
        for subject in Subject.values
    }

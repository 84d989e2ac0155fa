"""Bands in force and the cumulative payment F (分段累计支付额)."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from common.money import BASIS_POINTS, divide_half_up
from settlement.engine.errors import PolicyDefectError
from settlement.engine.terms import Band, Rule
from settlement.engine.uplifts import Adjustment


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A rule's bands after deductible, uplifts and scale, ready to evaluate.

    Band ``i`` begins at ``floors_fen[i]`` and pays ``weights[i] / divisor`` of what lies in it;
    ``below[i]`` is the exact numerator of all bands before it. A closed last band is followed by one of
    weight 0. ``offset_fen`` is taken off first where bands lie on the excess; below ``threshold_fen``
    nothing is paid. ``unit_fen`` is what a payment is rounded to. ``drug_slices`` are what the bands pay more
    for listed drugs: additional weight, floor, ceiling, the largest weight first.
    """

    floors_fen: tuple[int, ...]
    weights: tuple[int, ...]
    below: tuple[int, ...]
    divisor: int
    unit_fen: int
    offset_fen: int = 0
    threshold_fen: int = 0
    drug_slices: tuple[tuple[int, int, int | None], ...] = ()


def paid_up_to(amount_fen: int, schedule: Schedule) -> int:
    """F: what the bands pay on a measured amount, fen; exact over all bands, rounded half up once."""
    if amount_fen < schedule.threshold_fen:
        return 0
    reached_fen = amount_fen - schedule.offset_fen
    floors_fen = schedule.floors_fen
    index = bisect_right(floors_fen, reached_fen) - 1
    if index < 0:
        return 0
    exact = schedule.below[index] + schedule.weights[index] * (reached_fen - floors_fen[index])
    return divide_half_up(exact, schedule.divisor) * schedule.unit_fen


def paid_with_drugs(amount_fen: int, drugs_fen: int, schedule: Schedule) -> int:
    """F of an amount of which ``drugs_fen`` are listed drugs: both exact together, rounded half up once."""
    if not drugs_fen or not schedule.drug_slices:
        return paid_up_to(amount_fen, schedule)
    if amount_fen < schedule.threshold_fen:
        return 0
    exact = _exact(amount_fen, schedule) + more_for_drugs(amount_fen, drugs_fen, schedule)[1]
    return divide_half_up(exact, schedule.divisor) * schedule.unit_fen


def more_for_drugs(amount_fen: int, drugs_fen: int, schedule: Schedule) -> tuple[int, int]:
    """How much of the drugs lies where the bands pay more for them, and the numerator of what that is.

    Ordinary cost bears the deductible and whatever lies above the last band; the drugs lie where they get
    most. So neither more drugs nor more of other cost ever pays less, and what a year pays does not depend on
    how its cost is split over visits.
    """
    if amount_fen < schedule.threshold_fen:
        return 0, 0
    reached_fen = amount_fen - schedule.offset_fen
    left_fen, exact = drugs_fen, 0
    for weight, floor_fen, ceiling_fen in schedule.drug_slices:
        end_fen = reached_fen if ceiling_fen is None else min(reached_fen, ceiling_fen)
        taken_fen = min(left_fen, max(0, end_fen - floor_fen))
        exact += weight * taken_fen
        left_fen -= taken_fen
    return drugs_fen - left_fen, exact


def _exact(amount_fen: int, schedule: Schedule) -> int:
    """The numerator of F on an amount that reaches the threshold."""
    reached_fen = amount_fen - schedule.offset_fen
    index = bisect_right(schedule.floors_fen, reached_fen) - 1
    if index < 0:
        return 0
    return schedule.below[index] + schedule.weights[index] * (reached_fen - schedule.floors_fen[index])


def schedule_for(rule: Rule, adjustment: Adjustment, unit_fen: int) -> tuple[Schedule, tuple[Band, ...]]:
    """Compile a rule's bands under its uplifts; also the bands as they now read.

    ``unit_fen`` (>= 1) is what a payment is rounded to.

    Raises:
        PolicyDefectError: the bands overlap, leave a gap, or do not ascend.
    """
    _check_bands(rule)
    deductible_fen = adjustment.deductible_fen
    threshold_only = rule.deductible.threshold_only
    bands = effective_bands(rule, adjustment)
    floors_fen, weights, below = [], [], [0]
    for band in bands:
        floors_fen.append(band.floor_fen)
        weights.append(band.rate_bp * rule.scale_bp)
        if band.ceiling_fen is not None:
            below.append(below[-1] + weights[-1] * (band.ceiling_fen - band.floor_fen))
    if bands and bands[-1].ceiling_fen is not None:
        floors_fen.append(bands[-1].ceiling_fen)
        weights.append(0)
    schedule = Schedule(
        floors_fen=tuple(floors_fen),
        weights=tuple(weights),
        below=tuple(below),
        divisor=BASIS_POINTS * BASIS_POINTS * unit_fen,
        unit_fen=unit_fen,
        offset_fen=deductible_fen if rule.bands_on_excess else 0,
        threshold_fen=deductible_fen if threshold_only else 0,
        drug_slices=_drug_slices(rule, adjustment) if adjustment.drug_rate_add_bp else (),
    )
    return schedule, bands


def _drug_slices(rule: Rule, adjustment: Adjustment) -> tuple[tuple[int, int, int | None], ...]:
    """What listed drugs get beyond the other cost, per band; a rate stops at 100 %."""
    others = effective_bands(rule, adjustment, Adjustment.rate_of)
    drugs = effective_bands(rule, adjustment, Adjustment.drug_rate_of)
    slices = [
        ((drug.rate_bp - other.rate_bp) * rule.scale_bp, drug.floor_fen, drug.ceiling_fen)
        for other, drug in zip(others, drugs, strict=True)
    ]
    return tuple(sorted([item for item in slices if item[0]], key=lambda item: -item[0]))


def effective_bands(
    rule: Rule, adjustment: Adjustment, rate_of: Callable[[Adjustment, int], int] = Adjustment.rate_of
) -> tuple[Band, ...]:
    """A rule's bands after deductible and uplifts, before its scale (实际分段).

    Gross bands begin at the deductible. Where it is lowered, the first paying band reaches down to it.
    """
    deductible_fen = adjustment.deductible_fen
    # A band at rate 0 in front only spells the deductible out; no uplift of rates may make it pay.
    paying = list(rule.bands)
    while paying and paying[0].rate_bp == 0:
        del paying[0]
    threshold_only = rule.deductible.threshold_only
    start_fen = 0 if threshold_only or rule.bands_on_excess else deductible_fen
    lowered = threshold_only or deductible_fen < rule.deductible.amounts_fen[0]
    bands: list[Band] = []
    for index, band in enumerate(paying):
        reaches_down = index == 0 and lowered and not rule.bands_on_excess
        floor_fen = start_fen if reaches_down else max(band.floor_fen, start_fen)
        if band.ceiling_fen is None or floor_fen < band.ceiling_fen:
            rate_bp = rate_of(adjustment, band.rate_bp)
            bands.append(Band(floor_fen=floor_fen, ceiling_fen=band.ceiling_fen, rate_bp=rate_bp))
    return tuple(bands)


def _check_bands(rule: Rule) -> None:
    if rule.deductible.threshold_only and rule.bands_on_excess:
        raise PolicyDefectError(f"待遇规则 {rule.code}：门槛式起付线不能与按超出部分分段同用。")
    reached: int | None = rule.bands[0].floor_fen if rule.bands else 0
    for band in rule.bands:
        if band.floor_fen != reached or band.floor_fen < 0 or band.rate_bp < 0:
            raise PolicyDefectError(f"待遇规则 {rule.code} 的分段不连续或比例为负，请更正。")
        if band.ceiling_fen is not None and band.ceiling_fen <= band.floor_fen:
            raise PolicyDefectError(f"待遇规则 {rule.code} 的分段上限不高于下限，请更正。")
        reached = band.ceiling_fen

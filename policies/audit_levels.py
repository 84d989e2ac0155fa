"""Terms of higher hospitals are not better than those of lower ones (级别越高，起付线不低、比例不高)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import permutations

from common.codes import HospitalLevel
from common.money import format_percent, format_yuan
from policies.pack.rows import Row
from policies.pack.shapes import CONDITION

# Whose hospital, and of which grade. City third level and province second level are not comparable.
_RANKS = {
    HospitalLevel.VILLAGE: (0, 1),
    HospitalLevel.TOWNSHIP: (1, 1),
    HospitalLevel.COUNTY_2: (2, 2),
    HospitalLevel.COUNTY_3: (2, 3),
    HospitalLevel.CITY_2: (3, 2),
    HospitalLevel.CITY_3: (3, 3),
    HospitalLevel.PROVINCE_2: (4, 2),
    HospitalLevel.PROVINCE_3: (4, 3),
}


def level_findings(rules: Sequence[Row]) -> Iterator[tuple[Row, str]]:
    """Rules of a higher level that are better than those of a lower one, else for the same claims."""
    groups: dict[object, list[Row]] = defaultdict(list)
    for rule in rules:
        if rule.texts("hospital_levels"):
            groups[_same_but_level(rule)].append(rule)
    for group in groups.values():
        for lower, higher in permutations(group, 2):
            if _is_higher(higher, lower):
                yield from ((higher, message) for message in _reversed_terms(lower, higher))


def _same_but_level(rule: Row) -> object:
    asked = [key.attribute for key in CONDITION if key.name != "hospital_levels"]
    return (rule.text("tier"), rule.text("benefit"), *(str(rule.values[attribute]) for attribute in asked))


def _is_higher(rule: Row, other: Row) -> bool:
    """Every level of the rule stands above every level of the other."""
    pairs = [
        (_RANKS[HospitalLevel(higher)], _RANKS[HospitalLevel(lower)])
        for higher in rule.texts("hospital_levels")
        for lower in other.texts("hospital_levels")
    ]
    return all(higher != lower and higher[0] >= lower[0] and higher[1] >= lower[1] for higher, lower in pairs)


def _reversed_terms(lower: Row, higher: Row) -> Iterator[str]:
    name = lower.text("title") or lower.text("code")
    lower_fen, higher_fen = _first_deductible(lower), _first_deductible(higher)
    if higher_fen < lower_fen:
        amounts = f"{format_yuan(higher_fen)} 元，低于{format_yuan(lower_fen)} 元"
        yield f"医疗机构级别较高，起付线却较低（{amounts}，见“{name}”）。"
    start_fen = max(lower_fen, higher_fen)
    for amount_fen in sorted({start_fen, *_floors(lower), *_floors(higher)}):
        lower_bp, higher_bp = _rate_at(lower, amount_fen), _rate_at(higher, amount_fen)
        if amount_fen >= start_fen and higher_bp > lower_bp:
            rates = f"{format_percent(higher_bp)} 高于 {format_percent(lower_bp)}"
            yield f"医疗机构级别较高，自 {format_yuan(amount_fen)} 元起比例却较高（{rates}，见“{name}”）。"
            return


def _first_deductible(rule: Row) -> int:
    amounts = rule.values["deductible_amounts_fen"]
    return int(amounts[0]) if isinstance(amounts, list) and amounts else 0


def _floors(rule: Row) -> list[int]:
    return [band.number("floor_fen") or 0 for band in rule.children["bands"]]


def _rate_at(rule: Row, amount_fen: int) -> int:
    for band in rule.children["bands"]:
        ceiling_fen = band.number("ceiling_fen")
        if (band.number("floor_fen") or 0) <= amount_fen and (
            ceiling_fen is None or amount_fen < ceiling_fen
        ):
            return band.number("rate_bp") or 0
    return 0

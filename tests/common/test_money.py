"""Money: integer fen inside, two-decimal yuan strings outside, ratios in basis points."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.money import (
    AmountFormatError,
    divide_half_up,
    format_capital,
    format_percent,
    format_yuan,
    parse_percent,
    parse_yuan,
    share_of,
    split_by_weights,
)

SEVERAL = st.integers(-(10**13), 10**13)


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(49, 100, 0), (50, 100, 1), (51, 100, 1), (149, 100, 1), (150, 100, 2), (-49, 100, 0), (-50, 100, -1),
     (-51, 100, -1), (0, 7, 0), (1, 3, 0), (2, 3, 1), (3, 2, 2), (-3, 2, -2)],
)  # fmt: skip
def test_halves_round_away_from_zero(numerator: int, denominator: int, expected: int) -> None:
    assert divide_half_up(numerator, denominator) == expected


@given(SEVERAL, st.integers(1, 10**9))
def test_a_rounded_quotient_is_at_most_half_a_unit_off(numerator: int, denominator: int) -> None:
    assert abs(divide_half_up(numerator, denominator) * denominator - numerator) * 2 <= denominator
    assert divide_half_up(-numerator, denominator) == -divide_half_up(numerator, denominator)


def test_a_share_is_rounded_once() -> None:
    assert share_of(1_202_848, 8_400) == 1_010_392
    assert share_of(333_333, 7_000) == 233_333
    assert share_of(1, 5_000) == 1
    assert share_of(1, 4_999) == 0


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [(1, [1, 1], [1, 0]), (3, [5, 2, 3], [1, 1, 1]), (10_000, [5, 2, 3], [5_000, 2_000, 3_000]),
     (0, [1, 2], [0, 0]), (100, [0, 1], [0, 100]), (2, [1, 1, 1], [1, 1, 0]), (5, [1, 2], [2, 3])],
)  # fmt: skip
def test_odd_fen_go_to_the_largest_remainder_and_then_to_the_first(
    amount: int, weights: list[int], parts: list[int]
) -> None:
    assert split_by_weights(amount, weights) == parts


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=6).filter(any))
def test_a_split_makes_the_amount_and_no_part_is_a_fen_off(amount: int, weights: list[int]) -> None:
    parts = split_by_weights(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - amount * weight) < sum(weights)


@pytest.mark.parametrize(("amount", "weights"), [(-1, [1]), (1, [0, 0]), (1, [2, -1])])
def test_an_impossible_split_is_refused(amount: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="cannot split"):
        split_by_weights(amount, weights)


@pytest.mark.parametrize(
    ("text", "fen"),
    [("0.00", 0), ("0.01", 1), ("1234.50", 123_450), ("-0.01", -1), ("-12.00", -1_200),
     ("9999999999999.99", 999_999_999_999_999)],
)  # fmt: skip
def test_a_yuan_string_is_read_and_written_the_same(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen
    assert format_yuan(fen) == text


@pytest.mark.parametrize(
    "text",
    ["", "1", "1.0", "1.000", ".50", "01.00", "1,000.00", "1e2", " 1.00", "1.00 ", "１.00", "1.０0",
     "+1.00", "NaN", "99999999999999.99", "1.00\n", 1, 1.0, None],
)  # fmt: skip
def test_anything_but_two_decimals_is_refused(text: object) -> None:
    with pytest.raises(AmountFormatError):
        parse_yuan(text)


@given(st.integers(-(10**14), 10**14))
def test_writing_and_reading_yuan_is_a_round_trip(fen: int) -> None:
    assert parse_yuan(format_yuan(fen)) == fen


@pytest.mark.parametrize(
    ("text", "rate"),
    [("0%", 0), ("65%", 6_500), ("72.5%", 7_250), ("0.01%", 1), ("100%", 10_000), ("1000%", 100_000)],
)
def test_a_per_cent_is_read_and_written_the_same(text: str, rate: int) -> None:
    assert parse_percent(text) == rate
    assert format_percent(rate) == text


@pytest.mark.parametrize("text", ["", "65", "65.%", "0.001%", "-5%", "065%", "65 %", 65])
def test_a_wrong_per_cent_is_refused(text: object) -> None:
    with pytest.raises(AmountFormatError):
        parse_percent(text)


def test_a_negative_per_cent_is_written_with_its_sign() -> None:
    assert format_percent(-2_050) == "-20.5%"


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "零元整"), (1, "壹分"), (10, "壹角整"), (11, "壹角壹分"), (100, "壹元整"), (302, "叁元零贰分"),
     (310, "叁元壹角整"), (10_500, "壹佰零伍元整"), (-100, "负壹元整"), (100_000, "壹仟元整"),
     (1_000_000, "壹万元整"), (1_000_100, "壹万零壹元整"), (10_000_000, "壹拾万元整"),
     (10_010_000, "壹拾万零壹佰元整"), (10_100_000_00, "壹仟零壹拾万元整"),
     (1_00_000_000_00, "壹亿元整"), (1_00_000_001_00, "壹亿零壹元整"), (1_00_010_000_00, "壹亿零壹万元整"),
     (12_345_678_90, "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角整"), (4_196_300, "肆万壹仟玖佰陆拾叁元整")],
)  # fmt: skip
def test_amounts_in_capital_characters(fen: int, text: str) -> None:
    assert format_capital(fen) == text

"""Money (金额): integer fen inside, two-decimal yuan strings outside, ratios in basis points.

Only this module multiplies a ratio, rounds, parses or prints an amount.
"""

import re
from collections.abc import Sequence

BASIS_POINTS = 10_000
FEN_PER_YUAN = 100

# Digits of other scripts are none.
_YUAN = re.compile(r"-?(?:0|[1-9]\d{0,12})\.\d{2}", re.ASCII)
_PERCENT = re.compile(r"(?:0|[1-9]\d{0,3})(?:\.\d{1,2})?%", re.ASCII)


class AmountFormatError(ValueError):
    """The text is not an amount with exactly two decimals, or not a per-cent with at most two."""


def divide_half_up(numerator: int, denominator: int) -> int:
    """``numerator / denominator`` to the nearest integer, halves away from zero (四舍五入).

    ``denominator`` is positive.
    """
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((-2 * numerator + denominator) // (2 * denominator))


def share_of(amount_fen: int, rate_bp: int) -> int:
    """``rate_bp`` of an amount, fen, rounded half up once."""
    return divide_half_up(amount_fen * rate_bp, BASIS_POINTS)


def split_by_weights(amount_fen: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by integer weights, exact to the fen (按比例分摊).

    Each part is floored; the fen left over go to the largest remainders, ties to the part listed first.

    Args:
        amount_fen: >= 0.
        weights: each >= 0, not all 0.

    Raises:
        ValueError: an argument is out of range.
    """
    whole = sum(weights)
    if amount_fen < 0 or whole <= 0 or min(weights) < 0:
        raise ValueError(f"cannot split {amount_fen} fen by {list(weights)}")
    parts = [amount_fen * weight // whole for weight in weights]
    left = amount_fen - sum(parts)
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount_fen * weights[i] % whole), i))
    for i in by_remainder[:left]:
        parts[i] += 1
    return parts


def parse_yuan(text: str) -> int:
    """Fen of a yuan string with exactly two decimals, e.g. ``"1234.50"``.

    Raises:
        AmountFormatError: anything else, a number included.
    """
    if not isinstance(text, str) or not _YUAN.fullmatch(text):
        raise AmountFormatError(f'金额须写成两位小数的字符串，例如 "1234.50"，收到：{text!r}')
    fen = int(text.replace(".", "").replace("-", ""))
    return -fen if text.startswith("-") else fen


def format_yuan(amount_fen: int) -> str:
    """``"1234.50"`` for 123450 fen: no thousands separator, two decimals."""
    sign = "-" if amount_fen < 0 else ""
    yuan, fen = divmod(abs(amount_fen), FEN_PER_YUAN)
    return f"{sign}{yuan}.{fen:02d}"


def parse_percent(text: str) -> int:
    """Basis points of ``"65%"`` or ``"72.5%"``.

    Raises:
        AmountFormatError: anything else.
    """
    if not isinstance(text, str) or not _PERCENT.fullmatch(text):
        raise AmountFormatError(f"比例须写成百分数，例如 65% 或 72.5%，收到：{text!r}")
    whole, _, decimals = text[:-1].partition(".")
    return int(whole) * 100 + int((decimals + "00")[:2])


def format_percent(rate_bp: int) -> str:
    """``"72.5%"`` for 7250 bp, ``"65%"`` for 6500."""
    sign = "-" if rate_bp < 0 else ""
    whole, hundredths = divmod(abs(rate_bp), 100)
    decimals = f".{hundredths:02d}".rstrip("0") if hundredths else ""
    return f"{sign}{whole}{decimals}%"


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def format_capital(amount_fen: int) -> str:
    """The amount in capital characters (人民币大写), from the same integer as the figures.

    ``壹佰零伍元整``, ``叁元零贰分``, ``负壹元整``; zero is ``零元整``.
    """
    sign = "负" if amount_fen < 0 else ""
    yuan, fen = divmod(abs(amount_fen), FEN_PER_YUAN)
    jiao, fen = divmod(fen, 10)
    text = _capital_integer(yuan) + "元" if yuan else ""
    if not jiao and not fen:
        return f"{sign}{text or '零元'}整"
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif text:
        text += "零"
    text += _DIGITS[fen] + "分" if fen else "整"
    return sign + text


def _capital_integer(number: int) -> str:
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text = ""
    pending_zero = False
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if group == 0:
            pending_zero = bool(text)
            continue
        if text and (pending_zero or group < 1_000):
            text += "零"
        text += _capital_group(group) + _GROUPS[index]
        pending_zero = False
    return text


def _capital_group(group: int) -> str:
    text = ""
    zero = False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + _PLACES[place]
            zero = False
        else:
            zero = True
    return text

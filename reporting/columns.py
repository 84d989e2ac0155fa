"""Columns of a report (报表列): a title, which attribute of the row, how it is shown."""

from dataclasses import dataclass
from enum import Enum


class Format(Enum):
    """How a value is written in a sheet (列格式)."""

    COUNT = "count"
    TEXT = "text"
    """Always text, never a formula; long text is broken over lines."""
    ID_NUMBER = "id_number"
    """Encrypted in, 18 digits as text out: as a number Excel would round them."""
    DATE = "date"
    MONEY = "money"
    """Fen in, yuan with two decimals out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        title: heading, as offices write it.
        attribute: of the row.
        format: how it is written.
        width: in narrow characters, a Chinese one counting two; money grows with its content.
        total: whether the last row adds the column up.
    """

    title: str
    attribute: str
    format: Format
    width: int
    total: bool = False


def text(title: str, attribute: str, width: int) -> Column:
    """A column of text."""
    return Column(title=title, attribute=attribute, format=Format.TEXT, width=width)


def money(title: str, attribute: str, width: int = 9, *, total: bool = True) -> Column:
    """A column of amounts, added up at the end."""
    return Column(title=title, attribute=attribute, format=Format.MONEY, width=width, total=total)


def count(title: str, attribute: str, width: int, *, total: bool = False) -> Column:
    """A column of whole numbers."""
    return Column(title=title, attribute=attribute, format=Format.COUNT, width=width, total=total)


def day(title: str, attribute: str, width: int = 10) -> Column:
    """A column of dates."""
    return Column(title=title, attribute=attribute, format=Format.DATE, width=width)


def id_number(title: str, attribute: str = "id_encrypted", width: int = 18) -> Column:
    """A column of ID or account numbers, decrypted only where the cell is written."""
    return Column(title=title, attribute=attribute, format=Format.ID_NUMBER, width=width)

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

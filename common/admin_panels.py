"""What a look-up page of the admin consists of (页面栏目): facts, tables, plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Literal, Protocol

from django.db.models import Model
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from common.money import format_percent, format_yuan

Tone = Literal["", "info", "success", "warning", "danger", "primary"]
NOTHING = "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value on a page; ``tone`` makes it a coloured label, ``note`` stands small below it.

    ``unbroken`` lines wrap only where they say so. Whoever lacks the right ``needs`` sees words, no link.
    """

    text: str
    url: str = ""
    tone: Tone = ""
    numeric: bool = False
    note: str = ""
    unbroken: bool = False
    needs: str = ""


EMPTY = Cell(text=NOTHING)
PROVISIONAL = Cell(text="待核实", tone="warning")


class Panel(Protocol):
    """A part of a page: the template that draws it stands in ``template``."""

    @property
    def template(self) -> str:
        """Name of the template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Labelled values in a grid (要素)."""

    template: ClassVar[str] = "common/facts.html"
    title: str
    items: Sequence[tuple[str, Cell]]
    badge: Cell | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A few large amounts side by side (主要数字)."""

    template: ClassVar[str] = "common/figures.html"
    items: Sequence[tuple[str, Cell]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under headings (表); ``foot`` is the row of totals, ``numeric`` the right-aligned columns."""

    template: ClassVar[str] = "common/table.html"
    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    foot: Sequence[Cell] = ()
    numeric: frozenset[int] = frozenset()
    note: str = ""
    empty: str = "暂无记录"
    more: Cell | None = field(default=None)

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """Headings, each with whether its column holds numbers."""
        return [(header, index in self.numeric) for index, header in enumerate(self.headers)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """What a page has nothing of, in one box instead of many empty ones (没有记录的栏目)."""

    template: ClassVar[str] = "common/nothing.html"
    items: Sequence[tuple[str, str]]


def folded(panels: Sequence[Panel]) -> list[Panel]:
    """The panels with something in them; titles of empty tables, and what they say, at the end."""
    empty = [
        panel for panel in panels if isinstance(panel, Table) and not (panel.rows or panel.more or panel.note)
    ]
    rest = [panel for panel in panels if not any(panel is each for each in empty)]
    return [*rest, Nothing(items=[(panel.title, panel.empty) for panel in empty])] if empty else rest


def text(value: object) -> Cell:
    """Any value as people read it; nothing becomes a dash."""
    if isinstance(value, datetime):
        return Cell(text=f"{timezone.localtime(value):%Y-%m-%d %H:%M}")
    if isinstance(value, date):
        return Cell(text=value.isoformat())
    return Cell(text=str(value)) if value not in (None, "") else EMPTY


def yuan(amount_fen: int | None, *, note: str = "") -> Cell:
    """An amount in yuan."""
    return Cell(text=grouped_yuan(amount_fen), numeric=True, note=note)


def grouped_yuan(amount_fen: int | None) -> str:
    """``1,234.50``: pages group digits, files and interfaces do not."""
    if amount_fen is None:
        return NOTHING
    sign = "-" if amount_fen < 0 else ""
    whole, _, decimals = format_yuan(abs(amount_fen)).partition(".")
    return f"{sign}{int(whole):,}.{decimals}"


def percent(rate_bp: int | None) -> Cell:
    """A rate in per cent."""
    return Cell(text=NOTHING if rate_bp is None else format_percent(rate_bp), numeric=True)


def count(number: int) -> Cell:
    """A count."""
    return Cell(text=str(number), numeric=True)


def link(row: Model | None, *, label: str = "") -> Cell:
    """A row by its name, leading to its admin page where it has one and the reader may look at it."""
    if row is None:
        return EMPTY
    needs = f"{row._meta.app_label}.view_{row._meta.model_name}"
    return Cell(text=label or str(row), url=row_url(row), needs=needs)


def row_url(row: Model) -> str:
    """The admin page of a row; empty where the model has none."""
    try:
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return ""


def period(valid: object) -> str:
    """``2019-01-01 起`` or ``2019-01-01 至 2019-12-31`` (the last day included) of a half-open date range."""
    lower, upper = getattr(valid, "lower", None), getattr(valid, "upper", None)
    since = f"{lower:%Y-%m-%d}" if lower else "不限"
    if upper is None:
        return f"{since} 起"
    last = date.fromordinal(upper.toordinal() - 1)
    return f"{since} 至 {last:%Y-%m-%d}"


def stylesheet(request: HttpRequest) -> str:
    """The style sheet of these pages (UNFOLD STYLES)."""
    return static("doudi/admin.css")


def script(request: HttpRequest) -> str:
    """The script of these pages (UNFOLD SCRIPTS)."""
    return static("doudi/admin.js")


def favicon(request: HttpRequest) -> str:
    """The icon in the browser's tab (UNFOLD SITE_FAVICONS)."""
    return static("doudi/favicon.svg")

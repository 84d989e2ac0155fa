"""A list of the admin as a sheet (列表导出): what the page shows, and all of its rows.

The list is built as for a page: its rights, its scope, its filters and its order hold for the file, too.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from types import SimpleNamespace
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.auth.models import User
from django.db.models import DateField, DateTimeField, Field, ForeignKey, IntegerField
from django.http import HttpRequest, QueryDict
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from common.admin_lists import COUNTED
from common.admin_panels import text
from common.admin_words import filter_words
from common.id_numbers import mask_id_number
from reporting.columns import Column, Format

CHUNK = 1_000
# Columns of a list that say whose row it is: a sheet has the name and the number side by side instead.
_PERSON = ("person", "name", "masked")
_NOTHING = ("—", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSheet:
    """What is written.

    Attributes:
        title: of the list.
        conditions: the filters in force, in words; what was searched for is not in them.
        searched: what was searched for.
        columns: in the order of the page.
        count: rows, up to one more than lists count.
        rows: all of them, streamed.
        total: counts the rows to the last one.
    """

    title: str
    conditions: str
    searched: str
    columns: tuple[Column, ...]
    count: int
    rows: Callable[[], Iterator[Any]]
    total: Callable[[], int]

    @property
    def more(self) -> bool:
        """Whether there are more rows than were counted."""
        return self.count > COUNTED


def list_page(name: str) -> Any:
    """The admin page of the list ``settlement_claim``; none for what is exported nowhere."""
    for model, page in admin.site._registry.items():
        if f"{model._meta.app_label}_{model._meta.model_name}" == name:
            return page if getattr(page, "exports", False) else None
    return None


def list_sheet(*, page: Any, user: User, asked: str, full_numbers: bool = False) -> ListSheet:
    """The list ``page`` as ``user`` sees it at the address ``?asked``.

    Raises:
        BadRequest, SuspiciousOperation: the address means nothing to the list.
    """
    request, address = HttpRequest(), QueryDict(asked, mutable=True)
    # All pages are written; the one that was looked at may be gone by now.
    address.pop(PAGE_VAR, None)
    request.method, request.user, request.GET = "GET", user, QueryDict(address.urlencode())
    shown = page.get_changelist_instance(request)
    cells = tuple(_cells(page, shown.list_display, full_numbers=full_numbers))
    number = Column(title="序号", attribute="number", format=Format.COUNT, width=6)
    queryset = shown.queryset
    if page.person_path:
        queryset = queryset.select_related(*(queryset.query.select_related or ()), page.person_path)

    def rows() -> Iterator[Any]:
        for at, row in enumerate(queryset.iterator(chunk_size=CHUNK), start=1):
            values = {cell.column.attribute: cell.read(row) for cell in cells}
            yield SimpleNamespace(number=at, **values)

    return ListSheet(
        title=str(page.opts.verbose_name),
        conditions=filter_words(shown),
        searched=shown.query,
        columns=(number, *[cell.column for cell in cells]),
        count=shown.result_count,
        rows=rows,
        total=queryset.order_by().count,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    column: Column
    read: Callable[[Any], Any]


def _cells(page: Any, names: Any, *, full_numbers: bool) -> Iterator[_Cell]:
    person_shown = False
    for at, name in enumerate(names):
        if name in ("action_checkbox",):
            continue
        if page.person_path is not None and name in _PERSON:
            if not person_shown:
                yield from _person_cells(page.person_path, full_numbers=full_numbers)
            person_shown = True
            continue
        yield _cell(page, name, attribute=f"c{at}")


def _person_cells(path: str, *, full_numbers: bool) -> Iterator[_Cell]:
    def person(row: Any) -> Any:
        for step in filter(None, path.split("__")):
            row = getattr(row, step)
        return row

    def number(row: Any) -> Any:
        holder = person(row)
        return bytes(holder.id_encrypted) if full_numbers else mask_id_number(holder.id_last4)

    yield _Cell(
        column=Column(title="姓名", attribute="person_name", format=Format.TEXT, width=12),
        read=lambda row: person(row).name,
    )
    shown_as = Format.ID_NUMBER if full_numbers else Format.TEXT
    yield _Cell(
        column=Column(title="身份证号", attribute="person_number", format=shown_as, width=22), read=number
    )


def _cell(page: Any, name: Any, *, attribute: str) -> _Cell:
    title = str(label_for_field(name, page.model, page))
    amount = getattr(name, "amount_attribute", "")
    if amount:
        column = Column(title=title, attribute=attribute, format=Format.MONEY, width=13, total=True)
        return _Cell(column=column, read=lambda row: getattr(row, amount))
    field = _field(page, name)
    if isinstance(field, DateField) and not isinstance(field, DateTimeField):
        column = Column(title=title, attribute=attribute, format=Format.DATE, width=11)
        return _Cell(column=column, read=lambda row: getattr(row, str(name)))
    if isinstance(field, IntegerField) and not field.choices and not isinstance(field, ForeignKey):
        column = Column(title=title, attribute=attribute, format=Format.COUNT, width=8)
        return _Cell(column=column, read=lambda row: getattr(row, str(name)))
    column = Column(title=title, attribute=attribute, format=Format.TEXT, width=18)
    return _Cell(column=column, read=lambda row: _words(page, name, row))


def _field(page: Any, name: Any) -> Field | None:
    if not isinstance(name, str) or hasattr(page, name):
        return None
    known = {field.name: field for field in page.opts.concrete_fields}
    return known.get(name)


def _words(page: Any, name: Any, row: Any) -> str:
    field, _, value = lookup_field(name, row, page)
    if field is not None and getattr(field, "flatchoices", None):
        return str(dict(field.flatchoices).get(value, value))
    if field is not None and isinstance(field, ForeignKey):
        value = getattr(row, field.name)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        # A label: its tone, then its words.
        value = value[-1]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, SafeString):
        value = unescape(strip_tags(value))
    words = text(value).text
    return "" if words in _NOTHING else words

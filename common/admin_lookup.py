"""Admin pages that show and never edit (只查不改), and the columns their lists share."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from common.admin_history import ChangeHistory
from common.admin_lists import BoundedList
from common.admin_panels import Panel, grouped_yuan, period


class LookupAdmin(BoundedList, ChangeHistory, ModelAdmin):
    """A model that staff look up; what may be changed goes through services, by buttons of its page."""

    change_form_template = "common/lookup.html"
    change_list_template = "common/list.html"
    # Whether the filtered list may leave as a file, and the look-up from a row to its person: "" the row is
    # one, none names nobody.
    exports = False
    person_path: str | None = None
    list_per_page = 50
    # The audit trail of the row; pages of pure records of records leave it out.
    keeps_history = True
    list_fullwidth = True
    list_filter_submit = True
    list_disable_select_all = True
    # Counting every choice of every filter costs more than the list.
    show_facets = admin.ShowFacets.NEVER
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody edits here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes here."""
        return False

    def panels(self, request: HttpRequest, row: Any) -> Sequence[Panel]:
        """The parts of the page of ``row``, top to bottom; none: Django's own read-only form."""
        return ()

    def buttons(self, request: HttpRequest, row: Any) -> Sequence["Button"]:
        """What the user may do with ``row``."""
        return ()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Name the list for its buttons."""
        context = {**(extra_context or {}), "list_name": f"{self.opts.app_label}_{self.opts.model_name}"}
        response: HttpResponse = super().changelist_view(request, context)
        return response

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Put the parts of the page beside Django's context."""
        row = kwargs.get("obj")
        if row is not None:
            context["title"] = f"{self.opts.verbose_name}：{row}"
            context["subtitle"] = None
            context["show_history"] = self.keeps_history
            context["panels"] = self.panels(request, row)
            context["buttons"] = self.buttons(request, row)
        response: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return response


class Button:
    """A button of a page: ``post`` sends a form, otherwise it is a link."""

    def __init__(self, *, title: str, url: str, icon: str, post: bool = False, primary: bool = False) -> None:
        self.title = title
        self.url = url
        self.icon = icon
        self.post = post
        self.primary = primary


Column = Callable[[Any], SafeString | str]


def yuan_column(attribute: str, title: str, *, ordering: str | None = "") -> Column:
    """A list column of an amount in yuan; ``ordering=None`` for computed ones that no index serves."""

    def column(row: Any) -> SafeString:
        return format_html('<span class="doudi-amount">{}</span>', grouped_yuan(getattr(row, attribute)))

    described: Any = _described(column, title, attribute if ordering == "" else ordering, attribute)
    # Files write the amount itself.
    described.amount_attribute = attribute
    return cast("Column", described)


def period_column(attribute: str, title: str) -> Column:
    """A list column of a period, its last day included."""

    def column(row: Any) -> str:
        return period(getattr(row, attribute))

    return _described(column, title, attribute, attribute)


def _described(column: Column, title: str, ordering: str | None, name: str) -> Column:
    column.__name__ = f"{name}_column"
    described: Column = admin.display(description=title, ordering=ordering)(column)
    return described

"""The audit trail of everything (变更记录): system administrators and supervisors, within their counties."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from common.admin_filters import DayRangeFilter
from common.admin_history import change_cells
from common.admin_lookup import LookupAdmin
from common.admin_panels import Facts, Panel, text
from common.audit.tables import trailed_models
from common.audit.words import Wording, acted, came_from
from common.models import Change
from organizations.admin.scoped import scope_of

TONES = {"新增": "success", "修改": "info", "删除": "danger"}


class TableFilter(admin.SimpleListFilter):
    """By what was changed."""

    title = "内容"
    parameter_name = "table"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Tables by their Chinese names."""
        names = [(model._meta.db_table, str(model._meta.verbose_name)) for model in trailed_models()]
        return sorted(names, key=lambda each: each[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Change]) -> QuerySet[Change]:
        """Rows of that table."""
        return queryset.filter(table=self.value()) if self.value() else queryset


class WordedChanges(ChangeList):
    """Words for the whole page at once."""

    def get_results(self, request: HttpRequest) -> None:
        """Fetch the page's rows, then what they name."""
        super().get_results(request)
        self.result_list: list[Any] = list(self.result_list)
        wording = Wording(self.result_list)
        for change in self.result_list:
            change.wording = wording


@admin.register(Change)
class ChangeAdmin(LookupAdmin):
    """变更记录."""

    keeps_history = False
    list_display = ("at", "who", "operation_label", "noun", "content", "reason", "address")
    list_filter: ClassVar[Any] = [
        TableFilter,
        ("operation", ChoicesDropdownFilter),
        ("at", DayRangeFilter),
    ]
    list_select_related = ("user",)
    search_fields = ("user__username__exact", "^reason")
    search_help_text = "操作人账号，或事由的开头"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """With words."""
        return WordedChanges

    def get_queryset(self, request: HttpRequest) -> QuerySet[Change]:
        """What the staff of the counties in scope did; everything for system administrators."""
        rows: QuerySet[Change] = super().get_queryset(request)
        scope = scope_of(request)
        if scope.everything:
            return rows
        staff = "user__staff_member__"
        return rows.filter(
            Q(**{f"{staff}office__region__in": scope.county_ids})
            | Q(**{f"{staff}hospital__county__in": scope.county_ids})
        )

    @display(description="操作人")
    def who(self, change: Change) -> str:
        """A person, or what ran."""
        return acted(change)

    @display(description="操作", label=TONES, ordering="operation")
    def operation_label(self, change: Change) -> str:
        """As a coloured label."""
        return change.get_operation_display()

    @display(description="对象")
    def noun(self, change: Any) -> str:
        """What kind of row, and which."""
        return f"{change.wording.noun(change)}（编号{change.row_key}）"

    @display(description="内容")
    def content(self, change: Any) -> SafeString:
        """The first few columns; the page has them all."""
        lines = change.wording.lines(change)
        more = f" 等{len(lines)}项" if len(lines) > 3 else ""
        return format_html('<span class="doudi-wrap">{}{}</span>', "；".join(lines[:3]), more)

    @display(description="来源")
    def address(self, change: Change) -> str:
        """From where."""
        return came_from(change)

    def panels(self, request: HttpRequest, row: Change) -> Sequence[Panel]:
        """All that is known of one change."""
        at, who, what, content, reason, source = change_cells(row, Wording([row]))
        more = (("页面", "path"), ("请求编号", "request_id"), ("任务", "task"), ("命令", "command"))
        items = [("时间", at), ("操作人", who), ("操作", what), ("记录编号", text(row.row_key))]
        items += [("内容", content), ("事由", reason), ("来源", source), ("批次", text(row.context_id))]
        items += [(title, text(row.context[name])) for title, name in more if name in row.context]
        return (Facts(title="变更", items=[*items, ("数据库角色", text(row.database_role))]),)

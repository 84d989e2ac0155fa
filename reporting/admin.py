"""What was exported (导出记录)."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import RangeDateTimeFilter

from common.admin_lookup import LookupAdmin, yuan_column
from organizations.admin.scoped import scope_of
from reporting.models import ExportLog


@admin.register(ExportLog)
class ExportLogAdmin(LookupAdmin):
    """导出记录."""

    list_display = (
        "exported_at", "user", "report", "subject", "row_count",
        yuan_column("total_fen", "合计（元）", ordering=None),
    )  # fmt: skip
    list_filter: ClassVar[Any] = [("exported_at", RangeDateTimeFilter)]
    list_select_related = ("user",)
    search_fields = ("subject", "user__username")
    search_help_text = "内容或导出人"
    list_display_links = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExportLog]:
        """One's own exports; all of them for those who see everything."""
        rows: QuerySet[ExportLog] = super().get_queryset(request)
        return rows if scope_of(request).everything else rows.filter(user=request.user.pk)

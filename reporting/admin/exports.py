"""What was exported (导出记录), and how counties print papers (打印设置)."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.forms import Field as FormField
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from common.admin_filters import DayRangeFilter
from common.admin_lists import BoundedList
from common.admin_lookup import LookupAdmin, yuan_column
from common.admin_missing import NoSuchRow
from organizations.admin.scoped import scope_of
from organizations.models import Region
from reporting.models import ExportLog, PrintSetting


@admin.register(ExportLog)
class ExportLogAdmin(LookupAdmin):
    """导出记录."""

    list_display = (
        "exported_at", "user", "report", "subject", "reason", "row_count",
        yuan_column("total_fen", "合计（元）", ordering=None),
    )  # fmt: skip
    list_filter: ClassVar[Any] = [("exported_at", DayRangeFilter)]
    list_select_related = ("user",)
    search_fields = ("subject", "user__username")
    search_help_text = "内容或导出人"
    list_display_links = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExportLog]:
        """One's own exports; all of them for those who see everything."""
        rows: QuerySet[ExportLog] = super().get_queryset(request)
        return rows if scope_of(request).everything else rows.filter(user=request.user.pk)


@admin.register(PrintSetting)
class PrintSettingAdmin(BoundedList, NoSuchRow, ModelAdmin):
    """打印设置: a county's own; hospitals see none."""

    list_display = ("county", "full_id_number", "hotline")
    list_select_related = ("county",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PrintSetting]:
        """Only counties in the scope."""
        rows: QuerySet[PrintSetting] = super().get_queryset(request)
        return rows.filter(scope_of(request).limit(county="county", hospital=""))

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        """Choose among the counties in the scope."""
        if db_field.name == "county":
            counties = Region.objects.filter(level=Region.Level.COUNTY)
            kwargs["queryset"] = counties.filter(scope_of(request).limit(county="pk", hospital=""))
        field: FormField | None = super().formfield_for_foreignkey(db_field, request, **kwargs)
        return field

    def has_delete_permission(self, request: HttpRequest, obj: PrintSetting | None = None) -> bool:
        """Settings are changed, not removed."""
        return False

"""Who looked at which full ID number (查看身份证号记录)."""

from typing import Any, ClassVar

from django.contrib import admin

from beneficiaries.models import IdNumberLook
from common.admin_filters import DayRangeFilter
from organizations.admin.scoped import ScopedLookupAdmin


@admin.register(IdNumberLook)
class IdNumberLookAdmin(ScopedLookupAdmin):
    """查看身份证号记录."""

    scope_county = "person__county"
    list_display = ("looked_at", "user", "person", "reason")
    list_filter: ClassVar[Any] = [("looked_at", DayRangeFilter)]
    list_select_related = ("person", "user")
    search_fields = ("person__name", "user__username", "reason")
    search_help_text = "被查看人、查看人或事由"
    list_display_links = None

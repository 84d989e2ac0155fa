"""Logins of all accounts (登录记录): system administrators only."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from common.admin_filters import DayRangeFilter
from common.admin_lookup import LookupAdmin
from organizations.models import LoginRecord

TONES = {
    LoginRecord.Outcome.SUCCESS: "success",
    LoginRecord.Outcome.WRONG_PASSWORD: "warning",
    LoginRecord.Outcome.WRONG_CODE: "warning",
    LoginRecord.Outcome.LOCKED: "danger",
}


@admin.register(LoginRecord)
class LoginRecordAdmin(LookupAdmin):
    """登录记录."""

    list_display = ("at", "account", "address", "shown_outcome")
    list_filter: ClassVar[Any] = [
        ("outcome", ChoicesDropdownFilter),
        ("at", DayRangeFilter),
    ]
    search_fields = ("user__username", "address")
    search_help_text = "用户名或来源地址"
    list_select_related = ("user",)
    list_display_links = None
    fields = ("at", "user", "address", "outcome")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Only system administrators."""
        return bool(request.user.is_active and request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only system administrators."""
        return self.has_module_permission(request)

    @display(description="账号", ordering="user__username")
    def account(self, row: LoginRecord) -> str:
        """What was typed for no account of ours is not kept."""
        return row.user.get_username() if row.user else "（没有这个账号）"

    @display(description="结果", label=TONES, ordering="outcome")
    def shown_outcome(self, row: LoginRecord) -> tuple[str, str]:
        """As a coloured label."""
        return row.outcome, row.get_outcome_display()

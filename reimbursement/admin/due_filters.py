"""Filters of whose turn it is on the money's way back (台账待办筛选)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from common.admin_filters import undone_filter
from common.clock import business_date
from reimbursement.selectors.flow import to_receive
from reimbursement.selectors.stages import Stage, ledgers_at

ReceiptFilter = undone_filter(
    parameter="receipt", value="open", title="到账", label="待确认到账", keep=to_receive
)


class StageFilter(admin.SimpleListFilter):
    """Open ledgers by whose turn it is."""

    title = "待办环节"
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All stages."""
        return [(str(value), str(label)) for value, label in Stage.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those that wait there."""
        if self.value() not in Stage.values:
            return queryset
        return ledgers_at(ledgers=queryset, stage=str(self.value()), today=business_date())

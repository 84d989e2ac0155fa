"""Regions and offices (行政区划、单位): the system administrator keeps them."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from common.admin_history import ChangeHistory
from common.admin_lists import BoundedList
from common.admin_pickers import Pickers
from organizations.admin.scoped import scope_of, within
from organizations.models import Office, Region
from organizations.scope import NOTHING


@admin.register(Region)
class RegionAdmin(Pickers, BoundedList, ChangeHistory, ModelAdmin):
    """行政区划."""

    list_display = ("code", "name", "level", "parent", "county_class")
    list_filter: ClassVar[Any] = [("level", ChoicesDropdownFilter)]
    list_filter_submit = True
    search_fields = ("code", "name")
    search_help_text = "区划代码或名称"
    autocomplete_fields = ("parent",)
    list_select_related = ("parent",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Region]:
        """Everyone with a place of work: the names of regions are public."""
        rows: QuerySet[Region] = super().get_queryset(request)
        return rows if scope_of(request) != NOTHING else rows.none()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Everybody reads them, only those in charge change them."""
        may = bool(super().has_change_permission(request, obj))
        return may and (obj is None or within(request, obj, county_id=obj.pk))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Everybody reads them, only those in charge delete them."""
        may = bool(super().has_delete_permission(request, obj))
        return may and (obj is None or within(request, obj, county_id=obj.pk))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Deleting several at once stays inside the scope, too."""
        scope = scope_of(request)
        inside = [row for row in objs if scope.everything or row.pk in scope.county_ids]
        to_delete, counts, needed, protected = super().get_deleted_objects(inside, request)
        strange = [str(row) for row in objs if row not in inside]
        return to_delete, counts, needed, [*protected, *strange]


@admin.register(Office)
class OfficeAdmin(Pickers, BoundedList, ChangeHistory, ModelAdmin):
    """单位."""

    list_display = ("name", "kind", "region")
    list_filter: ClassVar[Any] = [("kind", ChoicesDropdownFilter)]
    list_filter_submit = True
    search_fields = ("name",)
    search_help_text = "单位名称"
    autocomplete_fields = ("region",)
    list_select_related = ("region",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Office]:
        """Offices of the regions in scope."""
        rows: QuerySet[Office] = super().get_queryset(request)
        return rows.filter(scope_of(request).limit(county="region", hospital=""))

"""URLs of the first page's parts (首页), below ``admin/``."""

from django.contrib import admin
from django.urls import path

from reporting.desk_views import desk_numbers, desk_search

urlpatterns = [
    path("desk/numbers/", admin.site.admin_view(desk_numbers), name="desk-numbers"),
    path("desk/search/", admin.site.admin_view(desk_search), name="desk-search"),
]

"""URLs of exported lists (列表导出网址), below ``admin/``: their pages are drawn in the admin's frame."""

from django.urls import path

from reporting.list_export_views import list_export, list_file

urlpatterns = [
    path("lists/<slug:name>/export/", list_export, name="list-export"),
    path("lists/files/<int:pk>/", list_file, name="list-file"),
]

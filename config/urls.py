"""URLs (网址)."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from config.health import health

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("reports/", include("reporting.urls")),
    path("api/v1/", include("settlement.api.urls")),
    path("healthz", health),
]

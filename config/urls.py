"""URLs (网址)."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from config import refusals
from config.health import health

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    # Ahead of the admin's own login, which knows no second factor.
    path("admin/", include("organizations.urls")),
    path("admin/", admin.site.urls),
    path("reports/", include("reporting.urls")),
    path("api/v1/", include("settlement.api.urls")),
    path("api/v1/", include("reimbursement.api.urls")),
    path("api/v1/", include("reporting.api.urls")),
    re_path(r"^api(?:/|$)", refusals.unknown_api_url),
    path("healthz", health),
]

handler400 = refusals.bad_request
handler500 = refusals.server_error

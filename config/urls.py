"""URLs (网址)."""

from django.contrib import admin
from django.urls import include, path, re_path

from config import refusals
from config.health import health
from organizations.views.login import start

urlpatterns = [
    path("", start, name="start"),
    # Ahead of the admin's own login, which knows no second factor.
    path("admin/", include("organizations.urls")),
    path("admin/", include("reporting.desk_urls")),
    path("admin/", include("reporting.list_urls")),
    path("admin/", admin.site.urls),
    path("reports/", include("reporting.urls")),
    path("finance/", include("reporting.finance_urls")),
    path("api/v1/", include("settlement.api.urls")),
    path("api/v1/", include("reimbursement.api.urls")),
    path("api/v1/", include("reporting.api.urls")),
    re_path(r"^api(?:/|$)", refusals.unknown_api_url),
    path("healthz", health),
]

handler400 = refusals.bad_request
handler500 = refusals.server_error

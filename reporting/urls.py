"""URLs of the reports (报表网址), below ``reports/``."""

from django.urls import path

from reporting.views import county_workbook, ledger_workbook, pack_comparison_workbook

app_name = "reporting"
urlpatterns = [
    path("ledgers/<int:ledger_id>/workbook/", ledger_workbook, name="ledger-workbook"),
    path("ledgers/<int:ledger_id>/county-workbook/", county_workbook, name="county-workbook"),
    path("packs/<int:left_id>/<int:right_id>/", pack_comparison_workbook, name="pack-comparison"),
]

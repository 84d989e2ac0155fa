"""URLs of the reports (报表网址), below ``reports/``."""

from django.urls import path

from reporting.draw_views import draw_page, draw_workbook
from reporting.indicator_views import indicator_workbook, score_workbook
from reporting.notice_views import notice_page, notice_workbook
from reporting.paper_views import certificate_file, health_card_file
from reporting.payout_views import payout_file
from reporting.policy_sheet_views import policy_sheet_file
from reporting.premium_views import (
    covered_workbook,
    gap_workbook,
    insured_list_workbook,
    premium_workbook,
)
from reporting.register_views import register_file, register_workbook
from reporting.statement_views import statement_page, statement_pdf
from reporting.views import county_workbook, ledger_workbook, pack_comparison_workbook

app_name = "reporting"
urlpatterns = [
    path("claims/<int:claim_id>/statement/", statement_page, name="statement"),
    path("claims/<int:claim_id>/statement.pdf", statement_pdf, name="statement-pdf"),
    path("ledgers/<int:ledger_id>/workbook/", ledger_workbook, name="ledger-workbook"),
    path("ledgers/<int:ledger_id>/county-workbook/", county_workbook, name="county-workbook"),
    path("packs/<int:policy_id>/sheet.pdf", policy_sheet_file, name="policy-sheet"),
    path("packs/<int:left_id>/<int:right_id>/", pack_comparison_workbook, name="pack-comparison"),
    path("registers/<slug:code>/workbook/", register_workbook, name="register-workbook"),
    path("registers/files/<int:attachment_id>/", register_file, name="register-file"),
    path("premiums/<int:sheet_id>/", premium_workbook, name="premium-workbook"),
    path("gaps/<int:county_id>/<int:year>/", gap_workbook, name="gap-workbook"),
    path("insured/<int:county_id>/<int:year>/", insured_list_workbook, name="insured-workbook"),
    path("covered/<int:county_id>/<int:year>/<int:quarter>/", covered_workbook, name="covered-workbook"),
    path("certificates/<int:certificate_id>/paper.pdf", certificate_file, name="certificate-paper"),
    path("health-cards/<int:card_id>/paper.pdf", health_card_file, name="health-card-paper"),
    path("payouts/<int:batch_id>/", payout_file, name="payout-file"),
    path("notices/<int:notice_id>/workbook/", notice_workbook, name="notice-workbook"),
    path("notices/<int:notice_id>/notice.pdf", notice_page, name="notice-page"),
    path("draws/<int:draw_id>/workbook/", draw_workbook, name="draw-workbook"),
    path("draws/<int:draw_id>/draw.pdf", draw_page, name="draw-page"),
    path("indicators/<int:year>/<int:quarter>/", indicator_workbook, name="indicator-workbook"),
    path("scores/<int:year>/<int:quarter>/", score_workbook, name="score-workbook"),
]

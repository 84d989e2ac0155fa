"""URLs of the hospitals' interface that ledgers answer (接口网址)."""

from django.urls import path

from reimbursement.api.views import LedgerConfirmApi, LedgerDetailApi, LedgerListApi

urlpatterns = [
    path("ledgers/", LedgerListApi.as_view(), name="ledger-list"),
    path("ledgers/<str:ledger_no>/", LedgerDetailApi.as_view(), name="ledger-detail"),
    path("ledgers/<str:ledger_no>/confirmation/", LedgerConfirmApi.as_view(), name="ledger-confirm"),
]

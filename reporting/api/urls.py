"""URLs of the hospitals' interface that reports answer (接口网址)."""

from django.urls import path

from reporting.api.statements import StatementApi

urlpatterns = [
    path("claims/<str:claim_no>/statement/", StatementApi.as_view(), name="claim-statement"),
]

"""URLs of the hospitals' interface (接口网址)."""

from django.urls import path
from drf_spectacular.views import SpectacularSwaggerSplitView

from settlement.api.batch import ClaimBatchApi
from settlement.api.certification_views import CertificationExamsApi
from settlement.api.diseases import DiseaseSuggestionApi
from settlement.api.reconciliation import ReconcileDetailsApi, ReconcileTotalsApi
from settlement.api.request_views import (
    ApprovalDetailApi,
    ApprovalRequestApi,
    ReferralDetailApi,
    ReferralRegisterApi,
)
from settlement.api.views import (
    ClaimDetailApi,
    ClaimPreviewApi,
    ClaimReversalApi,
    ClaimSettleApi,
    EligibilityApi,
    MessageApi,
    SchemaApi,
)

urlpatterns = [
    path("eligibility/", EligibilityApi.as_view(), name="eligibility"),
    # Ahead of the claim number, which therefore cannot be "preview" or "batch".
    path("claims/preview/", ClaimPreviewApi.as_view(), name="claim-preview"),
    path("claims/batch/", ClaimBatchApi.as_view(), name="claim-batch"),
    path("claims/", ClaimSettleApi.as_view(), name="claim-settle"),
    path("claims/<str:claim_no>/", ClaimDetailApi.as_view(), name="claim-detail"),
    path("claims/<str:claim_no>/reversal/", ClaimReversalApi.as_view(), name="claim-reversal"),
    path("diseases/", DiseaseSuggestionApi.as_view(), name="disease-suggestions"),
    path("messages/<str:message_id>/", MessageApi.as_view(), name="message-outcome"),
    path("referrals/", ReferralRegisterApi.as_view(), name="referral-register"),
    path("referrals/<str:request_no>/", ReferralDetailApi.as_view(), name="referral-detail"),
    path("approvals/", ApprovalRequestApi.as_view(), name="approval-request"),
    path("approvals/<str:request_no>/", ApprovalDetailApi.as_view(), name="approval-detail"),
    path(
        "certifications/<str:application_no>/exams/",
        CertificationExamsApi.as_view(),
        name="certification-exams",
    ),
    path("reconciliation/totals/", ReconcileTotalsApi.as_view(), name="reconcile-totals"),
    path("reconciliation/details/", ReconcileDetailsApi.as_view(), name="reconcile-details"),
    path("schema/", SchemaApi.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
]

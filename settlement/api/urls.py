"""URLs of the hospitals' interface (接口网址)."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from settlement.api.views import (
    ClaimDetailApi,
    ClaimPreviewApi,
    ClaimReversalApi,
    ClaimSettleApi,
    EligibilityApi,
)

urlpatterns = [
    path("eligibility/", EligibilityApi.as_view(), name="eligibility"),
    # Ahead of the claim number, which therefore cannot be "preview".
    path("claims/preview/", ClaimPreviewApi.as_view(), name="claim-preview"),
    path("claims/", ClaimSettleApi.as_view(), name="claim-settle"),
    path("claims/<str:claim_no>/", ClaimDetailApi.as_view(), name="claim-detail"),
    path("claims/<str:claim_no>/reversal/", ClaimReversalApi.as_view(), name="claim-reversal"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
]

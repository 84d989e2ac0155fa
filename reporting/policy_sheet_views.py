"""The policy sheet for patients (政策明白纸下载): whoever may see packs; no personal data stands on it."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from common.clock import business_date
from organizations.scope import NOTHING, scope_of_user
from policies.models import Policy
from reporting.models import PrintSetting
from reporting.policy_sheet import policy_sheet, policy_sheet_pdf
from reporting.views import VIEW_PACKS

MOST_NUMBERS = 4


@require_GET
@login_required
@permission_required(VIEW_PACKS, raise_exception=True)
def policy_sheet_file(request: HttpRequest, policy_id: int) -> HttpResponse:
    """One A4 page with the telephone numbers of the counties in scope."""
    scope = scope_of_user(request.user)
    packs = Policy.objects.none() if scope == NOTHING else Policy.objects.all()
    policy = get_object_or_404(packs, pk=policy_id)
    settings = PrintSetting.objects.filter(
        scope.limit(county="county", hospital=""), county__parent__code=policy.city_code
    ).select_related("county")
    sheet = policy_sheet(policy=policy, settings=settings[:MOST_NUMBERS], on=business_date())
    response = HttpResponse(policy_sheet_pdf(sheet), content_type="application/pdf")
    name = f"政策明白纸 {policy.code}.pdf"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return response

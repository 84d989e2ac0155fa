"""Papers that people carry, for the offices that issue them (证件打印)."""

from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from organizations.scope import scope_of_user
from reporting.downloads import pdf_response
from reporting.services.papers import PrintedPaper, certificate_print, health_card_print

ISSUE_CERTIFICATES, ISSUE_CARDS = "beneficiaries.issue_certificate", "beneficiaries.add_healthcard"


@require_GET
@login_required
@permission_required(ISSUE_CERTIFICATES, raise_exception=True)
def certificate_file(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """A certificate of a chronic disease (门诊规定病种就医证)."""
    by = _somebody(request)
    try:
        printed = certificate_print(scope=scope_of_user(request.user), certificate_id=certificate_id, by=by)
    except ObjectDoesNotExist:
        raise Http404 from None
    return _file(printed)


@require_GET
@login_required
@permission_required(ISSUE_CARDS, raise_exception=True)
def health_card_file(request: HttpRequest, card_id: int) -> HttpResponse:
    """A health guarantee card (健康保障证)."""
    by = _somebody(request)
    try:
        printed = health_card_print(scope=scope_of_user(request.user), card_id=card_id, by=by)
    except ObjectDoesNotExist:
        raise Http404 from None
    return _file(printed)


def _somebody(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _file(printed: PrintedPaper) -> HttpResponse:
    return pdf_response(printed.content, filename=printed.filename, as_attachment=True)

"""The statement for staff (一单清页面): signed in, permitted, inside the scope, and written down."""

from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from organizations.scope import scope_of_user
from reporting.downloads import pdf_response
from reporting.services.statements import Form, PrintedStatement, statement_print
from settlement.errors import ClaimNotFoundError

VIEW_CLAIMS = "settlement.view_claim"


@require_GET
@login_required
@permission_required(VIEW_CLAIMS, raise_exception=True)
def statement_page(request: HttpRequest, claim_id: int) -> HttpResponse:
    """On the screen, ready for the browser's printer."""
    url = reverse("reporting:statement-pdf", args=[claim_id])
    printed = _printed(request, claim_id, "html", download_url=url)
    return HttpResponse(printed.content, headers={"Cache-Control": "private, no-store"})


@require_GET
@login_required
@permission_required(VIEW_CLAIMS, raise_exception=True)
def statement_pdf(request: HttpRequest, claim_id: int) -> HttpResponse:
    """As a file."""
    printed = _printed(request, claim_id, "pdf")
    return pdf_response(printed.content, filename=printed.filename, as_attachment=True)


def _printed(request: HttpRequest, claim_id: int, form: Form, *, download_url: str = "") -> PrintedStatement:
    by = request.user if isinstance(request.user, User) else None
    try:
        return statement_print(
            scope=scope_of_user(request.user), claim_id=claim_id, form=form, by=by, download_url=download_url
        )
    except ClaimNotFoundError as error:
        # Outside the scope is answered like what does not exist.
        raise Http404(str(error)) from None

"""Downloads of notices (公示下载): permitted, inside the scope, logged."""

from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from organizations.scope import scope_of_user
from reporting.downloads import pdf_response, workbook_response
from reporting.models import Notice
from reporting.selectors.notices import notice_list
from reporting.services.notice_files import notice_print, notice_workbook_write

VIEW_NOTICES = "reporting.view_notice"


@require_GET
@login_required
@permission_required(VIEW_NOTICES, raise_exception=True)
def notice_workbook(request: HttpRequest, notice_id: int) -> FileResponse:
    """As Excel."""
    notice = _notice(request, notice_id)
    return workbook_response(
        lambda path: notice_workbook_write(notice=notice, path=path, by=_by(request)),
        filename=f"公示 {notice.notice_no}.xlsx",
    )


@require_GET
@login_required
@permission_required(VIEW_NOTICES, raise_exception=True)
def notice_page(request: HttpRequest, notice_id: int) -> HttpResponse:
    """As A4 sheets to put up."""
    notice = _notice(request, notice_id)
    return pdf_response(
        notice_print(notice=notice, by=_by(request)),
        filename=f"公示 {notice.notice_no}.pdf",
        as_attachment=False,
    )


def _notice(request: HttpRequest, notice_id: int) -> Notice:
    notices = notice_list(scope=scope_of_user(request.user)).select_related("county", "hospital")
    return get_object_or_404(notices, pk=notice_id)


def _by(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None

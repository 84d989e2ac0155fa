"""Downloads of random draws (双随机抽取结果下载): permitted, inside the scope, logged; none for hospitals."""

from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from organizations.scope import scope_of_user
from reporting.downloads import pdf_response, workbook_response
from reporting.models import InspectionDraw
from reporting.selectors.inspections import plan_list
from reporting.services.draw_files import draw_print, draw_workbook_write

VIEW_PLANS = "reporting.view_inspectionplan"


@require_GET
@login_required
@permission_required(VIEW_PLANS, raise_exception=True)
def draw_workbook(request: HttpRequest, draw_id: int) -> FileResponse:
    """As Excel, with the lists it was drawn from."""
    drawing = _drawing(request, draw_id)
    return workbook_response(
        lambda path: draw_workbook_write(drawing=drawing, path=path, by=_by(request)),
        filename=f"双随机抽取 {drawing.plan.title}.xlsx",
    )


@require_GET
@login_required
@permission_required(VIEW_PLANS, raise_exception=True)
def draw_page(request: HttpRequest, draw_id: int) -> HttpResponse:
    """As A4 sheets to sign and put up."""
    drawing = _drawing(request, draw_id)
    return pdf_response(
        draw_print(drawing=drawing, by=_by(request)),
        filename=f"双随机抽取 {drawing.plan.title}.pdf",
        as_attachment=False,
    )


def _drawing(request: HttpRequest, draw_id: int) -> InspectionDraw:
    plans = plan_list(scope=scope_of_user(request.user))
    drawings = InspectionDraw.objects.filter(plan__in=plans).select_related("plan__county", "drawn_by")
    return get_object_or_404(drawings, pk=draw_id)


def _by(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None

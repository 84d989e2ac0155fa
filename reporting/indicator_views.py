"""Downloads of indicators and scores (指标、考核下载): permitted, inside the scope, logged."""

from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_GET

from organizations.scope import NOTHING, scope_of_user
from reporting.downloads import workbook_response
from reporting.errors import RollUpMismatchError
from reporting.indicators.periods import Period
from reporting.services.indicator_workbooks import indicator_workbook_write, score_workbook_write

VIEW_INDICATORS = "reporting.view_indicatorfigure"


@require_GET
@login_required
@permission_required(VIEW_INDICATORS, raise_exception=True)
def indicator_workbook(request: HttpRequest, year: int, quarter: int) -> FileResponse:
    """County, prefecture, province (逐级汇总)."""
    scope, period = scope_of_user(request.user), _period(year, quarter)
    if scope == NOTHING or scope.hospital_id is not None:
        raise Http404
    try:
        return workbook_response(
            lambda path: indicator_workbook_write(scope=scope, period=period, path=path, by=_by(request)),
            filename=f"健康扶贫指标汇总表 {period.label}.xlsx",
        )
    except RollUpMismatchError as error:
        raise Http404(str(error)) from None


@require_GET
@login_required
@permission_required(VIEW_INDICATORS, raise_exception=True)
def score_workbook(request: HttpRequest, year: int, quarter: int) -> FileResponse:
    """Score sheets (考核表)."""
    scope, period = scope_of_user(request.user), _period(year, quarter)
    if scope == NOTHING:
        raise Http404
    return workbook_response(
        lambda path: score_workbook_write(scope=scope, period=period, path=path, by=_by(request)),
        filename=f"考核表 {period.label}.xlsx",
    )


def _period(year: int, quarter: int) -> Period:
    try:
        return Period.of(year, quarter)
    except (ValueError, OverflowError):
        raise Http404("没有这个季度。") from None


def _by(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None

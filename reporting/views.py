"""Downloads for staff (下载): signed in, permitted, inside the scope, and written down."""

from pathlib import Path

from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from organizations.models import Hospital
from organizations.scope import NOTHING, scope_of_user
from policies.models import Policy
from reimbursement.models import QuarterlyLedger
from reimbursement.selectors import ledger_list
from reporting.downloads import workbook_response
from reporting.errors import NothingToReportError
from reporting.pack_comparison import pack_comparison_write
from reporting.services import quarter_workbook_write

VIEW_LEDGERS = "reimbursement.view_quarterlyledger"
VIEW_PACKS = "policies.view_policy"


@require_GET
@login_required
@permission_required(VIEW_LEDGERS, raise_exception=True)
def ledger_workbook(request: HttpRequest, ledger_id: int) -> FileResponse:
    """One hospital's ledger (单家医疗机构台账)."""
    ledger = _ledger(request, ledger_id)
    return _download(request, ledger, hospital=ledger.hospital, name=ledger.hospital.name)


@require_GET
@login_required
@permission_required(VIEW_LEDGERS, raise_exception=True)
def county_workbook(request: HttpRequest, ledger_id: int) -> FileResponse:
    """The whole county's ledgers of the same kind and quarter, as far as the user may see (全县汇总)."""
    ledger = _ledger(request, ledger_id)
    return _download(request, ledger, hospital=None, name=ledger.county.name)


@require_GET
@login_required
@permission_required(VIEW_PACKS, raise_exception=True)
def pack_comparison_workbook(request: HttpRequest, left_id: int, right_id: int) -> FileResponse:
    """What changed from one pack to another (政策包比较表)."""
    packs = Policy.objects.all() if scope_of_user(request.user) != NOTHING else Policy.objects.none()
    left, right = get_object_or_404(packs, pk=left_id), get_object_or_404(packs, pk=right_id)
    by = request.user if isinstance(request.user, User) else None
    return workbook_response(
        lambda path: pack_comparison_write(left=left, right=right, path=path, by=by),
        filename=f"政策包比较 {left.code} {right.code}.xlsx",
    )


def _ledger(request: HttpRequest, ledger_id: int) -> QuarterlyLedger:
    # Outside the scope is answered like what does not exist.
    return get_object_or_404(ledger_list(scope=scope_of_user(request.user)), pk=ledger_id)


def _download(
    request: HttpRequest, ledger: QuarterlyLedger, *, hospital: Hospital | None, name: str
) -> FileResponse:
    def write(path: Path) -> Path:
        return quarter_workbook_write(
            scope=scope_of_user(request.user),
            kind=ledger.kind,
            county=ledger.county,
            hospital=hospital,
            year=ledger.year,
            quarter=ledger.quarter,
            path=path,
            by=request.user if isinstance(request.user, User) else None,
        ).path

    title = ledger.kind.title or ledger.kind.code
    try:
        return workbook_response(write, filename=f"{title} {name} {ledger.year}Q{ledger.quarter}.xlsx")
    except NothingToReportError as error:
        raise Http404(str(error)) from None

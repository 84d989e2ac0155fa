"""The file for the bank (一卡通代发文件): only for those who make batches; account numbers stand in it."""

from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from organizations.scope import scope_of_user
from reporting.downloads import workbook_response
from reporting.services.payout_files import payout_file_write
from settlement.selectors.payouts import payout_batches

MAKE_BATCHES = "settlement.add_payoutbatch"


@require_GET
@login_required
@permission_required(MAKE_BATCHES, raise_exception=True)
def payout_file(request: HttpRequest, batch_id: int) -> FileResponse:
    """The list of one batch."""
    batch = get_object_or_404(payout_batches(scope=scope_of_user(request.user)), pk=batch_id)
    by = request.user if isinstance(request.user, User) else None
    return workbook_response(
        lambda path: payout_file_write(batch=batch, path=path, by=by),
        filename=f"一卡通代发清单 {batch.county.name} {batch.number}.xlsx",
    )

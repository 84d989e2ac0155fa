"""A register as a file (登记簿导出): signed in, permitted, inside the scope, and written down."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from beneficiaries.selectors.registers import register_attachments, register_kinds
from common.clock import business_date
from organizations.scope import scope_of_user
from reporting.downloads import XLSX
from reporting.models import ExportLog
from reporting.register_workbooks import register_workbook_write

VIEW_ENTRIES = "beneficiaries.view_registerentry"


@require_GET
@login_required
@permission_required(VIEW_ENTRIES, raise_exception=True)
def register_workbook(request: HttpRequest, code: str) -> FileResponse:
    """The entries in scope, and the gaps."""
    scope, on = scope_of_user(request.user), business_date()
    kind = get_object_or_404(register_kinds(scope=scope, on=on), code=code)
    folder_of_exports = Path(settings.EXPORT_DIR)
    folder_of_exports.mkdir(parents=True, exist_ok=True)
    # The file is gone from the disk before the first byte is sent: nothing with personal data stays behind.
    with tempfile.TemporaryDirectory(prefix=".", dir=folder_of_exports) as folder:
        path = Path(folder) / "register.xlsx"
        by = request.user if isinstance(request.user, User) else None
        register_workbook_write(scope=scope, kind=kind, on=on, path=path, by=by)
        file = path.open("rb")
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{kind.name} {on}.xlsx",
        content_type=XLSX,
        headers={"Cache-Control": "private, no-store"},
    )


@require_GET
@never_cache
@login_required
@permission_required(VIEW_ENTRIES, raise_exception=True)
def register_file(request: HttpRequest, attachment_id: int) -> FileResponse:
    """A file of an entry (登记附件): always a download, so that nothing of it runs in a page of ours."""
    files = register_attachments(scope=scope_of_user(request.user)).select_related("entry__kind")
    attachment = get_object_or_404(files, pk=attachment_id)
    ExportLog.objects.create(
        user=request.user if isinstance(request.user, User) else None,
        report="登记附件",
        subject=f"{attachment.entry.kind.name} 第 {attachment.entry_id} 号登记 附件 {attachment.pk}",
        row_count=1,
        total_fen=0,
        sha256=attachment.sha256,
    )
    return FileResponse(
        attachment.file.open("rb"),
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.media_type,
        headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
    )

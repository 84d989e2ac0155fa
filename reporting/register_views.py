"""A register as a file (登记簿导出): signed in, permitted, inside the scope, and written down."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from beneficiaries.selectors.registers import register_kinds
from common.clock import business_date
from organizations.scope import scope_of_user
from reporting.register_workbooks import register_workbook_write
from reporting.views import XLSX

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

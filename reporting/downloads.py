"""Files handed out by views (下载): written in a folder of their own that is gone before the first byte."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_response(write: Callable[[Path], Path], *, filename: str) -> FileResponse:
    """The workbook that ``write`` puts under the path it gets."""
    folder_of_exports = Path(settings.EXPORT_DIR)
    folder_of_exports.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=folder_of_exports) as folder:
        file = write(Path(folder) / "report.xlsx").open("rb")
    return FileResponse(
        file,
        as_attachment=True,
        filename=filename,
        content_type=XLSX,
        headers={"Cache-Control": "private, no-store"},
    )


def pdf_response(content: bytes, *, filename: str, as_attachment: bool) -> HttpResponse:
    """A printed paper: kept as a file, or shown ready for the browser's printer."""
    disposition = content_disposition_header(as_attachment=as_attachment, filename=filename)
    headers = {"Content-Disposition": disposition or "attachment", "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)

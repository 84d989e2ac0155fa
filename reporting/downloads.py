"""Files handed out by views (下载): written in a folder of their own that is gone before the first byte."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import FileResponse

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

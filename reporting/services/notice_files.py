"""A notice as a file (公示表、公示页): from its frozen rows, checked, logged."""

import hashlib
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from reporting.errors import NoticeChangedError
from reporting.models import ExportLog, Notice
from reporting.notices.pdf import notice_pdf
from reporting.selectors.notices import CHUNK
from reporting.workbooks.notices import write_notice_workbook


@transaction.atomic
def notice_workbook_write(*, notice: Notice, path: Path, by: User | None) -> Path:
    """Write the Excel sheet.

    Raises:
        NoticeChangedError: the sheet does not come to what was published.
    """
    rows = notice.rows.order_by("number").iterator(chunk_size=CHUNK)
    written = write_notice_workbook(path=path, notice=notice, rows=rows, made_at=timezone.localtime())
    sums = written.sums
    paid_fen = sums["total_fen"] - sums["patient_fen"] - sums["hospital_fen"]
    if (written.rows, sums["total_fen"], paid_fen) != (notice.row_count, notice.total_fen, notice.paid_fen):
        raise NoticeChangedError
    _log(notice, form="xlsx", content=path.read_bytes(), by=by)
    return path


@transaction.atomic
def notice_print(*, notice: Notice, by: User | None) -> bytes:
    """The sheets to put up, as PDF."""
    rows = notice.rows.order_by("number").iterator(chunk_size=CHUNK)
    content = notice_pdf(notice=notice, rows=rows, printed_at=timezone.localtime())
    _log(notice, form="pdf", content=content, by=by)
    return content


def _log(notice: Notice, *, form: str, content: bytes, by: User | None) -> None:
    ExportLog.objects.create(
        user=by,
        report="季度公示",
        subject=f"{notice.notice_no} {notice.hospital.name}（{form}）"[:300],
        row_count=notice.row_count,
        total_fen=notice.paid_fen,
        sha256=hashlib.sha256(content).hexdigest(),
    )

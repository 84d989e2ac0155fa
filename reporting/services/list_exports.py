"""Lists as files (列表导出): short ones at once, long ones by a worker; all logged, none kept for long."""

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from common.encryption import decrypt, encrypt
from common.jobs import JobError, job_create, job_progress, job_work
from reporting.list_sheets import ListSheet, list_page, list_sheet
from reporting.models import ExportLog, ListExport
from reporting.workbooks.books import open_book
from reporting.workbooks.tables import Caption, Table, Totals

LOOK_AT_ID_NUMBERS = "beneficiaries.add_idnumberlook"
# So many rows are written while the browser waits.
AT_ONCE = 1_000
# A file with personal data stays no longer than this.
KEPT = timedelta(hours=24)
REPORT_EVERY = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersAsked:
    """Whether full ID numbers are asked for, and why."""

    full: bool = False
    reason: str = ""


MASKED = NumbersAsked()


def list_export_ask(
    *, user: User, list_name: str, title: str, asked: str, numbers: NumbersAsked, token: UUID
) -> tuple[ListExport, bool]:
    """Write the wish down, with its job; the same form sent again gets the first answer.

    Returns:
        The export, and whether it is new.
    """
    earlier = ListExport.objects.filter(token=token, owner=user).first()
    if earlier is not None:
        return earlier, False
    try:
        with transaction.atomic():
            job = job_create(title=f"导出{title}", owner=user)
            export = ListExport.objects.create(
                owner=user,
                list_name=list_name,
                asked_encrypted=encrypt(asked),
                full_numbers=numbers.full,
                reason=numbers.reason,
                token=token,
                job=job,
            )
            job.result_url = reverse("list-file", args=[export.pk])
            job.save(update_fields=["result_url"])
    except IntegrityError:
        # The other click was faster.
        return ListExport.objects.get(token=token, owner=user), False
    return export, True


def list_export_write(*, export_id: int) -> None:
    """Write the file (生成导出文件); delivered twice, it is written once.

    The rights are those of this moment: who lost them since asking gets no file.
    """
    export = ListExport.objects.select_related("owner").get(pk=export_id)
    with job_work(job_id=export.job_id):
        export.refresh_from_db()
        if export.ready_at is not None:
            return
        page = list_page(export.list_name)
        if page is None or not _may_see(page, export.owner):
            raise JobError("您已没有查看该列表的权限，没有导出。")
        if export.full_numbers and not export.owner.has_perm(LOOK_AT_ID_NUMBERS):
            raise JobError("您已没有查看完整身份证号的权限，没有导出；可重新导出只显示后四位的列表。")
        asked = decrypt(bytes(export.asked_encrypted))
        sheet = list_sheet(page=page, user=export.owner, asked=asked, full_numbers=export.full_numbers)
        folder = exports_folder()
        with tempfile.TemporaryDirectory(prefix=".", dir=folder) as aside:
            draft = Path(aside) / "list.xlsx"
            rows = _reported(sheet, job_id=export.job_id)
            totals = sheet_write(sheet=sheet, path=draft, rows=rows, by=export.owner, reason=export.reason)
            draft.chmod(0o600)
            with transaction.atomic():
                _log(sheet=sheet, path=draft, totals=totals, by=export.owner, reason=export.reason)
                ListExport.objects.filter(pk=export_id).update(ready_at=timezone.now())
                # Before the commit: what is offered is there.
                draft.replace(export_path(export))


def list_write_at_once(*, sheet: ListSheet, user: User, reason: str, path: Path) -> Path:
    """Write a short list and log it (立即导出)."""
    totals = sheet_write(sheet=sheet, path=path, rows=sheet.rows(), by=user, reason=reason)
    _log(sheet=sheet, path=path, totals=totals, by=user, reason=reason)
    return path


def sheet_write(*, sheet: ListSheet, path: Path, rows: Iterator[Any], by: User, reason: str) -> Totals:
    """The workbook: filters in force, rows as they come, who printed it when."""
    lines = [(f"筛选条件：{sheet.conditions}", f"导出人：{by.get_full_name() or by.get_username()}")]
    if sheet.searched:
        lines.append((f"搜索：{sheet.searched}", ""))
    if reason:
        lines.append((f"含完整身份证号，事由：{reason}", "用后及时销毁"))
    caption = Caption(
        title=sheet.title,
        lines=lines,
        capital="",
        counted="",
        signatures=(),
        stamp=f"导出时间 {timezone.localtime():%Y-%m-%d %H:%M:%S}",
    )
    with open_book(path) as (book, styles):
        table = Table(book=book, styles=styles, name=sheet.title[:31], caption=caption, columns=sheet.columns)
        return table.write(rows)


def export_path(export: ListExport) -> Path:
    """Where its file lies."""
    return exports_folder() / f"{export.pk}.xlsx"


def exports_folder() -> Path:
    """Of files that wait for their owners."""
    folder = Path(settings.EXPORT_DIR) / "lists"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def list_exports_remove(*, at: datetime) -> int:
    """Delete files that waited long enough, and what killed workers left behind (清理导出文件).

    Returns:
        How many files were deleted.
    """
    ListExport.objects.filter(ready_at__lt=at - KEPT, removed_at=None).update(removed_at=at)
    removed = 0
    for path in exports_folder().rglob("*"):
        if path.is_file() and path.stat().st_mtime < (at - KEPT).timestamp():
            path.unlink()
            removed += 1
    return removed


def _may_see(page: Any, user: User) -> bool:
    permission = f"{page.opts.app_label}.view_{page.opts.model_name}"
    return user.is_active and user.has_perm(permission)


def _reported(sheet: ListSheet, *, job_id: int) -> Iterator[Any]:
    total = sheet.total()
    for at, row in enumerate(sheet.rows(), start=1):
        if at % REPORT_EVERY == 0:
            job_progress(job_id=job_id, message="正在写入", done=at, total=total)
        yield row


def _log(*, sheet: ListSheet, path: Path, totals: Totals, by: User, reason: str) -> None:
    searched = "；另按关键字搜索" if sheet.searched else ""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    ExportLog.objects.create(
        user=by,
        report=f"列表：{sheet.title}"[:60],
        subject=f"筛选条件：{sheet.conditions}{searched}"[:300],
        reason=reason,
        row_count=totals.rows,
        total_fen=0,
        sha256=digest,
    )

"""Handing a report over (交付): written aside, whole or not at all, never without its entry in the log."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.contrib.auth.models import User
from django.db import connection, transaction

from reporting.models import ExportLog


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """A draft to write; when the block ends well and its transaction is committed, it becomes ``path``.

    The block is one transaction that sees one moment, so that whatever changes meanwhile cannot give
    half-old, half-new sheets.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=path.parent) as folder:
        draft = Path(folder) / path.name
        with _snapshot():
            yield draft
        # After the commit: no file leaves without its entry in the log.
        draft.replace(path)


def export_log(
    *, draft: Path, by: User | None, report: str, subject: str, rows: int, total_fen: int = 0
) -> ExportLog:
    """Write down who takes what away (导出日志); from here on only its owner reads the file."""
    draft.chmod(0o600)
    with draft.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return ExportLog.objects.create(
        user=by,
        report=report[:60],
        subject=subject[:300],
        row_count=rows,
        total_fen=total_fen,
        sha256=sha256,
    )


@contextmanager
def _snapshot() -> Iterator[None]:
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield

"""A random draw as files (抽取表、抽取结果页): to publish and to draw again from; logged."""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from reporting.inspections.pdf import draw_pdf
from reporting.models import Drawn, ExportLog, InspectionDraw
from reporting.selectors.inspections import draw_repeats, frame_of
from reporting.workbooks.draws import FrameRow, write_draw_workbook


@transaction.atomic
def draw_workbook_write(*, drawing: InspectionDraw, path: Path, by: User | None) -> Path:
    """Write the Excel file: what was drawn, and every key it was drawn from."""
    drawn = list(drawing.drawn.order_by("position"))
    written = write_draw_workbook(
        path=path, drawing=drawing, drawn=drawn, frame=_frame(drawing, drawn), made_at=timezone.localtime()
    )
    _log(drawing, form="xlsx", rows=written, content=path.read_bytes(), by=by)
    return path


@transaction.atomic
def draw_print(*, drawing: InspectionDraw, by: User | None) -> bytes:
    """The sheets to sign and put up, as PDF."""
    content = draw_pdf(
        drawing=drawing, repeats=draw_repeats(drawing=drawing), printed_at=timezone.localtime()
    )
    _log(drawing, form="pdf", rows=drawing.drawn.count(), content=content, by=by)
    return content


def _frame(drawing: InspectionDraw, drawn: Iterable[Drawn]) -> Iterator[FrameRow]:
    positions = {(row.side, row.key): str(row.position) for row in drawn}
    numbers = count(1)
    lists = ((Drawn.Side.OBJECT, frame_of(drawing=drawing)), (Drawn.Side.INSPECTOR, drawing.inspector_keys))
    for side, keys in lists:
        for key in keys:
            yield FrameRow(
                number=next(numbers),
                side=str(side.label),
                key=key,
                drawn=positions.get((side, key), ""),
            )


def _log(drawing: InspectionDraw, *, form: str, rows: int, content: bytes, by: User | None) -> None:
    ExportLog.objects.create(
        user=by,
        report="双随机抽取结果",
        subject=f"{drawing.plan.county.name} {drawing.plan.title}（{form}）"[:300],
        row_count=rows,
        total_fen=0,
        sha256=hashlib.sha256(content).hexdigest(),
    )

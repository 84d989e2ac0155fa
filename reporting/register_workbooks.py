"""A register as a workbook (登记簿导出): its entries in scope, and what its target still lacks."""

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from beneficiaries.models import RegisterEntry, RegisterKind
from beneficiaries.registers.fields import FieldSpec, FieldType, shown_values, specs_of
from beneficiaries.selectors.registers import register_entries, register_gaps
from organizations.scope import Scope
from reporting.columns import Column, Format
from reporting.models import ExportLog
from reporting.workbooks.books import open_book
from reporting.workbooks.tables import Caption, Table

_SIGNATURES = (("编制人：", "复核人：", "单位负责人：", "日期：      年    月    日"),)
_FORMATS = {FieldType.MONEY: Format.MONEY, FieldType.NUMBER: Format.COUNT, FieldType.DATE: Format.DATE}
_WIDTHS = {FieldType.LONG_TEXT: 30, FieldType.NUMBER: 9, FieldType.DATE: 11, FieldType.CHOICE: 12}
GAPS = (
    Column(title="序号", attribute="number", format=Format.COUNT, width=6),
    Column(title="单位", attribute="unit", format=Format.TEXT, width=36),
    Column(title="已登记", attribute="done", format=Format.COUNT, width=10, total=True),
    Column(title="目标", attribute="target", format=Format.COUNT, width=10, total=True),
    Column(title="还差", attribute="missing", format=Format.COUNT, width=10, total=True),
)


def register_workbook_write(
    *, scope: Scope, kind: RegisterKind, on: date, path: Path, by: User | None = None
) -> int:
    """Write the register and log the export; the number of entries.

    Args:
        scope: whose entries.
        kind: the register.
        on: the day for which the target is counted.
        path: of the file; its folder exists.
        by: who asked.
    """
    entries = register_entries(scope=scope, kind=kind).order_by("happened_on", "id")
    total, gaps = entries.count(), register_gaps(scope=scope, kind=kind, on=on)
    with open_book(path) as (book, styles):
        caption = _caption(kind, title=kind.name, counted=f"共 {total} 条")
        table = Table(book=book, styles=styles, name="登记", caption=caption, columns=_columns(kind))
        written = table.write(_rows(kind, entries.iterator(chunk_size=1_000)))
        if gaps:
            short = sum(1 for row in gaps if row.missing)
            caption = _caption(kind, title=f"{kind.name}：目标完成情况", counted=f"未达到 {short} 个")
            Table(book=book, styles=styles, name="目标完成情况", caption=caption, columns=GAPS).write(
                SimpleNamespace(
                    number=number, unit=gap.unit, done=gap.done, target=gap.target, missing=gap.missing
                )
                for number, gap in enumerate(gaps, start=1)
            )
    ExportLog.objects.create(
        user=by,
        report="登记簿",
        subject=f"{kind.name}（截至 {on}）",
        row_count=written.rows,
        total_fen=0,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )
    return written.rows


def _caption(kind: RegisterKind, *, title: str, counted: str) -> Caption:
    return Caption(
        title=title,
        lines=((f"依据：{kind.clause}", ""),),
        capital=kind.purpose,
        counted=counted,
        signatures=_SIGNATURES,
        stamp=f"制表时间 {timezone.localtime():%Y-%m-%d %H:%M:%S}",
    )


def _columns(kind: RegisterKind) -> list[Column]:
    def column(title: str, attribute: str, width: int) -> Column:
        return Column(title=title, attribute=attribute, format=Format.TEXT, width=width)

    own = [
        Column(
            title=spec.title,
            attribute=spec.key,
            format=_FORMATS.get(spec.type, Format.TEXT),
            width=_WIDTHS.get(spec.type, 18),
            total=spec.type is FieldType.MONEY,
        )
        for spec in specs_of(kind)
    ]
    tracked = [
        column("责任单位", "_office", 18),
        column("责任人", "_responsible", 10),
        column("办理期限", "_due", 11),
        column("办结日期", "_closed", 11),
        column("办结情况", "_note", 24),
    ]
    return [
        Column(title="序号", attribute="_number", format=Format.COUNT, width=5),
        column("县（市、区）", "_county", 12),
        Column(title="日期", attribute="_on", format=Format.DATE, width=11),
        *own,
        *(tracked if kind.tracked else []),
        column("状态", "_state", 8),
    ]


def _rows(kind: RegisterKind, entries: Iterator[RegisterEntry]) -> Iterator[Any]:
    specs = specs_of(kind)
    for number, entry in enumerate(entries, start=1):
        shown = dict(zip([spec.key for spec in specs], shown_values(specs, entry), strict=True))
        yield SimpleNamespace(
            _number=number,
            _county=entry.county.name,
            _on=entry.happened_on,
            _office=str(entry.office or ""),
            _responsible=entry.responsible,
            _due=str(entry.due_on or ""),
            _closed=str(entry.closed_on or ""),
            _note=entry.closing_note,
            _state=entry.get_state_display(),
            **{spec.key: _value(spec, entry, shown[spec.key]) for spec in specs},
        )


def _value(spec: FieldSpec, entry: RegisterEntry, shown: str) -> Any:
    value = entry.values.get(spec.key)
    if spec.type is FieldType.DATE:
        return date.fromisoformat(value) if value else None
    return value if spec.type in _FORMATS else shown

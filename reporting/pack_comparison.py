"""Two policy packs side by side as a workbook (政策包比较表): for whoever signs the change."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import User
from django.utils import timezone
from xlsxwriter import Workbook

from common.admin_panels import period
from policies.comparison import Difference, policies_compare
from policies.models import Policy
from reporting.columns import Column, Format
from reporting.models import ExportLog
from reporting.workbooks.styles import make_styles
from reporting.workbooks.tables import Caption, Table

REPORT = "政策包比较"
_SIGNATURES = (("编制人：", "复核人：", "单位负责人：", "日期：      年    月    日"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """One line of the sheet."""

    number: int
    section: str
    row: str
    field: str
    left: str
    right: str
    change: str
    clause_left: str
    clause_right: str


def _text(title: str, attribute: str, width: int) -> Column:
    return Column(title=title, attribute=attribute, format=Format.TEXT, width=width)


COLUMNS = (
    Column(title="序号", attribute="number", format=Format.COUNT, width=5),
    _text("类别", "section", 10),
    _text("条目", "row", 20),
    _text("项目", "field", 14),
    _text("原规定", "left", 36),
    _text("新规定", "right", 36),
    _text("变化", "change", 6),
    _text("原依据", "clause_left", 16),
    _text("新依据", "clause_right", 16),
)


def pack_comparison_write(*, left: Policy, right: Policy, path: Path, by: User | None = None) -> int:
    """Write what differs between two packs and log the export; the number of differences.

    Args:
        left: usually the earlier pack.
        right: usually the later one.
        path: of the file; its folder exists.
        by: who asked.
    """
    differences = policies_compare(left=left, right=right)
    caption = Caption(
        title="政策包比较表",
        lines=(
            (f"原政策包：{left}（{left.city_name}，{period(left.valid)}）", left.get_status_display()),
            (f"新政策包：{right}（{right.city_name}，{period(right.valid)}）", right.get_status_display()),
        ),
        capital="金额单位：元。未列出的内容两者相同。",
        counted=f"共 {len(differences)} 处",
        signatures=_SIGNATURES,
        stamp=f"制表时间 {timezone.localtime():%Y-%m-%d %H:%M:%S}",
    )
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(str(path), {**options, "tmpdir": str(path.parent)}) as book:
        table = Table(book=book, styles=make_styles(book), name=REPORT, caption=caption, columns=COLUMNS)
        table.write(_rows(differences))
    ExportLog.objects.create(
        user=by,
        report=REPORT,
        subject=f"{left} / {right}"[:300],
        row_count=len(differences),
        total_fen=0,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )
    return len(differences)


def _rows(differences: Iterable[Difference]) -> Iterator[ComparisonRow]:
    for number, item in enumerate(differences, start=1):
        yield ComparisonRow(
            number=number,
            section=item.section,
            row=item.row,
            field=item.field,
            left=item.left,
            right=item.right,
            change=item.kind_label,
            clause_left=item.clause_left,
            clause_right=item.clause_right,
        )

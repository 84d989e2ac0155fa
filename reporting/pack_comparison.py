"""Two policy packs side by side as a workbook (政策包比较表): for whoever signs the change."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import User
from django.utils import timezone

from common.admin_panels import period
from policies.comparison import Difference, policies_compare
from policies.models import Policy
from reporting.columns import count, text
from reporting.services.handing_over import export_log, written_aside
from reporting.workbooks.books import open_book
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


COLUMNS = (
    count("序号", "number", 5),
    text("类别", "section", 10),
    text("条目", "row", 20),
    text("项目", "field", 14),
    text("原规定", "left", 36),
    text("新规定", "right", 36),
    text("变化", "change", 6),
    text("原依据", "clause_left", 16),
    text("新依据", "clause_right", 16),
)


def pack_comparison_write(*, left: Policy, right: Policy, path: Path, by: User | None = None) -> Path:
    """Write what differs between two packs and log the export.

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
    with written_aside(path) as draft:
        with open_book(draft) as (book, styles):
            table = Table(book=book, styles=styles, name=REPORT, caption=caption, columns=COLUMNS)
            written = table.write(_rows(differences))
        export_log(draft=draft, by=by, report=REPORT, subject=f"{left} / {right}", rows=written.rows)
    return path


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

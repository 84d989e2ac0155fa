"""Making reports (制表): write aside, check against the database, then hand over."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from common.money import format_yuan
from organizations.models import Hospital, Region
from organizations.scope import Scope
from policies.models import LedgerKind
from reimbursement.quarters import Quarter
from reporting.errors import NothingToReportError, WorkbookMismatchError
from reporting.rows import LedgerHead
from reporting.selectors import ledger_heads, ledger_rows, ledger_sums
from reporting.services.handing_over import export_log, written_aside
from reporting.workbooks.ledgers import Written, write_quarter_workbook
from reporting.workbooks.tables import ROWS_ON_A_SHEET


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookReport:
    """A workbook that was delivered (工作簿)."""

    path: Path
    rows: int
    total_fen: int
    ledgers: int
    sha256: str


def quarter_workbook_path(*, kind: LedgerKind, county: Region, year: int, quarter: int) -> Path:
    """Where the quarter's workbook usually lies."""
    return Path(settings.EXPORT_DIR) / f"{county.code}-{kind.code}-{year}Q{quarter}.xlsx"


def quarter_workbook_write(
    *,
    scope: Scope,
    kind: LedgerKind,
    county: Region,
    year: int,
    quarter: int,
    path: Path,
    hospital: Hospital | None = None,
    by: User | None = None,
    rows_on_a_sheet: int = ROWS_ON_A_SHEET,
) -> WorkbookReport:
    """Write a county's quarterly ledgers as a workbook (季度台账) and log the export.

    郑卫〔2017〕214号 三(四): the hospitals' quarter files, merged by the county. The file appears
    under ``path`` whole or not at all.

    Args:
        scope: what the reader may see; a hospital gets its own ledger only.
        kind: the kind of ledger.
        county: whose fund pays.
        year: of the quarter.
        quarter: 1 to 4.
        path: of the file; its folder is made.
        hospital: only its ledger.
        by: who asked; nobody for background tasks.
        rows_on_a_sheet: where a detail goes on on another sheet.

    Raises:
        NothingToReportError: no ledger was built, or none is in the scope.
        WorkbookMismatchError: the sheets differ from the database.
        ValueError: no such quarter.
    """
    period = Quarter(year, quarter)
    with written_aside(path) as draft:
        heads = ledger_heads(
            scope=scope, kind=kind, county=county, hospital=hospital, year=year, quarter=quarter
        )
        if not heads:
            raise NothingToReportError
        ids = [head.ledger_id for head in heads]
        written = write_quarter_workbook(
            path=draft,
            heads=heads,
            rows=ledger_rows(ledger_ids=ids, source=heads[0].source),
            made_at=timezone.localtime(),
            rows_on_a_sheet=rows_on_a_sheet,
        )
        _totals_check(heads=heads, written=written, sums=ledger_sums(ledger_ids=ids))
        log = export_log(
            draft=draft,
            by=by,
            report=heads[0].title,
            subject=f"{county.name} {period} {_hospitals(heads)}",
            rows=sum(written.rows.values()),
            total_fen=sum(written.fen.values()),
        )
    return WorkbookReport(
        path=path, rows=log.row_count, total_fen=log.total_fen, ledgers=len(heads), sha256=log.sha256
    )


def _totals_check(*, heads: Sequence[LedgerHead], written: Written, sums: dict[int, int]) -> None:
    for head in heads:
        got = (written.rows[head.ledger_id], written.fen[head.ledger_id])
        in_database = sums.get(head.ledger_id, 0)
        if got != (head.row_count, in_database) or head.total_fen != in_database:
            raise WorkbookMismatchError(
                ledger_no=head.ledger_no,
                written=f"{format_yuan(got[1])} 元（{got[0]} 行）",
                expected=f"{format_yuan(in_database)} 元（{head.row_count} 行），"
                f"台账合计 {format_yuan(head.total_fen)} 元",
            )


def _hospitals(heads: Sequence[LedgerHead]) -> str:
    return heads[0].hospital if len(heads) == 1 else f"{len(heads)}家医疗机构"

"""The finance bureau's workbook (财政季度台账): write aside, check against the database, log, hand over."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from common.money import format_yuan
from organizations.models import Region
from organizations.scope import Scope
from reimbursement.models import Submission
from reimbursement.quarters import Quarter
from reporting.errors import NothingToReportError, WorkbookMismatchError
from reporting.rows import ItemRow
from reporting.selectors import ledger_sums
from reporting.selectors.finance import (
    FinanceSums,
    correction_rows,
    finance_items,
    finance_submissions,
    finance_sums,
    item_rows,
    roll_up_rows,
    sign_off_rows,
)
from reporting.services.handing_over import export_log, written_aside
from reporting.workbooks.finance import Detail, FinanceHead, FinanceWritten, write_finance_workbook
from reporting.workbooks.tables import ROWS_ON_A_SHEET

REPORT = "财政季度台账"


def finance_workbook_write(
    *,
    scope: Scope,
    county: Region,
    year: int,
    quarter: int,
    path: Path,
    by: User | None = None,
    rows_on_a_sheet: int = ROWS_ON_A_SHEET,
) -> Path:
    """Write all that a county submitted in a quarter as one workbook and log the export.

    郑卫〔2017〕214号 三(四), 四(二)4. The file appears under ``path`` whole or not at all.

    Args:
        scope: what the reader may see.
        county: whose fund pays.
        year: of the quarter.
        quarter: 1 to 4.
        path: of the file; its folder is there.
        by: who asked.
        rows_on_a_sheet: where a table goes on on another sheet.

    Raises:
        NothingToReportError: nothing was submitted, or it is not in the scope.
        WorkbookMismatchError: the sheets differ from the database.
        ValueError: no such quarter.
    """
    period = Quarter(year, quarter)
    with written_aside(path) as draft:
        sent = finance_submissions(scope=scope, county=county, year=year, quarter=quarter)
        items: list[Any] = finance_items(scope=scope, submissions=sent)
        if not items:
            raise NothingToReportError
        rows, sums = item_rows(items=items), finance_sums(items=items)
        ledger_ids = sorted({item.ledger_id for item in items})
        written = write_finance_workbook(
            path=draft,
            head=_head(county=county, period=period, submissions=sent, rows=rows, sums=sums),
            items=rows,
            details=[_detail(submission, items) for submission in sent],
            corrections=correction_rows(ledger_ids=ledger_ids),
            sign_off=sign_off_rows(submissions=sent, items=items),
            made_at=timezone.localtime(),
            rows_on_a_sheet=rows_on_a_sheet,
        )
        _check(items=items, written=written, sums=sums, number=sent[0].number)
        export_log(
            draft=draft,
            by=by,
            report=REPORT,
            subject=f"{county.name} {period} {len(sent)}份申报",
            rows=sum(written.ledger_rows.values()),
            total_fen=written.items.sums["applied_fen"],
        )
    return path


def _head(
    *,
    county: Region,
    period: Quarter,
    submissions: Sequence[Submission],
    rows: Sequence[ItemRow],
    sums: FinanceSums,
) -> FinanceHead:
    built = "    ".join(f"{sent.number} 报送于 {sent.submitted_on.isoformat()}" for sent in submissions)
    return FinanceHead(
        county=county.name,
        period=f"{period}（{period.first_day.isoformat()} 至 {period.last_day.isoformat()}）",
        built=f"申报编号 {built}",
        applied_fen=sum([row.applied_fen for row in rows]),
        due_fen=sum([row.due_fen for row in rows]),
        outstanding_fen=sum([row.outstanding_fen for row in rows]),
        hospitals=len({row.hospital_code for row in rows}),
        corrections=sums.corrections,
        corrections_fen=sums.corrections_fen,
    )


def _detail(submission: Submission, items: Sequence[Any]) -> Detail:
    mine = [item for item in items if item.submission_id == submission.pk]
    return Detail(
        title=submission.kind.title or submission.kind_code,
        number=submission.number,
        content_hash=submission.content_hash,
        applied_fen=sum([item.applied_fen for item in mine]),
        rows=roll_up_rows(ledger_ids=sorted({item.ledger_id for item in mine})),
    )


def _check(*, items: Sequence[Any], written: FinanceWritten, sums: FinanceSums, number: str) -> None:
    """Each sheet against the database's own sums, each ledger against its lines and its head."""
    in_lines = ledger_sums(ledger_ids=[item.ledger_id for item in items])
    for item in items:
        ledger = item.ledger
        got = written.ledger_fen.get(ledger.pk, 0)
        if not got == in_lines.get(ledger.pk, 0) == ledger.total_fen:
            raise WorkbookMismatchError(
                ledger_no=ledger.ledger_no,
                written=f"{format_yuan(got)} 元",
                expected=f"{format_yuan(in_lines.get(ledger.pk, 0))} 元，"
                f"台账合计 {format_yuan(ledger.total_fen)} 元",
            )
    sheet = written.items.sums
    pairs = (
        ("汇总表申报", sheet["applied_fen"], sums.applied_fen),
        ("汇总表扣减", sheet["deducted_fen"], sums.deducted_fen),
        ("汇总表核定", sheet["approved_fen"], sums.approved_fen),
        ("汇总表拨付", sheet["paid_fen"], sums.paid_fen),
        ("明细表扣减", written.deducted_fen, sums.deducted_fen),
        ("更正表", written.corrections.sums["amount_fen"], sums.corrections_fen),
    )
    for what, got, held in pairs:
        if got != held:
            raise WorkbookMismatchError(
                ledger_no=number, written=f"{what} {format_yuan(got)} 元", expected=f"{format_yuan(held)} 元"
            )

"""The workbook of a premium aid sheet (参保资助申请): written aside, checked, logged, handed over."""

from collections.abc import Iterator
from pathlib import Path

from django.contrib.auth.models import User
from django.utils import timezone

from common.money import format_yuan
from reimbursement.models import PremiumSheet
from reimbursement.selectors.premium_sheets import (
    ClassRow,
    class_rows,
    fund_titles,
    fund_totals,
    sheet_lines,
)
from reporting.errors import ReportError
from reporting.services.handing_over import export_log, written_aside
from reporting.workbooks.premiums import ApplicationRow, PersonRow, PremiumHead, write_premium_workbook
from reporting.workbooks.tables import Totals

CHUNK = 2_000
CHANGES = {"new": "新增", "left": "退出", "corrected": "更正"}


class PremiumSheetMismatchError(ReportError):
    """The workbook does not come to what the sheet holds; nothing is delivered."""

    def __init__(self, *, number: str, written: str, expected: str) -> None:
        super().__init__(
            f"申请 {number} 的工作簿合计 {written} 与申请 {expected} 不符，未生成文件，请重新编制"
        )


def premium_workbook_write(*, sheet: PremiumSheet, path: Path, by: User | None) -> Path:
    """Write a built sheet and log the export; the file appears under ``path`` whole or not at all.

    Raises:
        PremiumSheetMismatchError: classes or people do not come to the sheet's total.
    """
    classes = class_rows(sheet)
    totals, names = fund_totals(classes), fund_titles()
    with written_aside(path) as draft:
        written = write_premium_workbook(
            path=draft,
            head=_head(sheet),
            classes=_classes(classes, list(totals)),
            funds=[names.get(fund, fund) for fund in totals],
            people=_people(sheet, {row.row_code: row.title for row in classes}),
            made_at=timezone.localtime(),
        )
        _check(sheet, *written)
        export_log(
            draft=draft,
            by=by,
            report=sheet.title,
            subject=f"{sheet.county.name} {sheet.number}",
            rows=written[1].rows,
            total_fen=written[1].sums["due_fen"],
        )
    return path


def _head(sheet: PremiumSheet) -> PremiumHead:
    return PremiumHead(
        title=sheet.title,
        number=sheet.number,
        county=sheet.county.name,
        year=sheet.year,
        state=sheet.get_status_display(),
        heads=sheet.line_count,
        total_fen=sheet.total_fen,
        content_hash=sheet.content_hash,
    )


def _classes(rows: list[ClassRow], funds: list[str]) -> Iterator[ApplicationRow]:
    for number, row in enumerate(rows, start=1):
        yield ApplicationRow(
            number=number,
            title=row.title,
            change=CHANGES[row.change],
            clause=row.clause,
            heads=row.heads,
            each_fen=row.each_fen,
            total_fen=row.total_fen,
            funds=[row.funds.get(fund, 0) for fund in funds],
        )


def _people(sheet: PremiumSheet, titles: dict[str, str]) -> Iterator[PersonRow]:
    for number, line in enumerate(sheet_lines(sheet).iterator(chunk_size=CHUNK), start=1):
        person, household = line.person, line.person.household
        yield PersonRow(
            number=number,
            name=person.name,
            id_encrypted=bytes(person.id_encrypted),
            township=household.township if household else "",
            village=household.village if household else "",
            household_no=household.household_no if household else "",
            title=titles.get(line.row_code, line.row_code),
            change=CHANGES[line.change],
            contribution_fen=line.contribution_fen,
            amount_fen=line.amount_fen,
            previous_fen=line.previous_fen,
            due_fen=line.due_fen,
        )


def _check(sheet: PremiumSheet, classes: Totals, people: Totals) -> None:
    by_fund = sum(fen for name, fen in classes.sums.items() if name.startswith("fund_"))
    got = (people.rows, classes.sums["heads"], people.sums["due_fen"], classes.sums["total_fen"], by_fund)
    due = sheet.total_fen
    if got != (sheet.line_count, sheet.line_count, due, due, due):
        raise PremiumSheetMismatchError(
            number=sheet.number,
            written=f"{format_yuan(got[2])} 元（{got[0]} 人）",
            expected=f"{format_yuan(due)} 元（{sheet.line_count} 人）",
        )

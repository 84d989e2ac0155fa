"""The quarterly ledger of covered people as a file (参保、就医信息季度台账): checked, logged, handed over."""

from pathlib import Path

from django.contrib.auth.models import User
from django.utils import timezone

from common.money import format_yuan
from organizations.models import Region
from organizations.scope import Scope
from reimbursement.quarters import Quarter
from reimbursement.selectors.insured_years import insured_year_of
from reporting.errors import WorkbookMismatchError
from reporting.selectors.covered import CoveredSums, covered_people, covered_rows, covered_sums
from reporting.services.handing_over import export_log, written_aside
from reporting.workbooks.covered import CoveredHead, write_covered_workbook
from reporting.workbooks.tables import ROWS_ON_A_SHEET, Totals

REPORT = "保障对象参保就医信息季度台账"


def covered_workbook_write(
    *,
    scope: Scope,
    county: Region,
    year: int,
    quarter: int,
    path: Path,
    by: User | None = None,
    rows_on_a_sheet: int = ROWS_ON_A_SHEET,
) -> Path:
    """Write who of a county was to be covered in a quarter, insured or not, with visits (R165, R173).

    鞍医保发〔2019〕37号 四(四). The file appears under ``path`` whole or not at all.

    Args:
        scope: what the reader may see.
        county: whose people.
        year: of the quarter and of the insurance.
        quarter: 1 to 4.
        path: of the file.
        by: who asked.
        rows_on_a_sheet: where the list goes on on another sheet.

    Raises:
        InsuredYearError: no published pack says who is to be covered.
        WorkbookMismatchError: the sheets differ from the database.
        ValueError: no such quarter.
    """
    period = Quarter(year, quarter)
    number = f"{county.code}-covered-{year}Q{quarter}"
    held = insured_year_of(county=county, year=year)
    with written_aside(path) as draft:
        people = covered_people(scope=scope, county=county, held=held, quarter=period)
        sums = covered_sums(people=people, held=held, quarter=period)
        written = write_covered_workbook(
            path=draft,
            head=CoveredHead(
                county=county.name,
                period=f"{period}（{period.first_day.isoformat()} 至 {period.last_day.isoformat()}）",
                year=year,
                people=sums.people,
                policy=held.policy.title,
                stamp=f"台账编号 {number}",
            ),
            people=covered_rows(people=people, held=held, quarter=period),
            made_at=timezone.localtime(),
            rows_on_a_sheet=rows_on_a_sheet,
        )
        _check(number, sums, *written)
        export_log(
            draft=draft,
            by=by,
            report=REPORT,
            subject=f"{county.name} {period}",
            rows=written[0].rows,
            total_fen=sums.total_fen,
        )
    return path


def _check(number: str, sums: CoveredSums, people: Totals, townships: Totals) -> None:
    """Both sheets against the database's own sums."""
    held = (sums.people, sums.total_fen, sums.patient_fen, sums.aid_fen)
    amounts = ("total_fen", "patient_fen", "aid_fen")
    listed = (people.rows, *[people.sums[name] for name in amounts])
    summed = (townships.sums["people"], *[townships.sums[name] for name in amounts])
    if not listed == summed == held or townships.sums["insured"] != sums.insured:
        raise WorkbookMismatchError(
            ledger_no=number,
            written=f"{listed[0]} 人，总费用 {format_yuan(listed[1])} 元",
            expected=f"{held[0]} 人，总费用 {format_yuan(held[1])} 元",
        )

"""From a roster's file to staged rows (名单入库待核): streamed, checked, encrypted, by COPY."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from io import StringIO
from itertools import islice

from django.db import connection

from beneficiaries.models import RosterImport, RosterRow
from beneficiaries.rosters.cells import Cell
from beneficiaries.rosters.checks import CheckedRow, RowChecker, Terms
from beneficiaries.rosters.files import open_roster
from beneficiaries.rosters.insured import InsuredChecker
from common.clock import business_date
from common.encryption import blind_index, decrypt_bytes, encrypt
from organizations.models import Region

BATCH = 2_000
_COLUMNS = (
    "roster_id", "row_no", "difference", "problem", "detail", "errors", "raw_encrypted", "id_encrypted",
    "id_index", "id_last4", "name", "sex", "born_on", "category", "county_id", "household_no", "township",
    "village", "head_name", "since", "leaves", "left_on", "insurance_type",
    "enrolled_on", "paid_by",
)  # fmt: skip
_ESCAPES = (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r"))

OnProgress = Callable[[int, int], None]


def roster_stage(*, roster: RosterImport, on_progress: OnProgress) -> None:
    """Stage the rows of a roster's file, then forget the file; a repeated or resumed run starts over.

    Raises:
        RosterFileError: the file is no roster.
    """
    RosterRow.objects.filter(roster=roster).delete()
    if roster.file_encrypted is None:
        raise ValueError(f"roster {roster.pk} has no file any more")
    checker_of = RowChecker if roster.year is None else InsuredChecker
    sheet = open_roster(decrypt_bytes(roster.file_encrypted), checker_of.fields)
    roster.file_encrypted = None
    checker = checker_of(columns=sheet.columns, terms=roster_terms(roster))
    blanks: Counter[str] = Counter()
    done = 0
    for batch in _batches(sheet.rows):
        buffer = StringIO()
        for row_no, cells in batch:
            row = checker.check(row_no, cells)
            blanks.update(row.blanks)
            _write(buffer, roster.pk, row, cells)
        # A batch is its own transaction: rows are staged only, and progress is seen.
        with connection.cursor() as cursor:
            buffer.seek(0)
            cursor.copy_expert(f"COPY beneficiaries_rosterrow ({', '.join(_COLUMNS)}) FROM STDIN", buffer)
        done += len(batch)
        on_progress(done, max(done, sheet.total))
    with connection.cursor() as cursor:
        # The planner knows nothing yet of rows that came a moment ago.
        cursor.execute("ANALYZE beneficiaries_rosterrow")
    RosterImport.objects.filter(pk=roster.pk).update(
        headings={"titles": sheet.headings, "columns": sheet.columns, "rows": done}, blanks=dict(blanks)
    )


def roster_terms(roster: RosterImport) -> Terms:
    """What the rows of a roster are checked against."""
    counties = counties_of(roster.region)
    return Terms(
        roster_on=roster.roster_on,
        today=business_date(),
        categories=frozenset(roster.categories),
        counties={key: county.pk for county in counties for key in (county.name, county.code)},
        county_id=roster.region_id if roster.region.level == Region.Level.COUNTY else None,
        year=roster.year,
    )


def counties_of(region: Region) -> list[Region]:
    """The county itself, or the counties of a prefecture."""
    if region.level == Region.Level.COUNTY:
        return [region]
    return list(Region.objects.filter(parent=region, level=Region.Level.COUNTY))


def _batches(rows: Iterator[tuple[int, list[Cell]]]) -> Iterator[list[tuple[int, list[Cell]]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _write(buffer: StringIO, roster_id: int, row: CheckedRow, cells: list[Cell]) -> None:
    errors = [{"field": d.field, "code": d.code, "message": d.message} for d in row.defects]
    # What the department wrote is needed only where it has to correct it.
    raw = encrypt(json.dumps([_shown(cell) for cell in cells], ensure_ascii=False)) if errors else None
    number = row.id_number
    values = (
        roster_id, row.row_no, "wrong" if errors else "", "", "", json.dumps(errors, ensure_ascii=False), raw,
        encrypt(number) if number else None, blind_index(number) if number else "", number[-4:], row.name,
        row.sex, row.born_on, row.category, row.county_id, row.household_no, row.township, row.village,
        row.head_name, row.since, row.leaves, row.left_on,
        row.insurance_type, row.enrolled_on, row.paid_by,
    )  # fmt: skip
    _add(buffer, values)


def _shown(cell: Cell) -> str:
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell)[:200]


def _add(buffer: StringIO, values: Iterable[object]) -> None:
    buffer.write("\t".join(map(_copied, values)))
    buffer.write("\n")


def _copied(value: object) -> str:
    """A value in PostgreSQL's text format."""
    match value:
        case None:
            return r"\N"
        case bool():
            return "t" if value else "f"
        case bytes():
            return rf"\\x{value.hex()}"
        case date():
            return value.isoformat()
    text = str(value).replace("\0", "")
    for plain, escaped in _ESCAPES:
        text = text.replace(plain, escaped)
    return text

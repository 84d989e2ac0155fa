"""Writes of premium aid sheets (参保资助申请): open, build in the background, submit.

A build writes the sheet in chunks of people, each a transaction of its own, so that memory stays flat and its
progress is seen. A killed build begins again from nothing; the sheet is open only once all of it is there.
"""

import json
from collections.abc import Iterable
from hashlib import sha256

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Count, Max, Sum
from django.utils import timezone

from beneficiaries.models import Enrolment
from common.jobs import JobError, JobTakenError, job_create, job_is_alive, job_progress, job_work
from organizations.models import Region
from organizations.scope import Scope
from reimbursement.models import PremiumSheet, PremiumSheetLine
from reimbursement.premium.errors import PremiumError, PremiumSheetError
from reimbursement.premium.lines import SheetLine, line_of
from reimbursement.premium.people import people_of
from reimbursement.selectors.insured_years import InsuredYear, insured_year_of
from reimbursement.selectors.policy_terms import premium_terms
from reimbursement.selectors.premium_moves import claimed_twice

# Sheets of a year are submitted one after the other: two counties may claim the same person.
SUBMIT_LOCK = 0x5052454D
NAMED = 5
Status = PremiumSheet.Status


@transaction.atomic
def premium_sheet_open(*, scope: Scope, county: Region, year: int, by: User) -> PremiumSheet:
    """Make the county's next sheet of a year, or take the open one; its job is to be enqueued (编制).

    Raises:
        PremiumSheetError: the county lies outside the scope, or somebody builds the sheet right now.
    """
    if scope.hospital_id is not None or not (scope.everything or county.pk in scope.county_ids):
        raise PremiumSheetError("county_outside", "该县不在您的管辖范围内。")
    Region.objects.select_for_update(no_key=True).get(pk=county.pk)
    sheets = PremiumSheet.objects.filter(county=county, year=year)
    sheet = sheets.select_related("job").exclude(status=Status.SUBMITTED).first()
    if sheet is not None and sheet.job is not None and job_is_alive(sheet.job):
        raise PremiumSheetError("sheet_busy", "后台正在编制这份申请，请稍候。")
    if sheet is None:
        last = sheets.aggregate(last=Max("version"))["last"] or 0
        sheet = PremiumSheet(county=county, year=year, version=last + 1)
    sheet.status = Status.BUILDING
    sheet.job = job_create(title=f"编制{sheet}", owner=by)
    sheet.save()
    return sheet


def premium_sheet_build(*, sheet_id: int, job_id: int) -> None:
    """Build a sheet (编制参保资助申请); delivered twice, it is built once.

    Raises:
        JobTakenError: another process is at it, or a later request has taken its place.
    """
    with job_work(job_id=job_id):
        sheet = _begin(sheet_id, job_id)
        if sheet is None:
            return
        try:
            held = insured_year_of(county=sheet.county, year=sheet.year)
            _lines_write(sheet, held, job_id)
            _finish(sheet.pk, held.policy.pk, job_id)
        except PremiumError as error:
            raise JobError(str(error)) from error


@transaction.atomic
def premium_sheet_submit(*, scope: Scope, sheet_id: int, by: User) -> PremiumSheet:
    """Submit a sheet (报送); from then on the database freezes it.

    Raises:
        PremiumSheetError: outside the scope, not built, submitted before, nothing stands on it, or somebody
            on it was applied for by another county since it was built.
    """
    rows = PremiumSheet.objects.filter(scope.limit(county="county", hospital=""))
    sheet = rows.select_for_update().filter(pk=sheet_id).first()
    if sheet is None or scope.hospital_id is not None:
        raise PremiumSheetError("sheet_not_found", "没有这份申请。")
    if sheet.status == Status.SUBMITTED:
        raise PremiumSheetError("sheet_submitted", "这份申请已经报送；其后的变动请另编补充申请。")
    if sheet.status != Status.OPEN:
        raise PremiumSheetError("sheet_building", "申请还没有编制完，请稍候或重新编制。")
    if not sheet.line_count:
        raise PremiumSheetError("sheet_empty", "与已报送的申请相比没有变动，不需要报送。")
    _twice_check(sheet)
    sheet.status, sheet.submitted_at, sheet.submitted_by = Status.SUBMITTED, timezone.now(), by
    sheet.save(update_fields=["status", "submitted_at", "submitted_by"])
    return sheet


def _twice_check(sheet: PremiumSheet) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SUBMIT_LOCK, sheet.year])
    if twice := claimed_twice(sheet):
        named = "；".join(f"{one.name}（{one.county_name}）" for one in twice[:NAMED])
        more = f"等{len(twice)}人" if len(twice) > NAMED else ""
        raise PremiumSheetError(
            "sheet_claims_twice", f"编制以后外县已为同一人申请资助：{named}{more}。请重新编制后再报送。"
        )


@transaction.atomic
def _begin(sheet_id: int, job_id: int) -> PremiumSheet | None:
    sheet = _locked(sheet_id, job_id)
    if sheet.status != Status.BUILDING:
        return None
    PremiumSheetLine.objects.filter(sheet=sheet).delete()
    return sheet


def _locked(sheet_id: int, job_id: int) -> PremiumSheet:
    sheet = PremiumSheet.objects.select_for_update().get(pk=sheet_id)
    if sheet.job_id != job_id:
        raise JobTakenError
    return sheet


def _lines_write(sheet: PremiumSheet, held: InsuredYear, job_id: int) -> None:
    terms = premium_terms(policy=held.policy, county_code=sheet.county.code)
    total = Enrolment.objects.filter(county=sheet.county, year=sheet.year).count()
    done = 0
    for people in people_of(county_id=sheet.county_id, year=sheet.year, last_day=held.last_day):
        lines = [
            line_of(person, terms=terms, year=sheet.year, county_class=sheet.county.county_class)
            for person in people
        ]
        _chunk_write(sheet.pk, job_id, [line for line in lines if line is not None])
        done += len(people)
        job_progress(job_id=job_id, message="正在计算", done=done, total=max(total, done))


@transaction.atomic
def _chunk_write(sheet_id: int, job_id: int, lines: Iterable[SheetLine]) -> None:
    _locked(sheet_id, job_id)
    PremiumSheetLine.objects.bulk_create(
        [
            PremiumSheetLine(sheet_id=sheet_id, due_fen=line.amount_fen - line.previous_fen, **line._asdict())
            for line in lines
        ],
        batch_size=1_000,
    )


@transaction.atomic
def _finish(sheet_id: int, policy_id: int, job_id: int) -> None:
    """Totals are those of the lines, never counted on."""
    sheet = _locked(sheet_id, job_id)
    totals = sheet.lines.aggregate(count=Count("pk"), fen=Sum("due_fen"))
    digest = sha256()
    rows = sheet.lines.order_by("person_id").values_list("person_id", "row_code", "due_fen", "due_shares")
    for row in rows.iterator(chunk_size=2_000):
        digest.update(json.dumps(row, sort_keys=True).encode())
    sheet.line_count, sheet.total_fen = totals["count"], totals["fen"] or 0
    sheet.policy_id, sheet.content_hash = policy_id, digest.hexdigest()
    sheet.status, sheet.built_at = Status.OPEN, timezone.now()
    sheet.save()

"""Publishing notices and handling objections (发布公示、处理异议)."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Max

from organizations.models import Hospital, Region
from organizations.scope import Scope
from reimbursement.quarters import Quarter
from reporting.errors import (
    AlreadyClosedError,
    HotlineMissingError,
    NothingToPublishError,
    NoticeChangedError,
    OutOfScopeError,
    QuarterNotOverError,
)
from reporting.models import Notice, NoticeObjection, NoticeObjectionStep, NoticeRow, PrintSetting
from reporting.parts import in_parts
from reporting.selectors.notices import CHUNK, notice_rows

HASHED = (
    "number", "claim_id", "shown_name", "disease", "visited_on", "total_fen", "basic_fen", "critical_fen",
    "supplementary_fen", "assistance_fen", "backstop_fen", "hospital_fen", "patient_fen",
)  # fmt: skip


@transaction.atomic
def notice_publish(
    *,
    scope: Scope,
    county: Region,
    hospital: Hospital,
    quarter: Quarter,
    shown_from: date,
    today: date,
    by: User,
) -> Notice:
    """Freeze one hospital's notice of a quarter (发布公示, 郑卫〔2017〕214号 四(三)); again: an edition.

    Raises:
        OutOfScopeError: only staff of the county's offices publish.
        QuarterNotOverError: figures may still change.
        HotlineMissingError: the county has stated no telephone.
        NothingToPublishError: nobody was treated there.
        NoticeChangedError: figures changed while they were read.
    """
    _must_be_county(scope, county.pk)
    if today < quarter.end:
        raise QuarterNotOverError(str(quarter))
    setting = _setting_lock(county)
    sums = _Sums()
    for row in _rows(county, hospital, quarter, setting):
        sums.add(row)
    if not sums.rows:
        raise NothingToPublishError
    edition = _next_edition(county, hospital, quarter)
    notice = Notice.objects.create(
        notice_no=f"GS{county.code}-{hospital.code}-{quarter.year}Q{quarter.number}-{edition}",
        county=county,
        hospital=hospital,
        year=quarter.year,
        quarter=quarter.number,
        edition=edition,
        full_names=setting.notice_full_names,
        hotline=setting.hotline,
        shown_from=shown_from,
        shown_to=shown_from + timedelta(days=setting.notice_days - 1),
        row_count=sums.rows,
        total_fen=sums.total_fen,
        paid_fen=sums.paid_fen,
        patient_fen=sums.patient_fen,
        content_hash=sums.digest.hexdigest(),
        published_by=by,
    )
    for part in in_parts(_rows(county, hospital, quarter, setting), CHUNK):
        for row in part:
            row.notice = notice
        NoticeRow.objects.bulk_create(part)
    if content_hash_of(notice) != notice.content_hash:
        # Something was posted between the two readings.
        raise NoticeChangedError
    return notice


def content_hash_of(notice: Notice) -> str:
    """The hash of the rows as they stand: equal to ``content_hash`` while they are what was put up."""
    sums = _Sums()
    for row in notice.rows.order_by("number").iterator(chunk_size=CHUNK):
        sums.add(row)
    return sums.digest.hexdigest()


@transaction.atomic
def objection_record(
    *, scope: Scope, notice: Notice, raised_on: date, raised_by: str, contact: str, what: str, by: User
) -> NoticeObjection:
    """Write down what somebody objected (登记异议)."""
    _must_be_county(scope, notice.county_id)
    return NoticeObjection.objects.create(
        notice=notice, raised_on=raised_on, raised_by=raised_by, contact=contact, what=what, recorded_by=by
    )


@transaction.atomic
def objection_step(
    *, scope: Scope, objection: NoticeObjection, kind: str, on: date, note: str, by: User
) -> NoticeObjectionStep:
    """Write down how an objection was handled (处理、办结).

    Raises:
        AlreadyClosedError: it was closed before.
        OutOfScopeError: the notice is of another county.
    """
    _must_be_county(scope, objection.notice.county_id)
    # Facts cannot be locked by their own update: the unique end and this look keep the order.
    if objection.steps.filter(kind=NoticeObjectionStep.Kind.CLOSED).exists():
        raise AlreadyClosedError
    try:
        with transaction.atomic():
            return NoticeObjectionStep.objects.create(objection=objection, kind=kind, on=on, note=note, by=by)
    except IntegrityError:
        raise AlreadyClosedError from None


def _setting_lock(county: Region) -> PrintSetting:
    """The county's setting; its row queues publications, so that editions count up."""
    setting = PrintSetting.objects.select_for_update().filter(county=county).first()
    if setting is None or not setting.hotline:
        raise HotlineMissingError(county.name)
    return setting


class _Sums:
    """Counts, sums and hash of rows as they stream by."""

    def __init__(self) -> None:
        self.rows = self.total_fen = self.paid_fen = self.patient_fen = 0
        self.digest = hashlib.sha256()

    def add(self, row: NoticeRow) -> None:
        self.rows += 1
        self.total_fen += row.total_fen
        self.patient_fen += row.patient_fen
        self.paid_fen += row.total_fen - row.patient_fen - row.hospital_fen
        values = [str(getattr(row, name)) for name in HASHED]
        self.digest.update(json.dumps(values, ensure_ascii=False).encode() + b"\n")


def _rows(county: Region, hospital: Hospital, quarter: Quarter, setting: PrintSetting) -> Iterator[NoticeRow]:
    return notice_rows(
        county=county, hospital=hospital, quarter=quarter, full_names=setting.notice_full_names
    )


def _next_edition(county: Region, hospital: Hospital, quarter: Quarter) -> int:
    earlier = Notice.objects.filter(
        county=county, hospital=hospital, year=quarter.year, quarter=quarter.number
    )
    return int(earlier.aggregate(last=Max("edition"))["last"] or 0) + 1


def _must_be_county(scope: Scope, county_id: int) -> None:
    if not (scope.everything or county_id in scope.county_ids):
        raise OutOfScopeError

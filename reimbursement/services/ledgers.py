"""Writes of ledgers (编制、报送). One lock per transaction: the ledger's row."""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from common.clock import business_date
from common.working_days import calendar_overrides, deadline
from organizations.models import Hospital, Region
from policies.models import LedgerKind
from reimbursement.errors import (
    EarlierQuarterOpenError,
    LedgerOutdatedError,
    LedgerQuarterClosedError,
    LedgerSubmittedError,
    QuarterNotOverError,
)
from reimbursement.models import QuarterlyLedger
from reimbursement.quarters import Quarter
from reimbursement.selectors import (
    LedgerKey,
    kind_in_force,
    last_submitted,
    ledger_totals,
    ledgers_to_build,
    rows_to_list,
    rows_unlisted,
)
from reimbursement.services.lines import lines_add
from reimbursement.sources import SOURCES


@transaction.atomic
def ledger_build(
    *, kind: LedgerKind, county: Region, hospital: Hospital, year: int, quarter: int
) -> QuarterlyLedger:
    """Build one hospital's ledger of a quarter (编制季度台账, 郑卫〔2017〕214号 三(四)).

    Building again takes in what was posted since and changes nothing otherwise; a submitted ledger is
    returned as it is. A quarter that is not over may be built as a preview.

    Raises:
        LedgerQuarterClosedError: a later quarter was submitted, this one never built.
        ValueError: no such quarter.
    """
    period = Quarter(year, quarter)
    kind = kind_in_force(kind=kind, quarter=period)
    ledger = _ledger_lock(kind=kind, county=county, hospital=hospital, quarter=period)
    if ledger.status == QuarterlyLedger.Status.SUBMITTED:
        return ledger
    rows = rows_to_list(kind=kind, quarter=period, county_id=county.pk, hospital_id=hospital.pk)
    lines_add(ledger=ledger, source=SOURCES[kind.source], rows=rows)
    _head_write(ledger=ledger, kind=kind, quarter=period)
    return ledger


@transaction.atomic
def ledger_freeze(*, ledger_id: int, by: User | None) -> QuarterlyLedger:
    """One ledger's part in its county's submission (报送): from then on the database freezes it.

    What is submitted is what was built and seen: nothing is added on the way. Confirmation and review are
    checked by ``county_submit``, the only way to get here.

    Raises:
        LedgerSubmittedError: it was submitted before.
        QuarterNotOverError: its last day is not past.
        EarlierQuarterOpenError: the same hospital's earlier quarter is not submitted.
        LedgerOutdatedError: payments were posted since it was built.
    """
    ledger = _related().select_for_update(of=("self",)).get(pk=ledger_id)
    period = ledger.period
    if ledger.status == QuarterlyLedger.Status.SUBMITTED:
        raise LedgerSubmittedError(quarter=period)
    if business_date() < period.end:
        raise QuarterNotOverError(quarter=period)
    _earlier_refuse(ledger)
    missing = rows_to_list(
        kind=ledger.kind, quarter=period, county_id=ledger.county_id, hospital_id=ledger.hospital_id
    ).count()
    if missing:
        raise LedgerOutdatedError(quarter=period, missing=missing)
    ledger.status = QuarterlyLedger.Status.SUBMITTED
    ledger.submitted_at = timezone.now()
    ledger.submitted_by = by
    ledger.save(update_fields=["status", "submitted_at", "submitted_by"])
    return ledger


def quarter_build(
    *, year: int, quarter: int, county: Region | None = None, kind: LedgerKind | None = None
) -> list[QuarterlyLedger]:
    """Build every ledger of a quarter (编制全部台账), each in its own transaction."""
    return [
        ledger_build_by_key(key=key, year=year, quarter=quarter)
        for key in ledgers_to_build(quarter=Quarter(year, quarter), county=county, kind=kind)
    ]


def ledger_build_by_key(*, key: LedgerKey, year: int, quarter: int) -> QuarterlyLedger:
    """:func:`ledger_build` for callers that hold keys."""
    return ledger_build(
        kind=LedgerKind.objects.select_related("policy").get(pk=key.kind_id),
        county=Region.objects.get(pk=key.county_id),
        hospital=Hospital.objects.get(pk=key.hospital_id),
        year=year,
        quarter=quarter,
    )


def _ledger_lock(
    *, kind: LedgerKind, county: Region, hospital: Hospital, quarter: Quarter
) -> QuarterlyLedger:
    same = {"kind_code": kind.code, "county": county, "hospital": hospital}
    found = {**same, "year": quarter.year, "quarter": quarter.number}
    # ON CONFLICT DO NOTHING waits for a worker that creates the same row just now, then finds its row.
    QuarterlyLedger.objects.bulk_create([QuarterlyLedger(kind=kind, **found)], ignore_conflicts=True)
    ledger = _related().select_for_update(of=("self",)).get(**found)
    last = last_submitted(**_series(ledger))
    if ledger.status == QuarterlyLedger.Status.OPEN and last is not None and last >= quarter:
        raise LedgerQuarterClosedError(quarter=quarter, submitted=last)
    return ledger


def _series(ledger: QuarterlyLedger) -> dict[str, Any]:
    """What ledgers that follow one another share."""
    return {
        "kind_code": ledger.kind_code,
        "county_id": ledger.county_id,
        "hospital_id": ledger.hospital_id,
    }


def _related() -> QuerySet[QuarterlyLedger]:
    return QuarterlyLedger.objects.select_related("kind__policy", "county", "hospital")


def _head_write(*, ledger: QuarterlyLedger, kind: LedgerKind, quarter: Quarter) -> None:
    """Totals are those of the lines, never counted on; a build that changes nothing keeps the old time."""
    totals = ledger_totals(ledger_id=ledger.pk)
    due = (
        deadline(quarter.last_day, kind.deadline_working_days, calendar_overrides())
        if kind.deadline_working_days is not None
        else None
    )
    new = {
        "kind": kind,
        "line_count": totals.line_count,
        "total_fen": totals.total_fen,
        "content_hash": totals.content_hash,
        "due_on": due.on if due else None,
        "due_provisional": due is not None and due.provisional,
    }
    changed = [name for name, value in new.items() if getattr(ledger, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(ledger, name, new[name])
    ledger.built_at = timezone.now()
    ledger.save(update_fields=[*changed, "built_at"])


def _earlier_refuse(ledger: QuarterlyLedger) -> None:
    """Quarters are submitted in order: a payment left behind would have no ledger to go to."""
    period = ledger.period
    still_open = (
        QuarterlyLedger.objects.filter(**_series(ledger), status=QuarterlyLedger.Status.OPEN)
        .exclude(pk=ledger.pk)
        .order_by("year", "quarter")
        .first()
    )
    if still_open is not None and still_open.period < period:
        raise EarlierQuarterOpenError(earlier=still_open.period)
    unclaimed = (
        rows_unlisted(kind=ledger.kind)
        .filter(at_county=ledger.county_id, at_hospital=ledger.hospital_id, posted_on__lt=period.first_day)
        .order_by("posted_on")
        .first()
    )
    if unclaimed is not None:
        last = last_submitted(**_series(ledger))
        posted = Quarter.of(unclaimed.posted_on)
        earlier = max(posted, last.next) if last else posted
        if earlier < period:
            raise EarlierQuarterOpenError(earlier=earlier)

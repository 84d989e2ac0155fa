"""The steps between receipt and payment (办理): each checks the state under a lock and is written down."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Sum

from common.clock import business_date
from common.codes import VisitType
from common.working_days import calendar_overrides
from settlement.manual_clock import manual_deadline
from settlement.manual_entry import claim_of, pauses_of
from settlement.manual_errors import (
    CountyChangedError,
    NoteMissingError,
    SameReviewerError,
    StateError,
    StaySettledError,
)
from settlement.models import Claim, ManualClaim, ManualStep, Payment
from settlement.selectors.manual import manual_terms_kept, settled_stays, stay_in_words
from settlement.selectors.years import posted_year
from settlement.services.locking import person_year_lock, person_year_lock_by_key
from settlement.services.refolding import fold_from, post_differences
from settlement.services.settling import claim_settle

Status = ManualClaim.Status
Kind = ManualStep.Kind
WAITING = (Status.RECEIVED, Status.FIRST_REVIEWED)


@transaction.atomic
def manual_claim_investigate(*, manual: ManualClaim, by: User, note: str) -> ManualClaim:
    """Write down what an investigation found (调查核实); the state stays.

    Raises:
        StateError, NoteMissingError: see there.
    """
    locked = _locked(manual, Kind.INVESTIGATED, WAITING)
    return _step(locked, Kind.INVESTIGATED, by=by, note=note, needs_note=True, investigated=True)


@transaction.atomic
def manual_claim_first_review(*, manual: ManualClaim, by: User, note: str = "") -> ManualClaim:
    """Pass the first review (初审通过).

    Raises:
        StateError: it does not wait for the first review.
    """
    locked = _locked(manual, Kind.FIRST_REVIEWED, (Status.RECEIVED,))
    return _step(
        locked, Kind.FIRST_REVIEWED, by=by, note=note, status=Status.FIRST_REVIEWED, first_reviewed_by=by
    )


@transaction.atomic
def manual_claim_return(*, manual: ManualClaim, by: User, note: str) -> ManualClaim:
    """Send back to the first review (退回初审).

    Raises:
        StateError, NoteMissingError: see there.
    """
    locked = _locked(manual, Kind.RETURNED, (Status.FIRST_REVIEWED,))
    return _step(
        locked,
        Kind.RETURNED,
        by=by,
        note=note,
        needs_note=True,
        status=Status.RECEIVED,
        first_reviewed_by=None,
    )


@transaction.atomic
def manual_claim_approve(*, manual: ManualClaim, by: User, note: str = "") -> ManualClaim:
    """Pass the second review, by another person, and settle (复审通过并结算): the patient is paid.

    Raises:
        StateError: it does not wait for the second review.
        SameReviewerError: ``by`` did the first review.
        CountyChangedError: the person is insured in another county by now; nothing is written.
        StaySettledError: an overlapping stay was settled that no step names.
        ClaimError, EngineError: it cannot be settled; nothing is written.
    """
    locked = _locked(manual, Kind.SETTLED, (Status.FIRST_REVIEWED,))
    if locked.first_reviewed_by_id == by.pk:
        raise SameReviewerError
    # The person's claims queue from here on: none comes between the look and the settlement.
    person_year_lock(id_index=locked.person.id_index, year=locked.discharged_on.year)
    _stays_check(locked, note)
    claim_settle(hospital=locked.hospital, claim=claim_of(locked))
    claims = Claim.objects.select_related("insured_county")
    claim = claims.get(hospital=locked.hospital, claim_no=locked.number)
    if claim.insured_county_id != locked.county_id:
        raise CountyChangedError(now=claim.insured_county.name)
    due = claim.payments.filter(payee=Payment.Payee.PATIENT).aggregate(fen=Sum("amount_fen"))["fen"]
    status = Status.SETTLED if due else Status.NOTHING_DUE
    return _step(locked, Kind.SETTLED, by=by, note=note, status=status, second_reviewed_by=by, claim=claim)


@transaction.atomic
def manual_claim_suspend(*, manual: ManualClaim, by: User, note: str) -> ManualClaim:
    """Suspend a special or doubtful case (特殊、疑问病案中止, 黔南 二(五)3): the days stand still.

    Raises:
        StateError, NoteMissingError: see there.
    """
    locked = _locked(manual, Kind.SUSPENDED, WAITING)
    return _step(
        locked,
        Kind.SUSPENDED,
        by=by,
        note=note,
        needs_note=True,
        resumes_to=locked.status,
        status=Status.SUSPENDED,
        due_on=None,
        due_provisional=False,
    )


@transaction.atomic
def manual_claim_resume(*, manual: ManualClaim, by: User, note: str) -> ManualClaim:
    """Go on where it was suspended (恢复办理); the working days of the pause do not count.

    Raises:
        StateError, NoteMissingError: see there.
    """
    locked = _locked(manual, Kind.RESUMED, (Status.SUSPENDED,))
    resumed = _step(locked, Kind.RESUMED, by=by, note=note, needs_note=True)
    due = manual_deadline(
        complete_on=locked.complete_on,
        days=locked.days,
        pauses=pauses_of(list(locked.steps.order_by("id"))),
        overrides=calendar_overrides(),
    )
    terms = manual_terms_kept(county=locked.county, on=locked.complete_on)
    unsure = due.provisional or terms is None or terms.days_provisional
    resumed.status, resumed.resumes_to = locked.resumes_to, ""
    resumed.due_on, resumed.due_provisional = due.on, unsure
    resumed.save(update_fields=["status", "resumes_to", "due_on", "due_provisional"])
    return resumed


@transaction.atomic
def manual_claim_reject(*, manual: ManualClaim, by: User, note: str) -> ManualClaim:
    """Refuse to pay (不予支付): the reason is kept, the invoices are given back and may be used again.

    Raises:
        StateError, NoteMissingError: see there.
    """
    locked = _locked(manual, Kind.REJECTED, WAITING)
    rejected = _step(locked, Kind.REJECTED, by=by, note=note, needs_note=True, status=Status.REJECTED)
    rejected.invoices.update(released=True)
    return rejected


@transaction.atomic
def manual_claim_reverse(*, manual: ManualClaim, by: User, note: str) -> ManualClaim:
    """Take a settled claim back (冲销); what was paid already is to be recovered from the patient.

    Raises:
        StateError, NoteMissingError: see there.
    """
    locked = _locked(manual, Kind.REVERSED, (Status.SETTLED, Status.PAID, Status.NOTHING_DUE))
    changed = _step(
        locked, Kind.REVERSED, by=by, note=note, needs_note=True, status=Status.REVERSED, paid_on=None
    )
    changed.invoices.update(released=True)
    claim = Claim.objects.get(manual=locked)
    person_year_lock_by_key(claim.person_year_id)
    year = posted_year(claim.person_year_id)
    post_differences(year, fold_from(year, claim.pk, {}, removed=claim.pk), reason=note.strip()[:200])
    return changed


def _stays_check(manual: ManualClaim, note: str) -> None:
    """What was settled since the papers came in, perhaps the same stay, must have been looked into."""
    if manual.visit_type != VisitType.INPATIENT:
        return
    said = " ".join([*manual.steps.values_list("note", flat=True), note])
    settled = settled_stays(
        person=manual.person, admitted_on=manual.admitted_on, discharged_on=manual.discharged_on
    )
    if unknown := [stay_in_words(row) for row in settled if row.claim_no not in said]:
        raise StaySettledError(unknown)


def _locked(manual: ManualClaim, kind: Kind, allowed: Sequence[Status]) -> ManualClaim:
    rows = ManualClaim.objects.select_related("person", "county__parent", "hospital__county")
    locked = rows.select_for_update(of=("self",)).get(pk=manual.pk)
    if locked.status not in allowed:
        raise StateError(step=kind.label, state=locked.get_status_display())
    return locked


def _step(
    manual: ManualClaim, kind: Kind, *, by: User, note: str, needs_note: bool = False, **changes: Any
) -> ManualClaim:
    """Write the step and what it changes."""
    if needs_note and not note.strip():
        raise NoteMissingError(kind.label)
    for name, value in changes.items():
        setattr(manual, name, value)
    if changes:
        manual.save(update_fields=list(changes))
    ManualStep.objects.create(manual=manual, kind=kind, on=business_date(), by=by, note=note.strip()[:500])
    return manual

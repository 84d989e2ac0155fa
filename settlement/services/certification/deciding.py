"""Review, decide, issue (审核、决定、发证): the decision is another person's than the checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from beneficiaries.models import (
    AppliedDisease,
    CertificateStep,
    CertificationApplication,
    CertificationDecision,
    ChronicCertificate,
    NumberSeries,
)
from beneficiaries.services.certificates import certificate_issue
from beneficiaries.services.numbers import number_series_lock, number_take
from common.clock import business_date
from settlement.certification_errors import CertificationError, SamePersonError
from settlement.services.certification.steps import Kind, State, locked, written


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is decided on one disease: granted until ``last_day`` (None: open), or refused for ``reason``."""

    granted: bool
    last_day: date | None = None
    reason: str = ""


@transaction.atomic
def application_review(
    *, application: CertificationApplication, by: User, note: str
) -> CertificationApplication:
    """Review papers and exams (审核); the note is the reviewers' opinion.

    Raises:
        CertificationStateError, CertificationError: see there.
    """
    found = locked(application, Kind.REVIEWED, (State.EXAMINED,))
    written(found, Kind.REVIEWED, by=by, note=note, needs_note=True, state=State.REVIEWED, reviewed_by=by)
    return found


@transaction.atomic
def application_return(
    *, application: CertificationApplication, by: User, note: str
) -> CertificationApplication:
    """Send back for more exams (退回补充体检).

    Raises:
        CertificationStateError, CertificationError: see there.
    """
    found = locked(application, Kind.RETURNED, (State.EXAMINED, State.REVIEWED))
    written(found, Kind.RETURNED, by=by, note=note, needs_note=True, state=State.CHECKED, reviewed_by=None)
    return found


@transaction.atomic
def application_decide(
    *, application: CertificationApplication, outcomes: Mapping[int, Outcome], by: User, note: str = ""
) -> CertificationApplication:
    """Decide on every disease (决定): granted from today, a renewal from the day the old certificate ends.

    Args:
        application: reviewed.
        outcomes: by the key of each applied disease.
        by: who decides; neither who checked the papers nor who reviewed.
        note: what there is to say.

    Raises:
        CertificationStateError: it does not wait for a decision.
        SamePersonError: ``by`` checked or reviewed.
        CertificationError: a disease lacks its decision, a refusal its reason, or the last day is too early.
    """
    found = locked(application, Kind.DECIDED, (State.REVIEWED,))
    if by.pk in {found.checked_by_id, found.reviewed_by_id}:
        raise SamePersonError
    applied = list(found.diseases.select_related("renews").order_by("id"))
    if set(outcomes) != {row.pk for row in applied}:
        raise CertificationError("请对每一个申请病种作出决定。")
    decisions = [_decision(row, outcomes[row.pk], by) for row in applied]
    CertificationDecision.objects.bulk_create(decisions)
    state = State.APPROVED if any(decision.granted for decision in decisions) else State.REFUSED
    said = "；".join(f"{decision.applied.disease_name}{decision}" for decision in decisions)
    written(found, Kind.DECIDED, by=by, note=f"{said}。{note.strip()}", state=state, decided_by=by)
    return found


@transaction.atomic
def certificates_issue(*, application: CertificationApplication, by: User) -> list[ChronicCertificate]:
    """Issue a certificate for each disease that was granted (发放门诊规定病种就医证), with its number.

    Raises:
        CertificationStateError: nothing was granted, or it was issued before.
        django.core.exceptions.ValidationError: the person holds one of the same disease in that time.
    """
    found = locked(application, Kind.CERTIFIED, (State.APPROVED,))
    today = business_date()
    series = number_series_lock(kind=NumberSeries.Kind.CERTIFICATE, county=found.county, year=today.year)
    granted = CertificationDecision.objects.filter(applied__application=found, granted=True)
    certificates = []
    for decision in granted.select_related("applied").order_by("applied_id"):
        applied = decision.applied
        certificate = certificate_issue(
            person=found.person,
            certificate_no=number_take(series),
            disease=applied.disease,
            disease_name=applied.disease_name,
            since=decision.valid.lower or decision.decided_on,
            until=decision.valid.upper,
            decided_on=decision.decided_on,
        )
        kind = CertificateStep.Kind.RENEWED if applied.renews_id else CertificateStep.Kind.ISSUED
        CertificateStep.objects.create(certificate=certificate, kind=kind, applied=applied, on=today, by=by)
        certificates.append(certificate)
    numbers = "、".join(row.certificate_no for row in certificates)
    written(found, Kind.CERTIFIED, by=by, note=f"就医证号：{numbers}", state=State.CERTIFIED)
    return certificates


def _decision(applied: AppliedDisease, outcome: Outcome, by: User) -> CertificationDecision:
    today = business_date()
    made = CertificationDecision(applied=applied, granted=outcome.granted, decided_on=today, by=by)
    if not outcome.granted:
        if not outcome.reason.strip():
            raise CertificationError(f"“{applied.disease_name}”不予通过，请写明理由。")
        made.reason = outcome.reason.strip()[:300]
        return made
    ends = applied.renews.valid.upper if applied.renews is not None else None
    first = max(today, ends or today)
    if outcome.last_day is not None and outcome.last_day < first:
        raise CertificationError(f"“{applied.disease_name}”的有效期末日不能早于首日 {first}。")
    made.valid = DateRange(first, outcome.last_day + timedelta(days=1) if outcome.last_day else None)
    return made

"""Take an application for certification in (受理鉴定申请), or back (撤回)."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.models import (
    AppliedDisease,
    CertificationApplication,
    CertificationStep,
    ChronicCertificate,
    NumberSeries,
    Person,
)
from beneficiaries.services.numbers import number_series_lock, number_take
from common.clock import business_date
from common.codes import Designation
from organizations.models import Hospital
from organizations.scope import Scope
from policies.certification import application_acceptance
from policies.models import Policy
from policies.selectors import disease_find
from settlement.certification_errors import CertificationError, NotAcceptedError, NotForCertificationError
from settlement.selectors.certification import WAITING, applicant, most_diseases, policy_of
from settlement.services.certification.steps import Kind, State, locked, written


@transaction.atomic
def application_receive(
    *, scope: Scope, id_number: str, hospital: Hospital, diseases: Sequence[str], by: User
) -> CertificationApplication:
    """Take an application in today (受理鉴定申请, 郑卫〔2017〕214号 三(二); 郑卫农卫〔2019〕5号 二(三)).

    A disease of which the person holds a certificate that ends is a renewal: it is taken at any time, even a
    legacy disease (二(二) "参照执行"). All others follow the pack's rows on applications.

    Args:
        scope: of whoever receives it.
        id_number: of the applicant, normalized.
        hospital: where the exams are done.
        diseases: keys ``list/number``, as many as the pack allows.
        by: who receives it.

    Raises:
        PersonNotFoundError, NotEnrolledError: nobody of the scope, or not insured this year.
        NotForCertificationError: the hospital does not certify.
        NotAcceptedError: a disease cannot be applied for today; all reasons at once, nothing is written.
        CertificationError: none, or more diseases than the pack allows.
        PolicyNotFoundError: no pack is in force.
    """
    today = business_date()
    if not diseases:
        raise CertificationError("请选择申请鉴定的病种。")
    if Designation.CERTIFICATION not in hospital.designations:
        raise NotForCertificationError(hospital.name)
    enrolment = applicant(scope=scope, id_number=id_number, hospital=hospital, year=today.year)
    policy = policy_of(county=enrolment.county, on=today)
    most = most_diseases(policy=policy)
    if most is not None and len(set(diseases)) > most:
        raise CertificationError(f"一次申请须选 1 至 {most} 个病种。")
    # Also queues two applications of one person, so that the second sees the first.
    series = number_series_lock(kind=NumberSeries.Kind.APPLICATION, county=enrolment.county, year=today.year)
    applied = _accepted(policy, enrolment.person, sorted(set(diseases)))
    application = CertificationApplication.objects.create(
        application_no=number_take(series),
        person=enrolment.person,
        county=enrolment.county,
        hospital=hospital,
        applied_on=today,
        received_by=by,
    )
    for row in applied:
        row.application = application
    AppliedDisease.objects.bulk_create(applied)
    CertificationStep.objects.create(application=application, kind=Kind.APPLIED, on=today, by=by)
    return application


@transaction.atomic
def application_withdraw(
    *, application: CertificationApplication, by: User, note: str
) -> CertificationApplication:
    """Take an application back (撤回申请) before it was decided; waived exam fees remain advanced.

    Raises:
        CertificationStateError, CertificationError: see there.
    """
    before = tuple(state for state in WAITING if state != State.APPROVED)
    found = locked(application, Kind.WITHDRAWN, before)
    written(found, Kind.WITHDRAWN, by=by, note=note, needs_note=True, state=State.WITHDRAWN)
    return found


def _accepted(policy: Policy, person: Person, keys: Sequence[str]) -> list[AppliedDisease]:
    today = business_date()
    held = {row.disease: row for row in person.certificates.filter(valid__contains=today)}
    waiting = AppliedDisease.objects.filter(application__person=person, application__state__in=WAITING)
    open_keys = set(waiting.values_list("disease", flat=True))
    applied, refused = [], []
    for key in keys:
        reason, row = _one(policy, key, held.get(key), waits=key in open_keys)
        refused += [reason] if reason else []
        applied += [row] if row else []
    if refused:
        raise NotAcceptedError(refused)
    return applied


def _one(
    policy: Policy, key: str, certificate: ChronicCertificate | None, *, waits: bool
) -> tuple[str, AppliedDisease | None]:
    """Why a disease is refused, or what is applied for."""
    disease = disease_find(key=key)
    if disease is None:
        return f"没有病种 {key}。", None
    if waits:
        return f"“{disease.name}”已有办理中的申请。", None
    if certificate is not None and (certificate.valid.upper is None or certificate.renewals.exists()):
        return f"“{disease.name}”已有有效的就医证 {certificate.certificate_no}。", None
    named = {"disease": key, "disease_name": disease.name}
    if certificate is not None:
        because = f"就医证 {certificate.certificate_no} 到期续期。"
        return "", AppliedDisease(**named, renews=certificate, accepted_because=because)
    acceptance = application_acceptance(policy=policy, disease=disease, on=business_date())
    if not acceptance.accepted:
        return acceptance.reason, None
    return "", AppliedDisease(
        **named,
        accepted_because=acceptance.reason,
        clause=acceptance.clause,
        provisional=acceptance.provisional,
    )

"""Certificates of chronic diseases (门诊规定病种就医证): one transaction each."""

from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from beneficiaries.errors import PaperError
from beneficiaries.models import CertificateStep, ChronicCertificate, Person, TreatmentMeasure
from common.clock import business_date


@transaction.atomic
def certificate_issue(
    *,
    person: Person,
    certificate_no: str,
    disease: str,
    disease_name: str,
    since: date,
    until: date | None = None,
    decided_on: date | None = None,
) -> ChronicCertificate:
    """Issue the certificate of a chronic disease (发放门诊规定病种就医证).

    Args:
        person: whose it is.
        certificate_no: its number, never used before.
        disease: key ``list/number``.
        disease_name: as printed.
        since: its first day.
        until: the first day it no longer holds; None: open.
        decided_on: when it was decided; None: on its first day.

    Raises:
        django.core.exceptions.ValidationError: the person holds one of the same disease in that time.
    """
    certificate = ChronicCertificate(
        person=person,
        certificate_no=certificate_no,
        disease=disease,
        disease_name=disease_name,
        valid=DateRange(since, until),
        decided_on=decided_on or since,
    )
    certificate.full_clean()
    certificate.save()
    return certificate


@transaction.atomic
def certificate_end(
    *, certificate: ChronicCertificate, last_day: date, by: User, reason: str
) -> ChronicCertificate:
    """End a certificate early (终止就医证): nothing that was settled under it is touched.

    Raises:
        PaperError: no reason; a day in the past, before its first day or after its last; it is over.
    """
    locked = ChronicCertificate.objects.select_for_update().get(pk=certificate.pk)
    today, upper = business_date(), locked.valid.upper
    first = locked.valid.lower or today
    if not reason.strip():
        raise PaperError("请写明终止就医证的原因。")
    if last_day < max(today, first):
        raise PaperError(f"就医证的最后一日不能早于 {max(today, first)}：以前的就诊已按有效的证结算。")
    if upper is not None and last_day + timedelta(days=1) >= upper:
        raise PaperError(f"就医证到 {upper - timedelta(days=1)} 为止，无需终止；请核对日期。")
    locked.valid = DateRange(first, last_day + timedelta(days=1))
    locked.save(update_fields=["valid"])
    CertificateStep.objects.create(
        certificate=locked, kind=CertificateStep.Kind.ENDED, on=today, by=by, reason=reason.strip()[:300]
    )
    return locked


@transaction.atomic
def measure_record(*, certificate: ChronicCertificate, on: date, measure: str, by: User) -> TreatmentMeasure:
    """Write down how the disease is treated (登记治疗措施); earlier measures stay readable.

    Raises:
        PaperError: nothing was said, or a day to come.
    """
    if not measure.strip():
        raise PaperError("请填写治疗措施。")
    if on > business_date():
        raise PaperError(f"日期不能晚于今天（{business_date()}）。")
    return TreatmentMeasure.objects.create(
        certificate=certificate, on=on, measure=measure.strip()[:1000], by=by
    )

"""Certificates of chronic diseases (门诊规定病种就医证): one transaction each."""

from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from beneficiaries.models import ChronicCertificate, Person


@transaction.atomic
def certificate_issue(
    *,
    person: Person,
    certificate_no: str,
    disease: str,
    disease_name: str,
    since: date,
    until: date | None = None,
) -> ChronicCertificate:
    """Issue the certificate of a chronic disease (发放门诊规定病种就医证), decided on its first day.

    Raises:
        django.core.exceptions.ValidationError: the person holds one of the same disease in that time.
    """
    certificate = ChronicCertificate(
        person=person,
        certificate_no=certificate_no,
        disease=disease,
        disease_name=disease_name,
        valid=DateRange(since, until),
        decided_on=since,
    )
    certificate.full_clean()
    certificate.save()
    return certificate

"""Writing people down (人员登记): one transaction each, periods ``[from, to)``."""

from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from beneficiaries.models import Enrolment, Household, Identity, Person
from common.clock import business_date
from common.encryption import blind_index, encrypt
from common.id_numbers import birth_date, normalize_id_number
from organizations.models import Region


@transaction.atomic
def person_register(
    *, id_number: str, name: str, county: Region, household: Household | None = None
) -> Person:
    """Register a person (登记人员); birth date and sex are read from the ID number.

    Raises:
        IdNumberError: the ID number is not one.
        django.core.exceptions.ValidationError: the number is registered already, or a field is wrong.
    """
    number = normalize_id_number(id_number, today=business_date())
    person = Person(
        id_encrypted=encrypt(number),
        id_index=blind_index(number),
        id_last4=number[-4:],
        name=name.strip(),
        # GB 11643: an odd order code is a man's.
        sex=Person.Sex.MALE if int(number[16]) % 2 else Person.Sex.FEMALE,
        born_on=birth_date(number),
        county=county,
        household=household,
    )
    person.full_clean()
    person.save()
    return person


@transaction.atomic
def identity_recognise(
    *, person: Person, category: str, since: date, until: date | None = None, recognised_by: str, source: str
) -> Identity:
    """Recognise a person in a category from ``since`` up to, not including, ``until`` (认定身份).

    Raises:
        django.core.exceptions.ValidationError: the period overlaps another of the same category.
    """
    identity = Identity(
        person=person,
        category=category,
        valid=DateRange(since, until),
        recognised_by=recognised_by,
        source=source,
    )
    identity.full_clean()
    identity.save()
    return identity


@transaction.atomic
def person_enrol(
    *, person: Person, year: int, insurance_type: str, county: Region, enrolled_on: date, paid_by: str = ""
) -> Enrolment:
    """Enrol a person in a scheme for one year (参保).

    Raises:
        django.core.exceptions.ValidationError: the person is enrolled for that year already.
    """
    enrolment = Enrolment(
        person=person,
        year=year,
        insurance_type=insurance_type,
        county=county,
        enrolled_on=enrolled_on,
        paid_by=paid_by,
    )
    enrolment.full_clean()
    enrolment.save()
    return enrolment

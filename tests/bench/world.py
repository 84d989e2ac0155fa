"""The people and hospitals that the benchmarks work on, made in bulk."""

import random
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from beneficiaries.models import ChronicCertificate, Enrolment, Identity, Person
from common.codes import HospitalLevel, IdentityCategory, InsuranceType
from common.encryption import blind_index, encrypt
from common.id_numbers import check_digit
from config.demo.quarter import policies_ready
from organizations.models import Hospital, HospitalKey, Office, Region
from organizations.services import hospital_key_issue
from settlement.models import PersonYear

YEAR = 2019
DISEASE = "zz-37/12"


def world_create(*, people: int) -> list[str]:
    """Migrate, publish the packs and create ``people`` registered poor with a chronic certificate.

    Returns:
        Their ID numbers. Does nothing again when they are there.
    """
    numbers = [id_number(serial) for serial in range(people)]
    call_command("migrate", verbosity=0)
    if Person.objects.count() >= people:
        return numbers
    policies_ready(Path(settings.BASE_DIR) / "fixtures" / "policies")
    county = _county()
    rows = Person.objects.bulk_create(
        [
            Person(
                id_encrypted=encrypt(number),
                id_index=blind_index(number),
                id_last4=number[-4:],
                name=f"测试{serial}",
                sex=Person.Sex.MALE,
                born_on=date(1960, 1, 1),
                county=county,
            )
            for serial, number in enumerate(numbers)
        ],
        batch_size=2_000,
    )
    Identity.objects.bulk_create(
        [
            Identity(
                person=person,
                category=IdentityCategory.REGISTERED_POOR,
                valid=DateRange(date(2017, 1, 1), None),
                recognised_by=Office.Kind.POVERTY,
            )
            for person in rows
        ],
        batch_size=2_000,
    )
    Enrolment.objects.bulk_create(
        [
            Enrolment(
                person=person,
                year=YEAR,
                insurance_type=InsuranceType.RESIDENTS,
                county=county,
                enrolled_on=date(2018, 12, 1),
            )
            for person in rows
        ],
        batch_size=2_000,
    )
    ChronicCertificate.objects.bulk_create(
        [
            ChronicCertificate(
                person=person,
                certificate_no=f"B{person.pk}",
                disease=DISEASE,
                disease_name="高血压病",
                valid=DateRange(date(2018, 1, 1), None),
                decided_on=date(2018, 1, 1),
            )
            for person in rows
        ],
        batch_size=2_000,
    )
    # A person's first claim of the year also creates the lock row: here it is not part of the comparison.
    PersonYear.objects.bulk_create(
        [PersonYear(person=person, year=YEAR) for person in rows], batch_size=2_000
    )
    with connection.cursor() as cursor:
        # What autovacuum does within a minute in a running system: plans need to know the tables' sizes.
        cursor.execute("ANALYZE")
    return numbers


def hospital_key() -> tuple[Hospital, str]:
    """The county hospital and a fresh key of it."""
    hospital = Hospital.objects.select_related("county").get(code="B00000000001")
    return hospital, hospital_key_issue(hospital=hospital, name=f"bench {HospitalKey.objects.count()}")


def id_number(serial: int) -> str:
    """An ID number of the unassigned county 410199, valid in form."""
    day = serial // 1_000
    born = f"{1930 + day // 336 % 80:04d}{1 + day // 28 % 12:02d}{1 + day % 28:02d}"
    first_17 = f"410199{born}{serial % 1_000:03d}"
    return first_17 + check_digit(first_17)


def claim_body(number: str, *, claim_no: str, rng: random.Random) -> dict[str, object]:
    """A chronic visit with three lines, as hospitals send it."""
    drugs = rng.randint(5_000, 30_000)
    upfront = drugs * 6 // 100
    day = f"2019-{rng.randint(1, 6):02d}-{rng.randint(1, 28):02d}"
    return {
        "claim_no": claim_no,
        "id_number": number,
        "visit_type": "chronic_outpatient",
        "admitted_on": day,
        "discharged_on": day,
        "diagnosis_code": "I11.9",
        "diagnosis_name": "高血压性心脏病",
        "chronic_disease": DISEASE,
        "lines": [
            _line(1, "registration", "挂号费", 500, 0),
            _line(2, "western_medicine", "苯磺酸氨氯地平片", drugs, upfront),
            _line(3, "laboratory", "生化全套", 4_500, 0),
        ],
    }


def _line(line_no: int, category: str, name: str, amount: int, upfront: int) -> dict[str, object]:
    def yuan(fen: int) -> str:
        return f"{fen // 100}.{fen % 100:02d}"

    return {
        "line_no": line_no,
        "category": category,
        "item_name": name,
        "amount": yuan(amount),
        "in_scope": yuan(amount - upfront),
        "upfront": yuan(upfront),
        "over_limit": "0.00",
        "excluded": "0.00",
    }


def _county() -> Region:
    province = Region.objects.create(code="410000", name="河南省", level=Region.Level.PROVINCE)
    city = Region.objects.create(code="410100", name="郑州市", level=Region.Level.PREFECTURE, parent=province)
    county = Region.objects.create(code="410199", name="示例县", level=Region.Level.COUNTY, parent=city)
    Hospital.objects.create(
        code="B00000000001",
        name="示例县人民医院",
        county=county,
        level=HospitalLevel.COUNTY_2,
        requests_per_minute=10_000_000,
    )
    return county

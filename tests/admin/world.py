"""An invented county for the tests of the admin: accounts, people, settled claims, ledgers."""

from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.models import Group, Permission, User

from beneficiaries.models import Household, Person
from common.codes import FeeCategory, Referral, VisitType
from organizations.models import Hospital, Office, Region, StaffMember
from policies.models import Policy
from reimbursement.models import QuarterlyLedger
from reimbursement.services import quarter_build
from settlement.intake import ClaimInput, LineInput
from settlement.models import Claim
from settlement.services import claim_settle
from tests import factories

LINES = (
    LineInput(1, FeeCategory.WESTERN_MEDICINE, "注射用尤瑞克林", 3_500_000, 3_200_000, 200_000, 0, 100_000),
    LineInput(2, FeeCategory.EXAMINATION, "头颅磁共振平扫", 1_500_000, 1_400_000, 100_000, 0, 0),
    LineInput(3, FeeCategory.BED, "普通病房床位费", 1_000_000, 900_000, 0, 100_000, 0),
)


@dataclass(slots=True, kw_only=True)
class World:
    """What the tests look at."""

    county: Region
    other_county: Region
    hospital: Hospital
    other_hospital: Hospital
    people: list[Person] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    @property
    def policy(self) -> Policy:
        """The pack that the claims were settled under."""
        return self.claims[0].policy


def build_world(*, people: int = 3) -> World:
    """The county with ``people`` people, each with one settled stay, and the quarter's ledgers."""
    county, other_county = factories.county(), factories.county("410185", "邻县")
    hospital, other_hospital = factories.hospital(), factories.hospital(at=other_county)
    accounts(county, hospital)
    world = World(county=county, other_county=other_county, hospital=hospital, other_hospital=other_hospital)
    add_people(world, people)
    return world


def accounts(county: Region, hospital: Hospital) -> None:
    """A superuser, clerks of the county, of no office, of the hospital; none has a password."""
    viewers = Group.objects.create(name="查看人员")
    viewers.permissions.set(Permission.objects.filter(codename__startswith="view_"))
    User.objects.create_superuser("admin")
    office = Office.objects.create(name="示例县医疗保障局", kind=Office.Kind.MEDICAL_INSURANCE, region=county)
    for name in ("clerk", "stranger", "nurse"):
        user = User.objects.create_user(name, is_staff=True)
        user.groups.add(viewers)
    StaffMember.objects.create(user=User.objects.get(username="clerk"), office=office)
    StaffMember.objects.create(user=User.objects.get(username="nurse"), hospital=hospital)


def add_people(world: World, number: int) -> None:
    """``number`` more people of the county, each with one settled stay; the ledgers follow."""
    for _ in range(number):
        person = person_of(world.county)
        world.people.append(person)
        world.claims.append(settled_stay(person, world.hospital))
    quarter_build(year=2019, quarter=2)


def person_of(county: Region) -> Person:
    """A poor person with a household and a chronic disease."""
    person = factories.person(at=county)
    person.household = Household.objects.create(
        household_no=f"{county.code}-{person.pk:05d}", county=county, township="青山乡", village="石桥村",
        head_name=person.name,
    )  # fmt: skip
    person.save()
    factories.certificate(person)
    return person


def settled_stay(person: Person, hospital: Hospital) -> Claim:
    """A stay of 60,000.00, settled for good."""
    claim = ClaimInput(
        claim_no=f"ZY{person.pk:08d}", id_number=person.id_number, visit_type=VisitType.INPATIENT,
        admitted_on=date(2019, 5, 2), discharged_on=date(2019, 5, 20), bed_days=18,
        referral=Referral.NOT_NEEDED, diagnosis_code="I63.9", diagnosis_name="脑梗死", lines=LINES,
    )  # fmt: skip
    claim_settle(hospital=hospital, claim=claim)
    return Claim.objects.get(hospital=hospital, claim_no=claim.claim_no)


def ledger_of(world: World) -> QuarterlyLedger:
    """A ledger of the quarter with lines."""
    ledger = QuarterlyLedger.objects.filter(hospital=world.hospital, line_count__gt=0).first()
    assert ledger is not None
    return ledger

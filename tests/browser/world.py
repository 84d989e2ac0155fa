"""The county in which the roles spend their day (浏览器测试的县): the demonstration, smaller."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from beneficiaries.models import Person
from beneficiaries.services.register_kinds import registers_load
from config.demo.accounts import credentials_ready
from config.demo.claims import quarter_claims
from config.demo.county import COUNTY_CODE, county_create
from config.demo.desk import desk_play
from config.demo.winter import lived_on, winter_play
from organizations.models import Hospital
from organizations.services import roles_apply
from reimbursement.models import QuarterlyLedger
from reimbursement.services import quarter_build
from settlement.api.claim_in import read_claim
from settlement.models import Claim
from settlement.services import claim_settle
from tests import factories
from tests.admin.world import settled_stay

TODAY = date(2019, 6, 30)
HOUSEHOLDS = 45
# Every fifth person's claims of the quarter.
EVERY = 5
PACKS = ("zhengzhou-2018", "zhengzhou-2019")


class Strangers(NamedTuple):
    """Pages of the neighbour's."""

    person: str
    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a test knows of the county: passwords, and pages that belong to others."""

    passwords: dict[str, str]
    hospital_ledger: str
    strangers: Strangers
    others_ledger: str


def build_world(folder: Path) -> World:
    """Make the county, two quarters with their ledgers, the daily work, and a neighbour."""
    factories.load_packs(*(factories.PACKS / f"{code}.yaml" for code in PACKS))
    registers_load(path=factories.PACKS.parent / "registers.yaml")
    roles_apply()
    county_create(progress=lambda done, total: None, households=HOUSEHOLDS)
    accounts = credentials_ready(folder=folder).accounts
    winter_play()
    desk_play()
    with lived_on(TODAY):
        _claims()
        stranger = _neighbour()
        quarter_build(year=2019, quarter=2)
    own = QuarterlyLedger.objects.filter(hospital__code="H41019900003", quarter=2, line_count__gt=0)
    others = QuarterlyLedger.objects.filter(county__code=COUNTY_CODE).exclude(hospital__code="H41019900003")
    return World(
        passwords={account.username: account.password for account in accounts},
        hospital_ledger=_page("reimbursement/quarterlyledger", own.order_by("pk")[0].pk),
        strangers=Strangers(
            person=_page("beneficiaries/person", stranger.person_id),
            claim=_page("settlement/claim", stranger.pk),
        ),
        others_ledger=_page("reimbursement/quarterlyledger", others.order_by("pk")[0].pk),
    )


def _page(model: str, key: int) -> str:
    return f"/admin/{model}/{key}/change/"


def _claims() -> None:
    hospitals = {hospital.code: hospital for hospital in Hospital.objects.all()}
    insured = Person.objects.filter(county__code=COUNTY_CODE, enrolments__year=2019)
    people = list(insured.order_by("pk").prefetch_related("certificates"))[::EVERY]
    for code, body in quarter_claims(people):
        claim_settle(hospital=hospitals[code], claim=read_claim(body))


def _neighbour() -> Claim:
    """A stay of somebody of the next county, of whom nobody here may know."""
    county = factories.county("410185", "邻县")
    # Nobody of the demonstration is as old.
    number = factories.id_number(born=date(1920, 1, 1), serial=7)
    return settled_stay(factories.person(at=county, number=number), factories.hospital(at=county))

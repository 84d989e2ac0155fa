"""A roster from file to effect and back (名单导入)."""

from datetime import date

import pytest
from django.contrib.auth.models import User

from beneficiaries.models import Household, Identity, Person, RosterChange, RosterImport, RosterRow
from beneficiaries.services.rosters import (
    RosterError,
    roster_apply,
    roster_check,
    roster_confirm,
    roster_discard,
    roster_undo_ask,
)
from common.models import Job
from organizations.models import Office, Region
from organizations.scope import scope_of_user
from tests import factories
from tests.beneficiaries.rosters import (
    applied,
    as_csv,
    checked,
    clerk,
    confirm,
    differences,
    number_of,
    row_of,
    undo,
    upload,
    xlsx,
)

pytestmark = pytest.mark.django_db

JULY = {"roster_on": date(2019, 7, 1), "received_on": date(2019, 7, 2)}


@pytest.fixture(autouse=True)
def july(settings) -> None:
    settings.BUSINESS_DATE = date(2019, 7, 15)


@pytest.fixture
def county(db: None) -> Region:
    return factories.county()


@pytest.fixture
def officer(county: Region) -> User:
    return clerk("minzheng", county)


def state() -> list[tuple[object, ...]]:
    """Everything that a roster may change."""
    people = Person.objects.values_list("id_index", "name", "county__code", "household__household_no")
    identities = Identity.objects.values_list("person__id_index", "category", "valid", "recognised_by")
    homes = Household.objects.values_list("household_no", "township", "village", "head_name")
    return [*sorted(map(str, people)), *sorted(map(str, identities)), *sorted(map(str, homes))]


def test_first_roster_registers_people_households_and_open_identities(county: Region, officer: User) -> None:
    roster = checked(officer, county, xlsx([row_of(1), row_of(2), row_of(9, since="2019-03-01")]))
    assert (roster.state, differences(roster)) == ("compared", {"new": 3})
    assert not Person.objects.exists()
    roster = confirm(officer, roster)
    assert (roster.state, roster.confirmed_by) == ("applied", officer)
    person = Person.objects.get(name="示例癸9")
    assert person.id_number == number_of(9)
    assert (person.county, person.household.village) == (county, "石桥村2")
    identity = person.identities.get()
    assert (identity.valid.lower, identity.valid.upper) == (date(2019, 3, 1), None)
    assert (identity.category, identity.recognised_by, identity.roster) == (
        "minimum_living", "civil_affairs", roster,
    )  # fmt: skip
    assert Identity.objects.get(person__name="示例乙1").valid.lower == date(2019, 6, 1)
    assert Household.objects.count() == 2

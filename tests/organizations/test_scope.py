"""Who sees what: deny by default."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User

from organizations.models import Hospital, Office, Region, StaffMember
from organizations.scope import EVERYTHING, NOTHING, Scope, scope_of_hospital, scope_of_user
from organizations.selectors import hospital_list
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def near() -> Region:
    """A county of the city."""
    return factories.county()


@pytest.fixture
def far() -> Region:
    """A county of another city of the same province."""
    return factories.county("410298", "外市县", city="410200")


def worker(**place: Any) -> User:
    """A user with a place of work."""
    user = User.objects.create_user("工作人员")
    StaffMember.objects.create(user=user, **place)
    return user


def office(region: Region) -> Office:
    """A medical-insurance office of a region."""
    return Office.objects.create(name="医保局", kind=Office.Kind.MEDICAL_INSURANCE, region=region)


def seen(scope: Scope) -> set[str]:
    """Codes of the hospitals' counties in scope."""
    return {hospital.county.code for hospital in hospital_list(scope=scope)}


@pytest.fixture(autouse=True)
def _hospitals(near: Region, far: Region) -> None:
    for place in (near, factories.county("410198", "示例区"), far):
        factories.hospital(at=place)


def test_a_county_office_sees_its_county(near: Region):
    assert seen(scope_of_user(worker(office=office(near)))) == {"410199"}


def test_a_prefecture_office_sees_its_counties(near: Region):
    assert near.parent is not None
    assert seen(scope_of_user(worker(office=office(near.parent)))) == {"410199", "410198"}


def test_a_province_office_sees_all_its_counties(near: Region):
    province = Region.objects.get(level=Region.Level.PROVINCE)
    assert seen(scope_of_user(worker(office=office(province)))) == {"410199", "410198", "410298"}


def test_hospital_staff_and_its_key_see_the_hospital():
    hospital = Hospital.objects.latest("id")
    for scope in (scope_of_user(worker(hospital=hospital)), scope_of_hospital(hospital)):
        assert list(hospital_list(scope=scope)) == [hospital]


def test_a_superuser_sees_everything():
    assert scope_of_user(User(username="admin", is_superuser=True)) == EVERYTHING
    assert len(seen(EVERYTHING)) == 3


def test_nobody_sees_nothing(near: Region):
    inactive = worker(office=office(near))
    inactive.is_active = False
    for user in (AnonymousUser(), User.objects.create_user("新人"), inactive):
        assert scope_of_user(user) == NOTHING
    assert scope_of_user(User(username="x", is_superuser=True, is_active=False)) == NOTHING
    assert seen(NOTHING) == set()


def test_a_hospital_sees_nothing_of_what_belongs_to_no_hospital():
    hospital = Hospital.objects.latest("id")
    limit = scope_of_hospital(hospital).limit(county="pk", hospital="")
    assert not Region.objects.filter(limit).exists()

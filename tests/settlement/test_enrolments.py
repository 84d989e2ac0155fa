"""Enrolling a person by hand (登记参保), correcting it, and what claims of the year forbid."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from beneficiaries.models import Enrolment, Person
from beneficiaries.services.enrolments import (
    AskedEnrolment,
    EnrolmentError,
    enrolment_correct,
    enrolment_record,
    enrolment_withdraw,
)
from beneficiaries.services.rosters import RosterError
from common.models import Change
from organizations.models import Office, Region, StaffMember
from settlement.errors import NotEnrolledError
from settlement.models import PersonYear
from tests import factories
from tests.beneficiaries.rosters import checked, confirm, differences, undo
from tests.reimbursement.database import other_session
from tests.settlement.support import paid, settle
from tests.settlement.support import reverse as reverse_claim

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
FORM = {"year": "2019", "insurance_type": "residents", "enrolled_on": "2019-02-01", "paid_by": "aided"}
ASKED = AskedEnrolment(insurance_type="residents", enrolled_on=date(2019, 2, 1), paid_by="aided")
EMPLOYEES = AskedEnrolment(insurance_type="employees", enrolled_on=date(2019, 2, 1), paid_by="employer")


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any, tmp_path: Path) -> None:
    """Tests collect no static files: no manifest, no folder."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def clerk_of(region: Region, *permissions: str) -> User:
    """Somebody of the county's medical insurance with these permissions."""
    user = User.objects.create_user(f"clerk{region.code}{len(permissions)}", is_staff=True)
    looks = ("view_enrolment", "view_person", "view_rosterimport")
    user.user_permissions.set(Permission.objects.filter(codename__in=(*looks, *permissions)))
    office, _ = Office.objects.get_or_create(name="医保局", kind=Office.Kind.MEDICAL_INSURANCE, region=region)
    StaffMember.objects.create(user=user, office=office)
    return user


def keeper_of(region: Region) -> Client:
    client = Client()
    client.force_login(clerk_of(region, "add_enrolment", "change_enrolment"))
    return client


def url_of(name: str, row: Person | Enrolment) -> str:
    return reverse(f"admin:beneficiaries_enrolment_{name}", args=[row.pk])


@pytest.fixture
def uninsured(packs: None) -> Person:
    return factories.person(years=())


@pytest.fixture
def insured(packs: None) -> Person:
    return factories.person(identities=(), years=(2019,))


def test_the_page_enrols_once_and_settlement_knows_it(uninsured, hospital):
    stay = factories.stay(uninsured, "E1", **factories.bill_of("20000"))
    with pytest.raises(NotEnrolledError):
        settle(hospital, stay)
    client = keeper_of(factories.county())
    page = client.get(reverse("admin:beneficiaries_person_change", args=[uninsured.pk])).content.decode()
    assert url_of("record", uninsured) in page
    assert client.get(url_of("record", uninsured)).status_code == 200
    assert client.post(url_of("record", uninsured), FORM).status_code == 302
    row = Enrolment.objects.get()
    assert (row.year, row.insurance_type, row.county.name, row.enrolled_on, row.paid_by) == (
        2019, "residents", "示例县", date(2019, 2, 1), "aided",
    )  # fmt: skip
    huge = url_of("record", uninsured).replace(f"/{uninsured.pk}/", f"/{'9' * 30}/")
    assert client.get(huge).status_code == 404
    assert "一年只参一次" in client.post(url_of("record", uninsured), FORM).content.decode()
    assert Enrolment.objects.count() == 1
    settle(hospital, stay)
    assert paid("E1")["basic"] > 0


def test_neither_a_stranger_nor_a_mere_looker_enrols_or_corrects(uninsured, insured):
    row = insured.enrolments.get()
    stranger = keeper_of(factories.county("410185", "邻县"))
    looker = Client()
    looker.force_login(clerk_of(factories.county()))
    before = Change.objects.count()
    correction = {**FORM, "insurance_type": "employees", "reason": "有误"}
    for client, status in ((stranger, 404), (looker, 403)):
        assert client.post(url_of("record", uninsured), FORM).status_code == status
        assert client.post(url_of("correct", row), correction).status_code == status
        assert client.post(url_of("withdraw", row), correction).status_code == status
    assert (Enrolment.objects.get().insurance_type, Change.objects.count()) == ("residents", before)


@pytest.mark.parametrize(
    ("year", "day", "died", "code"),
    [
        (2019, date(2019, 12, 31), None, "enrolled_in_future"),
        (2019, date(2017, 12, 31), None, "enrolled_outside_year"),
        (2018, date(2019, 1, 1), None, "enrolled_outside_year"),
        (2019, date(2019, 2, 1), date(2019, 1, 31), "person_died"),
    ],
)
def test_an_impossible_day_enrols_nobody(uninsured, year, day, died, code):
    Person.objects.filter(pk=uninsured.pk).update(died_on=died)
    asked = AskedEnrolment(insurance_type="residents", enrolled_on=day, paid_by="")
    with pytest.raises(EnrolmentError) as refused:
        enrolment_record(person=uninsured, year=year, asked=asked)
    assert (refused.value.code, Enrolment.objects.exists()) == (code, False)


def test_a_wrong_entry_is_corrected_with_a_reason_that_stands_on_the_trail(insured):
    client, row = keeper_of(factories.county()), insured.enrolments.get()
    right = {"insurance_type": "employees", "enrolled_on": "2019-01-15", "paid_by": "employer"}
    shown = client.post(url_of("correct", row), {**right, "reason": ""}).content.decode()
    assert 'aria-describedby="id_reason_helptext id_reason_error"' in shown
    assert Enrolment.objects.get().insurance_type == "residents"
    assert client.post(url_of("correct", row), {**right, "reason": "实为职工参保"}).status_code == 302
    row.refresh_from_db()
    assert (row.insurance_type, row.enrolled_on, row.paid_by) == ("employees", date(2019, 1, 15), "employer")
    page = client.get(reverse("admin:beneficiaries_enrolment_history", args=[row.pk])).content.decode()
    assert "实为职工参保" in page
    assert client.get(url_of("withdraw", row)).status_code == 200
    assert client.post(url_of("withdraw", row), {"reason": "重复录入"}).status_code == 302
    assert not Enrolment.objects.exists()
    assert client.post(url_of("withdraw", row), {"reason": "重复录入"}).status_code == 404


def test_under_settled_claims_the_kind_of_insurance_stays_until_they_are_reversed(insured, hospital):
    settle(hospital, factories.stay(insured, "E2", **factories.bill_of("20000")))
    row = insured.enrolments.get()
    for act in (
        lambda: enrolment_correct(enrolment=row, asked=EMPLOYEES, reason="实为职工"),
        lambda: enrolment_withdraw(enrolment=row, reason="重复录入"),
    ):
        with pytest.raises(EnrolmentError, match="2019年已有1笔费用") as refused:
            act()
        assert refused.value.code == "enrolment_settled"
    assert Enrolment.objects.get().insurance_type == "residents"
    # Who paid and when says nothing about what was settled.
    enrolment_correct(enrolment=row, asked=ASKED, reason="补缴费方式")
    assert Enrolment.objects.get().paid_by == "aided"
    reverse_claim(hospital, "E2")
    enrolment_correct(enrolment=row, asked=EMPLOYEES, reason="实为职工")
    assert Enrolment.objects.get().insurance_type == "employees"


def test_a_list_does_not_change_the_kind_of_insurance_under_settled_claims(insured, hospital):
    settle(hospital, factories.stay(insured, "E3", **factories.bill_of("20000")))
    officer = clerk_of(factories.county(), "add_rosterimport", "confirm_rosterimport")
    content = f"姓名,身份证号,险种,参保日期\n示例人,{insured.id_number},职工,2018-12-01\n"
    terms = {"source": "medical_insurance", "kind": "insured", "year": 2019, "categories": ()}
    listed = checked(officer, factories.county(), content.encode(), **terms)
    assert differences(listed) == {"wrong": 1}
    assert listed.rows.get().problem == "insured_settled"
    confirm(officer, listed)
    assert Enrolment.objects.get().insurance_type == "residents"


def test_a_list_is_not_taken_back_under_claims_that_it_made_possible(uninsured, hospital):
    officer = clerk_of(factories.county(), "add_rosterimport", "confirm_rosterimport")
    content = f"姓名,身份证号,险种,参保日期\n示例人,{uninsured.id_number},居民,2018-12-01\n"
    terms = {"source": "medical_insurance", "kind": "insured", "year": 2019, "categories": ()}
    listed = confirm(officer, checked(officer, factories.county(), content.encode(), **terms))
    settle(hospital, factories.stay(uninsured, "E4", **factories.bill_of("20000")))
    with pytest.raises(RosterError, match="1 人已据此结算费用") as refused:
        undo(officer, listed)
    assert (refused.value.code, Enrolment.objects.count()) == ("roster_depended_on", 1)
    reverse_claim(hospital, "E4")
    undo(officer, listed)
    assert not Enrolment.objects.exists()


FIRST_CLAIM = "INSERT INTO settlement_personyear (person_id, year) VALUES (%s, 2019)"
LATER_CLAIM = "SELECT FROM settlement_personyear WHERE person_id = %s AND year = 2019 FOR UPDATE"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locks", [FIRST_CLAIM, LATER_CLAIM])
def test_an_enrolment_is_not_taken_back_while_a_claim_of_the_year_settles(packs, locks: str):
    enrolment = factories.person(years=(2019,)).enrolments.get()
    if locks == LATER_CLAIM:
        PersonYear.objects.create(person=enrolment.person, year=2019)
    with other_session() as settling:
        settling.execute(locks, [enrolment.person_id])
        connection.cursor().execute("SET lock_timeout = '300ms'")
        with pytest.raises(OperationalError, match="lock timeout"):
            enrolment_withdraw(enrolment=enrolment, reason="登记有误")
    connection.cursor().execute("RESET lock_timeout")
    assert Enrolment.objects.filter(pk=enrolment.pk).exists()
    enrolment_withdraw(enrolment=enrolment, reason="登记有误")
    assert not Enrolment.objects.filter(pk=enrolment.pk).exists()

"""Correcting an identity on the page: form, difference list, confirmation; only inside the scope."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from beneficiaries.models import Identity, IdentityChange, Person
from organizations.models import Hospital, Office, Region, StaffMember
from settlement.models import Settlement
from tests import factories
from tests.settlement.support import settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
FORM = {
    "kind": "recognised", "category": "registered_poor", "recognised_by": "poverty", "since": "2019-03-01",
    "basis": "扶贫办〔2019〕5号", "reason": "补认定",
}  # fmt: skip


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any, tmp_path: Path) -> None:
    """Tests collect no static files: no manifest, no folder."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def clerk_of(region: Region, *permissions: str) -> Client:
    """Somebody of the county's office with these permissions."""
    user = User.objects.create_user(f"clerk{region.code}{len(permissions)}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=("view_identitychange", *permissions)))
    office, _ = Office.objects.get_or_create(name="医保局", kind=Office.Kind.MEDICAL_INSURANCE, region=region)
    StaffMember.objects.create(user=user, office=office)
    client = Client()
    client.force_login(user)
    return client


def url_of(person: Person) -> str:
    return reverse("admin:beneficiaries_identity_correct", args=[person.pk])


@pytest.fixture
def resident(hospital: Hospital) -> Person:
    """With one settled stay of April 2019."""
    person = factories.person(identities=())
    settle(hospital, factories.stay(person, "S4", **factories.bill_of("20000")))
    return person


def test_a_last_day_with_none_after_it_is_refused(resident):
    client = clerk_of(factories.county(), "add_identitychange")
    shown = client.post(url_of(resident), {**FORM, "last_day": "9999-12-31"}).content.decode()
    assert "日期不能晚于 2199-12-31。" in shown
    assert not IdentityChange.objects.exists()


def test_the_difference_is_shown_then_confirmed_once(resident):
    client = clerk_of(factories.county(), "add_identitychange")
    shown = client.post(url_of(resident), FORM).content.decode()
    # Of 22,000 less the waived 10 %: critical (17,800 − 5,500) × 85 % less the 5,400 paid; of 7,345 left,
    # supplementary 2,000 × 30 % + 2,345 × 40 %; assistance 70 % of what then is left.
    assert "尚未生效" in shown
    assert "5,055.00" in shown
    assert "1,538.00" in shown
    assert "4,064.90" in shown
    assert not Identity.objects.exists()
    (digest,) = re.findall(r'name="digest" value="(\w{64})"', shown)
    for said in ("差额已记账", "没有重复记账"):
        page = client.post(url_of(resident), {**FORM, "digest": digest}, follow=True).content.decode()
        assert said in page
        assert "10,657.90" in page
    assert Settlement.objects.filter(kind="adjustment").count() == 1
    assert IdentityChange.objects.get().made_by.username == "clerk4101991"


def test_a_stale_confirmation_shows_the_new_difference_and_posts_nothing(resident, hospital):
    client = clerk_of(factories.county(), "add_identitychange")
    (digest,) = re.findall(
        r'name="digest" value="(\w{64})"', client.post(url_of(resident), FORM).content.decode()
    )
    settle(hospital, factories.stay(resident, "S5", **factories.bill_of("10000")))
    page = client.post(url_of(resident), {**FORM, "digest": digest}).content.decode()
    assert "差额已变" in page
    assert "S5" in page
    assert digest not in page
    assert not Settlement.objects.filter(kind="adjustment").exists()


def test_what_is_missing_is_said_and_nothing_shown(resident):
    client = clerk_of(factories.county(), "add_identitychange")
    page = client.post(url_of(resident), {**FORM, "category": ""}).content.decode()
    assert "请选择身份类别" in page
    assert "确认并记账" not in page
    assert "请填写认定（生效）日期" in client.post(url_of(resident), {**FORM, "since": ""}).content.decode()


def test_strangers_and_lookers_cannot_correct(resident):
    stranger = clerk_of(factories.county("410185", "邻县"), "add_identitychange")
    assert stranger.post(url_of(resident), FORM).status_code == 404
    looker = clerk_of(factories.county())
    assert looker.post(url_of(resident), FORM).status_code == 403
    assert looker.get(reverse("admin:beneficiaries_identity_effects")).status_code == 200
    assert not Identity.objects.exists()


def test_what_a_roster_changed_is_listed_and_posted(resident):
    client = clerk_of(factories.county(), "add_identitychange")
    Identity.objects.filter(person=resident).delete()
    client.post(url_of(resident), {**FORM, "category": "disabled"})
    listed = reverse("admin:beneficiaries_identity_effects")
    assert resident.name not in client.get(listed).content.decode()
    IdentityChange.objects.create(
        person=resident, kind="recognised", category="disabled", after="[2019-01-01,)", basis="x",
        reason="y", digest="0", made_by=User.objects.get(),
    )  # fmt: skip
    factories.recognise(resident, "registered_poor")
    assert resident.name in client.get(listed).content.decode()
    url = reverse("admin:beneficiaries_identity_effects_post", args=[resident.pk])
    said = {"basis": "6月名单", "reason": "名单追溯"}
    (digest,) = re.findall(r'name="digest" value="(\w{64})"', client.post(url, said).content.decode())
    assert "差额已记账" in client.post(url, {**said, "digest": digest}, follow=True).content.decode()
    assert resident.name not in client.get(listed).content.decode()

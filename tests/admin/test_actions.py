"""What the buttons do: look at an ID number, find a person, issue a key, build a ledger."""

import pytest
from django.contrib.auth.models import Permission, User
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from beneficiaries.models import IdNumberLook
from organizations.models import HospitalKey
from organizations.selectors import hospital_key_find
from reimbursement.tasks import build_ledger
from tests.admin.conftest import Login
from tests.admin.world import World, ledger_of


def allow(username: str, codename: str) -> None:
    User.objects.get(username=username).user_permissions.add(Permission.objects.get(codename=codename))


@pytest.fixture
def clerk(world: World, login: Login) -> Client:
    return login("clerk")


def test_a_look_at_an_id_number_needs_a_right_and_a_reason_and_is_recorded(
    world: World, clerk: Client
) -> None:
    person = world.people[0]
    url = reverse("admin:beneficiaries_person_id_number", args=[person.pk])
    assert clerk.post(url, {"reason": "核对"}).status_code == 403
    allow("clerk", "add_idnumberlook")

    asked, empty = clerk.get(url), clerk.post(url, {"reason": " "})
    assert person.id_number not in asked.content.decode() + empty.content.decode()
    assert "请填写查看事由" in empty.content.decode()
    assert not IdNumberLook.objects.exists()

    shown = clerk.post(url, {"reason": "核对转诊材料"})
    assert person.id_number in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    look = IdNumberLook.objects.get()
    assert (look.person, look.user.username, look.reason) == (person, "clerk", "核对转诊材料")


def test_a_recorded_look_stays(world: World) -> None:
    look = IdNumberLook.objects.create(person=world.people[0], user=User.objects.first(), reason="核对")
    for change in (look.delete, lambda: IdNumberLook.objects.update(reason="改")):
        with pytest.raises(DatabaseError, match="insert_only"), transaction.atomic():
            change()


def test_a_person_is_found_by_the_full_number_without_it_in_any_address(world: World, clerk: Client) -> None:
    person = world.people[1]
    url = reverse("admin:beneficiaries_person_find")
    found = clerk.post(url, {"id_number": f" {person.id_number.lower()} "})
    assert found["Location"] == reverse("admin:beneficiaries_person_change", args=[person.pk])
    missing = clerk.post(url, {"id_number": "41019919500101001X"}, follow=True)
    assert "管辖范围内没有该身份证号的人员" in missing.content.decode()
    assert clerk.get(url).status_code == 405


def test_a_new_key_is_shown_once_and_opens_the_door(world: World, clerk: Client) -> None:
    url = reverse("admin:organizations_hospital_key", args=[world.hospital.pk])
    assert clerk.post(url, {"name": "新密钥"}).status_code == 403
    allow("clerk", "add_hospitalkey")
    elsewhere = reverse("admin:organizations_hospital_key", args=[world.other_hospital.pk])
    assert clerk.post(elsewhere, {"name": "新密钥"}).status_code == 403

    response = clerk.post(url, {"name": "新密钥", "expires_on": ""})
    key = response.context["key"]
    assert key in response.content.decode()
    assert hospital_key_find(key=key) == HospitalKey.objects.get(name="新密钥")
    page = clerk.get(
        reverse("admin:organizations_hospital_change", args=[world.hospital.pk])
    ).content.decode()
    assert key.partition(".")[0] in page
    assert key not in page


def test_building_again_is_left_to_the_worker(
    world: World, clerk: Client, django_capture_on_commit_callbacks
) -> None:
    ledger = ledger_of(world)
    url = reverse("admin:reimbursement_ledger_build", args=[ledger.pk])
    allow("clerk", "change_quarterlyledger")
    assert clerk.get(url).status_code == 405
    with django_capture_on_commit_callbacks() as callbacks:
        response = clerk.post(url)
    assert response["Location"] == reverse("admin:reimbursement_quarterlyledger_change", args=[ledger.pk])
    # The task itself is tested with the ledgers; here: it is enqueued once, by a name that exists.
    assert len(callbacks) == 1
    signature = callbacks[0].__self__
    assert signature.task == build_ledger.name
    assert signature.kwargs["hospital_id"] == world.hospital.pk


@pytest.mark.parametrize("day", ["9999-12-31", "2000-01-01"])
def test_key_is_not_issued_with_a_day_that_cannot_be(world: World, login: Login, day: str) -> None:
    url = reverse("admin:organizations_hospital_key", args=[world.hospital.pk])
    response = login("admin").post(url, {"name": "接口", "expires_on": day})
    assert response.status_code == 200
    assert "到期日期" in response.content.decode()
    assert not HospitalKey.objects.filter(name="接口").exists()

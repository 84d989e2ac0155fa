"""Pages about the hospitals' interface: the log of calls, the log of queries, the keys."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from rest_framework.test import APIClient

from organizations.models import ApiCall, HospitalKey
from organizations.operations import OPERATIONS
from organizations.selectors import hospital_key_find
from organizations.services import hospital_key_issue
from settlement.models import EligibilityQuery
from tests.admin.conftest import Login
from tests.admin.pages import visible_text
from tests.admin.test_actions import allow
from tests.admin.world import World

CALLS = reverse("admin:organizations_apicall_changelist")


@pytest.fixture
def clerk(world: World, login: Login) -> Client:
    return login("clerk")


@pytest.fixture
def called(world: World, client_of) -> list[ApiCall]:
    """Two calls of the county's hospital, one of the neighbour's, one without a key."""
    own, other = client_of(world.hospital), client_of(world.other_hospital)
    own.get("/api/v1/claims/NONE/")
    own.post("/api/v1/claims/", {}, format="json")
    other.get("/api/v1/messages/NONE/")
    APIClient().get("/api/v1/nowhere/")
    return list(ApiCall.objects.order_by("id"))


def operations_shown(client: Client, query: str = "") -> list[str]:
    listed = client.get(CALLS + query)
    assert listed.status_code == 200
    admin = listed.context["cl"].model_admin
    return [admin.operation_label(row) for row in listed.context["cl"].result_list]


def test_every_operation_of_the_interface_has_a_chinese_name() -> None:
    api = [entry for entry in get_resolver().url_patterns if str(entry.pattern) == "api/v1/"]
    names = {url.name for entry in api for url in entry.url_patterns} - {"api-schema", "api-docs"}
    assert set(OPERATIONS) == names
    assert len(set(OPERATIONS.values())) == len(OPERATIONS)


def test_calls_are_listed_by_the_chinese_names_of_their_operations(
    clerk: Client, called: list[ApiCall], login: Login
) -> None:
    assert operations_shown(clerk) == ["结算", "查询结算"]
    assert operations_shown(login("admin")) == ["未知网址", "按消息号查询", "结算", "查询结算"]
    assert operations_shown(clerk, "?operation=claim-settle") == ["结算"]
    html = clerk.get(CALLS).content.decode()
    assert "批量结算" in visible_text(html)
    assert "claim-settle" not in visible_text(html)


def test_a_call_opens_with_its_outcome_and_a_strangers_does_not(clerk: Client, called: list[ApiCall]) -> None:
    own, foreign = called[0], called[2]
    page = clerk.get(reverse("admin:organizations_apicall_change", args=[own.pk]))
    text = visible_text(page.content.decode())
    assert "查询结算" in text
    assert "claim_not_found" in text
    stranger = clerk.get(reverse("admin:organizations_apicall_change", args=[foreign.pk]))
    assert stranger.status_code == 404
    for verb in ("change", "delete"):
        url = reverse(f"admin:organizations_apicall_{verb}", args=[own.pk])
        assert clerk.post(url, {"post": "yes"}).status_code == 403


def test_queries_are_listed_with_their_result_and_those_of_a_stranger_do_not_exist(
    world: World, clerk: Client, client_of
) -> None:
    person = world.people[0]
    for hospital in (world.hospital, world.other_hospital):
        client_of(hospital).get("/api/v1/eligibility/", headers={"X-Id-Number": person.id_number})
    own, foreign = (
        EligibilityQuery.objects.get(hospital=at) for at in (world.hospital, world.other_hospital)
    )
    listed = clerk.get(reverse("admin:settlement_eligibilityquery_changelist"))
    assert list(listed.context["cl"].result_list) == [own]
    page = clerk.get(reverse("admin:settlement_eligibilityquery_change", args=[own.pk]))
    assert page.status_code == 200
    assert person.id_number not in listed.content.decode() + page.content.decode()
    assert (
        clerk.get(reverse("admin:settlement_eligibilityquery_change", args=[foreign.pk])).status_code == 404
    )


# --- keys


@pytest.fixture
def keys(world: World) -> list[HospitalKey]:
    """A key of the county's hospital and one of the neighbour's."""
    for hospital in (world.hospital, world.other_hospital):
        hospital_key_issue(hospital=hospital, name="结算")
    return [HospitalKey.objects.get(hospital=at) for at in (world.hospital, world.other_hospital)]


def page_of(key: HospitalKey, page: str) -> str:
    return reverse(f"admin:organizations_hospitalkey_{page}", args=[key.prefix])


def test_a_key_is_revoked_from_its_page_by_whoever_may(clerk: Client, keys: list[HospitalKey]) -> None:
    own, _ = keys
    assert clerk.post(page_of(own, "revoke")).status_code == 403
    allow("clerk", "change_hospitalkey")
    assert page_of(own, "revoke") in clerk.get(page_of(own, "change")).content.decode()
    assert clerk.get(page_of(own, "revoke")).status_code == 405
    after = clerk.post(page_of(own, "revoke"), follow=True).content.decode()
    assert "已吊销" in visible_text(after)
    assert page_of(own, "revoke") not in after
    own.refresh_from_db()
    assert (own.revoked, own.revoked_by.username) == (True, "clerk")


def test_a_key_is_exchanged_on_its_page_and_the_new_one_shown_once(
    clerk: Client, keys: list[HospitalKey]
) -> None:
    own, _ = keys
    assert clerk.post(page_of(own, "rotate"), {"overlap_days": "7"}).status_code == 403
    allow("clerk", "add_hospitalkey")
    assert clerk.get(page_of(own, "rotate")).status_code == 200
    shown = clerk.post(page_of(own, "rotate"), {"overlap_days": "7"})
    assert "no-store" in shown["Cache-Control"]
    new = hospital_key_find(key=shown.context["key"])
    assert new is not None
    assert new.hospital == own.hospital
    assert shown.context["key"] in shown.content.decode()
    assert shown.context["key"] not in clerk.get(page_of(new, "change")).content.decode()
    own.refresh_from_db()
    assert own.expiry_date is not None


def test_the_keys_of_a_stranger_do_not_exist(clerk: Client, keys: list[HospitalKey]) -> None:
    _, foreign = keys
    allow("clerk", "add_hospitalkey")
    allow("clerk", "change_hospitalkey")
    assert clerk.get(page_of(foreign, "change")).status_code == 404
    assert clerk.post(page_of(foreign, "revoke")).status_code == 404
    assert clerk.post(page_of(foreign, "rotate"), {"overlap_days": "0"}).status_code == 404
    assert HospitalKey.objects.filter(revoked=False, expiry_date=None).count() == 2

"""The office reviews what hospitals ask for: referrals and approvals of consumables."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from organizations.models import Hospital
from settlement.models import ConsumableApproval, ReferralRegistration
from tests.admin.conftest import Login
from tests.admin.pages import visible_text
from tests.admin.test_actions import allow
from tests.admin.world import World, person_of

KINDS: tuple[tuple[type[Any], str, dict[str, Any]], ...] = (
    (ReferralRegistration, "referrals", {"to_place": "省人民医院"}),
    (ConsumableApproval, "approvals", {"item_name": "冠状动脉支架", "quantity": 2, "amount": "18000.00"}),
)


@pytest.fixture(params=KINDS, ids=lambda kind: kind[1])
def asked(request: pytest.FixtureRequest, world: World, client_of) -> tuple[Any, Any]:
    """A request of the county's hospital, and one of the neighbour's about a person there."""
    model, address, own = request.param

    def ask(hospital: Hospital, id_number: str) -> Any:
        body = {
            "request_no": "Q1", "id_number": id_number, "diagnosis_code": "I21.9",
            "diagnosis_name": "急性心肌梗死", "reason": "本院不能治疗", "valid_from": "2019-06-01",
            "valid_to": "2019-06-30", **own,
        }  # fmt: skip
        answer = client_of(hospital).post(f"/api/v1/{address}/", body, format="json")
        assert answer.status_code == 201, answer.json()
        return model.objects.get(hospital=hospital)

    stranger = person_of(world.other_county)
    return ask(world.hospital, world.people[0].id_number), ask(world.other_hospital, stranger.id_number)


@pytest.fixture
def clerk(world: World, login: Login) -> Client:
    """A clerk of the county who may decide."""
    for model, _, _ in KINDS:
        allow("clerk", f"change_{model._meta.model_name}")
    return login("clerk")


def page_of(row: Any, page: str) -> str:
    return reverse(f"admin:settlement_{row._meta.model_name}_{page}", args=[row.pk])


def test_a_request_is_opened_and_approved_once(clerk: Client, asked: tuple[Any, Any]) -> None:
    row, _ = asked
    assert page_of(row, "review") in clerk.get(page_of(row, "change")).content.decode()
    form = visible_text(clerk.get(page_of(row, "review")).content.decode())
    assert "急性心肌梗死" in form
    assert "本院不能治疗" in form
    saved = clerk.post(page_of(row, "review"), {"decision": "approve", "note": "同意"})
    assert saved["Location"] == page_of(row, "change")
    row.refresh_from_db()
    assert (row.state, row.reviewed_by.username, row.review_note) == ("approved", "clerk", "同意")
    assert page_of(row, "review") not in clerk.get(page_of(row, "change")).content.decode()
    clerk.post(page_of(row, "review"), {"decision": "reject", "note": "改主意"})
    row.refresh_from_db()
    assert row.state == "approved"


def test_a_refusal_needs_its_reason(clerk: Client, asked: tuple[Any, Any]) -> None:
    row, _ = asked
    again = clerk.post(page_of(row, "review"), {"decision": "reject", "note": " "})
    assert again.status_code == 200
    row.refresh_from_db()
    assert (row.state, row.reviewed_by) == ("pending", None)
    clerk.post(page_of(row, "review"), {"decision": "reject", "note": "材料不全"})
    row.refresh_from_db()
    assert (row.state, row.review_note) == ("rejected", "材料不全")


def test_only_the_office_in_charge_decides(clerk: Client, asked: tuple[Any, Any], login: Login) -> None:
    row, foreign = asked
    decision = {"decision": "approve", "note": ""}
    for method in (clerk.get, clerk.post):
        assert method(page_of(foreign, "review"), decision).status_code == 404
    assert clerk.get(page_of(foreign, "change")).status_code == 404
    # The hospital that asked sees its request, and does not decide it, whatever its rights.
    allow("nurse", f"change_{row._meta.model_name}")
    nurse = login("nurse")
    assert nurse.get(page_of(row, "change")).status_code == 200
    assert nurse.post(page_of(row, "review"), decision).status_code == 403
    assert {found.state for found in type(row).objects.all()} == {"pending"}

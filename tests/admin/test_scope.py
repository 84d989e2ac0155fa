"""Who sees what: a county its own rows, a hospital its own, nobody anything by accident."""

import pytest
from django.urls import reverse

from beneficiaries.models import Person
from organizations.models import StaffMember
from settlement.models import Claim
from tests.admin.conftest import Login
from tests.admin.pages import LISTS
from tests.admin.world import World, ledger_of, person_of, settled_stay

PERSONAL = (
    "beneficiaries_person", "beneficiaries_household", "beneficiaries_identity", "beneficiaries_enrolment",
    "beneficiaries_chroniccertificate",
)  # fmt: skip
POSTED = ("settlement_claim", "settlement_settlement", "settlement_payment", "reimbursement_quarterlyledger")


@pytest.fixture
def neighbour(world: World) -> tuple[Person, Claim]:
    """A person of the next county with a stay in a hospital there."""
    person = person_of(world.other_county)
    return person, settled_stay(person, world.other_hospital)


def rows_of(client, name: str) -> int:
    response = client.get(reverse(f"admin:{name}_changelist"))
    assert response.status_code == 200, name
    return int(response.context["cl"].result_count)


def test_a_county_sees_its_own_people_and_claims_only(
    world: World, neighbour: tuple[Person, Claim], login: Login
) -> None:
    clerk, admin = login("clerk"), login("admin")
    assert rows_of(clerk, "beneficiaries_person") == 3
    assert rows_of(admin, "beneficiaries_person") == 4
    assert rows_of(clerk, "settlement_claim") == 3
    assert rows_of(admin, "settlement_claim") == 4


def test_a_page_outside_the_scope_does_not_exist(
    world: World, neighbour: tuple[Person, Claim], login: Login
) -> None:
    person, claim = neighbour
    clerk = login("clerk")
    for name, pk in (("beneficiaries_person", person.pk), ("settlement_claim", claim.pk)):
        for page in ("change", "history"):
            response = clerk.get(reverse(f"admin:{name}_{page}", args=[pk]))
            assert (response.status_code, "管辖范围" in response.content.decode()) == (404, True)
    assert clerk.get(reverse("admin:beneficiaries_person_id_number", args=[person.pk])).status_code == 404


def test_staff_without_a_place_of_work_see_nothing(world: World, login: Login) -> None:
    stranger = login("stranger")
    for name in LISTS:
        if not name.startswith("auth_"):
            assert rows_of(stranger, name) == 0, name
    assert "还没有登记工作单位" in stranger.get(reverse("admin:index")).content.decode()


def test_a_hospital_sees_its_own_claims_and_no_list_of_people(
    world: World, neighbour: tuple[Person, Claim], login: Login
) -> None:
    nurse = login("nurse")
    assert [rows_of(nurse, name) for name in PERSONAL] == [0] * len(PERSONAL)
    assert rows_of(nurse, "settlement_claim") == 3
    StaffMember.objects.filter(user__username="nurse").update(hospital=world.other_hospital)
    assert rows_of(nurse, "settlement_claim") == 1
    assert rows_of(nurse, "organizations_hospital") == 1


def test_posted_facts_can_be_neither_added_nor_changed_nor_deleted(world: World, login: Login) -> None:
    admin, claim = login("admin"), world.claims[0]
    for name in (*POSTED, *PERSONAL, "policies_policy"):
        assert admin.get(reverse(f"admin:{name}_add")).status_code == 403, name
    for name, pk in (("settlement_claim", claim.pk), ("reimbursement_quarterlyledger", ledger_of(world).pk)):
        assert admin.post(reverse(f"admin:{name}_change", args=[pk]), {}).status_code == 403
        assert admin.post(reverse(f"admin:{name}_delete", args=[pk]), {"post": "yes"}).status_code == 403
    assert Claim.objects.filter(pk=claim.pk).exists()


def test_accounts_are_for_superusers(world: World, login: Login) -> None:
    clerk = login("clerk")
    assert clerk.get(reverse("admin:auth_user_changelist")).status_code == 403
    assert "admin:auth_user" not in clerk.get(reverse("admin:index")).content.decode()


def test_lists_never_show_an_id_number(world: World, login: Login) -> None:
    clerk = login("clerk")
    for name in (*PERSONAL, *POSTED):
        html = clerk.get(reverse(f"admin:{name}_changelist")).content.decode()
        for person in world.people:
            assert person.id_number not in html
    html = clerk.get(reverse("admin:beneficiaries_person_change", args=[world.people[0].pk])).content.decode()
    assert world.people[0].masked_id_number in html
    assert world.people[0].id_number not in html

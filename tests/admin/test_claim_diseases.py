"""The claim's page: list entries that the diagnosis code suggests, beside the disease that was claimed."""

from django.urls import reverse

from beneficiaries.models import Person
from settlement.api.claim_in import read_claim
from settlement.models import Claim
from settlement.services import claim_settle
from tests import factories
from tests.admin.conftest import Login
from tests.admin.pages import visible_text
from tests.admin.world import World


def page_of(world: World, person: Person, login: Login, **fields: object) -> str:
    body = factories.chronic_visit(person, **fields)
    claim_settle(hospital=world.hospital, claim=read_claim(body))
    claim = Claim.objects.get(claim_no=body["claim_no"])
    page = login("clerk").get(reverse("admin:settlement_claim_change", args=[claim.pk]))
    return visible_text(page.content.decode())


def test_the_suggested_entry_says_what_to_check_and_whether_it_was_claimed(world: World, login: Login):
    shown = page_of(world, world.people[0], login).split("诊断编码提示的病种")[1]
    assert "12 高血压病" in shown
    assert "伴靶器官损害" in shown
    assert "申报的病种" in shown
    assert "是否属于该病种由人审定" in shown


def test_another_diagnosis_suggests_another_entry_than_the_one_claimed(world: World, login: Login):
    shown = page_of(world, world.people[0], login, diagnosis_code="G20.x00")
    suggested = shown.split("诊断编码提示的病种")[1].split("疑点")[0]
    assert "9 帕金森" in suggested
    assert "申报的病种" not in suggested


def test_a_diagnosis_of_no_list_suggests_nothing(world: World, login: Login):
    assert "诊断编码提示的病种" not in page_of(world, world.people[0], login, diagnosis_code="S82.1")

"""The work list of doubtful claims: who sees it, each step, findings by hand."""

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organizations.models import Office, Region, StaffMember
from settlement.models import Flag, FlagStep
from settlement.services.flags import flag_record
from tests.admin.conftest import Login
from tests.admin.pages import visible_text
from tests.admin.world import World

pytestmark = pytest.mark.django_db
LIST = "/admin/settlement/flag/"


@pytest.fixture
def flag(world: World) -> Flag:
    """A finding on the county's first claim, with a neighbour who may look."""
    User.objects.get(username="clerk").user_permissions.add(Permission.objects.get(codename="handle_flag"))
    stranger = User.objects.get(username="stranger")
    stranger.user_permissions.add(Permission.objects.get(codename="handle_flag"))
    office = Office.objects.create(
        name="邻县医疗保障局",
        kind=Office.Kind.MEDICAL_INSURANCE,
        region=Region.objects.get(pk=world.other_county.pk),
    )
    StaffMember.objects.create(user=stranger, office=office)
    return flag_record(
        claim=world.claims[0],
        kind="false_certificate",
        evidence="诊断证明无病历支持",
        by=User.objects.get(username="clerk"),
    )


def test_the_clerk_asks_notes_the_answer_and_confirms(flag: Flag, login: Login):
    clerk, page = login("clerk"), reverse("admin:settlement_flag_change", args=[flag.pk])
    assert "诊断证明无病历支持" in visible_text(clerk.get(page).content.decode())
    for state, label in (("asked", "已请机构说明"), ("explained", "机构已说明"), ("confirmed", "已认定")):
        step = reverse("admin:settlement_flag_step", args=[flag.pk, state])
        assert clerk.get(step).status_code == 200
        assert clerk.post(step, {"note": "见附件"}).status_code == 302
        assert label in visible_text(clerk.get(page).content.decode())
    assert [(row.state, row.note, row.by.username) for row in flag.steps.all()] == [
        ("asked", "见附件", "clerk"), ("explained", "见附件", "clerk"), ("confirmed", "见附件", "clerk"),
    ]  # fmt: skip
    assert "认定违规" not in visible_text(clerk.get(page).content.decode())


def test_a_step_without_reason_writes_nothing(flag: Flag, login: Login):
    step = reverse("admin:settlement_flag_step", args=[flag.pk, "dismissed"])
    assert login("clerk").post(step, {"note": ""}).status_code == 200
    assert FlagStep.objects.count() == 0


@pytest.mark.parametrize("username", ["stranger", "nurse"])
def test_others_neither_see_nor_handle_it(flag: Flag, login: Login, username: str):
    other = login(username)
    assert flag.evidence not in other.get(LIST).content.decode()
    assert other.get(reverse("admin:settlement_flag_change", args=[flag.pk])).status_code == 404
    step = reverse("admin:settlement_flag_step", args=[flag.pk, "dismissed"])
    assert other.post(step, {"note": "无"}).status_code in (403, 404)
    record = reverse("admin:settlement_flag_record", args=[flag.claim_id])
    assert other.post(record, {"kind": "other", "evidence": "无"}).status_code in (403, 404)
    assert (Flag.objects.count(), FlagStep.objects.count()) == (1, 0)


def test_a_finding_is_recorded_from_the_claims_page(world: World, flag: Flag, login: Login):
    clerk, claim = login("clerk"), world.claims[1]
    record = reverse("admin:settlement_flag_record", args=[claim.pk])
    page = clerk.get(reverse("admin:settlement_claim_change", args=[claim.pk])).content.decode()
    assert record in page
    clerk.post(record, {"kind": "false_certificate", "evidence": "字迹不符"})
    made = Flag.objects.get(claim=claim)
    assert (made.kind, made.title, made.raised_by.username) == ("false_certificate", "虚假诊断证明", "clerk")
    page = clerk.get(reverse("admin:settlement_claim_change", args=[claim.pk])).content.decode()
    assert "字迹不符" in visible_text(page)


def test_the_list_filters_by_state_with_a_bounded_number_of_queries(world: World, flag: Flag, login: Login):
    clerk = login("clerk")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page = clerk.get(LIST + "?state=pending").content.decode()
        assert "虚假诊断证明" in page
        return len(captured)

    queries()
    one = queries()
    for claim in world.claims[1:]:
        flag_record(claim=claim, kind="other", evidence="x", by=User.objects.get(username="clerk"))
    assert queries() == one
    assert flag.evidence not in clerk.get(LIST + "?state=confirmed").content.decode()
    home = visible_text(clerk.get(reverse("admin:index")).content.decode())
    assert "待核查的疑点" in home

"""The office takes a hospital's claim back: a reason, what follows, confirmation, once."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from settlement.models import Claim, Settlement
from tests.admin.conftest import Login
from tests.admin.pages import visible_text
from tests.admin.test_actions import allow
from tests.admin.world import World, person_of, settled_stay

REASON = {"reason": "医疗机构停业，无法自行冲销"}


@pytest.fixture
def clerk(world: World, login: Login) -> Client:
    """A clerk of the county who may take claims back."""
    allow("clerk", "change_claim")
    return login("clerk")


def address(claim: Claim, page: str = "reverse") -> str:
    return reverse(f"admin:settlement_claim_{page}", args=[claim.pk])


def digest_in(html: str) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', html)
    assert found is not None
    return found[1]


def net_paid_fen(claim: Claim) -> int:
    return sum(row.paid_fen for row in claim.settlements.all())


def test_what_follows_is_shown_and_posted_only_when_confirmed(world: World, clerk: Client) -> None:
    claim = world.claims[0]
    assert address(claim) in clerk.get(address(claim, "change")).content.decode()
    before = net_paid_fen(claim)
    assert before > 0
    assert "不会改动任何记录" in clerk.get(address(claim)).content.decode()
    shown = clerk.post(address(claim), REASON).content.decode()
    assert "尚未冲销" in visible_text(shown)
    assert f"-{before // 100:,}." in visible_text(shown)
    assert claim.settlements.count() == 1

    done = clerk.post(address(claim), {**REASON, "digest": digest_in(shown)}, follow=True)
    assert done.redirect_chain[-1][0] == address(claim, "change")
    assert net_paid_fen(claim) == 0
    posted = claim.settlements.get(kind=Settlement.Kind.REVERSAL)
    assert posted.reason == "经办冲销：医疗机构停业，无法自行冲销"
    page = done.content.decode()
    assert "已冲销" in visible_text(page)
    assert address(claim) not in page
    assert "clerk" in visible_text(clerk.get(address(claim, "history")).content.decode())


def test_a_claim_is_taken_back_once(world: World, clerk: Client) -> None:
    claim = world.claims[0]
    digest = digest_in(clerk.post(address(claim), REASON).content.decode())
    for _ in range(2):
        clerk.post(address(claim), {**REASON, "digest": digest})
    assert claim.settlements.count() == 2
    again = clerk.post(address(claim), REASON, follow=True)
    assert "该费用已经冲销" in visible_text(again.content.decode())


def test_a_confirmation_of_what_is_no_longer_so_shows_it_anew(world: World, clerk: Client) -> None:
    claim = world.claims[0]
    answer = clerk.post(address(claim), {**REASON, "digest": "0" * 64}).content.decode()
    assert "差额已变" in visible_text(answer)
    assert len(digest_in(answer)) == 64
    assert claim.settlements.count() == 1


def test_no_reason_no_reversal(world: World, clerk: Client) -> None:
    claim = world.claims[0]
    digest = digest_in(clerk.post(address(claim), REASON).content.decode())
    answer = clerk.post(address(claim), {"reason": " ", "digest": digest})
    assert (answer.status_code, 'name="digest"' in answer.content.decode()) == (200, False)
    assert claim.settlements.count() == 1


def test_only_the_office_of_the_county_of_insurance_takes_back(
    world: World, clerk: Client, login: Login
) -> None:
    stranger = settled_stay(person_of(world.other_county), world.hospital)
    own = world.claims[0]
    allow("nurse", "change_claim")
    nurse = login("nurse")
    assert address(own) not in nurse.get(address(own, "change")).content.decode()
    assert [
        clerk.post(address(stranger), REASON).status_code,
        nurse.post(address(own), REASON).status_code,
        login("stranger").post(address(own), REASON).status_code,
    ] == [404, 404, 403]
    User.objects.get(username="clerk").user_permissions.clear()
    assert login("clerk").post(address(own), REASON).status_code == 403
    assert [own.settlements.count(), stranger.settlements.count()] == [1, 1]

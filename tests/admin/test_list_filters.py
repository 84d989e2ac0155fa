"""Filters of the daily lists (筛选): each keeps just the rows that its words promise."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from common.codes import IdentityCategory
from settlement.models import Flag
from settlement.services import claim_reverse
from tests import factories
from tests.admin.conftest import Login
from tests.admin.world import World


@pytest.fixture
def clerk(world: World, login: Login) -> Client:
    """Somebody of the county."""
    return login("clerk")


def found(client: Client, name: str, **parameters: str) -> list[int]:
    answer = client.get(reverse(f"admin:{name}_changelist"), parameters)
    assert answer.status_code == 200
    return sorted(row.pk for row in answer.context["cl"].result_list)


def test_claims_are_found_by_what_was_posted_and_what_is_doubtful(world: World, clerk: Client) -> None:
    first, second, third = world.claims
    claim_reverse(hospital=world.hospital, claim_no=first.claim_no, reason="录入有误")
    Flag.objects.create(
        claim=second, county=world.county, hospital=world.hospital, rule="r", title="疑点",
        kind="inpatient_elsewhere", severity="flag", evidence="同日两家医院住院",
    )  # fmt: skip
    rest = sorted([second.pk, third.pk])
    for parameters, expected in (
        ({"posted": "reversed"}, [first.pk]),
        ({"posted": "settled"}, rest),
        ({"posted": "adjusted"}, []),
        ({"posted": "unsettled"}, []),
        ({"flagged": "pending"}, [second.pk]),
        ({"visit_type__exact": "emergency"}, []),
        ({"insured_county__id__exact": str(world.other_county.pk)}, []),
        ({"insured_county__id__exact": str(world.county.pk), "posted": "settled"}, rest),
    ):
        assert found(clerk, "settlement_claim", **parameters) == expected, parameters


def test_claims_and_payments_are_found_by_fund(world: World, clerk: Client) -> None:
    claims = sorted(claim.pk for claim in world.claims)
    fund = world.claims[0].payments.order_by("pk")[0].fund
    assert found(clerk, "settlement_claim", fund=fund) == claims
    assert found(clerk, "settlement_claim", fund="none") == []
    assert len(found(clerk, "settlement_payment", fund=fund)) == 3


def test_claims_are_found_by_the_identity_on_the_day_and_people_by_todays(
    world: World, clerk: Client
) -> None:
    before, since = world.people[:2]
    claims = {claim.person_id: claim.pk for claim in world.claims}
    low = IdentityCategory.MINIMUM_LIVING
    factories.recognise(before, low, until=date(2019, 6, 1))
    factories.recognise(since, low, since=date(2019, 6, 1))
    assert found(clerk, "settlement_claim", identity=low) == [claims[before.pk]]
    assert found(clerk, "beneficiaries_person", held=low) == [since.pk]
    assert found(clerk, "beneficiaries_identity", category__exact=low, valid="ended") == [
        before.identities.get(category=low).pk
    ]


def test_days_are_whole_and_both_ends_included(world: World, clerk: Client) -> None:
    claims = sorted(claim.pk for claim in world.claims)
    for first, last, expected in (
        ("2019-05-20", "2019-05-20", claims), ("2019-05-21", "", []), ("", "2019-05-19", []),
        ("", "", claims),
    ):  # fmt: skip
        days = {"discharged_on_from": first, "discharged_on_to": last}
        assert found(clerk, "settlement_claim", **days) == expected, days


def test_a_name_is_found_by_its_beginning_and_a_number_as_a_whole(world: World, clerk: Client) -> None:
    claim = world.claims[0]
    assert len(found(clerk, "settlement_claim", q="示例")) == 3
    assert found(clerk, "settlement_claim", q=claim.claim_no) == [claim.pk]
    assert found(clerk, "settlement_claim", q=f"示例 {claim.claim_no}") == [claim.pk]
    assert found(clerk, "settlement_claim", q=claim.claim_no[:-1]) == []
    assert len(found(clerk, "settlement_claim", q="脑梗")) == 3
    assert found(clerk, "settlement_claim", q="例人") == []

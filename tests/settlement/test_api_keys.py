"""Every address of the interface that names a row: with another hospital's key the row does not exist."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from organizations.models import Hospital
from tests import factories
from tests.admin.urls import KEY
from tests.admin.visits import patterns
from tests.settlement.api_support import CLAIMS, check_problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger(hospital: Hospital, client_of) -> APIClient:
    """The key of another hospital of the same county."""
    return client_of(factories.hospital())


def test_with_another_hospital_s_key_a_claim_and_its_message_do_not_exist(
    api: APIClient, stranger: APIClient, poor, row_counts
) -> None:
    message = {"message_id": "H00000000001202904011200000001"}
    settled = api.post(CLAIMS, factories.stay(poor, "S1"), format="json")
    assert settled.status_code == 201
    before = row_counts()
    for client, expected in ((api, 200), (stranger, 404)):
        for name in ("claim-detail", "claim-statement"):
            answer = client.get(reverse(name, args=["S1"]))
            assert answer.status_code == expected, name
    check_problem(
        stranger.post(reverse("claim-reversal", args=["S1"]), {"reason": "错"}, format="json"),
        404, "claim_not_found",
    )  # fmt: skip
    assert stranger.get(reverse("message-outcome", args=[message["message_id"]])).status_code == 404
    assert row_counts() == before


def test_a_repeated_settlement_of_a_reversed_claim_is_the_first_answer_and_pays_nothing(
    api: APIClient, poor, row_counts
) -> None:
    body = factories.stay(poor, "S1")
    first = api.post(CLAIMS, body, format="json").json()
    api.post(reverse("claim-reversal", args=["S1"]), {"reason": "录入有误"}, format="json")
    before = row_counts()
    again = api.post(CLAIMS, body, format="json")
    assert (again.status_code, again.json()["status"], again.json()["paid"]) == (
        200,
        "settled",
        first["paid"],
    )
    assert api.get(reverse("claim-detail", args=["S1"])).json()["status"] == "reversed"
    assert row_counts() == before


def test_nothing_answers_without_a_key_and_every_row_is_looked_for_by_key(stranger: APIClient) -> None:
    anonymous = APIClient()
    for name, path in patterns():
        if name not in KEY:
            continue
        parts = [part for part in path.split("/") if part.startswith("<")]
        url = reverse(name, args=["410199-basic-2019Q2-H1" for _ in parts])
        statuses = {method: getattr(anonymous, method)(url).status_code for method in ("get", "post")}
        assert set(statuses.values()) <= {401, 405}, name
        if parts:
            found = {getattr(stranger, method)(url, format="json").status_code for method in ("get", "post")}
            # A body that lacks fields is told so; nobody is told that the row is there.
            assert found <= {404, 405, 422}, name

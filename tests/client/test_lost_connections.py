"""The network breaks, a worker is killed: the reference client asks, and nothing is lost or doubled."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from docs.client.doudi_client import Doudi, ProblemError
from settlement.models import Settlement
from tests import factories
from tests.client.live import EFFORT, Desk, Server
from tests.client.proxy import LossyProxy
from tests.settlement.support import findings

pytestmark = pytest.mark.django_db

CLIENTS = 4
CLAIMS = 8 * EFFORT


def kinds(desk: Desk) -> list[str]:
    """Everything that was posted for the hospital, in order."""
    rows = Settlement.objects.filter(claim__hospital=desk.hospital).order_by("id")
    return [str(kind) for kind in rows.values_list("kind", flat=True)]


def through(proxy: LossyProxy, desk: Desk) -> Doudi:
    return Doudi(proxy.url, desk.key, institution=desk.hospital.code, pause_seconds=0.02)


def test_an_answer_lost_after_the_commit_is_found_by_asking(desk: Desk, live: Server) -> None:
    body = factories.stay(factories.person(), "S1")
    with LossyProxy(live.port, ["answer"]) as proxy, through(proxy, desk) as client:
        settled = client.settle(body)
        assert proxy.lost == ["201"]
        assert (settled["claim_no"], settled["status"], settled["patient"]) == ("S1", "settled", "975.60")
    assert kinds(desk) == ["original"]
    assert findings() == []


def test_a_request_that_never_arrived_is_sent_again(desk: Desk, live: Server) -> None:
    body = factories.stay(factories.person(), "S1")
    with LossyProxy(live.port, ["request", "request", "answer"]) as proxy, through(proxy, desk) as client:
        assert client.settle(body)["patient"] == "975.60"
        # Also the answer that nothing came of the message is lost once.
        assert proxy.lost == ["request", "request", "404"]
    assert kinds(desk) == ["original"]


def test_a_reversal_whose_answer_is_lost_is_found_by_asking(desk: Desk, live: Server) -> None:
    with LossyProxy(live.port, ["pass", "answer"]) as proxy, through(proxy, desk) as client:
        client.settle(factories.stay(factories.person(), "S1"))
        assert client.reverse("S1", "录入有误")["status"] == "reversed"
        assert proxy.lost == ["201"]
    assert kinds(desk) == ["original", "reversal"]
    assert findings() == []


def test_a_batch_whose_answer_is_lost_is_sent_again_as_it_is(desk: Desk, live: Server) -> None:
    person = factories.person()
    bodies = [factories.stay(person, f"S{number}") for number in range(3)]
    with LossyProxy(live.port, ["answer"]) as proxy, through(proxy, desk) as client:
        answers = client.batch(bodies)
        assert proxy.lost == ["200"]
    assert [row["status"] for row in answers["results"]] == [200, 200, 200]
    assert kinds(desk) == ["original"] * 3


def test_a_refusal_is_not_tried_again(desk: Desk) -> None:
    claim = factories.stay(factories.person(), "S1")
    with Doudi(desk.url, desk.key) as client:
        client.settle(claim)
        with pytest.raises(ProblemError, match="409 claim_conflict"):
            client.settle({**claim, "diagnosis_code": "I10"})
    assert kinds(desk) == ["original"]


def test_killed_workers_lose_and_double_nothing(desk: Desk, live: Server) -> None:
    people = [factories.person() for _ in range(CLIENTS)]
    killed: list[int] = []

    def settle_all(order: int) -> list[dict[str, Any]]:
        with Doudi(
            desk.url, desk.key, institution=desk.hospital.code, tries=60, pause_seconds=0.05
        ) as client:
            answers = []
            for number in range(CLAIMS):
                answers.append(client.settle(factories.stay(people[order], f"K{order}-{number}")))
                # While the other clients' requests are under way.
                if number % CLIENTS == order:
                    killed.append(live.workers()[0])
                    os.kill(killed[-1], signal.SIGKILL)
            return answers

    with ThreadPoolExecutor(CLIENTS) as pool:
        answered = [row for rows in pool.map(settle_all, range(CLIENTS)) for row in rows]
    assert len(set(killed)) >= CLIENTS
    assert {row["claim_no"] for row in answered} == {
        f"K{order}-{number}" for order in range(CLIENTS) for number in range(CLAIMS)
    }
    assert kinds(desk) == ["original"] * CLIENTS * CLAIMS
    with Doudi(desk.url, desk.key) as client:
        for row in answered:
            found = client.claim(row["claim_no"])
            assert (found["paid"], found["patient"]) == (row["paid"], row["patient"])
    assert findings() == []

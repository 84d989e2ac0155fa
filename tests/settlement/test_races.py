"""Real threads on real connections: the lock holds. Taking FOR UPDATE away must fail these tests."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from organizations.models import Hospital
from settlement.errors import ClaimConflictError
from settlement.models import Claim, PersonYear, Settlement
from tests import factories
from tests.settlement.support import findings, reverse, settle

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("today")]


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start all together, each on a connection of its own; results, or the errors raised."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            gate.wait(timeout=30)
            return act()
        except ClaimConflictError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_the_same_claim_twenty_times_at_once_is_one_settlement(hospital: Hospital, poor):
    body = factories.stay(poor, "S1")
    answers = at_once([lambda: settle(hospital, body)] * 20)
    assert Settlement.objects.count() == 1
    assert sum(answer.created for answer in answers) == 1
    assert len({(answer.figures, tuple(answer.parts), str(answer.posted_on)) for answer in answers}) == 1


def test_claims_of_one_person_at_once_are_settled_one_after_the_other(hospital: Hospital, packs: None):
    person = factories.person(identities=())
    bodies = [factories.stay(person, f"S{number}", **factories.bill_of("8000")) for number in range(10)]
    at_once([lambda body=body: settle(hospital, body) for body in bodies])
    assert Claim.objects.count() == 10
    assert PersonYear.objects.count() == 1
    assert findings() == []
    # However they queued, the year's base is 80,000: (80,000 − 11,000) × 60 %.
    critical = Settlement.objects.latest("id").pools_after["critical.paid"]
    assert critical == 4_140_000


def test_reversals_and_claims_at_once_leave_a_clean_year(hospital: Hospital, poor):
    for number in range(5):
        settle(hospital, factories.stay(poor, f"S{number}"))
    acts: list[Callable[[], Any]] = [lambda no=number: reverse(hospital, f"S{no}") for number in range(4)]
    acts += [lambda: reverse(hospital, "S0")] * 3
    acts += [lambda no=number: settle(hospital, factories.stay(poor, f"N{no}")) for number in range(5)]
    at_once(acts)
    assert Settlement.objects.filter(kind="reversal").count() == 4
    assert findings() == []


def test_one_number_for_two_people_at_once_is_a_conflict_for_one(hospital: Hospital, packs: None):
    for number in range(5):
        bodies = [factories.stay(factories.person(), f"S{number}") for _ in range(4)]
        answers = at_once([lambda body=body: settle(hospital, body) for body in bodies])
        conflicts = [answer for answer in answers if isinstance(answer, ClaimConflictError)]
        assert len(conflicts) == 3
        assert {conflict.fields for conflict in conflicts} == {("id_number",)}
    assert Claim.objects.count() == 5
    assert findings() == []

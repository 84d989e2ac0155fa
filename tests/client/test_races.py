"""Real processes, real connections: whatever comes at once is as if it had come one after the other."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import httpx
import pytest
from django.contrib.auth.models import User

from beneficiaries.models import Person
from settlement.models import ApprovalUse, ConsumableApproval, PersonYear, Settlement
from settlement.services.requests import request_review
from tests import factories
from tests.client.live import Desk
from tests.settlement.support import findings

pytestmark = pytest.mark.django_db


def at_once(desk: Desk, acts: Sequence[Callable[[httpx.Client], httpx.Response]]) -> list[httpx.Response]:
    """All together, each on a connection of its own."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[httpx.Client], httpx.Response]) -> httpx.Response:
        with desk.open() as line:
            gate.wait(timeout=30)
            return act(line)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def settling(body: dict[str, Any]) -> Callable[[httpx.Client], httpx.Response]:
    return lambda line: line.post("/claims/", json=body)


def reversing(claim_no: str) -> Callable[[httpx.Client], httpx.Response]:
    return lambda line: line.post(f"/claims/{claim_no}/reversal/", json={"reason": "录入有误"})


def test_the_same_claim_fifty_times_at_once_is_settled_once_and_answered_alike(desk: Desk) -> None:
    body = factories.stay(factories.person(), "SAME")
    answers = at_once(desk, [settling(body)] * 50)
    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert Settlement.objects.filter(claim__hospital=desk.hospital).count() == 1


def test_fifty_claims_of_one_person_at_once_equal_some_order(desk: Desk) -> None:
    person = factories.person(identities=())
    bodies = [factories.stay(person, f"S{number}", **factories.bill_of("8000")) for number in range(50)]
    answers = at_once(desk, [settling(body) for body in bodies])
    assert [answer.status_code for answer in answers] == [201] * 50
    assert PersonYear.objects.filter(person=person).count() == 1
    # However they queued: 50 × 2,000 of the basic tier, and of the 400,000 above it, after one deductible of
    # 11,000, 60 % up to 100,000 and 70 % beyond.
    assert sum(Decimal(answer.json()["paid"]) for answer in answers) == Decimal("363400.00")
    assert findings() == []


def test_reversals_and_claims_at_once_leave_a_clean_year(desk: Desk) -> None:
    person = factories.person()
    with desk.open() as line:
        for number in range(5):
            assert settling(factories.stay(person, f"S{number}"))(line).status_code == 201
    acts = [reversing(f"S{number}") for number in range(4)] + [reversing("S0")] * 3
    acts += [settling(factories.stay(person, f"N{number}")) for number in range(5)]
    answers = at_once(desk, acts)
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [201] * 9
    assert Settlement.objects.filter(claim__hospital=desk.hospital, kind="reversal").count() == 4
    assert findings() == []


def test_a_claim_and_its_reversal_at_once_end_the_same_way_for_both(desk: Desk) -> None:
    body = factories.stay(factories.person(), "S1")
    answers = at_once(desk, [settling(body), reversing("S1")] * 10)
    with desk.open() as line:
        reversing("S1")(line)
        assert line.get("/claims/S1/").json()["status"] == "reversed"
    assert {answer.status_code for answer in answers} <= {200, 201, 404}
    assert sum(answer.status_code == 201 for answer in answers) <= 2
    kinds = Settlement.objects.filter(claim__hospital=desk.hospital).values_list("kind", flat=True)
    assert sorted(kinds) == ["original", "reversal"]
    assert findings() == []


def approved(desk: Desk, person: Person) -> str:
    """The number of an approval that the office gave the person at this hospital."""
    body = {
        "request_no": "Q1", "id_number": person.id_number, "diagnosis_code": "I21.9",
        "diagnosis_name": "急性心肌梗死", "reason": "抢救", "valid_from": "2019-04-01",
        "valid_to": "2019-04-30", "item_name": "冠状动脉支架", "quantity": 2, "amount": "18000.00",
    }  # fmt: skip
    with desk.open() as line:
        assert line.post("/approvals/", json=body).status_code == 201
    row = ConsumableApproval.objects.get(hospital=desk.hospital)
    office, _ = User.objects.get_or_create(username="office")
    request_review(request=row, approve=True, by=office, note="")
    row.refresh_from_db()
    return row.approval_no


def test_an_approval_that_many_claims_use_at_once_serves_one_of_them(desk: Desk) -> None:
    person = factories.person()
    number = approved(desk, person)
    bodies = [factories.stay(person, f"A{at}", approval_no=number) for at in range(10)]
    answers = at_once(desk, [settling(body) for body in bodies])
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 9
    assert {answer.json()["code"] for answer in answers if answer.status_code == 422} == {"approval_used"}
    assert ApprovalUse.objects.filter(claim__hospital=desk.hospital).count() == 1
    assert Settlement.objects.filter(claim__hospital=desk.hospital).count() == 1
    assert findings() == []


def test_a_message_number_that_many_claims_carry_at_once_belongs_to_one_of_them(desk: Desk) -> None:
    # Of different people: the lock of a person's year does not queue them.
    message = f"H{desk.hospital.pk:011d}201906301200000001"
    bodies = [factories.stay(factories.person(), f"M{at}", message_id=message) for at in range(10)]
    answers = at_once(desk, [settling(body) for body in bodies])
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"message_conflict"}
    assert Settlement.objects.filter(claim__hospital=desk.hospital).count() == 1
    with desk.open() as line:
        won = next(answer for answer in answers if answer.status_code == 201).json()["claim_no"]
        assert line.get(f"/messages/{message}/").json()["claim"]["claim_no"] == won
    assert findings() == []

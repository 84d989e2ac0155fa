"""Bulk re-fold and year-end run on a real Celery worker: killed, asked again (批量重算、年末补算)."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
import redis

from organizations.models import Hospital, Region
from policies.models import Policy
from policies.services import policy_retire
from settlement.models import Payment, PersonYear, Settlement
from settlement.tasks import refold_policy, run_year_end
from tests import factories
from tests.reimbursement.database import other_session, transactions, until, waiting
from tests.reimbursement.test_worker import Worker, ask, everything_done, kill, queue, start_worker
from tests.settlement.support import findings, paid
from tests.settlement.test_bulk_refold import MORE_FEN, draft, old
from tests.settlement.test_bulk_refold import stays as stays_of_2019
from tests.settlement.test_year_end import city, member
from tests.settlement.test_year_end import stays as stays_of_2018

__all__ = ["city", "draft", "old", "queue", "start_worker"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("today")]
PEOPLE = 3


class World(NamedTuple):
    """Where the run pays, and which policy takes the place of which."""

    city: Region
    old: Policy
    new: Policy


@pytest.fixture
def world(hospital: Hospital, city: Region, old: Policy, draft: Policy) -> World:
    """Three residents with one corrected stay each; three people of 低保 with 700.00 due for 2018."""
    for number in range(PEOPLE):
        stays_of_2019(hospital, factories.person(identities=()), f"R{number}-", "6000", "20000")
        stays_of_2018(hospital, member(), "1000", name=f"P{number}-")
    policy_retire(policy=old)
    factories.publish(draft)
    return World(city, old, draft)


def adjusted() -> list[tuple[str, str, int]]:
    """The correction's postings: claim, payee and fen, in order."""
    rows = Payment.objects.filter(settlement__reason__startswith="政策更正").order_by("claim__claim_no")
    return list(rows.values_list("claim__claim_no", "payee", "amount_fen"))


def granted() -> list[int]:
    return list(Payment.objects.filter(claim__year_end=True).values_list("amount_fen", flat=True))


def ask_for_the_refold(world: World) -> None:
    ask(refold_policy, old_policy_id=world.old.pk, new_policy_id=world.new.pk)


def ask_for_the_run(world: World) -> None:
    ask(run_year_end, city_id=world.city.pk, year=2018)


def killed_at(person_year_id: int, ask_for: Callable[[], None], start: Callable[..., Worker]) -> None:
    """A worker gets the task and is killed while it waits for a year that somebody else settles."""
    worker = start(today="2019-06-30")
    with other_session() as other:
        other.execute("SELECT 1 FROM settlement_personyear WHERE id = %s FOR UPDATE", [person_year_id])
        ask_for()
        until(lambda: waiting() == 1, "the worker is in the middle of its work")
        kill(worker)
    until(lambda: transactions() == 0, "the killed worker's transaction is gone")


def test_killed_in_the_middle_and_asked_again_every_year_is_corrected_and_paid_once(
    world: World, queue: redis.Redis, start_worker: Callable[..., Worker]
) -> None:
    years = PersonYear.objects.order_by("id").values_list("id", flat=True)
    killed_at(years.filter(year=2019)[PEOPLE - 1], lambda: ask_for_the_refold(world), start_worker)
    assert adjusted() == []
    queue.flushdb()
    killed_at(years.filter(year=2018)[1], lambda: ask_for_the_run(world), start_worker)
    assert granted() == [70_000]

    queue.flushdb()
    start_worker(today="2019-06-30")
    for _ in range(2):
        ask_for_the_refold(world)
        ask_for_the_run(world)
        until(lambda: everything_done(queue) and len(granted()) == PEOPLE, "both have been done")
        assert adjusted() == [(f"R{number}-2", "patient", MORE_FEN) for number in range(PEOPLE)]
        assert granted() == [70_000] * PEOPLE
        # By person: two stays settled again, one stay of 2018 and its grant.
        assert Settlement.objects.count() == PEOPLE * 6
    assert paid("R0-2")["critical"] == 900_000 + MORE_FEN
    assert findings() == []

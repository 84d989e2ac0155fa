"""What one person's 1st, 100th and 1,000th claim of the year cost (aim: the same).

Each figure is the median over claims next to it, settled by the service, durable. The three take turns, so
that whatever else the machine does meets all of them.
"""

import random
from statistics import median
from time import perf_counter

from django.db import connection

from organizations.models import Hospital
from settlement.api.claim_in import read_claim
from settlement.services import claim_settle
from tests.bench.world import claim_body, hospital_key, world_create

PEOPLE = 2_000
PLACES = (1, 100, 1_000)
# Claims measured around each place; as many people's first claims.
NEIGHBOURS = 41


def main() -> None:
    """Print the median cost in ms and its ratio to the first claim's."""
    numbers = world_create(people=PEOPLE)
    hospital, _ = hospital_key()
    *fresh, hundredth, thousandth = numbers[-NEIGHBOURS - 2 :]
    next_turn = {}
    for number, place in ((hundredth, 100), (thousandth, 1_000)):
        next_turn[number] = place - NEIGHBOURS // 2
        for turn in range(1, next_turn[number]):
            _settle(hospital, number, turn)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    spent: dict[int, list[float]] = {place: [] for place in PLACES}
    for turn, number in enumerate(fresh):
        spent[1].append(_settle(hospital, number, 1))
        for place, person in ((100, hundredth), (1_000, thousandth)):
            spent[place].append(_settle(hospital, person, next_turn[person] + turn))
    first = median(spent[1])
    print(f"{'claim':>6} {'ms':>8} {'to first':>9}")
    for place, seconds in spent.items():
        print(f"{place:>6} {median(seconds) * 1_000:>8.2f} {median(seconds) / first:>9.2f}")


def _settle(hospital: Hospital, number: str, turn: int) -> float:
    claim = read_claim(claim_body(number, claim_no=f"GROWTH-{number[-9:]}-{turn}", rng=random.Random(turn)))
    began = perf_counter()
    claim_settle(hospital=hospital, claim=claim)
    return perf_counter() - began

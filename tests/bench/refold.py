"""Re-folding 10,000 and 100,000 claims under a corrected policy, beside bare COPY of the same rows.

The re-fold is the product's own command in a process of its own: seconds and peak memory are the whole
process's. The bare side copies out every row the re-fold reads and copies in every row it wrote, into empty
tables with the same indexes, checks and foreign keys. (Aim: the same peak memory for both sizes.)
"""

import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from beneficiaries.models import Person
from policies.models import Band, Policy
from policies.services import policy_clone, policy_retire
from settlement.figures import Figures
from settlement.models import Settlement
from tests import factories
from tests.bench.copies import claims_create
from tests.bench.world import YEAR, hospital_key, world_create

PEOPLE = 20_000
CLAIMS_EACH = 5
SIZES = (10_000, 100_000)
TODAY = date(YEAR, 6, 30)
FIGURES = ", ".join(Figures._fields)

# manage.py, then its peak memory (the ru_maxrss of a child starts at that of the process it was forked from).
COMMAND = """
import sys
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *sys.argv[1:]])
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""

# What a re-fold reads of the years (the explanations stay where they are), and what it wrote.
READ = (
    "SELECT * FROM settlement_claim",
    "SELECT * FROM settlement_claimline",
    f"SELECT id, claim_id, kind, inputs, pools_after, {FIGURES} FROM settlement_settlement",
    "SELECT * FROM settlement_payment",
    "SELECT * FROM settlement_poolentry",
)
WRITTEN = {
    "settlement_settlement": "id > %(after)s",
    "settlement_payment": "settlement_id > %(after)s",
    "settlement_poolentry": "settlement_id > %(after)s",
}


def main() -> None:
    """Print one line per size; ``ratio`` is bare COPY's time through the re-fold's."""
    numbers = world_create(people=PEOPLE)
    people = list(Person.objects.order_by("id").values_list("id", flat=True)[:PEOPLE])
    hospital, _ = hospital_key()
    policy = Policy.objects.get(city_code="410100", status="published", valid__contains=TODAY)
    print(f"{'claims':>8} {'refold s':>9} {'claims/s':>9} {'peak MiB':>9} {'COPY s':>8} {'ratio':>7}")
    have = 0
    for size in SIZES:
        more = slice(have, size // CLAIMS_EACH)
        claims_create(hospital, numbers[more], people[more], each=CLAIMS_EACH)
        have = size // CLAIMS_EACH
        corrected = _corrected(policy)
        before = Settlement.objects.latest("id").pk
        out_s = _copy_out()
        took, peak_mib = _refold(policy, corrected)
        copy_s = out_s + _copy_in(before)
        refolded = f"{size:>8} {took:>9.1f} {size / took:>9.0f} {peak_mib:>9.0f}"
        print(f"{refolded} {copy_s:>8.1f} {copy_s / took:>7.1%}", flush=True)
        policy = corrected


def _corrected(policy: Policy) -> Policy:
    """The same terms with two points less in every band, in force instead."""
    made = policy_clone(
        policy=policy,
        code=f"{policy.code}-c",
        valid_from=policy.valid.lower,
        valid_to=policy.valid.upper,
        drafted_by=None,
    )
    for band in Band.objects.filter(rule__policy=made, rate_bp__gte=1_000):
        band.rate_bp -= 200
        band.save()
    policy_retire(policy=policy)
    factories.publish(made)
    return made


def _refold(old: Policy, new: Policy) -> tuple[float, float]:
    """Seconds and peak MiB of the command."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "refold", "--replace", f"{old.code}={new.code}", "--reason", "更正"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DOUDI_BUSINESS_DATE": TODAY.isoformat()},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return time.monotonic() - began, int(done.stdout.split()[-2]) / 1024


def _copy_out() -> float:
    began = time.monotonic()
    with connection.cursor() as cursor, tempfile.TemporaryFile() as file:
        for query in READ:
            cursor.copy_expert(f"COPY ({query}) TO STDOUT", file)
    return time.monotonic() - began


def _copy_in(after: int) -> float:
    took = 0.0
    with tempfile.TemporaryDirectory() as folder, connection.cursor() as cursor:
        for table, condition in WRITTEN.items():
            path = Path(folder) / table
            with path.open("wb") as file:
                rows = cursor.mogrify(f"SELECT * FROM {table} WHERE {condition}", {"after": after}).decode()
                cursor.copy_expert(f"COPY ({rows}) TO STDOUT", file)
            _empty_copy_of(cursor, table)
            with path.open("rb") as file:
                began = time.monotonic()
                cursor.copy_expert(f"COPY bare_{table} FROM STDIN", file)
                took += time.monotonic() - began
            cursor.execute(f"DROP TABLE bare_{table}")
    return took


def _empty_copy_of(cursor: Any, table: str) -> None:
    cursor.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
    cursor.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'",
        [table],
    )
    for (foreign_key,) in cursor.fetchall():
        cursor.execute(f"ALTER TABLE bare_{table} ADD {foreign_key}")

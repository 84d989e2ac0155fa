"""Importing a roster of 200,000 rows with 1 % of every kind of defect: seconds and peak memory of each step.

A first roster registers everybody; the second, a month later, brings defects, changes, leavers, new people;
the third is the second again and changes nothing; at last both are taken back. Each step is the product's own
task in a process of its own, which stays below 300 MiB.
"""

import os
import subprocess
import sys
import time
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management import call_command

from beneficiaries.models import Identity, Person, RosterImport
from beneficiaries.services.rosters import roster_confirm, roster_undo_ask
from organizations.models import Region
from organizations.scope import scope_of_user
from tests import factories
from tests.beneficiaries.rosters import as_csv, clerk, differences, upload, xlsx
from tests.beneficiaries.test_roster_defects import july_rows, people_of_june

ROWS = 200_000
MOST_MIB = 300
TODAY = date(2019, 7, 15)
# Of 200,000 rows; what the suite finds in 2,000, a hundred times.
FOUND = {
    "wrong": 24_000, "duplicate": 2_000, "changed": 2_000, "new": 10_000, "left": 2_000, "held": 24_000,
    "unchanged": 162_000,
}  # fmt: skip
FOUND_AGAIN = {"wrong": 24_000, "duplicate": 2_000, "held": 24_000, "unchanged": 174_000}
JULY = {"roster_on": date(2019, 7, 1), "received_on": date(2019, 7, 2)}

# One task in a process of its own, then its peak memory.
COMMAND = """
import sys
import django
django.setup()
from beneficiaries.services import rosters
getattr(rosters, sys.argv[1])(roster_id=int(sys.argv[2]), job_id=int(sys.argv[3]))
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def main() -> None:
    """Print one line per step."""
    call_command("migrate", verbosity=0, interactive=False)
    settings.BUSINESS_DATE = TODAY
    county = factories.county()
    officer = clerk("bench", county)
    print(f"{'step':<14} {'s':>7} {'rows/s':>8} {'peak MiB':>9}")
    _import("first", county, officer, as_csv(people_of_june(ROWS)), {})
    content = xlsx(july_rows(ROWS))
    print(f"file: {len(content) / 1024 / 1024:.1f} MiB .xlsx")
    july = _import("second", county, officer, content, JULY)
    if differences(july) != FOUND:
        raise RuntimeError(f"the defects were not found as they are: {differences(july)}")
    again = _import("again", county, officer, content, JULY)
    if differences(again) != FOUND_AGAIN or again.changes.exists():
        raise RuntimeError(f"the same roster again changed something: {differences(again)}")
    _hold_in_july(198_000)
    scope = scope_of_user(officer)
    for roster in (again, july):
        asked = roster_undo_ask(roster_id=roster.pk, scope=scope, user=officer)
        _step("undo", "roster_undo", asked)
    _hold_in_july(190_000)


def _hold_in_july(expected: int) -> None:
    held = Identity.objects.filter(valid__contains=JULY["roster_on"]).count()
    print(
        f"people {Person.objects.count()}, of whom {held} hold an identity on {JULY['roster_on']}", flush=True
    )
    if held != expected:
        raise RuntimeError(f"{expected} should hold an identity")


def _import(name: str, county: Region, officer: Any, content: bytes, terms: dict[str, Any]) -> RosterImport:
    roster = upload(officer, county, content, **terms)
    del content
    _step(f"{name} check", "roster_check", roster)
    roster = roster_confirm(roster_id=roster.pk, scope=scope_of_user(officer), user=officer)
    _step(f"{name} apply", "roster_apply", roster)
    roster.refresh_from_db()
    print(f"{name}: {roster.state} {differences(roster)}", flush=True)
    return roster


def _step(name: str, task: str, roster: RosterImport) -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, task, str(roster.pk), str(roster.job_id)],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DOUDI_BUSINESS_DATE": TODAY.isoformat()},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    took = time.monotonic() - began
    peak = int(done.stdout.split()[-2]) / 1024
    print(f"{name:<14} {took:>7.1f} {ROWS / took:>8.0f} {peak:>9.0f}", flush=True)
    if peak >= MOST_MIB:
        raise RuntimeError(f"{name} took {peak:.0f} MiB, {MOST_MIB} are the limit")

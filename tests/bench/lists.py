"""What a page of a list costs with 10,000 and with 1,000,000 rows (aim: the same; as many queries).

As a clerk of the county sees it, drawn by the site: the first page, the last that can be turned to, filters,
searches, other orders. Prints milliseconds of both, their ratio, and how many queries a page takes.
"""

import os
import subprocess
import sys
from statistics import median
from time import perf_counter

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.admin_lists import COUNTED
from organizations.models import Hospital, Office, Region
from organizations.services import roles_apply, staff_member_appoint
from tests.bench.list_rows import PEOPLE, rows_create
from tests.bench.world import world_create

SMALL = 10_000
TIMES = 5
LAST_PAGE = COUNTED // 50


# Nothing is collected for a measurement.
PLAIN = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


@override_settings(STORAGES=PLAIN)
def main() -> None:
    """Print one line per page."""
    rows = max(int(os.environ.get("DOUDI_BENCH_ROWS", "1000000")), SMALL)
    clients = _clients()
    user = User.objects.get(username="clerk")
    measured = []
    for first, last in ((1, SMALL), (SMALL + 1, rows)):
        if first <= last:
            rows_create(first=first, last=last, user=user.pk)
        measured.append({title: _cost(clients, address) for title, address in _pages().items()})
    few, many = measured
    print(f"{'page':<34} {SMALL:>9} {rows:>9} {'ratio':>7} {'queries':>8}")
    for title, (before, queries) in few.items():
        after, also = many[title]
        # A list that fills one page is read without its keys first.
        if also not in {queries, queries + 1}:
            raise RuntimeError(f"{title}: {queries} queries before, {also} after")
        print(f"{title:<34} {before:>9.1f} {after:>9.1f} {after / before:>7.2f} {queries:>8}", flush=True)
    _exports(rows)


def _exports(rows: int) -> None:
    """Print what files of both lengths take (aim: flat memory)."""
    print(f"{'exported':>9} {'s':>8} {'MiB':>8} {'file MiB':>9}")
    for size in (SMALL, rows):
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.list_step", str(size)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        seconds, memory, file = (float(part) for part in done.stdout.split())
        print(f"{size:>9} {seconds:>8.1f} {memory:>8.0f} {file:>9.1f}", flush=True)


def _clients() -> dict[str, Client]:
    """A clerk of the county, and a system administrator."""
    world_create(people=PEOPLE)
    roles_apply()
    county = Region.objects.get(level=Region.Level.COUNTY)
    office = Office.objects.create(name="医保局", kind=Office.Kind.MEDICAL_INSURANCE, region=county)
    staff_member_appoint(user=User.objects.create_user("clerk"), at=office, role="medical_insurance")
    User.objects.create_superuser("chief")
    clients = {name: Client(SERVER_NAME="localhost") for name in ("clerk", "chief")}
    for name, client in clients.items():
        client.force_login(User.objects.get(username=name))
    return clients


def _pages() -> dict[str, tuple[str, dict[str, str]]]:
    hospital = Hospital.objects.order_by("-pk").values_list("pk", flat=True)[0]
    claims = "settlement_claim"
    return {
        "claims": (claims, {}),
        "claims, last page": (claims, {"p": str(LAST_PAGE)}),
        "claims of a hospital": (claims, {"hospital__id__exact": str(hospital)}),
        "claims of an old month": (
            claims, {"discharged_on_from": "2018-01-01", "discharged_on_to": "2018-01-31"},
        ),
        "claims by day": (claims, {"o": "5"}),
        "claims by number": (claims, {"q": "LISTED-777"}),
        "claims by name": (claims, {"q": "测试777"}),
        "settlements": ("settlement_settlement", {}),
        "payments": ("settlement_payment", {}),
        "payments by name": ("settlement_payment", {"q": "测试777"}),
        "people by name": ("beneficiaries_person", {"q": "测试777"}),
        "changes": ("common_change", {}),
        "changes by reason": ("common_change", {"q": "核对"}),
        "changes of a table": ("common_change", {"table": "beneficiaries_household"}),
        "calls": ("organizations_apicall", {}),
        "calls by number": ("organizations_apicall", {"q": "request-777"}),
    }  # fmt: skip


def _cost(clients: dict[str, Client], page: tuple[str, dict[str, str]]) -> tuple[float, int]:
    name, parameters = page
    client = clients["chief" if name == "common_change" else "clerk"]
    url = reverse(f"admin:{name}_changelist")
    spent = []
    for _ in range(TIMES):
        began = perf_counter()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url, parameters)
        spent.append((perf_counter() - began) * 1_000)
        if answer.status_code != 200:
            raise RuntimeError(f"{url}: {answer.status_code}")
    return median(spent), len(queries)

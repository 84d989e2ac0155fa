"""PostgreSQL is stopped hard and started again in the middle of a load: on an embedded stack of its own."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from beneficiaries.models import Person
from config.stack import APP_ROLE, embedded_urls
from config.stack.binaries import client_program
from config.stack.layout import PROJECT_ROOT
from config.stack.lifecycle import status
from docs.client.doudi_client import Doudi
from settlement.models import Claim, Settlement
from tests import factories
from tests.client.live import Desk, Server, connected_to, desk_at
from tests.settlement.support import findings

pytestmark = pytest.mark.django_db

CLIENTS = 3
CLAIMS = 10
PATIENCE_SECONDS = 90


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a stack that is up, and taken away afterwards."""
    servers = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
    environ = {name: value for name, value in os.environ.items() if name not in servers}
    # The keys of the copied rows stay readable: only data and sockets are elsewhere.
    environ["DOUDI_VAR"] = str(tmp_path / "var")
    call(environ, "up")
    try:
        yield environ
    finally:
        call(environ, "down", "--force")


def call(environ: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "config.stack", *arguments]
    subprocess.run(command, cwd=PROJECT_ROOT, env=environ, check=True, timeout=PATIENCE_SECONDS)


def copy_database(name: str, to: str) -> None:
    """The schema, the packs and whatever else is committed, from the tests' server to another."""
    found = connection.settings_dict
    source = [f"--host={found['HOST']}", f"--port={found['PORT']}", f"--username={found['USER']}"]
    secret = {**os.environ, "PGPASSWORD": str(found.get("PASSWORD") or "")}
    dump = subprocess.Popen([client_program("pg_dump"), *source, name], stdout=subprocess.PIPE, env=secret)
    load = [client_program("psql"), "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--dbname={to}"]
    with dump:
        subprocess.run(load, stdin=dump.stdout, stdout=subprocess.DEVNULL, check=True)
    assert dump.returncode == 0


@pytest.fixture
def own(stack: dict[str, str], live_database: str, db: None, today, tmp_path: Path) -> Iterator[Server]:
    """gunicorn on the stack, with this process on its database."""
    owner, redis_url = embedded_urls(environ=stack)
    copy_database(live_database, owner)
    served = Server(
        environ={
            "DATABASE_URL": embedded_urls(role=APP_ROLE, environ=stack)[0],
            "REDIS_URL": redis_url,
            "DOUDI_BUSINESS_DATE": "2019-06-30",
        },
        log=tmp_path / "web.log",
    )
    host = owner.split("@")[1].split(":")[0].replace("%2F", "/")
    with connected_to(NAME="doudi", HOST=host, PORT=5432, USER="doudi", PASSWORD=""):
        served.start()
        try:
            yield served
        finally:
            served.stop()


def test_a_database_that_crashes_under_load_loses_and_doubles_nothing(
    own: Server, stack: dict[str, str]
) -> None:
    desk = desk_at(own.url)
    people = [factories.person() for _ in range(CLIENTS)]
    under_way = threading.Semaphore(0)
    answers: list[dict[str, Any]] = []
    clients = [
        threading.Thread(target=lambda who=who: settle_all(desk, who, answers, under_way)) for who in people
    ]
    for client in clients:
        client.start()
    for _ in range(CLIENTS * 2):
        assert under_way.acquire(timeout=PATIENCE_SECONDS)
    database = next(server for server in status(environ=stack) if server.name == "PostgreSQL")
    # Every session is cut off, nothing is flushed: the next start has to recover.
    os.kill(database.pid, signal.SIGQUIT)
    call(stack, "up")
    for client in clients:
        client.join(timeout=PATIENCE_SECONDS)
    connection.close()
    claims = Claim.objects.filter(hospital=desk.hospital)
    assert {claim.claim_no for claim in claims} == {answer["claim_no"] for answer in answers}
    assert len(answers) == claims.count() == CLIENTS * CLAIMS
    assert Settlement.objects.filter(claim__hospital=desk.hospital).count() == CLIENTS * CLAIMS
    with Doudi(desk.url, desk.key) as doudi:
        for answer in answers:
            assert doudi.claim(answer["claim_no"])["patient"] == answer["patient"]
    assert findings() == []


def settle_all(desk: Desk, who: Person, answers: list[dict[str, Any]], done: threading.Semaphore) -> None:
    """One window's work, through the reference client."""
    with Doudi(desk.url, desk.key, tries=60, pause_seconds=0.05) as client:
        for number in range(CLAIMS):
            answers.append(client.settle(factories.stay(who, f"R{who.pk}-{number}")))
            done.release()

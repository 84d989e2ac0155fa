"""Settlements a second through HTTP, authenticated and durable, beside the bare database.

The bare side is pgbench running the very statements of a settlement (taken from the service, with other
people and claim numbers), in as many sessions, on the same database. Client and server share the machine in
both cases.
"""

import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from config.demo.processes import Processes, free_port, wait_until_served
from config.stack.binaries import client_program
from settlement.api.claim_in import read_claim
from settlement.models import Claim
from settlement.services import claim_settle
from tests.bench.world import claim_body, hospital_key, world_create

PEOPLE = 20_000
SECONDS = 8
CLIENTS = (1, 4, 16)


def main() -> None:
    """Print settlements a second for each number of clients, and the ratio to the bare database."""
    numbers = world_create(people=PEOPLE)
    _, key = hospital_key()
    script = _pgbench_script(numbers)
    print(f"{'clients':>8} {'HTTP/s':>10} {'pgbench/s':>10} {'ratio':>7}")
    with tempfile.TemporaryDirectory() as folder, _server(Path(folder)) as port:
        _load(port, key, numbers, clients=4, seconds=2)  # warm up
        for clients in CLIENTS:
            http = _load(port, key, numbers, clients=clients, seconds=SECONDS)
            bare = _pgbench(script, clients=clients, folder=Path(folder))
            print(f"{clients:>8} {http:>10.0f} {bare:>10.0f} {http / bare:>7.1%}", flush=True)


@contextmanager
def _server(folder: Path) -> Iterator[int]:
    processes = Processes(log_dir=folder)
    port = free_port(8123)
    processes.start("web", "gunicorn", "-c", "config/gunicorn.py", "-b", f"127.0.0.1:{port}", "config.wsgi")
    try:
        wait_until_served(f"http://127.0.0.1:{port}/healthz", processes)
        yield port
    finally:
        processes.stop()


def _load(port: int, key: str, numbers: list[str], *, clients: int, seconds: float) -> float:
    """Settlements a second; every answer must be 201. Runs in a process of its own, as a hospital would."""
    run = os.urandom(4).hex()
    each = min(4_000, len(numbers) // clients)
    chosen = random.sample(numbers, each * clients)
    bodies = [
        [
            claim_body(number, claim_no=f"{run}-{client}-{turn}", rng=random.Random(turn))
            for turn, number in enumerate(chosen[client * each : (client + 1) * each])
        ]
        for client in range(clients)
    ]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.http_client"],
        input=json.dumps({"port": port, "key": key, "seconds": seconds, "bodies": bodies}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return float(done.stdout)


def _pgbench_script(numbers: list[str]) -> str:
    """The statements of one settlement, with the person and the claim number as pgbench variables."""
    hospital, _ = hospital_key()
    bodies = [
        # The last person: a number that no other value of the statements happens to have.
        claim_body(numbers[-1], claim_no=claim_no, rng=random.Random(0))
        for claim_no in ("WARM", "TAKEN")
    ]
    claim_settle(hospital=hospital, claim=read_claim(bodies[0]))  # plans and caches are warm
    executed: list[tuple[str, list[str]]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        cursor = context["cursor"]
        executed.append((sql, [cursor.mogrify("%s", [value]).decode() for value in params]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        claim_settle(hospital=hospital, claim=read_claim(bodies[1]))
    posted = Claim.objects.get(hospital=hospital, claim_no="TAKEN")
    variables = {
        f"'{posted.person.id_index}'": ":id_index",
        "'TAKEN'": ":claim_no",
        str(posted.person_id): ":person::bigint",
        str(posted.person_year_id): ":person_year::bigint",
    }
    first = posted.person_id - len(numbers) + 1
    lines = [
        rf"\set person random({first}, {first + len(numbers) - 1})",
        # Stands for the look-up of the hospital's key, and names the person's rows.
        "SELECT y.id AS person_year, p.id_index, gen_random_uuid() AS claim_no FROM beneficiaries_person p "
        "JOIN settlement_personyear y ON y.person_id = p.id WHERE p.id = :person \\gset",
        "BEGIN;",
        *(_with_variables(sql, values, variables) for sql, values in executed),
        "COMMIT;",
    ]
    return "\n".join(lines)


def _with_variables(sql: str, values: list[str], variables: dict[str, str]) -> str:
    """One executed statement as pgbench takes it: prepared text, literals and variables in its places."""
    name = re.match(r"EXECUTE (\w+)", sql)
    if name is None:
        raise RuntimeError(f"not a prepared statement: {sql}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE name = %s", [name[1]])
        prepared = str(cursor.fetchone()[0]).partition(" AS ")[2]

    def place(found: re.Match[str]) -> str:
        value = values[int(found[1]) - 1]
        # pgbench would take a colon and a word inside the JSON for a variable.
        return variables.get(value) or re.sub(r"(?<!:):(?=\w)", r"\\u003a", value)

    return re.sub(r"\s+", " ", re.sub(r"\$(\d+)", place, prepared)).strip() + ";"


def _pgbench(script: str, *, clients: int, folder: Path) -> float:
    """Transactions a second of the bare database, statements prepared."""
    file = folder / "settle.sql"
    file.write_text(script, encoding="utf-8")
    database = settings.DATABASES["default"]
    done = subprocess.run(
        [
            client_program("pgbench"), "--no-vacuum", "--protocol=prepared", f"--file={file}",
            f"--client={clients}", f"--jobs={min(clients, 2)}", f"--time={SECONDS}",
            f"--host={database['HOST']}", f"--port={database['PORT']}", f"--username={database['USER']}",
            str(database["NAME"]),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PGPASSWORD": str(database.get("PASSWORD") or "")},
    )  # fmt: skip
    found = re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)
    if done.returncode or not found or "aborted" in done.stderr:
        raise RuntimeError(f"pgbench: {done.stdout}{done.stderr}")
    return float(found[1])

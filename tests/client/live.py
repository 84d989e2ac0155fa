"""A live server for tests: gunicorn with several workers, on a database of its own, spoken to over HTTP."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
from django.db import connections

from beneficiaries.models import Person
from config.demo.processes import free_port
from config.stack import APP_ROLE, embedded_urls
from config.stack.layout import PROJECT_ROOT
from organizations.models import Hospital
from organizations.services import hospital_key_issue
from tests import factories
from tests.side_by_side import worker_number

WORKERS = 3
START_SECONDS = 60
# ``make fuzz`` multiplies what the suite tries.
EFFORT = int(os.environ.get("DOUDI_FUZZ", "1"))


@dataclass(slots=True, kw_only=True)
class Server:
    """gunicorn as it runs in production, stopped with the tests."""

    environ: Mapping[str, str]
    log: Path
    port: int = field(default_factory=lambda: free_port(8391 + worker_number()))
    _master: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        arguments = ["-m", "gunicorn", "-c", "config/gunicorn.py", "-b", f"127.0.0.1:{self.port}"]
        with self.log.open("ab") as log:
            self._master = subprocess.Popen(
                [sys.executable, *arguments, "config.wsgi"],
                cwd=PROJECT_ROOT,
                env={**os.environ, **self.environ},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/healthz", timeout=5).status_code < 500:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def stop(self) -> None:
        """End it and its workers."""
        if self._master is not None:
            # At once: nobody waits for an answer any more.
            self._master.send_signal(signal.SIGQUIT)
            try:
                self._master.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self._master.kill()
                self._master.wait()

    def workers(self) -> list[int]:
        """Process ids of the workers that live now."""
        assert self._master is not None
        pid = self._master.pid
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@dataclass(slots=True, kw_only=True)
class Desk:
    """A hospital's desk: its key, and plain requests over the network."""

    url: str
    hospital: Hospital
    key: str

    @property
    def headers(self) -> dict[str, str]:
        """What every request carries."""
        return {"Authorization": f"Api-Key {self.key}"}

    def open(self, **options: Any) -> httpx.Client:
        """A connection of one's own."""
        return httpx.Client(
            base_url=f"{self.url}/api/v1",
            headers=self.headers,
            **{"timeout": 60, "trust_env": False, **options},
        )


def desk_at(url: str, *, at: Hospital | None = None) -> Desk:
    """A hospital, new unless given, with a key of its own."""
    hospital = at or factories.hospital()
    return Desk(url=url, hospital=hospital, key=hospital_key_issue(hospital=hospital, name="测试"))


def poor() -> Person:
    """A poor person with a chronic certificate."""
    person = factories.person()
    factories.certificate(person)
    return person


def database_url(name: str) -> str:
    """The database ``name`` on the server of the tests, as the role that owns nothing."""
    url = os.environ.get("DATABASE_URL") or embedded_urls(role=APP_ROLE)[0]
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@contextmanager
def connected_to(**identity: Any) -> Iterator[None]:
    """Let this process work on another database, in transactions of its own, for a while."""
    before = connections["default"]
    connections["default"] = other = before.copy()
    other.settings_dict = {**before.settings_dict, **identity}
    try:
        yield
    finally:
        other.close()
        connections["default"] = before

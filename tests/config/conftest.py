"""Scratch copies of the embedded stack, driven through the command line like the Makefile does."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg2  # type: ignore[import-untyped]
import pytest
import redis

from config.stack import embedded_urls
from config.stack.layout import PROJECT_ROOT, current_layout
from config.stack.lifecycle import down, status

PATIENCE_S = 60


class Stack:
    """One embedded stack in a folder of its own."""

    def __init__(self, var: Path) -> None:
        self.environ = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        self.environ["DOUDI_VAR"] = str(var)
        self.layout = current_layout(self.environ)
        self.children: list[subprocess.Popen[str]] = []

    @property
    def data(self) -> Path:
        return self.layout.data.resolve()

    def spawn(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start ``python -m config.stack``; its output is collected unless ``options`` say otherwise."""
        child = subprocess.Popen(
            [sys.executable, "-m", "config.stack", *arguments],
            cwd=PROJECT_ROOT,
            env=self.environ,
            text=True,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, **options},
        )
        self.children.append(child)
        return child

    def call(self, *arguments: str, code: int = 0) -> str:
        """Run to the end and insist on the exit code; what it printed."""
        child = self.spawn(*arguments)
        said, _ = child.communicate(timeout=PATIENCE_S)
        assert child.returncode == code, said
        return said

    def running(self) -> bool:
        return all(server.running or server.external for server in status(environ=self.environ))

    def sql(self, statement: str, role: str = "doudi") -> Any:
        """First column of the first row, through the very address that the settings use."""
        url, _ = embedded_urls(role=role, environ=self.environ)
        parts = dj_database_url.parse(url)
        with closing(
            psycopg2.connect(host=parts["HOST"], port=parts["PORT"], user=parts["USER"], dbname=parts["NAME"])
        ) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone()[0] if cursor.description else None

    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(embedded_urls(environ=self.environ)[1], decode_responses=True)

    def pids(self) -> list[int]:
        """PostgreSQL's and Valkey's process, as their pid files name them."""
        files = (self.data / "postgres" / "postmaster.pid", self.data / "valkey" / "valkey.pid")
        return [int(file.read_text().split()[0]) for file in files]

    def postmasters(self) -> list[int]:
        """Every PostgreSQL server on our data, found without its pid file."""
        wanted = f"/postgres\0-D\0{self.data / 'postgres'}\0".encode()
        found = Path("/proc").glob("[0-9]*/cmdline")
        return [int(path.parent.name) for path in found if wanted in _bytes_of(path)]

    def kill_servers(self) -> None:
        for pid in self.pids():
            os.kill(pid, signal.SIGKILL)

    def remove(self) -> None:
        for child in self.children:
            if child.poll() is None:
                child.kill()
            if child.stdin is not None:
                child.stdin.close()
            if child.stdout is not None:
                child.stdout.close()
            child.wait()
        down(force=True, environ=self.environ, say=lambda _: None)
        if self.layout.data.is_symlink():
            shutil.rmtree(self.data)
        shutil.rmtree(self.layout.sockets, ignore_errors=True)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # the process ended meanwhile
        return b""


@pytest.fixture
def stack() -> Iterator[Stack]:
    # Not tmp_path: the servers' user cannot enter that, which has a test of its own.
    with tempfile.TemporaryDirectory(prefix="doudi-test-") as folder:
        Path(folder).chmod(0o755)
        stack = Stack(Path(folder, "变量 var"))
        yield stack
        stack.remove()


@pytest.fixture
def private_stack() -> Iterator[Stack]:
    """A stack below a folder that only the caller may enter."""
    with tempfile.TemporaryDirectory(prefix="doudi-test-") as folder:
        stack = Stack(Path(folder, "var"))
        yield stack
        stack.remove()


@pytest.fixture
def wait_for() -> Callable[[Callable[[], Any]], None]:
    def wait(condition: Callable[[], Any]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.005)

    return wait

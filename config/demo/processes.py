"""The processes of the demonstration (网站与后台任务): started, watched and stopped as one."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

STOP_SECONDS = 20


class StartError(RuntimeError):
    """A process ended or did not answer; the message names its log."""


class Processes:
    """Children that end with us, last started first."""

    def __init__(self, *, log_dir: Path) -> None:
        self._log_dir = log_dir
        self._log_dir.mkdir(parents=True, exist_ok=True)
        self._children: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(self, name: str, *arguments: str, env: Mapping[str, str] | None = None) -> None:
        """Start ``python -m <arguments>``, output to ``<log_dir>/<name>.log``."""
        with self.log(name).open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                # A group of its own: Ctrl-C reaches only us, and we stop the children in order.
                start_new_session=True,
            )
        self._children.append((name, child))

    def log(self, name: str) -> Path:
        """Where a process writes."""
        return self._log_dir / f"{name}.log"

    def ended(self) -> str | None:
        """The name of a process that ended by itself, if one did."""
        return next((name for name, child in self._children if child.poll() is not None), None)

    def stop(self) -> None:
        """Stop all, politely first."""
        for _, child in reversed(self._children):
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for _, child in reversed(self._children):
            try:
                child.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self._children.clear()


def wait_until_served(url: str, processes: Processes, *, seconds: float = 60) -> None:
    """Wait until ``url`` answers below 500.

    Raises:
        StartError: a process ended, or nothing answered in time.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (name := processes.ended()) is not None:
            raise StartError(f"{name} 没有启动成功，请看日志 {processes.log(name)}")
        try:
            if httpx.get(url, timeout=2).status_code < 500:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise StartError(f"{url} 在 {seconds:.0f} 秒内没有回应，请看日志 {processes.log('web')}")


def free_port(wanted: int) -> int:
    """``wanted`` when nobody listens there, else any free port of this machine."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            bound: int = probe.getsockname()[1]
            return bound
    raise StartError("本机没有空闲的端口")

"""The embedded Valkey, which speaks the Redis protocol: start, probe, stop."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.stack.account import Account
from config.stack.binaries import Binaries
from config.stack.errors import StackError
from config.stack.files import ensure_private_dir, log_tail, open_lock_file, rotate_log, try_lock
from config.stack.processes import command_line, read_pid, run_as, terminate

START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 30
PROBE_TIMEOUT_S = 5
START_ATTEMPTS = 3
LIFELINE_NAME = "alive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Valkey:
    """One server, found by its socket and its folder.

    Attributes:
        data: folder of the append-only file, symlinks resolved.
        socket: its unix socket.
        log: file that the server appends to.
    """

    data: Path
    socket: Path
    log: Path

    name = "Valkey"
    variable = "REDIS_URL"

    def pid(self) -> int | None:
        """The running server's process, verified to be ours; ``None`` when it is not running."""
        pid = read_pid(self.data / "valkey.pid")
        return pid if pid is not None and self._is_ours(pid) else None

    def is_up(self) -> bool:
        """Whether the server answers and has read its data."""
        try:
            with self._client() as client:
                return bool(client.ping())
        except (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError):
            # BusyLoadingError, while it reads its data, is a ConnectionError too.
            return False

    def start(self, account: Account, binaries: Binaries, _lock: int) -> bool:
        """Bring the server up; the caller holds the stack's lock.

        Returns:
            Whether this call started it.

        Raises:
            StackError: it did not come up; the message carries the end of its log.
        """
        if self.is_up():
            return False
        ensure_private_dir(self.data, account)
        rotate_log(self.log)
        deadline = time.monotonic() + START_TIMEOUT_S
        attempts = 0
        while not self.is_up():
            if time.monotonic() > deadline:
                raise self._failure(
                    f"Valkey 在 {START_TIMEOUT_S} 秒内没有就绪（可能正在读取数据），请稍后重试"
                )
            if not self._is_alive():
                if attempts == START_ATTEMPTS:
                    raise self._failure("Valkey 启动失败")
                attempts += 1
                self._spawn(account, binaries)
            time.sleep(0.02)
        return True

    def stop(self) -> bool:
        """Save and stop the server; ``False`` when it was not running.

        Raises:
            StackError: it did not stop in time.
        """
        if not self._is_alive():
            return False
        try:
            with self._client() as client:
                client.shutdown(save=True)
        except redis.exceptions.RedisError:
            # Too busy to listen: the signal makes it save and stop as well.
            pid = self.pid()
            if pid is not None:
                terminate(pid, signal.SIGTERM, is_ours=self._is_ours, timeout_s=STOP_TIMEOUT_S)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while self._is_alive():
            if time.monotonic() > deadline:
                raise self._failure(f"Valkey 在 {STOP_TIMEOUT_S} 秒内没有停止")
            time.sleep(0.02)
        return True

    def _failure(self, message: str) -> StackError:
        return StackError(f"{message}。日志 {self.log} 末尾：\n{log_tail(self.log)}")

    def _is_ours(self, pid: int) -> bool:
        # Valkey puts what it listens on into its title.
        return f"valkey-server unixsocket:{self.socket}" in command_line(pid)

    def _client(self) -> redis.Redis:
        # redis-py's own retries would take seconds to report a dead server.
        return redis.Redis(
            unix_socket_path=str(self.socket),
            socket_timeout=PROBE_TIMEOUT_S,
            socket_connect_timeout=PROBE_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )

    def _is_alive(self) -> bool:
        """Whether a server process, or a child that still writes for it, holds the lifeline."""
        try:
            lifeline = open_lock_file(self.data / LIFELINE_NAME)
        except FileNotFoundError:
            return False
        try:
            return not try_lock(lifeline)
        finally:
            os.close(lifeline)

    def _spawn(self, account: Account, binaries: Binaries) -> None:
        """Start the server process, which keeps the lifeline locked for as long as it lives.

        Two servers on one append-only file would ruin it, and Valkey itself does not look. A locked
        descriptor that it inherits tells more surely than any pid file, whatever became of its starter.
        """
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "pidfile": str(self.data / "valkey.pid"),
            "logfile": str(self.log),
            # Tests that run side by side each have several.
            "databases": "256",
            "daemonize": "yes",
            "appendonly": "yes",
            "appendfsync": "everysec",
            # A queue must refuse new work rather than forget old work.
            "maxmemory-policy": "noeviction",
            # The append-only file is the record; a snapshot is written on shutdown only.
            "save": "",
        }
        lifeline = open_lock_file(self.data / LIFELINE_NAME)
        try:
            if not try_lock(lifeline):
                return
            done = run_as(
                account,
                [
                    binaries.valkey_server,
                    *(part for key, value in options.items() for part in (f"--{key}", value)),
                ],
                cwd=self.data,
                timeout_s=START_TIMEOUT_S,
                keep_open=[lifeline],
            )
            if done.returncode != 0:
                raise self._failure(f"Valkey 启动失败：{done.stdout.strip()}")
        finally:
            os.close(lifeline)

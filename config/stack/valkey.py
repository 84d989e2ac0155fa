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
        deadline = time.monotonic() + START_TIMEOUT_S
        said = ""
        while not self.is_up():
            if time.monotonic() > deadline:
                raise StackError(
                    f"Valkey 在 {START_TIMEOUT_S} 秒内没有就绪。{said}日志 {self.log} 末尾：\n{log_tail(self.log)}"
                )
            said = self._spawn_unless_alive(account, binaries) or said
            time.sleep(0.02)
        return True

    def stop(self) -> bool:
        """Save and stop the server; ``False`` when it was not running.

        Raises:
            StackError: it did not stop in time.
        """
        pid = self.pid()
        if pid is None and not self.is_up():
            return False
        try:
            with self._client() as client:
                client.shutdown(save=True)
        except redis.exceptions.RedisError:
            pass  # too busy to listen: ask by signal below, which saves as well
        if pid is not None and not terminate(
            pid, signal.SIGTERM, is_ours=self._is_ours, timeout_s=STOP_TIMEOUT_S
        ):
            raise StackError(f"Valkey 在 {STOP_TIMEOUT_S} 秒内没有停止。日志末尾：\n{log_tail(self.log)}")
        return True

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

    def _spawn_unless_alive(self, account: Account, binaries: Binaries) -> str:
        """Start the server process if no earlier one lives; returns what it complained about.

        Two servers on one append-only file would ruin it, and Valkey itself does not look. So the server
        inherits a locked descriptor: the lock is held exactly as long as the server, or a child that still
        writes for it, is alive, whatever became of its pid file and its starter.
        """
        lifeline = open_lock_file(self.data / "alive")
        try:
            if not try_lock(lifeline):
                return ""
            rotate_log(self.log)
            options = {
                "port": "0",
                "unixsocket": self.socket,
                "unixsocketperm": "700",
                "dir": self.data,
                "pidfile": self.data / "valkey.pid",
                "logfile": self.log,
                "daemonize": "yes",
                "appendonly": "yes",
                "appendfsync": "everysec",
                # A queue must refuse new work rather than forget old work.
                "maxmemory-policy": "noeviction",
                # The append-only file is the record; a snapshot is written on shutdown only.
                "save": "",
            }
            args = [os.fspath(part) for key, value in options.items() for part in (f"--{key}", value)]
            done = run_as(
                account,
                [binaries.valkey_server, *args],
                cwd=self.data,
                timeout_s=START_TIMEOUT_S,
                keep_open=[lifeline],
            )
            if done.returncode != 0:
                raise StackError(f"Valkey 启动失败：\n{done.stdout.strip()}\n{log_tail(self.log)}")
            return done.stdout.strip()
        finally:
            os.close(lifeline)

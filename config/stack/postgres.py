"""The embedded PostgreSQL: create the cluster, start, probe, stop."""

import re
import secrets
import shlex
import shutil
import signal
import subprocess
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import extensions, sql

from config.stack.account import Account
from config.stack.binaries import POSTGRES_MAJOR, Binaries
from config.stack.errors import StackError
from config.stack.files import log_tail, rotate_log
from config.stack.layout import POSTGRES_PORT, POSTGRES_SOCKET_NAME
from config.stack.processes import command_line, read_pid, run_as, terminate
from config.stack.urls import APP_ROLE, DATABASE_NAME, OWNER_ROLE

# Recovery after a power cut may take a while; a fresh start takes under a second.
START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 60
INITDB_TIMEOUT_S = 120
PROBE_TIMEOUT_S = 5
HALF_DONE_PREFIX = "postgres.creating-"
START_ATTEMPTS = 3

# Written into postgresql.conf once, for the office to change.
FIRST_SETTINGS = {
    "max_connections": "100",
    "shared_buffers": "256MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # Partitioned tables and their indexes take one lock each.
    "max_locks_per_transaction": "256",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}

# A server that refuses for want of free connections is up.
FULL = re.compile("too many clients|remaining connection slots")
SURVIVORS = "shared memory block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """One cluster, found by its folder.

    Attributes:
        data: the cluster's folder, symlinks resolved, as the server itself reports it.
        sockets: folder of its unix socket.
        log: file that the server appends to.
    """

    data: Path
    sockets: Path
    log: Path

    name = "PostgreSQL"
    variable = "DATABASE_URL"

    def pid(self) -> int | None:
        """The running server's process, verified to be ours; ``None`` when it is not running."""
        pid = read_pid(self.data / "postmaster.pid")
        return pid if pid is not None and self._is_ours(pid) else None

    def is_up(self) -> bool:
        """Whether our cluster answers."""
        try:
            connection = self._connect("postgres")
        except psycopg2.OperationalError as error:
            return FULL.search(str(error)) is not None
        with closing(connection), connection.cursor() as cursor:
            cursor.execute("SHOW data_directory")
            row = cursor.fetchone()
        shown = str(row[0]) if row else ""
        if Path(shown) != self.data:
            raise StackError(f"套接字目录 {self.sockets} 上运行的是另一个数据库（{shown}）。请先停止它。")
        return True

    def start(self, account: Account, binaries: Binaries, lock: int) -> bool:
        """Bring the server up; the caller holds the stack's lock, whose descriptor is ``lock``.

        Returns:
            Whether this call started it.

        Raises:
            StackError: it did not come up; the message carries the end of its log.
        """
        started = not self.is_up()
        if started:
            if not (self.data / "PG_VERSION").exists():
                self._create_cluster(account, binaries, lock)
            self._start_server(account, binaries)
        # Every time: a starter may have been killed between the start and this step.
        self._ensure_database()
        return started

    def stop(self) -> bool:
        """Stop the server in order (fast shutdown); ``False`` when it was not running.

        Raises:
            StackError: it did not stop in time.
        """
        pid = self.pid()
        if pid is None:
            return False
        # Not pg_ctl: it would signal whatever process a stale pid file names.
        if not terminate(pid, signal.SIGINT, is_ours=self._is_ours, timeout_s=STOP_TIMEOUT_S):
            raise self._failure(f"PostgreSQL 在 {STOP_TIMEOUT_S} 秒内没有停止")
        return True

    def _is_ours(self, pid: int) -> bool:
        # This is how pg_ctl starts it, and a postmaster never changes its title.
        return f"/postgres -D {self.data}" in command_line(pid)

    def _connect(self, database: str) -> extensions.connection:
        return psycopg2.connect(
            host=str(self.sockets),
            port=POSTGRES_PORT,
            user=OWNER_ROLE,
            dbname=database,
            connect_timeout=PROBE_TIMEOUT_S,
        )

    def _create_cluster(self, account: Account, binaries: Binaries, lock: int) -> None:
        # Made aside and renamed, so that a cluster is either whole or not there. The orphan of a killed
        # starter still holds the lock through its inherited descriptor, so no leftover is in use here.
        for leftover in self.data.parent.glob(f"{HALF_DONE_PREFIX}*"):
            shutil.rmtree(leftover)
        if self.data.exists() and any(self.data.iterdir()):
            raise StackError(f"目录 {self.data} 不是空的，也不是 PostgreSQL 数据目录。请移走它后重试。")
        half_done = self.data.with_name(HALF_DONE_PREFIX + secrets.token_hex(4))
        settings = [part for key, value in FIRST_SETTINGS.items() for part in ("--set", f"{key}={value}")]
        done = run_as(
            account,
            [
                binaries.initdb, "--pgdata", half_done, "--username", OWNER_ROLE,
                # Sockets in a private folder are the whole access rule; nothing listens on TCP.
                "--auth-local", "trust", "--auth-host", "reject",
                # PostgreSQL's own Unicode rules: the same on every machine, whatever locales it has.
                "--encoding", "UTF8", "--locale", "C",
                "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
                *settings,
            ],
            cwd=self.data.parent,
            timeout_s=INITDB_TIMEOUT_S,
            keep_open=[lock],
        )  # fmt: skip
        if done.returncode != 0:
            raise StackError(f"创建 PostgreSQL 数据目录失败（initdb）：\n{done.stdout.strip()}")
        half_done.rename(self.data)

    def _start_server(self, account: Account, binaries: Binaries) -> None:
        self._check_version()
        rotate_log(self.log)
        deadline = time.monotonic() + START_TIMEOUT_S
        attempts = 0
        while not self.is_up():
            if time.monotonic() > deadline:
                raise self._failure(
                    f"PostgreSQL 在 {START_TIMEOUT_S} 秒内没有就绪（可能正在恢复数据），请稍后重试"
                )
            # Ours but not answering: it recovers, or shuts down for somebody else, or a killed starter's
            # pg_ctl is at work. Wait and see.
            if self.pid() is None:
                # Sessions may outlive a killed server for a while; PostgreSQL waits for them, and so do we.
                if attempts >= START_ATTEMPTS and SURVIVORS not in log_tail(self.log):
                    raise self._failure("PostgreSQL 启动失败")
                attempts += 1
                self._remove_stale_locks()
                self._pg_ctl_start(account, binaries)
            time.sleep(0.05 * attempts)

    def _failure(self, message: str) -> StackError:
        return StackError(f"{message}。日志 {self.log} 末尾：\n{log_tail(self.log)}")

    def _pg_ctl_start(self, account: Account, binaries: Binaries) -> None:
        # Given at every start, because they follow from where the project lies now.
        place = [
            "-c", "listen_addresses=",
            "-c", f"unix_socket_directories={_list_item(self.sockets)}",
            "-c", "unix_socket_permissions=0700",
            "-c", f"port={POSTGRES_PORT}",
        ]  # fmt: skip
        # pg_ctl hands the options to a shell, hence the quoting. Whether it worked is judged by the caller's
        # loop: the server of another starter may have won.
        with suppress(subprocess.TimeoutExpired):
            run_as(
                account,
                [
                    binaries.pg_ctl, "start", "-w", "-t", "30",
                    "-D", self.data, "-l", self.log, "-o", shlex.join(place),
                ],
                cwd=self.data,
                timeout_s=START_TIMEOUT_S,
            )  # fmt: skip

    def _check_version(self) -> None:
        version = (self.data / "PG_VERSION").read_text(encoding="utf-8").strip()
        if version != str(POSTGRES_MAJOR):
            raise StackError(
                f"{self.data} 是 PostgreSQL {version} 的数据，本版本使用 {POSTGRES_MAJOR}。"
                "请先用旧版本的 pg_dump 导出，再导入新库。"
            )

    def _remove_stale_locks(self) -> None:
        """Drop pid files of a dead server whose number now belongs to another process.

        PostgreSQL would take that process for a server and refuse. Its own guard against survivors, the
        shared memory segment tied to the data folder, works without these files.
        """
        for path in (self.data / "postmaster.pid", self.sockets / f"{POSTGRES_SOCKET_NAME}.lock"):
            pid = read_pid(path)
            if pid is not None and not self._is_ours(pid):
                path.unlink(missing_ok=True)

    def _ensure_database(self) -> None:
        with closing(self._connect("postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE])
                if cursor.fetchone() is None:
                    # The application's role: it owns nothing; migrate grants it what it needs.
                    cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(APP_ROLE)))
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME])
                if cursor.fetchone() is None:
                    cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE_NAME)))


def _list_item(path: Path) -> str:
    """Quote a folder for a setting that is a list."""
    return '"' + str(path).replace('"', '""') + '"'

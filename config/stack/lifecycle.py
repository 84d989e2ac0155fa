"""Bringing both servers up and down, and counting who uses them."""

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.stack.account import Account, check_caller, server_account
from config.stack.binaries import find_binaries, make_system_dir
from config.stack.errors import StackError
from config.stack.files import ensure_private_dir, locked, open_lock_file, try_lock
from config.stack.layout import Layout, current_layout
from config.stack.postgres import Postgres
from config.stack.valkey import Valkey

# Longer than one start may take, so that those who queue behind it get their answer.
MUTEX_TIMEOUT_S = 300

Server = Postgres | Valkey
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """What ``status`` shows of one server.

    Attributes:
        name: product.
        external: the environment names a server of the user's own; ours is not needed.
        running: ours answers.
        pid: its process, if verified to be ours.
        data: its folder.
    """

    name: str
    external: bool
    running: bool
    pid: int | None
    data: Path


def up(*, environ: Mapping[str, str] = os.environ, say: Say = print) -> list[str]:
    """Start what is not up, to stay until ``down``.

    Returns:
        Names of the servers that this call started; empty when all were up already.

    Raises:
        StackError: a server did not come up.
    """
    layout = current_layout(environ)
    if not _wanted(layout, environ, say):
        return []
    _make_stack_dir(layout)
    with locked(layout.mutex, timeout_s=MUTEX_TIMEOUT_S) as lock:
        started = _start(layout, environ, say, lock)
        for server in _wanted(layout, environ):
            _kept_marker(layout, server).touch(mode=0o600)
        return started


def down(*, force: bool = False, environ: Mapping[str, str] = os.environ, say: Say = print) -> list[str]:
    """Stop our servers.

    Args:
        force: stop them even under programs that were started through ``run --``.
        environ: where ``DOUDI_VAR`` is looked up.
        say: where progress is reported.

    Returns:
        Names of the servers that were stopped.

    Raises:
        StackError: somebody uses them, or one did not stop.
    """
    layout = current_layout(environ)
    check_caller(layout)
    if not layout.stack.is_dir():
        return []
    with locked(layout.mutex, timeout_s=MUTEX_TIMEOUT_S):
        if not force and not _nobody_uses(layout):
            raise StackError(
                "仍有程序在使用内置数据库（由 run 启动）。请先退出它们，或用 down --force 强行停止。"
            )
        for server in _servers(layout):
            _kept_marker(layout, server).unlink(missing_ok=True)
        return _stop(_servers(layout), say)


def status(*, environ: Mapping[str, str] = os.environ) -> list[ServerStatus]:
    """Look at both servers without changing anything."""
    return [
        ServerStatus(
            name=server.name,
            external=bool(environ.get(server.variable)),
            running=server.is_up(),
            pid=server.pid(),
            data=server.data,
        )
        for server in _servers(current_layout(environ))
    ]


@contextmanager
def in_use(*, environ: Mapping[str, str] = os.environ, say: Say = print) -> Iterator[list[int]]:
    """Have the servers up for a while; the last user stops those that no ``up`` asked to keep.

    Yields:
        Descriptors that child processes should inherit, so that the servers count as used while one of
        them lives, even if this process is killed.

    Raises:
        StackError: a server did not come up or down.
    """
    layout = current_layout(environ)
    if not _wanted(layout, environ, say):
        yield []
        return
    _make_stack_dir(layout)
    using = open_lock_file(layout.users)
    try:
        with locked(layout.mutex, timeout_s=MUTEX_TIMEOUT_S) as lock:
            # Exclusive holders exist only for a moment and under the mutex, so this never waits.
            fcntl.flock(using, fcntl.LOCK_SH)
            try:
                _start(layout, environ, say, lock)
            except BaseException:
                _leave(layout, using, say)
                raise
        try:
            yield [using]
        finally:
            with locked(layout.mutex, timeout_s=MUTEX_TIMEOUT_S):
                _leave(layout, using, say)
    finally:
        os.close(using)


def _leave(layout: Layout, using: int, say: Say) -> None:
    """Give up our use; the caller holds the mutex."""
    fcntl.flock(using, fcntl.LOCK_UN)
    if _nobody_uses(layout):
        _stop([server for server in _servers(layout) if not _kept_marker(layout, server).exists()], say)


def _nobody_uses(layout: Layout) -> bool:
    probe = open_lock_file(layout.users)
    try:
        return try_lock(probe)
    finally:
        os.close(probe)


def _start(layout: Layout, environ: Mapping[str, str], say: Say, lock: int) -> list[str]:
    account = server_account(layout)
    _make_data_dir(layout, account)
    ensure_private_dir(layout.sockets, account)
    binaries = find_binaries(account)
    # Only now is it certain where the data folder leads.
    started = []
    for server in _wanted(layout, environ):
        if server.start(account, binaries, lock):
            # A marker from before a crash or a reboot says nothing about this start.
            _kept_marker(layout, server).unlink(missing_ok=True)
            started.append(server.name)
            say(f"{server.name} 已启动")
    return started


def _stop(servers: list[Server], say: Say) -> list[str]:
    stopped = []
    for server in servers:
        if server.stop():
            stopped.append(server.name)
            say(f"{server.name} 已停止")
    return stopped


def _servers(layout: Layout) -> list[Server]:
    data = layout.data.resolve()
    return [
        Valkey(data=data / "valkey", socket=layout.valkey_socket, log=data / "log" / "valkey.log"),
        Postgres(data=data / "postgres", sockets=layout.sockets, log=data / "log" / "postgres.log"),
    ]


def _wanted(layout: Layout, environ: Mapping[str, str], say: Say | None = None) -> list[Server]:
    """The servers that the environment does not replace by the user's own."""
    wanted = []
    for server in _servers(layout):
        if environ.get(server.variable):
            if say is not None:
                say(f"{server.name}：使用 {server.variable} 指定的服务器，不启动内置的")
        else:
            wanted.append(server)
    return wanted


def _kept_marker(layout: Layout, server: Server) -> Path:
    return layout.stack / f"{server.name.lower()}.kept"


def _make_stack_dir(layout: Layout) -> None:
    check_caller(layout)
    try:
        # Root's is passable: the servers' user must reach its own folder inside.
        layout.stack.mkdir(mode=0o711 if layout.owner_uid == 0 else 0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StackError(
            f"无法创建目录 {layout.stack}：{error.strerror}。请检查权限，或用 DOUDI_VAR 另行指定。"
        ) from error


def _make_data_dir(layout: Layout, account: Account) -> None:
    """Create the servers' folder, in root's system folder if they cannot reach the checkout.

    Permissions of the folders above a checkout are never loosened.
    """
    if not layout.data.exists() and os.geteuid() == 0 and not account.can_enter(layout.stack):
        if layout.data.is_symlink():
            raise StackError(
                f"{layout.data} 指向的数据目录 {layout.data.readlink()} 不存在。请恢复，或删除链接。"
            )
        # The random name keeps a later checkout at the same path from finding these data by accident.
        elsewhere = make_system_dir() / f"data-{secrets.token_hex(8)}"
        elsewhere.mkdir(mode=0o700)
        layout.data.symlink_to(elsewhere)
    home = layout.data.resolve()
    ensure_private_dir(home, account)
    ensure_private_dir(home / "log", account)
    if os.geteuid() == 0 and not account.can_enter(home):
        raise StackError(
            f"数据库的系统用户（uid {account.uid}）进不了数据目录 {home}。请恢复上级目录的权限。"
        )

"""Private folders, lock files and log tails."""

import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.stack.account import Account
from config.stack.errors import StackError

LOG_TAIL_LINES = 20
LOG_LIMIT_BYTES = 10_000_000
LOCK_POLL_S = 0.05


def ensure_private_dir(folder: Path, account: Account) -> None:
    """Make ``folder`` exist, belong to ``account`` and be closed to others (0700).

    Raises:
        StackError: something else stands there, for instance a folder or link that another user planted.
    """
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    try:
        # Everything below goes through this handle, so the folder cannot be swapped under root's hands.
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise StackError(
            f"{folder} 应当是当前用户的目录，但打不开（{error.strerror}）。请移走它后重试。"
        ) from error
    try:
        status = os.fstat(handle)
        if status.st_uid != account.uid:
            # Root makes a folder, then gives it away; a starter killed in between leaves it empty and root's.
            if os.geteuid() != 0 or status.st_uid != 0 or os.listdir(handle):
                raise StackError(f"目录 {folder} 属于另一个用户（uid {status.st_uid}），请移走它后重试。")
            os.fchown(handle, account.uid, account.gid)
        if stat.S_IMODE(status.st_mode) != 0o700:
            os.fchmod(handle, 0o700)
    finally:
        os.close(handle)


def open_lock_file(path: Path) -> int:
    """Open a lock file, creating it if need be; the caller closes the descriptor."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def try_lock(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    """Take a flock without waiting; ``False`` when somebody holds it."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            return False
        raise
    return True


@contextmanager
def locked(path: Path, *, timeout_s: float) -> Iterator[int]:
    """Hold an exclusive flock; yields the descriptor.

    The kernel drops the lock with its last holder, so a killed process never leaves it behind.

    Raises:
        StackError: somebody else held it for ``timeout_s`` seconds.
    """
    descriptor = open_lock_file(path)
    try:
        deadline = time.monotonic() + timeout_s
        while not try_lock(descriptor):
            if time.monotonic() > deadline:
                raise StackError(
                    f"另一个进程正在启动或停止内置数据库，等了 {timeout_s:.0f} 秒（{path}）。请稍后重试。"
                )
            time.sleep(LOCK_POLL_S)
        yield descriptor
    finally:
        os.close(descriptor)


def rotate_log(path: Path) -> None:
    """Set a long log aside; the servers append, nothing else bounds them."""
    with suppress(FileNotFoundError):
        if path.stat().st_size > LOG_LIMIT_BYTES:
            path.replace(path.with_name(path.name + ".1"))


def log_tail(path: Path) -> str:
    """The last lines of a log, for an error message."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "（没有日志）"
    return "\n".join(lines[-LOG_TAIL_LINES:]) or "（日志为空）"

"""Private folders, lock files and log tails."""

import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode):
        raise StackError(f"{folder} 应当是一个目录，但已被别的文件占用。请移走它后重试。")
    if status.st_uid != account.uid:
        # Root makes a folder and then gives it away; a starter killed in between leaves it empty and root's.
        if os.geteuid() != 0 or status.st_uid != 0 or any(folder.iterdir()):
            raise StackError(f"目录 {folder} 属于另一个用户（uid {status.st_uid}），不能使用。请移走它后重试。")
        os.chown(folder, account.uid, account.gid)
    if stat.S_IMODE(status.st_mode) != 0o700:
        folder.chmod(0o700)


def open_lock_file(path: Path) -> int:
    """Open a lock file, creating it for the owner of its folder; the caller closes the descriptor."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    folder = path.parent.stat()
    # Root may act for an ordinary user's stack: the user must be able to open the file later.
    if os.geteuid() == 0 and os.fstat(descriptor).st_uid != folder.st_uid:
        os.fchown(descriptor, folder.st_uid, folder.st_gid)
    return descriptor


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
                raise StackError(f"等待另一个进程启动或停止内置数据库超过 {timeout_s:.0f} 秒（锁文件 {path}）。请稍后重试。")
            time.sleep(LOCK_POLL_S)
        yield descriptor
    finally:
        os.close(descriptor)


def rotate_log(path: Path) -> None:
    """Set a long log aside; the servers append, nothing else bounds them."""
    try:
        if path.stat().st_size > LOG_LIMIT_BYTES:
            path.replace(path.with_name(path.name + ".1"))
    except FileNotFoundError:
        pass


def log_tail(path: Path) -> str:
    """The last lines of a log, for an error message."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "（没有日志）"
    return "\n".join(lines[-LOG_TAIL_LINES:]) or "（日志为空）"

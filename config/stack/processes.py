"""Running commands as the servers' user, and telling our own processes from strangers."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from config.stack.account import Account


def run_as(
    account: Account,
    args: Sequence[str | Path],
    *,
    cwd: Path,
    timeout_s: float,
    keep_open: Sequence[int] = (),
) -> subprocess.CompletedProcess[str]:
    """Run a command as the servers' user, away from our terminal, and collect what it says.

    Args:
        account: the user; root switches to it, anybody else already is it.
        args: the command.
        cwd: a folder which that user may enter.
        timeout_s: seconds until ``subprocess.TimeoutExpired``.
        keep_open: descriptors that the command inherits, so that their locks live as long as it does.
    """
    switch = os.geteuid() == 0 and account.uid != 0
    return subprocess.run(
        [os.fspath(arg) for arg in args],
        cwd=cwd,
        # PGDATA, PGPORT and their like in somebody's environment must not reach the servers.
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "Asia/Shanghai"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=timeout_s,
        check=False,
        pass_fds=tuple(keep_open),
        # Ctrl-C in the terminal is for the project's own processes, which then stop the servers in order.
        start_new_session=True,
        user=account.uid if switch else None,
        group=account.gid if switch else None,
        extra_groups=[] if switch else None,
        umask=0o077,
    )


def read_pid(pid_file: Path) -> int | None:
    """The number on the first line of a pid file; ``None`` when there is none."""
    try:
        return int(pid_file.read_text(encoding="utf-8", errors="replace").splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def command_line(pid: int) -> str:
    """The command of a running process, arguments joined by blanks; empty when it is gone or a zombie."""
    if Path("/proc/self").exists():
        try:
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return ""
        return raw.replace(b"\0", b" ").decode(errors="replace").strip()
    shown = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()


def terminate(pid: int, number: signal.Signals, *, is_ours: Callable[[int], bool], timeout_s: float) -> bool:
    """Signal a process that is verifiably ours and wait for its end.

    The process is pinned before it is verified, so the number cannot pass to a stranger in between.

    Returns:
        Whether it is gone; a process that is not ours counts as gone and is left alone.
    """
    if not hasattr(os, "pidfd_open"):  # macOS
        if is_ours(pid):
            os.kill(pid, number)
        return _wait_until(lambda: not is_ours(pid), timeout_s)
    try:
        pinned = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        if not is_ours(pid):
            return True
        try:
            signal.pidfd_send_signal(pinned, number)
        except ProcessLookupError:
            return True
        waiter = select.poll()
        waiter.register(pinned, select.POLLIN)
        return bool(waiter.poll(int(timeout_s * 1000)))
    finally:
        os.close(pinned)


def _wait_until(condition: Callable[[], bool], timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True

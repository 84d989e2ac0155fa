"""Running one command in the foreground, as a transparent wrapper."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """Holds back signals before the command runs, and hands them on while it does."""

    def __init__(self) -> None:
        self.child: subprocess.Popen[bytes] | None = None
        self.waiting: signal.Signals | None = None

    def handle(self, number: int, _frame: FrameType | None) -> None:
        """Pass the signal to the command, unless the terminal has already done so."""
        if self.child is None:
            self.waiting = signal.Signals(number)
            return
        # A second SIGINT means "at once" to Celery, so never double what Ctrl-C sends to the whole group.
        if number == signal.SIGINT and _in_foreground():
            return
        self.child.send_signal(number)

    def run(self, command: Sequence[str], keep_open: Sequence[int]) -> int:
        """Run the command to its end.

        Args:
            command: program and arguments.
            keep_open: descriptors that it inherits.

        Returns:
            Its exit code, 128 + number after a signal, as a shell reports it.
        """
        if self.waiting is not None:
            return 128 + self.waiting
        try:
            self.child = subprocess.Popen(command, pass_fds=tuple(keep_open))
        except FileNotFoundError:
            sys.stderr.write(f"错误：找不到命令 {command[0]}\n")
            return 127
        if self.waiting is not None:
            # It came while the command was being started, perhaps too early for the command to get it.
            self.child.send_signal(self.waiting)
        with self.child as child:
            code = child.wait()
        return code if code >= 0 else 128 - code


@contextmanager
def signals_held() -> Iterator[Signals]:
    """Catch the signals that end a program, so that the servers are stopped in order afterwards."""
    signals = Signals()
    # What the caller had us ignore, as nohup does, stays ignored, here and in the command.
    heeded = [number for number in FORWARDED if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, signals.handle) for number in heeded}
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _in_foreground() -> bool:
    """Whether we belong to the process group that the terminal's keys signal."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)

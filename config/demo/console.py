"""What the demonstration prints (进度与小结)."""

import sys
import time
import unicodedata


class Step:
    """One line of progress: ``3/7 生成示例县 …… 120/120  1.2 秒``."""

    def __init__(self, number: int, of: int, title: str) -> None:
        self._head = f"[{number}/{of}] {title}"
        self._started = time.monotonic()
        self._shown = 0.0
        self._write(self._head + " …")

    def progress(self, done: int, total: int) -> None:
        """Show how far the step is; a terminal sees it move, a log file only its end."""
        now = time.monotonic()
        if sys.stdout.isatty() and (done == total or now - self._shown > 0.1):
            self._shown = now
            filled = 24 * done // total if total else 24
            self._write(f"\r{self._head} {'█' * filled}{'░' * (24 - filled)} {done}/{total}")

    def done(self, result: str = "") -> None:
        """End the line with what came of it and how long it took."""
        seconds = time.monotonic() - self._started
        if sys.stdout.isatty():
            self._write(f"\r\033[K{self._head}")
        self._write(f" {result}（{seconds:.1f} 秒）\n")

    @staticmethod
    def _write(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


def pad(text: str, width: int) -> str:
    """Fill up to ``width`` columns of a terminal, where a Chinese character takes two."""
    used = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
    return text + " " * (width - used)


def say(text: str = "") -> None:
    """Print a line."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()

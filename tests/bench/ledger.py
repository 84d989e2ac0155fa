"""A quarter's ledger, submission and both workbooks, of 100,000 and 1,000,000 payments (aim: flat memory).

Each step runs in a process of its own (``ledger_step``), because a process never gives its peak back. Each
size has its own quarter. ``--rows`` leaves larger sizes out.
"""

import os
import subprocess
import sys

SIZES = (100_000, 1_000_000)
STEPS = {"prepare": "make rows", "build": "build", "submit": "submit", "write": "Excel", "finance": "finance"}
# Both quarters are over.
TODAY = "2019-07-02"


def main() -> None:
    """Print one line per size and step."""
    limit = int(os.environ.get("DOUDI_BENCH_ROWS", SIZES[-1]))
    print(f"{'payments':>9} {'step':>10} {'s':>8} {'rows/s':>8} {'peak MiB':>9} {'file MiB':>9}")
    for quarter, size in enumerate([size for size in SIZES if size <= limit] or [limit], start=1):
        for step, name in STEPS.items():
            seconds, peak, file = _in_own_process(step, quarter, size)
            print(
                f"{size:>9} {name:>10} {seconds:>8.1f} {size / seconds:>8.0f} {peak:>9.0f} {file:>9.1f}",
                flush=True,
            )


def _in_own_process(step: str, quarter: int, size: int) -> tuple[float, float, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.ledger_step", step, str(quarter), str(size)],
        env={**os.environ, "DOUDI_BUSINESS_DATE": TODAY},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    seconds, peak, file = [float(part) for part in done.stdout.split()[-3:]]
    return seconds, peak, file

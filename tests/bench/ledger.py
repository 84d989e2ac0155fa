"""A ledger and its workbook: time and peak memory for 10,000 and 100,000 payments (aim: flat memory).

Each step runs in a process of its own (``ledger_step``), because a process never gives its peak back.
"""

import subprocess
import sys

SIZES = (10_000, 100_000)


def main() -> None:
    """Print one line per size."""
    print(
        f"{'payments':>9} {'build s':>8} {'build MiB':>10} {'Excel s':>8} {'Excel MiB':>10} {'file MiB':>9}"
    )
    for size in SIZES:
        _in_own_process("prepare", size)
        built = _in_own_process("build", size)
        written = _in_own_process("write", size)
        print(
            f"{size:>9} {built[0]:>8.1f} {built[1]:>10.0f} {written[0]:>8.1f} {written[1]:>10.0f} "
            f"{written[2]:>9.1f}",
            flush=True,
        )


def _in_own_process(step: str, size: int) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.ledger_step", step, str(size)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [float(part) for part in done.stdout.split()]

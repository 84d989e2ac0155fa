"""``python -m tests.bench [--rows N] [SECTION …]``: all sections unless some are named.

``--rows`` bounds the rows of ledger and lists (1,000,000).
Each section runs in a process and a database of its own on the same server, dropped at the end: no section
measures what another left behind.
"""

import argparse
import os
import subprocess
import sys

import django

from tests.bench.database import bench_database

SECTIONS = ("engine", "http", "growth", "refold", "ledger", "desk", "roster", "lists")


def main(sections: list[str]) -> int:
    """Run the named sections."""
    unknown = [name for name in sections if name not in SECTIONS]
    if unknown:
        print(f"没有这些部分：{'、'.join(unknown)}；可选 {'、'.join(SECTIONS)}")
        return 2
    wanted = sections or list(SECTIONS)
    if len(wanted) > 1:
        return max(_alone(name) for name in wanted)
    with bench_database() as url:
        os.environ["DATABASE_URL"] = url
        os.environ["DOUDI_BUSINESS_DATE"] = "2019-06-30"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        for name in wanted:
            print(f"\n== {name} ==", flush=True)
            __import__(f"tests.bench.{name}", fromlist=["main"]).main()
    return 0


def _alone(name: str) -> int:
    return subprocess.run([sys.executable, "-m", "tests.bench", name], check=False).returncode


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("sections", nargs="*", metavar="SECTION")
    arguments.add_argument("--rows", type=int, default=1_000_000)
    given = arguments.parse_args()
    os.environ["DOUDI_BENCH_ROWS"] = str(given.rows)
    sys.exit(main(given.sections))

"""Processes that run tests side by side (pytest-xdist): each has a Redis database of its own.

Loaded by ``-p`` before the settings are read. Databases of PostgreSQL get a name for each process by
themselves. A file's tests stay together, and the files that take longest begin first: no process waits long
for the other at the end.
"""

import os

import pytest

from config.stack import embedded_urls, redis_py_url

# Those of the embedded server that nothing else uses: 0 is the program's own, 13 the demonstration's.
FIRST, COUNT = 1, 12


def worker_number() -> int:
    """0 for the first process, or the only one."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["REDIS_URL"] = redis_py_url(
        os.environ.get("REDIS_URL") or embedded_urls()[1], FIRST + worker_number() % COUNT
    )

# Each more than half a minute alone.
LONGEST = ("test_demo.py", "test_contract.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, the others in the order in which they were shuffled."""
    items.sort(key=lambda item: item.path.name not in LONGEST)

"""Processes that run tests side by side (pytest-xdist): each has Redis databases of its own.

Loaded by ``-p`` before the settings are read. Databases of PostgreSQL get a name for each process by
themselves. A file's tests stay together, and the files that take longest begin first: no process waits long
for the other at the end.
"""

import os
from typing import NamedTuple

import pytest

from config.stack import embedded_urls, redis_py_url


class RedisNumbers(NamedTuple):
    """Databases of the Redis server that are one process' own: no other's worker sees its tasks.

    A server of one's own has 16, enough for one process (``-n 0``); the embedded one has more.
    """

    cache: int
    queue: int
    results: int
    site_queue: int
    site_results: int
    demo: int


def worker_number() -> int:
    """0 for the first process, or the only one."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


# The lower ones are the program's own and those of people who try something out.
_FIRST = 8 + 8 * worker_number()
REDIS = RedisNumbers(*range(_FIRST, _FIRST + len(RedisNumbers._fields)))

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["REDIS_URL"] = redis_py_url(os.environ.get("REDIS_URL") or embedded_urls()[1], REDIS.cache)

# Each more than half a minute alone.
LONGEST = ("test_demo.py", "test_contract.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, the others in the order in which they were shuffled."""
    items.sort(key=lambda item: item.path.name not in LONGEST)

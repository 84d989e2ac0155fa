"""The draw (抽取办法): hash every key with the seed, take the smallest.

``SHA-256("种子|键")`` in hexadecimal, ascending; ties go by key. Whoever has the seed and the list can
repeat it with any tool that computes SHA-256. The plan is fixed before the seed is known.
"""

import hashlib
import heapq
from collections.abc import Iterable, Iterator


def hash_of(seed: str, key: str) -> str:
    """64 hexadecimal digits."""
    return hashlib.sha256(f"{seed}|{key}".encode()).hexdigest()


def draw(*, seed: str, keys: Iterable[str], wanted: int) -> list[tuple[str, str]]:
    """The drawn keys with their hashes, in order; memory grows with ``wanted`` only."""
    hashed: Iterator[tuple[str, str]] = ((hash_of(seed, key), key) for key in keys)
    return [(key, digest) for digest, key in heapq.nsmallest(wanted, hashed)]

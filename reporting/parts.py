"""Streams in parts (分批)."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_parts(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of up to ``size`` rows."""
    stream = iter(rows)
    while part := list(islice(stream, size)):
        yield part

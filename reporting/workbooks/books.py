"""A workbook being written (工作簿): one row in memory, nothing outside its own folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xlsxwriter import Workbook

from reporting.workbooks.styles import Styles, make_styles


@contextmanager
def open_book(path: Path) -> Iterator[tuple[Workbook, Styles]]:
    """A new workbook at ``path`` with its formats, closed at the end."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        # Personal data never lies in the system's shared folder.
        "tmpdir": str(path.parent),
    }
    with Workbook(str(path), options) as book:
        yield book, make_styles(book)

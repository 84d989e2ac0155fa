"""The export of so many claims, alone in its process: prints seconds, peak MiB, MiB of the file."""

import sys
import tempfile
from itertools import islice
from pathlib import Path
from time import perf_counter

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402 - models exist only after setup

from reporting.list_sheets import list_page, list_sheet  # noqa: E402
from reporting.services.list_exports import sheet_write  # noqa: E402
from tests.bench.memory import peak_mib  # noqa: E402


def main(rows: int) -> None:
    """Export them as the county's clerk."""
    # The admin's pages register themselves with the addresses.
    __import__("config.urls")
    user = User.objects.get(username="clerk")
    began = perf_counter()
    sheet = list_sheet(page=list_page("settlement_claim"), user=user, asked="")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.xlsx"
        sheet_write(sheet=sheet, path=path, rows=islice(sheet.rows(), rows), by=user, reason="")
        size = path.stat().st_size / 1024**2
    print(perf_counter() - began, peak_mib(), size)


main(int(sys.argv[1]))

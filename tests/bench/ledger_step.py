"""One step of the ledger benchmark, alone in its process: prints seconds, peak MiB, MiB of the file."""

import sys
import tempfile
import time
from pathlib import Path

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402 - models exist only after setup

from organizations.models import Hospital, Region  # noqa: E402
from organizations.scope import EVERYTHING  # noqa: E402
from policies.models import LedgerKind  # noqa: E402
from reimbursement.models import QuarterlyLedger  # noqa: E402
from reimbursement.services import (  # noqa: E402
    Actor,
    county_submit,
    ledger_build,
    ledger_confirm,
    ledger_review,
)
from reporting.services import quarter_workbook_write  # noqa: E402
from reporting.services.finance_workbooks import finance_workbook_write  # noqa: E402
from tests.bench.ledger_rows import YEAR, quarter_create  # noqa: E402
from tests.bench.memory import peak_mib  # noqa: E402


def build(quarter: int) -> None:
    """Build the ledger."""
    kind, county = _kind(), _county()
    hospital = Hospital.objects.get(code="B00000000001")
    ledger_build(kind=kind, county=county, hospital=hospital, year=YEAR, quarter=quarter)


def submit(quarter: int) -> None:
    """Confirm, review and submit it."""
    ledger = QuarterlyLedger.objects.select_related("hospital").get(year=YEAR, quarter=quarter)
    clerk, _ = User.objects.get_or_create(username="bench")
    ledger_confirm(ledger_id=ledger.pk, by=Actor(hospital=ledger.hospital))
    ledger_review(ledger_id=ledger.pk, by=clerk)
    county_submit(kind=_kind(), county=_county(), year=YEAR, quarter=quarter)


def write(quarter: int, path: Path) -> None:
    """The county's workbook of the ledger."""
    quarter_workbook_write(
        scope=EVERYTHING, kind=_kind(), county=_county(), year=YEAR, quarter=quarter, path=path
    )


def finance(quarter: int, path: Path) -> None:
    """The finance bureau's workbook of the quarter."""
    finance_workbook_write(scope=EVERYTHING, county=_county(), year=YEAR, quarter=quarter, path=path)


def _kind() -> LedgerKind:
    return LedgerKind.objects.get(code="backstop", policy__code="zhengzhou-2019")


def _county() -> Region:
    return Region.objects.get(code="410199")


def main(step: str, quarter: int, size: int) -> None:
    """Do one step."""
    began = time.monotonic()
    file_mib = 0.0
    if step == "prepare":
        quarter_create(quarter=quarter, size=size)
    elif step in FILES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "ledger.xlsx"
            FILES[step](quarter, path)
            file_mib = path.stat().st_size / 2**20
    else:
        STEPS[step](quarter)
    print(time.monotonic() - began, peak_mib(), file_mib)


STEPS = {"build": build, "submit": submit}
FILES = {"write": write, "finance": finance}

if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))

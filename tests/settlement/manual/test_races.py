"""Real threads and a killed process: an invoice counts once, a payment is listed once."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from openpyxl import load_workbook

from organizations.models import Hospital
from reporting.services.payout_files import payout_file_write
from settlement.manual_errors import InvoiceUsedError, NothingToPayError
from settlement.models import ManualClaim, PayoutBatch, PayoutLine
from settlement.services import payout_batch_make
from tests import factories
from tests.settlement.manual.support import account, approved, receive, staff
from tests.settlement.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("packs", "today")]

KILLED = """
import os, signal, django
django.setup()
from django.contrib.auth.models import User
from organizations.models import Region
from settlement.services import payout_batch_make
payout_batch_make(county=Region.objects.get(pk={county}), by=User.objects.get(pk={user}))
os.kill(os.getpid(), signal.SIGKILL)
"""


def outcome(act: Callable[[], Any]) -> Callable[[], Any]:
    """The result, or the refusal."""

    def tried() -> Any:
        try:
            return act()
        except (InvoiceUsedError, NothingToPayError) as error:
            return type(error).__name__

    return tried


def test_one_invoice_for_two_people_at_once_is_taken_once(hospital: Hospital) -> None:
    people = [factories.person() for _ in range(2)]
    staff("entry")
    done = at_once([outcome(lambda person=person: receive(person, hospital)) for person in people])
    assert [result for result in done if result == "InvoiceUsedError"] == ["InvoiceUsedError"]
    assert ManualClaim.objects.count() == 1


def test_two_batches_at_once_list_each_payment_once(hospital: Hospital, poor) -> None:
    approved(poor, hospital)
    account(poor)
    by = staff("cashier")
    done = at_once([outcome(lambda: payout_batch_make(county=poor.county, by=by))] * 4)
    assert sorted(str(type(result).__name__) for result in done) == ["PayoutBatch", "str", "str", "str"]
    assert PayoutBatch.objects.count() == 1


def test_killed_after_the_batch_was_made_the_file_is_written_by_asking_again(
    hospital: Hospital, poor, tmp_path
) -> None:
    approved(poor, hospital)
    account(poor)
    by = staff("cashier")
    url = "postgresql://{USER}@{HOST}:{PORT}/{NAME}".format(
        **{**connection.settings_dict, "HOST": str(connection.settings_dict["HOST"]).replace("/", "%2F")}
    )
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DOUDI_BUSINESS_DATE": "2019-06-30",
    }
    script = KILLED.format(county=poor.county_id, user=by.pk)
    ended = subprocess.run([sys.executable, "-c", script], env=environment, check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    with pytest.raises(NothingToPayError):
        payout_batch_make(county=poor.county, by=by)
    batch = PayoutBatch.objects.get()
    for _ in range(2):
        path = payout_file_write(batch=batch, path=tmp_path / "payout.xlsx", by=by)
        sheet = load_workbook(BytesIO(path.read_bytes()))["代发清单"]
        total = next(row for row in sheet.iter_rows(values_only=True) if row[1] == "合计")
        assert total[4] == sum(PayoutLine.objects.values_list("amount_fen", flat=True)) / 100

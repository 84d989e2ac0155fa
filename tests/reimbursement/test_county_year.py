"""A generated county-year: each fen stands in one ledger, whatever is reversed, late or refolded."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import connection
from pytest_django import Settings

from reimbursement.errors import LedgerOutdatedError, NotReviewedError, StepRefusedError
from reimbursement.models import LedgerLine, QuarterlyLedger
from reimbursement.services import (
    Actor,
    county_submit,
    ledger_build,
    ledger_confirm,
    ledger_review,
    quarter_build,
)
from reimbursement.verify import verify_ledgers
from settlement.models import Payment
from tests.reimbursement.county_year import claims_post, corrections_post, differing, statistics_refresh
from tests.reimbursement.rows import make_world, submitted
from tests.reimbursement.test_verify import without_guards

# The large campaign: DOUDI_COUNTY_YEAR=50000 pytest tests/reimbursement/test_county_year.py
CLAIMS = int(os.environ.get("DOUDI_COUNTY_YEAR", "2000"))


@pytest.mark.django_db
def test_lines_of_a_year_come_to_its_payments_per_fund_and_hospital(settings: Settings) -> None:
    world, clerk = make_world(), User.objects.create(username="clerk")
    settings.BUSINESS_DATE = date(2020, 12, 1)
    template = world.paid(100, "2019-01-02")
    each, late = CLAIMS // 4, CLAIMS // 80
    for quarter in (1, 2, 3, 4):
        first = quarter * each
        claims_post(world, template=template, quarter=quarter, first=first, last=first + each - late - 1)
        begins = f"2019-{3 * quarter - 2:02d}-01"
        corrections_post(template=template, on=f"2019-{3 * quarter:02d}-20", before=begins, every=9)
        corrections_post(template=template, on=f"2019-{3 * quarter:02d}-28", before="2020-01-01", every=31)
        built = quarter_build(year=2019, quarter=quarter)
        statistics_refresh()
        for ledger in built:
            ledger_confirm(ledger_id=ledger.pk, by=Actor(hospital=ledger.hospital))
            ledger_review(ledger_id=ledger.pk, by=clerk)
        county_submit(kind=world.kind, county=world.county, year=2019, quarter=quarter)
        # Settled for days of a quarter that is gone: they go into the next one.
        claims_post(
            world, template=template, quarter=quarter, first=first + each - late, last=first + each - 1
        )
        assert {each.code for each in verify_ledgers()} == {"payment_unclaimed"}
    quarter_build(year=2020, quarter=1)
    assert differing() == []
    assert list(verify_ledgers()) == []
    corrections = LedgerLine.objects.filter(payment__settlement__kind__in=("reversal", "adjustment"))
    assert corrections.count() > CLAIMS // 15
    assert not corrections.filter(corrects=None).exists()
    assert LedgerLine.objects.count() == Payment.objects.filter(tier="backstop").count()
    gone = LedgerLine.objects.filter(ledger__quarter=2).order_by("pk")[7]
    with without_guards():
        LedgerLine.objects.filter(corrects=gone).update(corrects=None)
        gone.delete()
    assert [row[:2] for row in differing()] == [(gone.fund, gone.ledger.hospital_id)]
    messages = [finding.message for finding in verify_ledgers() if finding.code == "payment_unclaimed"]
    assert len(messages) == 1
    assert f"支付 {gone.payment_id}（" in messages[0]


@pytest.mark.django_db(transaction=True)
def test_claims_settled_while_the_quarter_is_built_and_submitted_land_in_one_quarter(
    transactional_db: None, settings: Settings
) -> None:
    settings.BUSINESS_DATE = date(2020, 6, 1)
    world = make_world()
    world.paid(1, "2019-05-01")
    claims = [world.claim(on="2019-05-01") for _ in range(60)]

    def settle(number: int) -> None:
        try:
            for each in range(number, 60, 3):
                world.post(claims[each], backstop_fen=100 + each)
        finally:
            connection.close()

    def build() -> QuarterlyLedger:
        return ledger_build(
            kind=world.kind, county=world.county, hospital=world.hospital, year=2019, quarter=2
        )

    def builds() -> None:
        try:
            for _ in range(8):
                build()
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        work = [pool.submit(settle, number) for number in range(3)]
        work += [pool.submit(builds) for _ in range(2)]
        for each in work[3:]:
            each.result(timeout=60)
        ledger = _submit(build)
        for each in work[:3]:
            each.result(timeout=60)
    ledger_build(kind=world.kind, county=world.county, hospital=world.hospital, year=2019, quarter=3)
    assert ledger.status == "submitted"
    assert LedgerLine.objects.count() == Payment.objects.filter(tier="backstop").count() == 61
    assert differing() == []
    assert list(verify_ledgers()) == []


def _submit(build: Callable[[], QuarterlyLedger]) -> QuarterlyLedger:
    """As an office would: build and submit again while claims still come in."""
    for _ in range(100):
        try:
            return submitted(build())
        except (LedgerOutdatedError, NotReviewedError, StepRefusedError):
            continue
    raise AssertionError("never submitted")

"""Two counties that submit the same person at the same time (锁)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connection

from beneficiaries.models import Person
from organizations.models import Region
from organizations.scope import EVERYTHING
from reimbursement.models import PremiumSheet, PremiumSheetLine
from reimbursement.premium.errors import PremiumSheetError
from reimbursement.services.premium_sheets import SUBMIT_LOCK, premium_sheet_submit
from tests import factories
from tests.reimbursement.database import other_session, until, waiting

pytestmark = pytest.mark.django_db(transaction=True)

LOCK = "SELECT pg_advisory_xact_lock(%s, 2019)"
SUBMIT = """
UPDATE reimbursement_premiumsheet SET status = 'submitted', submitted_at = now(), submitted_by_id = %s
WHERE id = %s
"""


def applying_for(person: Person, at: Region) -> PremiumSheet:
    """An open sheet with one line."""
    sheet = PremiumSheet.objects.create(
        county=at, year=2019, version=1, status="open", line_count=1, total_fen=10_000
    )
    PremiumSheetLine.objects.create(
        sheet=sheet, person=person, change="new", row_code="registered-poor", contribution_fen=22_000,
        amount_fen=10_000, due_fen=10_000, shares={"county_assistance": 10_000},
        due_shares={"county_assistance": 10_000},
    )  # fmt: skip
    return sheet


def test_of_two_counties_that_submit_the_same_person_at_once_the_second_is_refused(
    transactional_db: None,
) -> None:
    person, clerk = factories.person(identities=()), User.objects.create_user("clerk")
    first = applying_for(person, factories.county())
    second = applying_for(person, factories.county("410185", "邻县"))

    def submit() -> str:
        try:
            return premium_sheet_submit(scope=EVERYTHING, sheet_id=second.pk, by=clerk).status
        except PremiumSheetError as error:
            return error.code
        finally:
            connection.close()

    with other_session() as other, ThreadPoolExecutor(1) as pool:
        other.execute(LOCK, [SUBMIT_LOCK])
        other.execute(SUBMIT, [clerk.pk, first.pk])
        submitting = pool.submit(submit)
        until(lambda: waiting() == 1, "the second submission waits for the first")
        other.connection.commit()
        assert submitting.result(timeout=40) == "sheet_claims_twice"
    assert PremiumSheet.objects.get(pk=second.pk).status == "open"

"""Prepared statements: a connection whose plans no longer fit the tables is not kept."""

import pytest
from django.db import NotSupportedError, connection

from beneficiaries.models import Person
from organizations.models import Hospital
from tests import factories
from tests.settlement.support import findings, settle

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("today")]


def widen(length: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE settlement_claim ALTER content_hash TYPE varchar({length})")


def test_after_a_change_of_a_column_the_next_request_gets_a_connection_that_works(
    hospital: Hospital, poor: Person
):
    settle(hospital, factories.stay(poor, "S1"))
    widen(128)
    try:
        with pytest.raises(NotSupportedError, match="cached plan"):
            settle(hospital, factories.stay(poor, "S2"))
        # What Django does between two requests.
        connection.close_if_unusable_or_obsolete()
        assert settle(hospital, factories.stay(poor, "S2")).created
        assert findings() == []
    finally:
        connection.close()
        widen(64)
        connection.close()

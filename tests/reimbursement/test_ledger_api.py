"""A hospital asks about its own ledgers."""

import pytest
from rest_framework.test import APIClient

from beneficiaries.models import Person
from organizations.models import Hospital
from reimbursement.services import quarter_build
from tests import factories
from tests.settlement.api_support import CLAIMS, check_problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

LEDGERS = "/api/v1/ledgers/"


@pytest.fixture
def built(api: APIClient, poor: Person) -> APIClient:
    """A hospital whose chronic visit the county's backstop pays."""
    factories.certificate(poor)
    api.post(CLAIMS, factories.chronic_visit(poor, "V1"), format="json")
    quarter_build(year=2019, quarter=2)
    return api


def test_ledgers_and_their_lines_are_answered(built: APIClient, hospital: Hospital):
    ledgers = built.get(f"{LEDGERS}?year=2019").json()["ledgers"]
    backstop = next(ledger for ledger in ledgers if ledger["kind"] == "backstop")
    assert backstop["ledger_no"] == f"410199-backstop-2019Q2-{hospital.code}"
    assert (backstop["status"], backstop["line_count"], backstop["total"]) == ("open", 1, "350.00")
    detail = built.get(f"{LEDGERS}{backstop['ledger_no']}/").json()
    assert {name: detail[name] for name in backstop} == backstop
    assert detail["next"] is None
    assert [(row["claim_no"], row["tier"], row["kind"], row["amount"]) for row in detail["lines"]] == [
        ("V1", "backstop", "original", "350.00")
    ]


def test_the_lines_come_in_pages(built: APIClient, hospital: Hospital, django_assert_num_queries):
    address = f"{LEDGERS}410199-backstop-2019Q2-{hospital.code}/"
    # Key, ledger, lines, the call log.
    with django_assert_num_queries(4):
        built.get(address)
    line = built.get(address).json()
    assert len(line["lines"]) == 1
    assert built.get(f"{address}?after=9000000000000").json()["lines"] == []


def test_strangers_see_no_ledger(built: APIClient, hospital: Hospital, client_of):
    stranger = client_of(factories.hospital())
    assert stranger.get(f"{LEDGERS}?year=2019").json() == {"ledgers": []}
    address = f"{LEDGERS}410199-backstop-2019Q2-{hospital.code}/"
    check_problem(stranger.get(address), 404, "ledger_not_found")
    check_problem(APIClient().get(address), 401, "not_authenticated")


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("?year=19x", (422, "text_invalid")),
        ("?year=99999", (422, "integer_invalid")),
        ("?hospital=1", (422, "field_unknown")),
        ("nothing/", (404, "ledger_not_found")),
        ("a%00-b-2019Q2-c/", (404, "ledger_not_found")),
        ("410199-x-2019Q5-H1/", (404, "ledger_not_found")),
    ],
)
def test_bad_questions_are_refused(api: APIClient, path: str, refusal: tuple[int, str]):
    check_problem(api.get(LEDGERS + path), *refusal)

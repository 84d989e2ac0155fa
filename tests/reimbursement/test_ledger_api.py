"""A hospital asks about its own ledgers."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from beneficiaries.models import Person
from beneficiaries.services.family_doctors import ContractTerms, contract_sign, service_fee_post
from organizations.models import Hospital
from reimbursement.models import LedgerStep, QuarterlyLedger
from reimbursement.services import (
    county_submit,
    item_pay,
    ledger_review,
    line_deduct,
    quarter_build,
    submission_approve,
)
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
    # Key, ledger, lines, their deductions, funds, the call log.
    with django_assert_num_queries(6):
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


def test_a_hospital_confirms_what_it_read_and_sees_what_was_paid(
    built: APIClient, hospital: Hospital, client_of, settings
):
    settings.BUSINESS_DATE = date(2019, 7, 3)
    number = f"410199-backstop-2019Q2-{hospital.code}"
    address = f"{LEDGERS}{number}/"
    seen = {"content_hash": built.get(address).json()["content_hash"]}
    stranger = client_of(factories.hospital())
    check_problem(stranger.post(f"{address}confirmation/", seen, format="json"), 404, "ledger_not_found")
    old = {"content_hash": "0" * 64}
    check_problem(built.post(f"{address}confirmation/", old, format="json"), 409, "ledger_refused")
    assert not LedgerStep.objects.exists()
    answers = [built.post(f"{address}confirmation/", seen, format="json") for _ in range(2)]
    assert [answer.json()["step"] for answer in answers] == ["confirm", "confirm"]
    assert LedgerStep.objects.get().by_hospital == hospital
    clerk = User.objects.create(username="clerk")
    ledger = QuarterlyLedger.objects.get(kind_code="backstop")
    ledger_review(ledger_id=ledger.pk, by=clerk)
    line_deduct(line_id=ledger.lines.get().pk, amount_fen=5_000, reason="超量", by=clerk)
    submission = county_submit(kind=ledger.kind, county=ledger.county, year=2019, quarter=2)
    submission_approve(submission_id=submission.pk, first_only=False, by=clerk)
    item_pay(
        item_id=submission.items.get().pk, amount_fen=20_000, paid_on=date(2019, 7, 3),
        bank_reference="B1", by=clerk,
    )  # fmt: skip
    answer = built.get(address).json()
    assert answer["funds"] == [
        {
            "fund": "county_finance", "applied": "350.00", "deducted": "50.00", "approved": "300.00",
            "paid": "200.00", "outstanding": "100.00",
            "payments": [
                {"paid_on": "2019-07-03", "amount": "200.00", "bank_reference": "B1", "received_on": None}
            ],
        }
    ]  # fmt: skip
    assert [(line["deducted"], line["reasons"]) for line in answer["lines"]] == [("50.00", ["超量"])]


def test_ledgers_that_inform_are_answered_too(built: APIClient, hospital: Hospital):
    visits = built.get(f"{LEDGERS}410199-chronic-visits-2019Q2-{hospital.code}/").json()
    assert [(line["claim_no"], line["tier"], line["fund"]) for line in visits["lines"]] == [("V1", "", "")]
    assert visits["total"] == visits["lines"][0]["amount"]


def test_services_of_family_doctors_have_no_claim_number(
    api: APIClient, hospital: Hospital, poor: Person, client: Client
):
    clerk = User.objects.create_superuser("chief")
    terms = ContractTerms(
        doctor="王医生", team="", signed_on=date(2019, 1, 1), since=date(2019, 1, 1), until=None,
        package="慢病服务包", fee_fen=12_000, payer="county",
    )  # fmt: skip
    contract = contract_sign(person=poor, hospital=hospital, terms=terms, by=clerk)
    service_fee_post(contract=contract, item="签约服务费", amount_fen=12_000, by=clerk)
    quarter_build(year=2019, quarter=2)
    ledger = QuarterlyLedger.objects.get(kind_code="family-doctor")
    line = api.get(f"{LEDGERS}{ledger.ledger_no}/").json()["lines"][0]
    assert (line["claim_no"], line["kind"], line["fund"]) == ("", "original", "")
    assert (line["posted_on"], line["amount"]) == ("2019-06-30", "120.00")
    client.force_login(clerk)
    page = client.get(reverse("admin:reimbursement_quarterlyledger_change", args=[ledger.pk]), follow=True)
    assert all(word in page.content.decode() for word in ("签约服务费", poor.name, "王医生"))

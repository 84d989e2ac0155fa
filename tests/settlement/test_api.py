"""The hospitals' interface end to end: answers, and refusals that write nothing."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from beneficiaries.models import Person
from organizations.models import Hospital, HospitalKey
from organizations.services import hospital_key_issue
from settlement.api import claim_in, schema
from tests import factories
from tests.settlement.api_support import CLAIMS, PREVIEW, check_problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

# --- answers


def test_settling_answers_amounts_payments_and_reasons(api: APIClient, poor: Person):
    answer = api.post(CLAIMS, factories.stay(poor, "S1"), format="json")
    body = answer.json()
    assert answer.status_code == 201
    assert (body["claim_no"], body["status"], body["policy"]) == ("S1", "settled", "zhengzhou-2019")
    assert (body["benefit_year"], body["posted_on"]) == (2019, "2019-06-30")
    amounts = ("total", "waived", "in_scope", "paid", "hospital_borne", "patient", "account")
    assert [body[name] for name in amounts] == [
        "20000.00", "2000.00", "18000.00", "17024.40", "0.00", "975.60", "0.00",
    ]  # fmt: skip
    assert [(row["tier"], row["amount"], row["funds"]) for row in body["payments"]] == [
        ("basic", "14640.00", [{"fund": "residents_pool", "payee": "hospital", "amount": "14640.00"}]),
        (
            "supplementary",
            "108.00",
            [{"fund": "residents_supplementary", "payee": "hospital", "amount": "108.00"}],
        ),
        ("assistance", "2276.40", [{"fund": "county_assistance", "payee": "hospital", "amount": "2276.40"}]),
    ]  # fmt: skip
    assert body["explanation"]["totals"]["patient"] == "975.60"
    assert body["sentences"][-1].endswith("个人自付 975.60 元。")


def test_repeated_request_gets_the_same_body_with_200(api: APIClient, poor: Person):
    claim = factories.stay(poor, "S1")
    first, again = (api.post(CLAIMS, claim, format="json") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


def test_preview_answers_what_settling_answers(api: APIClient, poor: Person, row_counts):
    claim = factories.stay(poor, "S1")
    before = row_counts()
    preview = api.post(PREVIEW, claim, format="json")
    assert row_counts() == before
    settled = api.post(CLAIMS, claim, format="json").json()
    assert preview.status_code == 200
    assert preview.json() == settled | {"status": "preview", "posted_on": None}


def test_detail_nets_adjustments_and_lists_postings(api: APIClient, packs: None):
    person = factories.person(identities=())
    for number, base in enumerate(("8000", "6000", "20000"), start=1):
        body = factories.stay(person, f"S{number}", **factories.bill_of(base))
        first = api.post(CLAIMS, body, format="json").json()
    unadjusted = api.get(f"{CLAIMS}S3/").json()
    assert {name: unadjusted[name] for name in first} == first
    api.post(f"{CLAIMS}S1/reversal/", {"reason": "重复收费"}, format="json")
    detail = api.get(f"{CLAIMS}S3/").json()
    assert (detail["status"], detail["paid"], detail["patient"]) == ("settled", "11000.00", "11000.00")
    assert [(row["kind"], row["reason"], row["paid"]) for row in detail["postings"]] == [
        ("original", "", "14000.00"),
        ("adjustment", "重复收费", "-3000.00"),
    ]
    assert [(row["tier"], row["to_hospital"], row["to_patient"]) for row in detail["payments"]] == [
        ("basic", "0.00", "0.00"),
        ("critical", "12000.00", "-3000.00"),
    ]
    assert api.get(f"{CLAIMS}S1/").json()["status"] == "reversed"
    assert api.get(f"{CLAIMS}S1/").json()["paid"] == "0.00"


def test_reversal_answers_and_repeats(api: APIClient, poor: Person):
    api.post(CLAIMS, factories.stay(poor, "S1"), format="json")
    first, again = (
        api.post(f"{CLAIMS}S1/reversal/", {"reason": reason}, format="json") for reason in ("甲", "乙")
    )
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (first.json()["kind"], first.json()["paid"], first.json()["reason"]) == (
        "reversal", "-17024.40", "甲",
    )  # fmt: skip


def test_admission_date_and_bed_days_may_be_left_out(api: APIClient, poor: Person):
    factories.certificate(poor)
    visit = factories.chronic_visit(poor, "V1")
    del visit["admitted_on"]
    assert api.post(CLAIMS, visit, format="json").json()["admitted_on"] == "2019-05-10"
    stay = factories.stay(poor, "S1")
    del stay["bed_days"], stay["referral"]
    assert api.post(CLAIMS, stay, format="json").status_code == 201


# --- eligibility


def test_eligibility_shows_identities_quota_left_and_the_year(api: APIClient, poor: Person):
    factories.certificate(poor)
    api.post(CLAIMS, factories.chronic_visit(poor), format="json")
    answer = api.get("/api/v1/eligibility/?on=2019-06-01", headers={"X-Id-Number": poor.id_number})
    body = answer.json()
    assert answer.status_code == 200
    assert poor.id_number not in answer.content.decode()
    assert (body["id_last4"], body["on"], body["policy"]) == (poor.id_last4, "2019-06-01", "zhengzhou-2019")
    assert body["identities"] == [
        {
            "category": "registered_poor",
            "name": "建档立卡贫困人口",
            "valid_from": "2017-01-01",
            "valid_to": None,
        }
    ]
    assert body["certificates"][0]["quota"] == {
        "period": "quarter", "limit": "1200.00", "used": "1000.00", "left": "200.00",
    }  # fmt: skip
    assert body["enrolment"]["county"] == "410199"
    assert [(row["tier"], row["amount"]) for row in body["year"]["payments"]] == [
        ("basic", "650.00"),
        ("backstop", "350.00"),
    ]
    assert body["year"]["pools"]["basic.paid"] == "650.00"


def test_eligibility_counts_only_what_holds_on_the_day(api: APIClient, packs: None):
    person = factories.person(identities=(), years=())
    factories.recognise(person, "registered_poor", since=date(2019, 6, 2))
    headers = {"X-Id-Number": person.id_number}
    before = api.get("/api/v1/eligibility/?on=2019-06-01", headers=headers).json()
    assert (before["identities"], before["enrolment"], before["policy"]) == ([], None, None)
    assert len(api.get("/api/v1/eligibility/", headers=headers).json()["identities"]) == 1


@pytest.mark.parametrize(
    ("query", "number", "refusal"),
    [
        ("", "410199196005179994", (422, "id_number_invalid")),
        ("", "", (422, "field_required")),
        ("?on=2019-02-30", None, (422, "date_invalid")),
        ("?id_number=1", None, (422, "field_unknown")),
        ("", None, (404, "person_not_found")),
    ],
)
def test_eligibility_refusals(
    api: APIClient, packs: None, query: str, number: str | None, refusal: tuple[int, str]
):
    text = factories.unused_id_number() if number is None else number
    answer = api.get(f"/api/v1/eligibility/{query}", headers={"X-Id-Number": text})
    body = check_problem(answer, *refusal)
    assert not text or text not in json.dumps(body)


# --- who asks


@pytest.mark.parametrize("header", ["", "Api-Key wrong.key", "Bearer x", "Api-Key ", "Api-Key \x7f.é"])
def test_without_a_valid_key_nothing_is_answered(poor: Person, row_counts, header: str):
    before = row_counts()
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)
    for answer in (
        client.post(CLAIMS, factories.stay(poor), format="json"),
        client.post(PREVIEW, factories.stay(poor), format="json"),
        client.get(f"{CLAIMS}S1/"),
        client.post(f"{CLAIMS}S1/reversal/", {"reason": "x"}, format="json"),
        client.get("/api/v1/eligibility/", headers={"X-Id-Number": poor.id_number}),
    ):
        check_problem(answer, 401, "not_authenticated")
        assert answer["WWW-Authenticate"] == "Api-Key"
    assert row_counts() == before


def test_revoked_and_expired_keys_are_refused(hospital: Hospital, poor: Person):
    expired = hospital_key_issue(
        hospital=hospital, name="过期", expires_at=timezone.now() - timedelta(seconds=1)
    )
    revoked = hospital_key_issue(hospital=hospital, name="撤销")
    HospitalKey.objects.filter(name="撤销").update(revoked=True)
    client = APIClient()
    for key in (expired, revoked):
        client.credentials(HTTP_AUTHORIZATION=f"Api-Key {key}")
        check_problem(client.get(f"{CLAIMS}S1/"), 401, "not_authenticated")


def test_another_hospitals_claim_is_not_found(api: APIClient, poor: Person, client_of, row_counts):
    api.post(CLAIMS, factories.stay(poor, "S1"), format="json")
    before = row_counts()
    stranger = client_of(factories.hospital())
    check_problem(stranger.get(f"{CLAIMS}S1/"), 404, "claim_not_found")
    answer = stranger.post(f"{CLAIMS}S1/reversal/", {"reason": "x"}, format="json")
    check_problem(answer, 404, "claim_not_found")
    assert row_counts() == before


def test_conflict_names_the_fields_and_no_values(api: APIClient, poor: Person, row_counts):
    api.post(CLAIMS, factories.stay(poor, "S1"), format="json")
    other = factories.person()
    before = row_counts()
    answer = api.post(CLAIMS, factories.stay(other, "S1", diagnosis_code="C16.9"), format="json")
    body = check_problem(answer, 409, "claim_conflict")
    assert (body["claim_no"], body["differing_fields"]) == ("S1", ["id_number", "diagnosis_code"])
    assert "C16.9" not in json.dumps(body)
    assert row_counts() == before


# --- the document


def test_the_document_and_its_page_are_served(client):
    document = client.get("/api/v1/schema/", headers={"Accept": "application/json"}).json()
    assert document["openapi"].startswith("3.1")
    assert {"/api/v1/claims/", "/api/v1/claims/preview/", "/api/v1/eligibility/"} <= document["paths"].keys()
    assert client.get("/api/v1/docs/").status_code == 200


def test_the_document_names_the_fields_that_are_read():
    assert schema.ClaimIn().fields.keys() == claim_in.CLAIM_FIELDS
    assert schema.LineIn().fields.keys() == claim_in.LINE_FIELDS
    assert schema.GivenIn().fields.keys() == claim_in.GIVEN_FIELDS


def test_the_document_names_the_fields_that_are_answered(api: APIClient, poor: Person):
    answer = api.post(CLAIMS, factories.stay(poor, "S1"), format="json").json()
    assert answer.keys() == schema.ClaimOut().fields.keys()
    detail = api.get(f"{CLAIMS}S1/").json()
    assert detail.keys() == schema.ClaimDetailOut().fields.keys()
    assert detail["postings"][0].keys() == schema.PostingOut().fields.keys()
    assert detail["payments"][0].keys() == schema.PaymentOut().fields.keys()

"""Message numbers, expected figures, batches: nothing is done twice, a lost answer can be asked for."""

import json

import pytest
from rest_framework.test import APIClient

from beneficiaries.models import Person
from organizations.models import Hospital
from settlement.models import Claim, EligibilityQuery, Message, Settlement
from settlement.services.messages import message_note
from tests import factories
from tests.settlement.api_support import CLAIMS, PREVIEW, check_problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

BATCH = f"{CLAIMS}batch/"


def message_id(number: int) -> str:
    return f"H0000000000120190630120000{number:04d}"


def outcome(client: APIClient, number: int):
    return client.get(f"/api/v1/messages/{message_id(number)}/")


# --- message numbers


def test_an_unknown_outcome_is_found_by_message_number(api: APIClient, poor: Person):
    check_problem(outcome(api, 1), 404, "message_not_found")
    body = factories.stay(poor, "S1", message_id=message_id(1))
    settled = api.post(CLAIMS, body, format="json").json()
    found = outcome(api, 1)
    assert found.status_code == 200
    assert (found.json()["operation"], found.json()["message_id"]) == ("settle", message_id(1))
    assert {name: found.json()["claim"][name] for name in settled} == settled
    again = api.post(CLAIMS, body, format="json")
    assert (again.status_code, again.json()) == (200, settled)
    assert Message.objects.count() == 1


def test_a_claim_asked_again_under_a_new_number_is_found_by_both(api: APIClient, poor: Person):
    for number in (1, 2):
        api.post(CLAIMS, factories.stay(poor, "S1", message_id=message_id(number)), format="json")
    assert [outcome(api, number).json()["claim"]["claim_no"] for number in (1, 2)] == ["S1", "S1"]
    assert Settlement.objects.count() == 1


def test_a_reversal_is_found_by_its_message_number(api: APIClient, poor: Person):
    api.post(CLAIMS, factories.stay(poor, "S1"), format="json")
    body = {"reason": "录入有误", "message_id": message_id(1)}
    first, again = (api.post(f"{CLAIMS}S1/reversal/", body, format="json") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (outcome(api, 1).json()["operation"], outcome(api, 1).json()["claim"]["status"]) == (
        "reverse",
        "reversed",
    )


def test_a_message_number_is_one_piece_of_business(api: APIClient, poor: Person, row_counts):
    api.post(CLAIMS, factories.stay(poor, "S1", message_id=message_id(1)), format="json")
    api.post(CLAIMS, factories.stay(poor, "S2"), format="json")
    before = row_counts()
    other = factories.stay(factories.person(), "S3", message_id=message_id(1))
    for path, body in (
        (CLAIMS, other),
        (PREVIEW, other),
        (f"{CLAIMS}S1/reversal/", {"reason": "x", "message_id": message_id(1)}),
        (f"{CLAIMS}S2/reversal/", {"reason": "x", "message_id": message_id(1)}),
    ):
        refused = check_problem(api.post(path, body, format="json"), 409, "message_conflict")
        assert refused["claim_no"] == "S1"
    assert row_counts() == before


def test_another_hospitals_message_is_not_found_and_its_number_is_free(
    api: APIClient, poor: Person, client_of
):
    api.post(CLAIMS, factories.stay(poor, "S1", message_id=message_id(1)), format="json")
    stranger = client_of(factories.hospital())
    check_problem(outcome(stranger, 1), 404, "message_not_found")
    own = stranger.post(CLAIMS, factories.stay(poor, "T1", message_id=message_id(1)), format="json")
    assert own.status_code == 201
    assert outcome(stranger, 1).json()["claim"]["claim_no"] == "T1"


def test_a_message_number_taken_between_looking_and_writing_is_a_conflict(
    api: APIClient, hospital: Hospital, poor: Person, row_counts, django_assert_max_num_queries
):
    """The unique constraint is what two people's claims under one number at once meet."""
    api.post(CLAIMS, factories.stay(poor, "S1"), format="json")
    claim = Claim.objects.get(hospital=hospital, claim_no="S1")
    message_note(
        hospital=claim.hospital, message_id=message_id(1), operation=Message.Operation.SETTLE, claim=claim
    )
    body = factories.stay(factories.person(), "S2", message_id=message_id(1))
    check_problem(api.post(CLAIMS, body, format="json"), 409, "message_conflict")


@pytest.mark.parametrize("bad", ["short", "H" * 30, "", 7, "H0000000000120190630120000000１"])
def test_a_malformed_message_number_is_refused(api: APIClient, poor: Person, row_counts, bad):
    before = row_counts()
    answer = api.post(CLAIMS, factories.stay(poor, message_id=bad), format="json")
    if bad == "":
        assert answer.status_code == 201
        return
    assert check_problem(answer, 422, "text_invalid")["errors"][0]["pointer"] == "/message_id"
    assert row_counts() == before


# --- expected figures


def test_the_previews_figures_may_be_sent_along(api: APIClient, poor: Person):
    preview = api.post(PREVIEW, factories.stay(poor, "S1"), format="json").json()
    expected = {name: preview[name] for name in ("total", "paid", "patient", "account")}
    assert api.post(CLAIMS, factories.stay(poor, "S1", expected=expected), format="json").status_code == 201


def test_a_settlement_that_would_differ_is_refused_with_both_figures(
    api: APIClient, poor: Person, row_counts
):
    api.post(CLAIMS, factories.stay(poor, "S1"), format="json")
    before = row_counts()
    body = factories.stay(poor, "S2", expected={"total": "20000.00", "paid": "17024.40", "patient": "975.60"})
    refused = check_problem(api.post(CLAIMS, body, format="json"), 409, "figures_differ")
    assert [row["name"] for row in refused["figures"]] == ["paid", "patient"]
    assert refused["figures"][0]["expected"] == "17024.40"
    computed = refused["figures"][0]["computed"]
    assert row_counts() == before
    settled = api.post(CLAIMS, factories.stay(poor, "S2"), format="json").json()
    assert settled["paid"] == computed != "17024.40"


# --- conflicts name what differs


def test_a_conflict_shows_both_values_where_they_are_not_personal(api: APIClient, poor: Person, row_counts):
    api.post(CLAIMS, factories.stay(poor, "S1"), format="json")
    before = row_counts()
    changed = factories.stay(
        poor, "S1", bed_days=9, diagnosis_name="别的病", lines=[factories.line(amount="20000.01")]
    )
    refused = check_problem(api.post(CLAIMS, changed, format="json"), 409, "claim_conflict")
    assert refused["differences"] == [
        {"field": "bed_days", "first": 10, "now": 9, "line_no": None},
        {"field": "diagnosis_name", "first": None, "now": None, "line_no": None},
        {"field": "lines", "first": "20000.00", "now": "20000.01", "line_no": 1},
    ]
    assert row_counts() == before


def test_a_conflict_between_two_people_shows_no_value(api: APIClient, poor: Person):
    api.post(CLAIMS, factories.stay(poor, "S1"), format="json")
    other = factories.person()
    answer = api.post(CLAIMS, factories.stay(other, "S1", bed_days=9), format="json")
    refused = check_problem(answer, 409, "claim_conflict")
    assert refused["differing_fields"] == ["id_number", "bed_days"]
    assert all(row["first"] is row["now"] is None for row in refused["differences"])
    assert poor.id_number not in json.dumps(refused)


# --- batches


def test_a_batch_answers_each_claim_as_if_it_came_alone(api: APIClient, poor: Person):
    bad = factories.stay(poor, "B2", bed_days=-1)
    unknown = factories.stay(poor, "B3") | {"id_number": factories.unused_id_number()}
    claims = [factories.stay(poor, "B1"), bad, unknown, "x", factories.stay(poor, "B4")]
    body = api.post(BATCH, {"claims": claims}, format="json").json()
    assert (body["settled"], body["refused"]) == (2, 3)
    assert [(row["index"], row["claim_no"], row["status"]) for row in body["results"]] == [
        (0, "B1", 201), (1, "B2", 422), (2, "B3", 404), (3, None, 422), (4, "B4", 201),
    ]  # fmt: skip
    assert [row["answer"].get("code") for row in body["results"]] == [
        None, "integer_invalid", "person_not_found", "object_required", None,
    ]  # fmt: skip
    alone = api.post(CLAIMS, claims[0], format="json")
    assert (alone.status_code, alone.json()) == (200, body["results"][0]["answer"])
    assert api.post(CLAIMS, bad, format="json").json() == body["results"][1]["answer"]
    assert list(Claim.objects.order_by("id").values_list("claim_no", flat=True)) == ["B1", "B4"]


def test_a_repeated_batch_settles_nothing_twice(api: APIClient, poor: Person, row_counts):
    claims = [factories.stay(poor, f"B{number}") for number in range(3)]
    first = api.post(BATCH, {"claims": claims}, format="json").json()
    before = row_counts()
    again = api.post(BATCH, {"claims": claims}, format="json").json()
    assert row_counts() == before
    assert [row["status"] for row in again["results"]] == [200, 200, 200]
    assert [row["answer"] for row in again["results"]] == [row["answer"] for row in first["results"]]


@pytest.mark.parametrize("size", [0, 201])
def test_a_batch_has_a_size(api: APIClient, poor: Person, row_counts, size: int):
    before = row_counts()
    claims = [factories.stay(poor, f"B{number}") for number in range(size)]
    check_problem(api.post(BATCH, {"claims": claims}, format="json"), 422, "batch_size")
    assert row_counts() == before


# --- who asked about whom


def test_each_question_about_a_person_is_noted_without_the_number(
    api: APIClient, hospital: Hospital, poor: Person
):
    for number in (poor.id_number, factories.unused_id_number()):
        api.get("/api/v1/eligibility/?on=2019-06-01", headers={"X-Id-Number": number})
    noted = EligibilityQuery.objects.order_by("id").values_list("hospital", "person", "result")
    assert list(noted) == [
        (hospital.pk, poor.pk, "enrolled"),
        (hospital.pk, None, "person_not_found"),
    ]


def test_eligibility_shows_what_the_years_limits_leave(api: APIClient, packs: None):
    person = factories.person(identities=())
    api.post(CLAIMS, factories.stay(person), format="json")
    body = api.get("/api/v1/eligibility/", headers={"X-Id-Number": person.id_number}).json()
    basic = next(cap for cap in body["year"]["caps"] if cap["tier"] == "basic")
    assert basic["used"] == body["year"]["pools"][basic["pool"]] != "0.00"
    assert float(basic["limit"]) - float(basic["used"]) == pytest.approx(float(basic["left"]))

"""Keys, the limit of calls, and the log of calls: what every operation goes through."""

from datetime import timedelta

import pytest
import redis
from django.conf import settings as configured
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from beneficiaries.models import Person
from organizations.errors import KeyRevokedError
from organizations.models import ApiCall, Hospital, HospitalKey
from organizations.services import hospital_key_issue, hospital_key_revoke, hospital_key_rotate
from settlement.models import Claim
from tests import factories
from tests.settlement.api_support import CLAIMS, check_problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def client_with(key: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Api-Key {key}")
    return client


def works(key: str) -> bool:
    return client_with(key).get(f"{CLAIMS}NONE/").status_code == 404


# --- keys


def test_a_rotated_key_works_beside_the_new_one_until_the_overlap_ends(hospital: Hospital):
    old = hospital_key_issue(hospital=hospital, name="结算")
    row = HospitalKey.objects.get()
    new = hospital_key_rotate(key_id=row.pk, overlap=timedelta(days=7))
    assert works(old)
    assert works(new)
    row.refresh_from_db()
    assert timedelta(days=6) < row.expiry_date - timezone.now() < timedelta(days=8)
    hospital_key_rotate(key_id=row.pk, overlap=timedelta(0))
    assert not works(old)
    assert works(new)


def test_rotating_never_makes_a_key_live_longer(hospital: Hospital):
    ends = timezone.now() + timedelta(days=1)
    hospital_key_issue(hospital=hospital, name="结算", expires_at=ends)
    hospital_key_rotate(key_id=HospitalKey.objects.get().pk, overlap=timedelta(days=30))
    assert set(HospitalKey.objects.values_list("expiry_date", flat=True)) == {ends}


def test_a_revoked_key_is_shut_out_at_once_and_for_good(hospital: Hospital):
    key = hospital_key_issue(hospital=hospital, name="结算")
    row, by = HospitalKey.objects.get(), User.objects.create_user("clerk")
    assert works(key)
    for _ in range(2):
        hospital_key_revoke(key_id=row.pk, by=by)
    assert not works(key)
    row = HospitalKey.objects.get()
    assert (row.revoked, row.revoked_by) == (True, by)
    with pytest.raises(KeyRevokedError):
        hospital_key_rotate(key_id=row.pk, overlap=timedelta(days=7))


def test_the_last_use_of_a_key_is_written_once_in_ten_minutes(hospital: Hospital):
    key = hospital_key_issue(hospital=hospital, name="结算")
    assert HospitalKey.objects.get().last_used_at is None
    works(key)
    first = HospitalKey.objects.get().last_used_at
    assert first is not None
    works(key)
    assert HospitalKey.objects.get().last_used_at == first
    HospitalKey.objects.update(last_used_at=first - timedelta(minutes=11))
    works(key)
    assert HospitalKey.objects.get().last_used_at >= first


# --- the limit


@pytest.fixture
def limited(hospital: Hospital) -> Hospital:
    """A hospital with three requests a minute, none of them used."""
    redis.Redis.from_url(configured.REDIS_CLIENT_URL).delete(f"doudi:api:{hospital.pk}")
    Hospital.objects.filter(pk=hospital.pk).update(requests_per_minute=3)
    return hospital


def test_the_fourth_request_of_a_minute_waits(limited: Hospital, poor: Person, client_of):
    first, second = client_of(limited), client_of(limited)
    for number in range(3):
        client = (first, second)[number % 2]
        assert client.get(f"{CLAIMS}S{number}/").status_code == 404
    for client in (first, second):
        answer = client.post(CLAIMS, factories.stay(poor), format="json")
        check_problem(answer, 429, "throttled")
        assert 1 <= int(answer["Retry-After"]) <= 60
    assert Claim.objects.count() == 0
    assert client_of(factories.hospital()).get(f"{CLAIMS}S1/").status_code == 404


def test_a_batch_counts_as_many_requests_as_it_has_claims(limited: Hospital, poor: Person, client_of):
    api = client_of(limited)
    claims = [factories.stay(poor, f"B{number}") for number in range(4)]
    check_problem(api.post(f"{CLAIMS}batch/", {"claims": claims}, format="json"), 429, "throttled")
    assert Claim.objects.count() == 0


# --- the log


def test_each_call_is_logged_with_its_outcome_and_no_number(hospital: Hospital, poor: Person, client_of):
    api = client_of(hospital)
    api.post(CLAIMS, factories.stay(poor, "S1"), format="json", headers={"X-Request-Id": "his-7"})
    api.post(CLAIMS, factories.stay(poor, "S1", bed_days=1), format="json")
    api.get(f"{CLAIMS}{poor.id_number}/")
    APIClient().post(CLAIMS, {}, format="json")
    APIClient().get("/api/v1/nowhere/")
    calls = list(ApiCall.objects.order_by("id"))
    assert [(call.hospital_id, call.method, call.operation, call.status, call.code) for call in calls] == [
        (hospital.pk, "POST", "claim-settle", 201, ""),
        (hospital.pk, "POST", "claim-settle", 409, "claim_conflict"),
        (hospital.pk, "GET", "claim-detail", 404, "claim_not_found"),
        (None, "POST", "claim-settle", 401, "not_authenticated"),
        (None, "GET", "", 404, "not_found"),
    ]
    assert calls[0].request_id == "his-7"
    assert calls[0].key_prefix == HospitalKey.objects.get().prefix
    assert poor.id_number not in str(list(ApiCall.objects.values_list()))


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "410199196005170012", "no-41019919600517001X"])
def test_a_request_number_that_is_none_is_replaced(hospital: Hospital, client_of, given: str):
    answer = client_of(hospital).get(f"{CLAIMS}S1/", headers={"X-Request-Id": given})
    assert answer["X-Request-Id"] != given
    assert len(answer["X-Request-Id"]) == 32
    assert ApiCall.objects.get().request_id == answer["X-Request-Id"]


def test_what_the_framework_refuses_is_numbered_and_logged_too(hospital: Hospital, client_of):
    answer = client_of(hospital).get(f"{CLAIMS}S1/", headers={"X-Request-Id": "r1", "Host": "evil.example"})
    check_problem(answer, 400, "bad_request")
    assert answer["X-Request-Id"] == "r1"
    assert ApiCall.objects.get().code == "bad_request"


def test_the_log_cannot_be_changed(hospital: Hospital, client_of):
    client_of(hospital).get(f"{CLAIMS}S1/")
    for statement in (
        "UPDATE organizations_apicall SET status = 200",
        "DELETE FROM organizations_apicall",
    ):
        with (
            pytest.raises(DatabaseError, match="insert_only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_pages_of_the_site_and_the_document_are_not_in_the_log(client):
    for path in ("/healthz", "/api/v1/schema/", "/api/v1/docs/"):
        client.get(path)
    assert not ApiCall.objects.exists()


def test_a_format_that_the_document_does_not_have_is_refused_as_json(client):
    check_problem(client.get("/api/v1/schema/?format=foo"), 406, "not_acceptable")


def test_an_unknown_field_that_could_be_a_number_is_not_repeated(hospital: Hospital, poor: Person, client_of):
    answer = client_of(hospital).post(
        CLAIMS, {poor.id_number: 1, "<script>": 2, "hospital": 3}, format="json"
    )
    assert poor.id_number not in answer.content.decode()
    pointers = [row["pointer"] for row in answer.json()["errors"] if row["code"] == "field_unknown"]
    assert pointers == ["/…", "/…", "/hospital"]

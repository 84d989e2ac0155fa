"""Referrals, approvals and papers: what the office decided decides what a claim may rest on."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from rest_framework.test import APIClient

from beneficiaries.models import Person
from organizations.models import Hospital
from settlement.errors import ReviewError
from settlement.models import ApprovalUse, Claim, ConsumableApproval, PersonYear, ReferralRegistration
from settlement.services.requests import request_review
from tests import factories
from tests.settlement.api_support import CLAIMS, PREVIEW, check_problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

REFERRALS, APPROVALS = "/api/v1/referrals/", "/api/v1/approvals/"
QIANNAN = tuple(
    factories.PACKS / f"{name}.yaml"
    for name in ("anshan-documents", "qiannan-documents", "qiannan-disease-lists", "qiannan-2019")
)

Review = Callable[..., None]


@pytest.fixture
def review() -> Review:
    """The office's decision on a request."""
    clerk = User.objects.create_user("reviewer")

    def decide(row: Any, *, approve: bool = True, note: str = "") -> None:
        request_review(request=row, approve=approve, by=clerk, note=note)

    return decide


def request_of(person: Person, number: str = "Q1", **fields: Any) -> dict[str, Any]:
    return {
        "request_no": number,
        "id_number": person.id_number,
        "diagnosis_code": "I21.9",
        "diagnosis_name": "急性心肌梗死",
        "reason": "本院不能治疗",
        "valid_from": "2019-04-01",
        "valid_to": "2019-04-30",
        **fields,
    }


def referral_of(person: Person, number: str = "Q1", **fields: Any) -> dict[str, Any]:
    return request_of(person, number, **{"to_place": "州人民医院", **fields})


def approval_of(person: Person, number: str = "Q1", **fields: Any) -> dict[str, Any]:
    stent = {"item_name": "冠状动脉药物洗脱支架", "quantity": 2, "amount": "18000.00"}
    return request_of(person, number, **{**stent, **fields})


BODIES = {REFERRALS: referral_of, APPROVALS: approval_of}


# --- asking


@pytest.mark.parametrize("path", [REFERRALS, APPROVALS])
def test_a_request_is_taken_in_once_and_its_state_can_be_asked(
    api: APIClient, poor: Person, review: Review, path: str
):
    body = BODIES[path](poor)
    first, again = (api.post(path, body, format="json") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() == api.get(f"{path}Q1/").json()
    assert (first.json()["state"], first.json()["county"], first.json()["valid_to"]) == (
        "pending", "410199", "2019-04-30",
    )  # fmt: skip
    model = ReferralRegistration if path == REFERRALS else ConsumableApproval
    review(model.objects.get(), approve=False, note="材料不全")
    state = api.get(f"{path}Q1/").json()
    assert (state["state"], state["review_note"]) == ("rejected", "材料不全")


@pytest.mark.parametrize("path", [REFERRALS, APPROVALS])
@pytest.mark.parametrize(
    "case",
    [
        ({"valid_to": "2019-03-31"}, (422, "period_invalid")),
        ({"valid_to": "2020-04-01"}, (422, "period_invalid")),
        ({"reason": ""}, (422, "field_required")),
        ({"hospital": "H1"}, (422, "field_unknown")),
        ({"valid_from": "2017-04-01", "valid_to": "2017-04-02"}, (422, "not_enrolled")),
        ({"id_number": factories.unused_id_number()}, (404, "person_not_found")),
    ],
)
def test_a_bad_request_is_refused_and_nothing_is_written(
    api: APIClient, poor: Person, row_counts, path: str, case: tuple[dict, tuple[int, str]]
):
    changes, refusal = case
    before = row_counts()
    check_problem(api.post(path, BODIES[path](poor, **changes), format="json"), *refusal)
    assert row_counts() == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": 18000}, "amount_not_string"),
        ({"amount": "0.00"}, "amount_implausible"),
        ({"amount": "-1.00"}, "amount_negative"),
        ({"quantity": 0}, "integer_invalid"),
    ],
)
def test_an_approval_needs_a_plausible_amount(api: APIClient, poor: Person, row_counts, changes, code):
    before = row_counts()
    check_problem(api.post(APPROVALS, approval_of(poor, **changes), format="json"), 422, code)
    assert row_counts() == before


@pytest.mark.parametrize("path", [REFERRALS, APPROVALS])
def test_other_content_under_the_same_number_is_a_conflict(
    api: APIClient, poor: Person, row_counts, path: str
):
    api.post(path, BODIES[path](poor), format="json")
    before = row_counts()
    changed = BODIES[path](factories.person(), reason="别的理由")
    refused = check_problem(api.post(path, changed, format="json"), 409, "request_conflict")
    assert refused["differing_fields"] == ["id_number", "reason"]
    assert row_counts() == before


@pytest.mark.parametrize("path", [REFERRALS, APPROVALS])
def test_strangers_see_no_request(api: APIClient, poor: Person, client_of, row_counts, path: str):
    api.post(path, BODIES[path](poor), format="json")
    before = row_counts()
    check_problem(client_of(factories.hospital()).get(f"{path}Q1/"), 404, "request_not_found")
    anonymous = APIClient()
    check_problem(anonymous.get(f"{path}Q1/"), 401, "not_authenticated")
    check_problem(anonymous.post(path, BODIES[path](poor, "Q2"), format="json"), 401, "not_authenticated")
    assert row_counts() == before


def test_a_township_hospital_registers_no_referral(poor: Person, client_of, row_counts):
    before = row_counts()
    township = client_of(factories.hospital(level="township"))
    answer = township.post(REFERRALS, referral_of(poor), format="json")
    check_problem(answer, 422, "referral_level_too_low")
    assert row_counts() == before


def test_an_unknown_hospital_is_refused_by_its_code(api: APIClient, poor: Person):
    answer = api.post(REFERRALS, referral_of(poor, to_hospital="NOBODY"), format="json")
    check_problem(answer, 422, "hospital_unknown")


# --- deciding


def test_a_request_is_decided_once_and_stays_so(api: APIClient, poor: Person, review: Review):
    api.post(REFERRALS, referral_of(poor), format="json")
    row = ReferralRegistration.objects.get()
    with pytest.raises(ReviewError, match="审核意见"):
        review(row, approve=False, note=" ")
    review(row)
    with pytest.raises(ReviewError, match="已由他人审核"):
        review(row, approve=False, note="反悔")
    with pytest.raises(DatabaseError, match="insert_only"), transaction.atomic():
        ReferralRegistration.objects.update(state="rejected")
    assert ReferralRegistration.objects.get().state == "approved"


# --- a referral decides what "referred" means


@pytest.fixture
def qiannan(packs: None) -> Person:
    """A poor person insured in Qiannan, whose pack asks for registered referrals."""
    factories.load_packs(*QIANNAN)
    return factories.person(at=factories.county("522728", "罗甸县", city="522700"))


@pytest.fixture
def sender(client_of) -> APIClient:
    """The hospital that refers."""
    return client_of(factories.hospital())


def referred_stay(person: Person, claim_no: str = "S1") -> dict[str, Any]:
    return factories.stay(
        person,
        claim_no,
        admitted_on="2019-06-25",
        discharged_on="2019-06-29",
        bed_days=4,
        referral="referred",
    )


def test_only_an_approved_referral_that_covers_the_visit_counts(
    api: APIClient, hospital: Hospital, qiannan: Person, sender: APIClient, review: Review
):
    """黔南医保发〔2019〕36号 二(七): reviewed and registered, only then 经转诊."""
    june = {"valid_from": "2019-06-20", "valid_to": "2019-06-25", "to_hospital": hospital.code}
    elsewhere = factories.hospital()
    sender.post(REFERRALS, referral_of(qiannan, "Q1", **june), format="json")
    sender.post(REFERRALS, referral_of(qiannan, "Q2"), format="json")
    sender.post(
        REFERRALS, referral_of(qiannan, "Q3", **june | {"to_hospital": elsewhere.code}), format="json"
    )
    for number in ("Q2", "Q3"):
        review(ReferralRegistration.objects.get(request_no=number))
    for path in (PREVIEW, CLAIMS):
        answer = api.post(path, referred_stay(qiannan), format="json")
        check_problem(answer, 422, "referral_not_approved")
    assert Claim.objects.count() == PersonYear.objects.count() == 0
    review(ReferralRegistration.objects.get(request_no="Q1"))
    assert api.post(CLAIMS, referred_stay(qiannan), format="json").status_code == 201
    found = api.get("/api/v1/eligibility/?on=2019-06-25", headers={"X-Id-Number": qiannan.id_number}).json()
    assert [(row["request_no"], row["to_hospital"]) for row in found["referrals"]] == [
        ("Q1", hospital.code),
        ("Q3", elsewhere.code),
    ]


def test_a_pack_that_asks_for_no_referral_takes_the_hospitals_word(api: APIClient, poor: Person):
    assert api.post(CLAIMS, factories.stay(poor, referral="referred"), format="json").status_code == 201


# --- an approval lifts the out-of-catalogue control, once


@pytest.fixture
def approved(api: APIClient, poor: Person, review: Review) -> str:
    """The number of an approval for April 2019."""
    api.post(APPROVALS, approval_of(poor), format="json")
    review(ConsumableApproval.objects.get())
    return api.get(f"{APPROVALS}Q1/").json()["approval_no"]


def test_an_approval_is_used_once_and_freed_by_a_reversal(
    api: APIClient, poor: Person, approved: str, row_counts
):
    first = factories.stay(poor, "S1", approval_no=approved)
    assert api.post(CLAIMS, first, format="json").status_code == 201
    assert api.post(CLAIMS, first, format="json").status_code == 200
    before = row_counts()
    second = factories.stay(poor, "S2", approval_no=approved)
    for path in (PREVIEW, CLAIMS):
        check_problem(api.post(path, second, format="json"), 422, "approval_used")
    assert row_counts() == before
    api.post(f"{CLAIMS}S1/reversal/", {"reason": "录入有误"}, format="json")
    assert api.post(CLAIMS, second, format="json").status_code == 201
    assert list(ApprovalUse.objects.order_by("id").values_list("claim__claim_no", flat=True)) == ["S1", "S2"]


def test_an_approval_holds_for_its_person_hospital_and_days(
    api: APIClient, poor: Person, approved: str, client_of, row_counts
):
    may = {"admitted_on": "2019-05-01", "discharged_on": "2019-05-11"}
    before = row_counts()
    for client, body, code in (
        (api, factories.stay(poor, approval_no="NONE"), "approval_not_found"),
        (api, factories.stay(factories.person(), approval_no=approved), "approval_not_found"),
        (client_of(factories.hospital()), factories.stay(poor, approval_no=approved), "approval_not_found"),
        (api, factories.stay(poor, approval_no=approved, **may), "approval_expired"),
    ):
        check_problem(client.post(CLAIMS, body, format="json"), 422, code)
    assert row_counts() == before


def test_an_undecided_request_is_no_approval(api: APIClient, poor: Person):
    api.post(APPROVALS, approval_of(poor), format="json")
    assert api.get(f"{APPROVALS}Q1/").json()["approval_no"] is None
    answer = api.post(CLAIMS, factories.stay(poor, approval_no="Q1"), format="json")
    check_problem(answer, 422, "approval_not_found")


# --- the three papers of a chronic visit


def papers_of(number: str, **fields: str) -> dict[str, str]:
    return {"insurance_card": "C1", "health_certificate": "J1", "visit_certificate": number, **fields}


def test_a_chronic_visit_is_settled_with_the_papers_that_are_registered(api: APIClient, poor: Person):
    certificate = factories.certificate(poor)
    visit = factories.chronic_visit(poor, "V1", papers=papers_of(certificate.certificate_no))
    first, again = (api.post(CLAIMS, visit, format="json") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    other = visit | {"papers": papers_of(certificate.certificate_no, insurance_card="C2")}
    refused = check_problem(api.post(CLAIMS, other, format="json"), 409, "claim_conflict")
    assert refused["differences"] == [{"field": "papers", "first": None, "now": None, "line_no": None}]


@pytest.mark.parametrize(
    "case",
    [
        (date(2018, 3, 1), papers_of("ZZ-OTHER"), "papers_mismatch"),
        (date(2019, 5, 11), None, "papers_expired"),
        (date(2018, 3, 1), {"insurance_card": "C1", "health_certificate": "J1"}, "field_required"),
        (date(2018, 3, 1), "全", "object_required"),
    ],
)
def test_papers_that_do_not_fit_are_refused(api: APIClient, poor: Person, row_counts, case: tuple):
    since, papers, code = case
    certificate = factories.certificate(poor, since=since)
    before = row_counts()
    shown = papers_of(certificate.certificate_no) if papers is None else papers
    for path in (PREVIEW, CLAIMS):
        answer = api.post(path, factories.chronic_visit(poor, papers=shown), format="json")
        check_problem(answer, 422, code)
    assert row_counts() == before

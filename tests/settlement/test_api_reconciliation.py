"""Reconciliation: a hospital's books beside ours, totals first, then claim by claim."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from beneficiaries.models import Person
from tests import factories
from tests.settlement.api_support import CLAIMS, check_problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

TOTALS, DETAILS = "/api/v1/reconciliation/totals/", "/api/v1/reconciliation/details/"
# All is posted on the business date.
PERIOD = {"first_day": "2019-06-01", "last_day": "2019-06-30"}
STAY = {"total": "20000.00", "paid": "17024.40", "patient": "975.60"}
FUNDS = {"county_assistance": "2276.40", "residents_pool": "14640.00", "residents_supplementary": "108.00"}


def totals_of(**fields: Any) -> dict[str, Any]:
    funds = [{"fund": fund, "amount": amount} for fund, amount in FUNDS.items()]
    visit = {"visit_type": "inpatient", "count": 1, **STAY, "funds": funds, **fields}
    return {**PERIOD, "totals": [visit]}


def details_of(*lines: dict[str, str]) -> dict[str, Any]:
    return {**PERIOD, "lines": list(lines)}


@pytest.fixture
def settled(api: APIClient, poor: Person) -> APIClient:
    """One stay settled, another settled and reversed."""
    api.post(CLAIMS, factories.stay(poor, "S1"), format="json")
    api.post(CLAIMS, factories.stay(factories.person(), "S2"), format="json")
    api.post(f"{CLAIMS}S2/reversal/", {"reason": "录入有误"}, format="json")
    return api


def test_equal_totals_are_equal_per_visit_type_and_fund(settled: APIClient):
    body = settled.post(TOTALS, totals_of(), format="json").json()
    assert (body["result"], len(body["visits"])) == ("equal", 1)
    assert [(row["fund"], row["ours"], row["result"]) for row in body["visits"][0]["funds"]] == [
        (fund, amount, "equal") for fund, amount in FUNDS.items()
    ]


def test_a_difference_of_one_fen_is_named_with_both_values(settled: APIClient):
    body = settled.post(TOTALS, totals_of(patient="975.61"), format="json").json()
    assert body["result"] == body["visits"][0]["result"] == "differs"
    assert {"name": "patient", "theirs": "975.61", "ours": "975.60"} in body["visits"][0]["figures"]


def test_a_fund_that_one_side_lacks_differs(settled: APIClient):
    body = settled.post(TOTALS, totals_of(funds=[]), format="json").json()
    assert [(row["theirs"], row["result"]) for row in body["visits"][0]["funds"]] == [("0.00", "differs")] * 3
    without = totals_of()
    del without["totals"][0]["funds"]
    assert settled.post(TOTALS, without, format="json").json()["result"] == "equal"


def test_an_empty_period_answers_what_we_have(settled: APIClient):
    body = settled.post(TOTALS, {**PERIOD, "totals": []}, format="json").json()
    assert (body["result"], body["visits"][0]["figures"][1]["ours"]) == ("differs", "20000.00")
    may = {"first_day": "2019-05-01", "last_day": "2019-05-31", "totals": []}
    answer = settled.post(TOTALS, may, format="json").json()
    assert (answer["result"], answer["visits"], answer["last_day"]) == ("equal", [], "2019-05-31")


def test_each_claim_is_equal_differs_or_is_missing_on_a_side(settled: APIClient, poor: Person):
    settled.post(CLAIMS, factories.chronic_visit(poor, "V1"), format="json")
    body = settled.post(
        DETAILS,
        details_of(
            {"claim_no": "S1", **STAY, "paid": "17024.41"},
            {"claim_no": "S2", "total": "0.00", "paid": "0.00", "patient": "0.00"},
            {"claim_no": "S9", **STAY},
        ),
        format="json",
    ).json()
    assert [(row["claim_no"], row["result"]) for row in body["lines"]] == [
        ("S1", "differs"), ("S2", "equal"), ("S9", "missing_here"), ("V1", "missing_there"),
    ]  # fmt: skip
    assert body["lines"][0]["figures"] == [{"name": "paid", "theirs": "17024.41", "ours": "17024.40"}]
    assert [body[name] for name in ("equal", "differs", "missing_here", "missing_there")] == [1, 1, 1, 1]
    assert body["more_missing_there"] is False


def test_a_reversed_claim_that_is_not_listed_is_not_missed(settled: APIClient):
    body = settled.post(DETAILS, details_of({"claim_no": "S1", **STAY}), format="json").json()
    assert [(row["claim_no"], row["result"]) for row in body["lines"]] == [("S1", "equal")]


def test_a_hospital_reconciles_its_own_claims_only(settled: APIClient, client_of):
    stranger = client_of(factories.hospital())
    assert stranger.post(TOTALS, {**PERIOD, "totals": []}, format="json").json()["visits"] == []
    body = stranger.post(DETAILS, details_of({"claim_no": "S1", **STAY}), format="json").json()
    assert [(row["claim_no"], row["result"]) for row in body["lines"]] == [("S1", "missing_here")]
    for path in (TOTALS, DETAILS):
        check_problem(APIClient().post(path, {}, format="json"), 401, "not_authenticated")


def test_reconciling_writes_nothing_and_takes_few_queries(
    settled: APIClient, row_counts, django_assert_num_queries
):
    lines = [{"claim_no": f"N{number}", **STAY} for number in range(2_000)]
    before = row_counts()
    # Key, two reads, the call log.
    with django_assert_num_queries(4):
        assert settled.post(DETAILS, details_of(*lines), format="json").json()["missing_here"] == 2_000
    with django_assert_num_queries(4):
        settled.post(TOTALS, totals_of(), format="json")
    assert row_counts() == before


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        (TOTALS, {**PERIOD, "totals": [{"visit_type": "spa"}]}, "choice_invalid"),
        (TOTALS, totals_of(total=20000), "amount_not_string"),
        (TOTALS, {**PERIOD, "totals": totals_of()["totals"] * 2}, "visit_type_repeated"),
        (TOTALS, {"first_day": "2019-06-30", "last_day": "2019-06-01", "totals": []}, "period_invalid"),
        (DETAILS, details_of({"claim_no": "S1"}), "field_required"),
        (DETAILS, details_of(*[{"claim_no": "S1", **STAY}] * 2), "claim_no_repeated"),
        (DETAILS, details_of(*[{"claim_no": f"N{n}", **STAY} for n in range(2_001)]), "list_too_long"),
        (DETAILS, {**PERIOD, "lines": [1]}, "object_required"),
    ],
)
def test_bad_books_are_refused(api: APIClient, path: str, body: dict, code: str):
    check_problem(api.post(path, body, format="json"), 422, code)

"""A diagnosis code suggests list entries through the interface."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.settlement.api_support import check_problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
DISEASES = "/api/v1/diseases/?diagnosis_code="


def test_a_code_suggests_its_disease_and_what_must_hold_besides(api: APIClient):
    body = api.get(f"{DISEASES}I10.x00x002").json()
    assert (body["policy"], body["on"]) == ("zhengzhou-2019", "2019-06-30")
    (found,) = body["diseases"]
    assert (found["disease"], found["name"], found["certain"]) == ("zz-37/12", "高血压病", False)
    assert found["needs"] == ["伴靶器官损害"]
    assert found["lists"][0] == "郑州市农村贫困人口慢性病病种（37种）"


def test_certain_entries_come_first_and_nothing_fits_nothing(api: APIClient):
    certain = [row["certain"] for row in api.get(f"{DISEASES}C50.9").json()["diseases"]]
    assert certain == sorted(certain, reverse=True)
    assert certain[0] is True
    assert api.get(f"{DISEASES}S72.0").json()["diseases"] == []


def test_queries_do_not_grow_with_what_is_found(api: APIClient):
    counts = set()
    for code in ("I10", "C34.9", "S72.0"):
        api.get(DISEASES + code)
        with CaptureQueriesContext(connection) as queries:
            api.get(DISEASES + code)
        counts.add(len([row for row in queries if "policies_" in row["sql"]]))
    assert max(counts) <= 7


def test_bad_questions_are_refused(api: APIClient):
    check_problem(api.get("/api/v1/diseases/"), 422, "field_required")
    check_problem(api.get(f"{DISEASES}I10&age=x"), 422, "integer_invalid")
    check_problem(api.get(f"{DISEASES}I10&city_code=999999"), 422, "policy_not_found")
    assert APIClient().get(f"{DISEASES}I10").status_code == 401

"""Refusals of the hospitals' interface: a stable code, a Chinese sentence, and nothing is written."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from rest_framework.test import APIClient

from beneficiaries.models import Person
from settlement.api import claim_in
from tests import factories
from tests.settlement.api_support import CLAIMS, PREVIEW, check_problem, is_chinese

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

Change = Callable[[dict[str, Any]], Any]


def _with(**fields: Any) -> Change:
    return lambda body: body | fields


def _line(**fields: Any) -> Change:
    return lambda body: body | {"lines": [factories.line() | fields]}


def _without(*names: str) -> Change:
    return lambda body: {name: value for name, value in body.items() if name not in names}


BAD = {
    "not an object": (lambda _: [], 422, "object_required", ""),
    "unknown field": (_with(hospital="H1"), 422, "field_unknown", "/hospital"),
    "no claim number": (_without("claim_no"), 422, "field_required", "/claim_no"),
    "slash in the claim number": (_with(claim_no="a/b"), 422, "text_invalid", "/claim_no"),
    "claim number taken by an address": (_with(claim_no="preview"), 422, "text_invalid", "/claim_no"),
    "claim number too long": (_with(claim_no="1" * 61), 422, "text_too_long", "/claim_no"),
    "claim number is a number": (_with(claim_no=7), 422, "text_invalid", "/claim_no"),
    "wrong check digit": (_with(id_number="410199196005170001"), 422, "id_number_invalid", "/id_number"),
    "NUL in a text": (_with(diagnosis_name="a\0b"), 422, "text_invalid", "/diagnosis_name"),
    "lone surrogate": (_with(diagnosis_name="\ud800"), 422, "text_invalid", "/diagnosis_name"),
    "blank text": (_with(diagnosis_name="  "), 422, "field_required", "/diagnosis_name"),
    "unknown visit type": (_with(visit_type="spa"), 422, "choice_invalid", "/visit_type"),
    "visit type is a list": (_with(visit_type=[]), 422, "choice_invalid", "/visit_type"),
    "no such day": (_with(discharged_on="2019-02-29"), 422, "date_invalid", "/discharged_on"),
    "day with a time": (_with(discharged_on="2019-04-11T00:00"), 422, "date_invalid", "/discharged_on"),
    "bed days true": (_with(bed_days=True), 422, "integer_invalid", "/bed_days"),
    "bed days negative": (_with(bed_days=-1), 422, "integer_invalid", "/bed_days"),
    "chronic without disease": (
        _with(visit_type="chronic_outpatient"), 422, "field_required", "/chronic_disease",
    ),
    "disease malformed": (_with(diseases=["zz-37"]), 422, "text_invalid", "/diseases"),
    "diseases no list": (_with(diseases="zz-37/1"), 422, "list_required", "/diseases"),
    "given no object": (_with(given=[1]), 422, "object_required", "/given/0"),
    "given amount a number": (
        _with(given=[{"tier": "basic", "fund": "x", "amount": 1}]),
        422, "amount_not_string", "/given/0/amount",
    ),
    "no lines": (_with(lines=[]), 422, "lines_required", "/lines"),
    "lines no list": (_with(lines={}), 422, "list_required", "/lines"),
    "line no object": (_with(lines=["x"]), 422, "object_required", "/lines/0"),
    "float amount": (_line(amount=1000.0), 422, "amount_not_string", "/lines/0/amount"),
    "integer amount": (_line(amount=1000), 422, "amount_not_string", "/lines/0/amount"),
    "three decimals": (_line(amount="1000.000"), 422, "amount_invalid", "/lines/0/amount"),
    "negative amount": (_line(amount="-1.00", in_scope="-1.00"), 422, "amount_negative", "/lines/0/amount"),
    "null amount": (_line(amount=None), 422, "field_required", "/lines/0/amount"),
    "parts one fen off": (_line(in_scope="999.99"), 422, "line_parts_mismatch", "/lines/0/amount"),
    "unknown category": (_line(category="spa"), 422, "choice_invalid", "/lines/0/category"),
    "category a list": (_line(category=["bed"]), 422, "choice_invalid", "/lines/0/category"),
    "unknown line field": (_line(price="1.00"), 422, "field_unknown", "/lines/0/price"),
    "NUL in an item": (_line(item_name="a\0"), 422, "text_invalid", "/lines/0/item_name"),
    "line number zero": (_line(line_no=0), 422, "integer_invalid", "/lines/0/line_no"),
    "line number twice": (
        _with(lines=[factories.line(), factories.line()]), 422, "line_no_repeated", "/lines/1/line_no",
    ),
    "a slip of the point": (
        _line(amount="100000000.01", in_scope="100000000.01"), 422, "total_implausible", "/lines",
    ),
    "ten thousand lines": (
        _with(lines=[factories.line(no) for no in range(1, 10_001)]), 413, "too_many_lines", None,
    ),
    "in the future": (_with(discharged_on="2019-07-01"), 422, "date_in_future", None),
    "dates out of order": (_with(admitted_on="2019-04-12"), 422, "dates_out_of_order", None),
    "too many bed days": (_with(bed_days=12), 422, "bed_days_implausible", None),
    "not enrolled": (_with(admitted_on="2017-04-01", discharged_on="2017-04-11"), 422, "not_enrolled", None),
    "unknown disease": (_with(diseases=["zz-37/38"]), 422, "disease_unknown", None),
    "unknown person": (_with(id_number=factories.unused_id_number()), 404, "person_not_found", None),
    "given too much": (
        _with(given=[{"tier": "basic", "fund": "x", "amount": "20000.01"}]),
        422, "given_payment_invalid", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD.values(), ids=list(BAD))
def test_a_bad_claim_is_refused_and_nothing_is_written(
    api: APIClient, poor: Person, row_counts, case: tuple[Change, int, str, str | None]
):
    change, status, code, pointer = case
    before = row_counts()
    for path in (CLAIMS, PREVIEW):
        answer = api.post(path, json.dumps(change(factories.stay(poor))), content_type="application/json")
        body = check_problem(answer, status, code)
        if pointer is not None:
            assert body["errors"][0]["pointer"] == pointer
            assert is_chinese(body["errors"][0]["detail"])
        assert poor.id_number not in json.dumps(body)
    assert row_counts() == before


def test_a_number_of_two_lines_with_details_is_refused(api: APIClient, poor: Person, row_counts):
    claim = factories.stay(poor, "S1")
    # The two details are alike up to a field that only one of them has.
    claim["lines"] = [factories.line(unit="盒"), factories.line(unit="盒", expires_on="2020-01-01")]
    before = row_counts()
    check_problem(api.post(CLAIMS, claim, format="json"), 422, "line_no_repeated")
    assert row_counts() == before


def test_every_wrong_field_is_named(api: APIClient, poor: Person):
    lines = [factories.line(1), factories.line(2, in_scope="1.00"), factories.line(3) | {"amount": 5}]
    answer = api.post(CLAIMS, factories.stay(poor, lines=lines, referral="?"), format="json")
    errors = answer.json()["errors"]
    assert [(row["pointer"], row["code"]) for row in errors] == [
        ("/referral", "choice_invalid"),
        ("/lines/1/amount", "line_parts_mismatch"),
        ("/lines/2/amount", "amount_not_string"),
    ]
    assert errors[1]["detail"].startswith("第 2 行")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from(["1.00", "-1.00", "2019-04-11", "bed", "inpatient", "zz-37/12", "９.００"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
PLACES = st.sampled_from(
    [(name,) for name in sorted(claim_in.CLAIM_FIELDS - {"claim_no"})]
    + [("lines", 0, name) for name in sorted(claim_in.LINE_FIELDS)]
    + [("given", 0, name) for name in sorted(claim_in.GIVEN_FIELDS)]
)


@examples(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=PLACES, value=JSON)
def test_whatever_stands_in_a_field_is_settled_or_refused(api: APIClient, poor: Person, place, value):
    """A defect would raise here: the test client does not turn exceptions into answers."""
    body = json.loads(json.dumps(factories.stay(poor, **factories.bill_of("18000"))))
    target: Any = body
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    answer = api.post(CLAIMS, json.dumps(body), content_type="application/json")
    assert answer.status_code in {201, 404, 422}
    if answer.status_code != 201:
        check_problem(answer, answer.status_code, answer.json()["code"])


NOT_JSON = {
    "cut off": (b'{"claim_no": ', "malformed_json"),
    "NaN": (b'{"bed_days": NaN}', "malformed_json"),
    "Infinity": (b'{"bed_days": -Infinity}', "malformed_json"),
    "same key twice": (b'{"claim_no": "1", "claim_no": "2"}', "duplicate_key"),
    "not UTF-8": ('{"claim_no": "单"}'.encode("gbk"), "not_utf8"),
    "nested too deep": (b"[" * 100_000, "nested_too_deep"),
    "eleven deep": (b"[" * 11 + b"]" * 11, "nested_too_deep"),
    "endless number": (b'{"bed_days": ' + b"9" * 10_000 + b"}", "malformed_json"),
}


@pytest.mark.parametrize(("body", "code"), NOT_JSON.values(), ids=list(NOT_JSON))
def test_what_is_not_strict_json_is_refused(api: APIClient, row_counts, body: bytes, code: str):
    before = row_counts()
    for path in (CLAIMS, PREVIEW, f"{CLAIMS}S1/reversal/"):
        check_problem(api.post(path, body, content_type="application/json"), 400, code)
    assert row_counts() == before


def test_ten_levels_are_read(api: APIClient):
    answer = api.post(CLAIMS, b'{"a": ' + b"[" * 9 + b"]" * 9 + b"}", content_type="application/json")
    assert answer.status_code == 422


def test_a_body_too_large_is_refused(api: APIClient, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    check_problem(api.post(CLAIMS, b" " * 1_001, content_type="application/json"), 413, "body_too_large")


def test_other_formats_and_methods_are_refused(api: APIClient):
    check_problem(api.post(CLAIMS, {"a": "b"}, format="multipart"), 415, "unsupported_media_type")
    check_problem(api.get(CLAIMS), 405, "method_not_allowed")
    check_problem(api.get(f"{CLAIMS}S1/", headers={"Accept": "text/csv"}), 406, "not_acceptable")
    check_problem(api.get(f"{CLAIMS}S1/?format=csv"), 406, "not_acceptable")
    check_problem(api.get(f"{CLAIMS}S1/statement/?format=xlsx"), 406, "not_acceptable")


def test_claim_number_with_nul_is_not_found(api: APIClient):
    check_problem(api.get(f"{CLAIMS}a%00b/"), 404, "claim_not_found")


@pytest.mark.parametrize("reason", [None, "", 5, "a\0", "长" * 201])
def test_a_reversal_needs_a_reason(api: APIClient, poor: Person, row_counts, reason: Any):
    api.post(CLAIMS, factories.stay(poor, "S1"), format="json")
    before = row_counts()
    answer = api.post(f"{CLAIMS}S1/reversal/", {"reason": reason}, format="json")
    assert answer.json()["errors"][0]["pointer"] == "/reason"
    assert answer.status_code == 422
    assert row_counts() == before


def test_no_policy_in_force_is_refused(api: APIClient, packs: None, row_counts):
    person = factories.person(at=factories.county("419998", "无政策县", city="419900"))
    before = row_counts()
    body = check_problem(api.post(CLAIMS, factories.stay(person), format="json"), 422, "no_policy_in_force")
    assert "发布政策" in body["detail"]
    assert row_counts() == before


def test_a_quota_not_entered_is_refused_by_name(api: APIClient, packs: None, tmp_path, row_counts):
    text = (factories.PACKS / "zhengzhou-2019.yaml").read_text(encoding="utf-8")
    text = text.replace("code: zhengzhou-2019", "code: elsewhere-2019", 1).replace('"410100"', '"410300"', 1)
    text = text.replace(
        'disease: zz-37/12, period: 季, amount: "1200.00"', "disease: zz-37/12, period: 季, amount: null"
    )
    (tmp_path / "pack.yaml").write_text(text, encoding="utf-8")
    factories.load_packs(tmp_path / "pack.yaml")
    person = factories.person(at=factories.county("410398", "别处县", city="410300"))
    factories.certificate(person)
    before = row_counts()
    answer = api.post(CLAIMS, factories.chronic_visit(person), format="json")
    body = check_problem(answer, 422, "policy_parameter_missing")
    assert "zz-37/12" in body["detail"]
    assert row_counts() == before


def test_id_numbers_reach_no_log(api: APIClient, poor: Person, caplog):
    caplog.set_level("DEBUG")
    api.post(CLAIMS, factories.stay(poor), format="json")
    api.post(CLAIMS, factories.stay(poor, visit_type="?"), format="json")
    api.get("/api/v1/eligibility/", headers={"X-Id-Number": poor.id_number})
    assert poor.id_number not in caplog.text

"""What the OpenAPI document says of each operation beyond its fields (接口契约): examples and error codes.

The examples are requests that were sent and answers that were given (``examples.json``); a test sends them
again.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from settlement.api.problems import CONTENT_TYPE

EXAMPLES = Path(__file__).with_name("examples.json")

_ANY = {
    400: ("bad_request",),
    401: ("not_authenticated",),
    406: ("not_acceptable",),
    422: ("field_unknown", "field_required", "text_invalid", "text_too_long"),
    429: ("throttled",),
    500: ("server_error", "engine_invariant_broken"),
}
_BODY = {
    400: ("malformed_json", "not_utf8", "duplicate_key", "nested_too_deep"),
    411: ("length_required",),
    413: ("body_too_large",),
    415: ("unsupported_media_type",),
    422: ("object_required", "list_required", "list_too_long", "choice_invalid", "date_invalid",
          "integer_invalid", "amount_not_string", "amount_invalid", "amount_negative"),
}  # fmt: skip
_PERSON = {404: ("person_not_found",), 422: ("id_number_invalid",)}
_CLAIM = {
    409: ("claim_conflict",),
    413: ("too_many_lines",),
    422: ("lines_required", "line_no_repeated", "line_parts_mismatch", "total_implausible", "number_invalid",
          "serviced_on_outside_visit", "dates_out_of_order", "date_in_future", "bed_days_implausible",
          "visit_before_birth", "person_deceased", "not_enrolled", "no_policy_in_force", "disease_unknown",
          "hospital_not_designated", "referral_not_approved", "approval_not_found", "approval_expired",
          "approval_used", "papers_required", "papers_mismatch", "papers_expired", "given_payment_invalid",
          "stay_overlaps", "policy_parameter_missing", "policy_defective", "advice_blocked"),
}  # fmt: skip
_REQUEST = {
    409: ("request_conflict",),
    422: ("period_invalid", "not_enrolled", "person_deceased"),
}

Codes = Mapping[int, tuple[str, ...]]

# Codes by operation, from the general to its own; the batch answers those of a claim inside its results.
ERRORS: Mapping[str, tuple[Codes, ...]] = {
    "eligibility": (_ANY, _PERSON, {422: ("date_invalid",)}),
    "disease_suggestions": (_ANY, {422: ("date_invalid", "integer_invalid", "no_policy_in_force")}),
    "claim_preview": (_ANY, _BODY, _PERSON, _CLAIM, {409: ("figures_differ",)}),
    "claim_settle": (_ANY, _BODY, _PERSON, _CLAIM, {409: ("figures_differ", "message_conflict")}),
    "claim_settle_batch": (_ANY, _BODY, {422: ("batch_size",)}),
    "claim_detail": (_ANY, {404: ("claim_not_found",)}),
    "claim_statement": (_ANY, {404: ("claim_not_found",)}),
    "claim_reverse": (_ANY, _BODY, {404: ("claim_not_found",), 409: ("message_conflict",)}),
    "message_outcome": (_ANY, {404: ("message_not_found",)}),
    "referral_register": (
        _ANY, _BODY, _PERSON, _REQUEST, {422: ("referral_level_too_low", "hospital_unknown")},
    ),
    "referral_detail": (_ANY, {404: ("request_not_found",)}),
    "approval_request": (_ANY, _BODY, _PERSON, _REQUEST, {422: ("amount_implausible",)}),
    "approval_detail": (_ANY, {404: ("request_not_found",)}),
    "certification_exams": (_ANY, {404: ("certification_not_found",)}),
    "certification_exam_enter": (
        _ANY, _BODY,
        {404: ("certification_not_found",),
         422: ("certification_state_wrong", "certification_refused", "policy_not_found")},
    ),
    "reconcile_totals": (
        _ANY, _BODY, {422: ("period_invalid", "visit_type_repeated", "fund_repeated")},
    ),
    "reconcile_details": (_ANY, _BODY, {422: ("period_invalid", "claim_no_repeated")}),
    "ledger_list": (_ANY, {422: ("integer_invalid",)}),
    "ledger_detail": (_ANY, {404: ("ledger_not_found",), 422: ("integer_invalid",)}),
    "ledger_confirm": (_ANY, _BODY, {404: ("ledger_not_found",), 409: ("ledger_refused",)}),
}  # fmt: skip


# Headings of the page that people browse, by the first part of the address.
TAGS: Mapping[str, str] = {
    "eligibility": "资格查询",
    "diseases": "病种提示",
    "claims": "结算",
    "messages": "报文结果",
    "reconciliation": "对账",
    "referrals": "转诊登记",
    "approvals": "高值耗材审批",
    "certifications": "慢性病鉴定",
    "ledgers": "季度台账",
    "schema": "接口文件",
}


def contract_completed(
    result: dict[str, Any], generator: object, request: object, public: bool
) -> dict[str, Any]:
    """Hook of the OpenAPI generator: put in the codes and the examples of each operation."""
    for operation in _operations(result):
        name = operation["operationId"]
        operation["tags"] = [TAGS.get(tag, tag) for tag in operation.get("tags", ())]
        if name in ERRORS:
            _put_codes(operation, ERRORS[name])
        for example in examples():
            if example["operation"] == name:
                _put_example(operation, example)
    return result


@cache
def examples() -> tuple[dict[str, Any], ...]:
    """Exchanges in the order in which they were had."""
    return tuple(json.loads(EXAMPLES.read_text(encoding="utf-8")))


def codes_of(operation: str) -> dict[int, list[str]]:
    """The codes that an operation may answer, by status."""
    found: dict[int, list[str]] = {}
    for codes in ERRORS[operation]:
        for status, names in codes.items():
            found.setdefault(status, []).extend(names)
    return found


def _operations(result: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path in result["paths"].values():
        yield from (item for item in path.values() if isinstance(item, dict) and "operationId" in item)


def _put_codes(operation: dict[str, Any], errors: tuple[Codes, ...]) -> None:
    """Name the codes of each refusal; statuses that the operation never answers go."""
    codes = codes_of(operation["operationId"])
    for status in [key for key in operation["responses"] if int(key) >= 400]:
        if int(status) in codes:
            names = "、".join(f"`{name}`" for name in codes[int(status)])
            operation["responses"][status]["description"] = f"code：{names}"
        else:
            del operation["responses"][status]


def _put_example(operation: dict[str, Any], example: Mapping[str, Any]) -> None:
    shown = {"summary": example["summary"]}
    if "request" in example:
        body = operation["requestBody"]["content"]["application/json"]
        body.setdefault("examples", {})[example["name"]] = {**shown, "value": example["request"]}
    media = CONTENT_TYPE if example["status"] >= 400 else "application/json"
    answer = operation["responses"][str(example["status"])]["content"][media]
    answer.setdefault("examples", {})[example["name"]] = {**shown, "value": example["answer"]}

"""The bodies of referrals and approval requests (转诊登记、高值耗材审批)."""

from typing import Any

from organizations.models import Hospital
from settlement.api.claim_in import CLAIM_NO, MAX_TOTAL_FEN, read_id_number
from settlement.api.fields import Fields, body_of, raise_any
from settlement.errors import FieldError
from settlement.services.requests import ApprovalInput, ReferralInput

MAX_DAYS = 366
COMMON_FIELDS = frozenset(
    {"request_no", "id_number", "diagnosis_code", "diagnosis_name", "reason", "valid_from", "valid_to"}
)
REFERRAL_FIELDS = COMMON_FIELDS | {"to_hospital", "to_place"}
APPROVAL_FIELDS = COMMON_FIELDS | {"item_code", "item_name", "quantity", "amount"}


def read_referral(data: Any) -> ReferralInput:
    """The referral of a request body.

    Raises:
        RequestInvalidError: fields are wrong; all of them are named.
    """
    errors: list[FieldError] = []
    fields = body_of(data, known=REFERRAL_FIELDS, errors=errors)
    code = fields.text("to_hospital", most=12, required=False)
    # Every hospital may send patients to every other: there is no scope to keep to.
    to_hospital = Hospital.objects.filter(code=code).first() if code else None
    if code and to_hospital is None:
        fields.refuse(
            "to_hospital", "hospital_unknown", "转入机构编码没有登记；不在册的机构请只填 to_place。"
        )
    referral = ReferralInput(
        **_common(fields), to_hospital=to_hospital, to_place=fields.text("to_place", most=200)
    )
    raise_any(errors)
    return referral


def read_approval(data: Any) -> ApprovalInput:
    """The approval request of a request body.

    Raises:
        RequestInvalidError: fields are wrong; all of them are named.
    """
    errors: list[FieldError] = []
    fields = body_of(data, known=APPROVAL_FIELDS, errors=errors)
    approval = ApprovalInput(
        **_common(fields),
        item_code=fields.text("item_code", most=60, required=False),
        item_name=fields.text("item_name", most=200),
        quantity=fields.whole("quantity", least=1, most=10_000),
        amount_fen=fields.amount("amount"),
    )
    if not errors and not 0 < approval.amount_fen <= MAX_TOTAL_FEN:
        fields.refuse("amount", "amount_implausible", "amount 须大于 0，且不超过 1 亿元。")
    raise_any(errors)
    return approval


def _common(fields: Fields) -> dict[str, Any]:
    text = fields.text("id_number", most=40)
    first, last = fields.day("valid_from"), fields.day("valid_to")
    common = {
        "request_no": fields.text("request_no", most=60, pattern=CLAIM_NO),
        "id_number": read_id_number(fields, "id_number", text) if text else "",
        "diagnosis_code": fields.text("diagnosis_code", most=20),
        "diagnosis_name": fields.text("diagnosis_name", most=200),
        "reason": fields.text("reason", most=500),
        "valid_from": first,
        "valid_to": last,
    }
    if not fields.errors and not 0 <= (last - first).days < MAX_DAYS:
        fields.refuse("valid_to", "period_invalid", "valid_to 不能早于 valid_from，有效期至多一年。")
    return common

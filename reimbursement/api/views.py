"""A hospital's own ledgers (本机构的季度台账)."""

import re
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.clock import business_date
from common.money import format_yuan
from organizations.api.authentication import hospital_of
from organizations.scope import scope_of_hospital
from reimbursement.api.errors import LedgerRefusedError
from reimbursement.api.schema import LedgerConfirmIn, LedgerConfirmOut, LedgerDetailOut, LedgerListOut
from reimbursement.errors import LedgerError
from reimbursement.models import LedgerLine, QuarterlyLedger
from reimbursement.selectors import item_list, ledger_by_no, ledger_lines, ledger_list
from reimbursement.services import Actor, ledger_confirm
from settlement.api.fields import Fields, raise_any
from settlement.api.schema import PROBLEMS
from settlement.errors import FieldError
from settlement.models import Settlement

# Kinds × counties × quarters: some years of a large hospital.
MOST_LEDGERS = 500
PAGE = 500
_NUMBER = re.compile(r"[0-9]{1,18}")
_HASH = re.compile(r"[0-9a-f]{64}")

YEAR = OpenApiParameter("year", OpenApiTypes.INT, OpenApiParameter.QUERY, description="年度，默认本年")
AFTER = OpenApiParameter(
    "after", OpenApiTypes.INT, OpenApiParameter.QUERY, description="上一页答复的 next；第一页不填"
)


class LedgerListApi(APIView):
    """GET /api/v1/ledgers/ : the ledgers of a year (台账列表)."""

    @extend_schema(
        operation_id="ledger_list",
        summary="查询本机构某年度的季度台账：种类、状态、合计",
        parameters=[YEAR],
        responses={200: LedgerListOut, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        year = _number(request, "year", default=business_date().year, most=9999)
        ledgers = ledger_list(scope=scope_of_hospital(hospital_of(request))).filter(year=year)
        return Response({"ledgers": [_ledger_out(ledger) for ledger in ledgers[:MOST_LEDGERS]]})


class LedgerDetailApi(APIView):
    """GET /api/v1/ledgers/{ledger_no}/ : a ledger and its lines (台账明细)."""

    @extend_schema(
        operation_id="ledger_detail",
        summary="查询一份台账的明细，分页",
        parameters=[AFTER],
        responses={200: LedgerDetailOut, **PROBLEMS},
    )
    def get(self, request: Request, ledger_no: str) -> Response:
        """The hospital's own ledger."""
        after = _number(request, "after", default=0, most=2**62)
        scope = scope_of_hospital(hospital_of(request))
        ledger = ledger_by_no(scope=scope, ledger_no=ledger_no)
        rows = ledger_lines(ledger=ledger).filter(pk__gt=after).prefetch_related("deductions")
        lines = list(rows[: PAGE + 1])
        items = item_list(scope=scope).filter(ledger=ledger).prefetch_related("payments__receipt")
        return Response(
            {
                **_ledger_out(ledger),
                "funds": [_item_out(item) for item in items],
                "lines": [_line_out(line) for line in lines[:PAGE]],
                "next": lines[PAGE - 1].pk if len(lines) > PAGE else None,
            }
        )


class LedgerConfirmApi(APIView):
    """POST /api/v1/ledgers/{ledger_no}/confirmation/ : the hospital confirms its ledger (确认台账)."""

    @extend_schema(
        operation_id="ledger_confirm",
        summary="医疗机构确认一份台账；重复确认得到同样的答复",
        request=LedgerConfirmIn,
        responses={200: LedgerConfirmOut, **PROBLEMS},
    )
    def post(self, request: Request, ledger_no: str) -> Response:
        """What is confirmed is the content that was read: ``content_hash`` comes from the ledger's answer."""
        errors: list[FieldError] = []
        body = request.data if isinstance(request.data, dict) else {}
        fields = Fields({**body}, at="", errors=errors)
        fields.only({"content_hash"})
        content_hash = fields.text("content_hash", most=64, pattern=_HASH)
        raise_any(errors)
        hospital = hospital_of(request)
        ledger = ledger_by_no(scope=scope_of_hospital(hospital), ledger_no=ledger_no)
        try:
            step = ledger_confirm(
                ledger_id=ledger.pk, by=Actor(hospital=hospital), content_hash=content_hash or ""
            )
        except LedgerError as error:
            raise LedgerRefusedError(str(error)) from None
        return Response({"ledger_no": ledger_no, "step": str(step.step), "confirmed_at": step.at})


def _number(request: Request, name: str, *, default: int, most: int) -> int:
    """A whole number of the query string; no other names are known."""
    errors: list[FieldError] = []
    fields = Fields({**request.query_params.dict()}, at="query", errors=errors)
    fields.only({name})
    text = fields.text(name, most=18, pattern=_NUMBER, required=False)
    number = int(text) if text and not errors else default
    if number > most:
        fields.refuse(name, "integer_invalid", f"{name} 须为 0 至 {most} 的整数。")
    raise_any(errors)
    return number


def _ledger_out(ledger: QuarterlyLedger) -> dict[str, Any]:
    return {
        "ledger_no": ledger.ledger_no,
        "kind": ledger.kind_code,
        "title": ledger.kind.title or ledger.kind_code,
        "county": ledger.county.code,
        "year": ledger.year,
        "quarter": ledger.quarter,
        "status": str(ledger.status),
        "status_name": ledger.get_status_display(),
        "line_count": ledger.line_count,
        "total": format_yuan(ledger.total_fen),
        "content_hash": ledger.content_hash,
        "due_on": ledger.due_on,
        "submitted_at": ledger.submitted_at,
    }


def _line_out(line: LedgerLine) -> dict[str, Any]:
    payment, fee = line.payment, line.exam_advance or line.service_fee
    posting: Any = fee or line.settlement or (payment and payment.settlement)
    return {
        "line": line.pk,
        "corrects": line.corrects_id,
        "claim_no": _claim_no(line),
        "posted_on": posting.posted_on,
        "kind": _KIND[fee.corrects_id is None] if fee else str(posting.kind),
        "tier": payment.tier if payment else "",
        "fund": line.fund,
        "amount": format_yuan(line.amount_fen),
        "deducted": format_yuan(sum(row.amount_fen for row in line.deductions.all())),
        "reasons": [row.reason for row in line.deductions.all() if row.undoes_id is None],
    }


def _claim_no(line: LedgerLine) -> str:
    if line.exam_advance is not None:
        return line.exam_advance.application.application_no
    if line.service_fee is not None:
        # A contract with a family doctor has no number of the hospital's.
        return ""
    posting: Any = line.settlement or (line.payment and line.payment.settlement)
    return str(posting.claim.claim_no)


# Fees are advanced or taken back.
_KIND = {True: str(Settlement.Kind.ORIGINAL), False: str(Settlement.Kind.REVERSAL)}


def _item_out(item: Any) -> dict[str, Any]:
    return {
        "fund": item.fund,
        "applied": format_yuan(item.applied_fen),
        "deducted": format_yuan(item.deducted_fen),
        "approved": format_yuan(item.approved_fen),
        "paid": format_yuan(item.paid_fen),
        "outstanding": format_yuan(item.applied_fen - item.deducted_fen - item.paid_fen),
        "payments": [
            {
                "paid_on": payment.paid_on,
                "amount": format_yuan(payment.amount_fen),
                "bank_reference": payment.bank_reference,
                "received_on": payment.receipt.received_on if hasattr(payment, "receipt") else None,
            }
            for payment in item.payments.all()
        ],
    }

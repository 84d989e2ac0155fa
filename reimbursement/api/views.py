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
from reimbursement.api.schema import LedgerDetailOut, LedgerListOut
from reimbursement.models import LedgerLine, QuarterlyLedger
from reimbursement.selectors import ledger_by_no, ledger_lines, ledger_list
from settlement.api.fields import Fields, raise_any
from settlement.api.schema import PROBLEMS
from settlement.errors import FieldError

# Kinds × counties × quarters: some years of a large hospital.
MOST_LEDGERS = 500
PAGE = 500
_NUMBER = re.compile(r"[0-9]{1,18}")

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
        ledger = ledger_by_no(scope=scope_of_hospital(hospital_of(request)), ledger_no=ledger_no)
        lines = list(ledger_lines(ledger=ledger).filter(pk__gt=after)[: PAGE + 1])
        return Response(
            {
                **_ledger_out(ledger),
                "lines": [_line_out(line) for line in lines[:PAGE]],
                "next": lines[PAGE - 1].pk if len(lines) > PAGE else None,
            }
        )


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
        "due_on": ledger.due_on,
        "submitted_at": ledger.submitted_at,
    }


def _line_out(line: LedgerLine) -> dict[str, Any]:
    payment = line.payment
    return {
        "claim_no": payment.claim.claim_no,
        "posted_on": payment.posted_on,
        "kind": str(payment.settlement.kind),
        "tier": payment.tier,
        "fund": payment.fund,
        "amount": format_yuan(line.amount_fen),
    }

"""Reconciliation (对账): a hospital's books beside ours, first the totals, then claim by claim."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.money import format_yuan
from organizations.api.authentication import hospital_of
from organizations.scope import scope_of_hospital
from settlement.api.reconciliation_in import MAX_LINES, VisitSums, read_details, read_totals
from settlement.api.schema import PROBLEMS
from settlement.api.schema_reconciliation import DetailsIn, DetailsOut, TotalsIn, TotalsOut
from settlement.selectors.reconciliation import (
    NOTHING,
    Period,
    PeriodTotals,
    Sums,
    claims_not_named,
    claims_of_period,
    period_totals,
)

Row = dict[str, Any]


class ReconcileTotalsApi(APIView):
    """POST /api/v1/reconciliation/totals/ : totals of a period (总额对账)."""

    @extend_schema(
        operation_id="reconcile_totals",
        summary="总额对账：按记账日期，逐就诊类型、逐资金核对；调整（基金与患者之间）不计",
        request=TotalsIn,
        responses={200: TotalsOut, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Compare; nothing is written."""
        period, theirs = read_totals(request.data)
        ours = period_totals(scope=scope_of_hospital(hospital_of(request)), period=period)
        visits = [
            _visit_out(visit_type, theirs.get(visit_type), ours)
            for visit_type in sorted(theirs.keys() | ours.visits.keys())
        ]
        differs = any(visit["result"] != "equal" for visit in visits)
        return Response(
            {**_period_out(period), "result": "differs" if differs else "equal", "visits": visits}
        )


class ReconcileDetailsApi(APIView):
    """POST /api/v1/reconciliation/details/ : the claims of a period (明细对账)."""

    @extend_schema(
        operation_id="reconcile_details",
        summary="明细对账：逐单据号核对，并列出医疗机构没有列出的单据",
        request=DetailsIn,
        responses={200: DetailsOut, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Compare; nothing is written."""
        period, theirs = read_details(request.data)
        scope = scope_of_hospital(hospital_of(request))
        named = list(theirs)
        ours = claims_of_period(scope=scope, period=period, claim_nos=named)
        missing = claims_not_named(scope=scope, period=period, claim_nos=named, most=MAX_LINES + 1)
        lines = [_line_out(claim_no, sums, ours.get(claim_no)) for claim_no, sums in theirs.items()]
        lines += [
            {"claim_no": claim_no, "result": "missing_there", "figures": _figures(None, sums)}
            for claim_no, sums in missing[:MAX_LINES]
        ]
        counted = Counter(line["result"] for line in lines)
        return Response(
            {
                **_period_out(period),
                **{name: counted[name] for name in ("equal", "differs", "missing_here", "missing_there")},
                "more_missing_there": len(missing) > MAX_LINES,
                "lines": lines,
            }
        )


def _visit_out(visit_type: str, theirs: VisitSums | None, ours: PeriodTotals) -> Row:
    our_sums = ours.visits.get(visit_type, NOTHING)
    their_sums = theirs.sums if theirs is not None else NOTHING
    our_funds = {fund: fen for (visit, fund), fen in ours.funds.items() if visit == visit_type}
    their_funds = theirs.funds if theirs is not None else {}
    # A hospital that does not split by fund is not told that it differs there.
    funds = _funds_out(their_funds, our_funds) if their_funds is not None else []
    equal = their_sums == our_sums and all(fund["result"] == "equal" for fund in funds)
    figures = [
        {"name": "count", "theirs": str(their_sums.count), "ours": str(our_sums.count)},
        *_figures(their_sums, our_sums),
    ]
    return {
        "visit_type": visit_type,
        "result": "equal" if equal else "differs",
        "figures": figures,
        "funds": funds,
    }


def _funds_out(theirs: Mapping[str, int], ours: Mapping[str, int]) -> list[Row]:
    return [
        {
            "fund": fund,
            "theirs": format_yuan(theirs.get(fund, 0)),
            "ours": format_yuan(ours.get(fund, 0)),
            "result": "equal" if theirs.get(fund, 0) == ours.get(fund, 0) else "differs",
        }
        for fund in sorted(theirs.keys() | ours.keys())
    ]


def _line_out(claim_no: str, theirs: Sums, ours: Sums | None) -> Row:
    if ours is None:
        return {"claim_no": claim_no, "result": "missing_here", "figures": _figures(theirs, None)}
    differing = [row for row in _figures(theirs, ours) if row["theirs"] != row["ours"]]
    return {"claim_no": claim_no, "result": "differs" if differing else "equal", "figures": differing}


def _figures(theirs: Sums | None, ours: Sums | None) -> list[Row]:
    return [
        {
            "name": name,
            "theirs": format_yuan(getattr(theirs, f"{name}_fen")) if theirs is not None else None,
            "ours": format_yuan(getattr(ours, f"{name}_fen")) if ours is not None else None,
        }
        for name in ("total", "paid", "patient")
    ]


def _period_out(period: Period) -> Row:
    return {"first_day": period.first.isoformat(), "last_day": period.last.isoformat()}

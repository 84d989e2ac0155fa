"""POST /api/v1/claims/batch/ : settle many claims, each on its own (批量结算)."""

import logging
from typing import Any

from django.db import connection
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from organizations.api.authentication import hospital_of
from organizations.api.throttling import charge
from organizations.models import Hospital
from settlement.api.claim_in import CLAIM_NO, read_claim
from settlement.api.claim_out import claim_out
from settlement.api.fields import body_of, raise_any
from settlement.api.problems import DEFECT, Problem, problem_of
from settlement.api.schema import PROBLEMS, BatchIn, BatchOut
from settlement.errors import FieldError
from settlement.services import claim_settle

MAX_CLAIMS = 200

logger = logging.getLogger(__name__)


class ClaimBatchApi(APIView):
    """POST /api/v1/claims/batch/ : each claim in a transaction of its own, in the order given."""

    @extend_schema(
        operation_id="claim_settle_batch",
        summary="批量结算：逐张结算，每张的状态码和答复与单张结算相同；整批重发也安全",
        request=BatchIn,
        responses={200: BatchOut, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Settle one after the other; a bad one is answered as alone, and spoils no other."""
        hospital = hospital_of(request)
        bodies = _read(request.data)
        charge(hospital, requests=len(bodies) - 1)
        results = [{"index": index, **_settle(hospital, body)} for index, body in enumerate(bodies)]
        settled = sum(result["status"] < 300 for result in results)
        return Response({"settled": settled, "refused": len(results) - settled, "results": results})


def _read(data: Any) -> list[Any]:
    errors: list[FieldError] = []
    fields = body_of(data, known={"claims"}, errors=errors)
    bodies = fields.rows("claims", required=True)
    if not errors and not 1 <= len(bodies) <= MAX_CLAIMS:
        fields.refuse("claims", "batch_size", f"claims 须有 1 至 {MAX_CLAIMS} 张单据，请分批提交。")
    raise_any(errors)
    return bodies


def _settle(hospital: Hospital, body: Any) -> dict[str, Any]:
    """The answer to one claim as if it had come alone."""
    claim_no = body.get("claim_no") if isinstance(body, dict) else None
    known = (
        claim_no
        if isinstance(claim_no, str) and CLAIM_NO.fullmatch(claim_no) and len(claim_no) <= 60
        else None
    )
    try:
        answer = claim_settle(hospital=hospital, claim=read_claim(body))
    except Exception as error:
        problem = problem_of(error) or _defect(error)
        return {"claim_no": known, "status": problem.status, "answer": problem.body()}
    return {"claim_no": known, "status": 201 if answer.created else 200, "answer": claim_out(answer)}


def _defect(error: Exception) -> Problem:
    logger.error("a claim of a batch failed", exc_info=error)
    # A connection that broke is replaced for the claims that follow.
    connection.close_if_unusable_or_obsolete()
    return DEFECT

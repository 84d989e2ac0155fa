"""The operations of the hospitals' interface (接口操作): validate, call one service, answer."""

from typing import Any

from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.clock import business_date
from organizations.api.authentication import hospital_of
from organizations.scope import scope_of_hospital
from settlement.api.claim_in import read_claim, read_id_number, read_message_id
from settlement.api.claim_out import claim_out, detail_out, posting_out
from settlement.api.eligibility_out import eligibility_out
from settlement.api.fields import Fields, body_of, raise_any
from settlement.api.schema import (
    ID_NUMBER_HEADER,
    ON,
    PROBLEMS,
    ClaimDetailOut,
    ClaimIn,
    ClaimOut,
    MessageOut,
    ReversalIn,
    ReversalOut,
)
from settlement.api.schema_eligibility import EligibilityOut
from settlement.errors import FieldError
from settlement.selectors.claims import claim_detail, message_find
from settlement.services import claim_preview, claim_reverse, claim_settle
from settlement.services.eligibility import eligibility_ask


class ClaimPreviewApi(APIView):
    """POST /api/v1/claims/preview/ : what settling would answer (预结算)."""

    @extend_schema(
        operation_id="claim_preview",
        summary="预结算：只计算，不记账",
        request=ClaimIn,
        responses={200: ClaimOut, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Compute only; nothing is written."""
        claim = read_claim(request.data)
        return Response(claim_out(claim_preview(hospital=hospital_of(request), claim=claim)))


class ClaimSettleApi(APIView):
    """POST /api/v1/claims/ : settle a claim (结算)."""

    @extend_schema(
        operation_id="claim_settle",
        summary="结算；同一单据号、同样内容再次提交，得到第一次的答复（200）",
        request=ClaimIn,
        responses={201: ClaimOut, 200: ClaimOut, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Settle; a repeated ``claim_no`` with the same content gets the first answer again."""
        claim = read_claim(request.data)
        # The hospital comes from the credential, never from the body.
        answer = claim_settle(hospital=hospital_of(request), claim=claim)
        return Response(claim_out(answer), status=_created(answer.created))


class ClaimDetailApi(APIView):
    """GET /api/v1/claims/{claim_no}/ : a claim as it stands (结算查询)."""

    @extend_schema(
        operation_id="claim_detail",
        summary="查询结算：冲销和调整后的现状，以及每次记账",
        responses={200: ClaimDetailOut, **PROBLEMS},
    )
    def get(self, request: Request, claim_no: str) -> Response:
        """The hospital's own claim, net of adjustments."""
        scope = scope_of_hospital(hospital_of(request))
        return Response(detail_out(claim_detail(scope=scope, claim_no=claim_no)))


class ClaimReversalApi(APIView):
    """POST /api/v1/claims/{claim_no}/reversal/ : take a claim back (冲销)."""

    @extend_schema(
        operation_id="claim_reverse",
        summary="冲销整张单据；再次冲销得到第一次的答复（200）",
        request=ReversalIn,
        responses={201: ReversalOut, 200: ReversalOut, **PROBLEMS},
    )
    def post(self, request: Request, claim_no: str) -> Response:
        """Reverse; the person's later claims of the year are adjusted."""
        reason, message_id = _reversal(request.data)
        posting, created = claim_reverse(
            hospital=hospital_of(request), claim_no=claim_no, reason=reason, message_id=message_id
        )
        return Response({"claim_no": claim_no, **posting_out(posting)}, status=_created(created))


class EligibilityApi(APIView):
    """GET /api/v1/eligibility/ : identities, certificates, the year so far (资格查询)."""

    @extend_schema(
        operation_id="eligibility",
        summary="资格查询：身份、慢性病鉴定与限额余额、本年度累计",
        parameters=[ID_NUMBER_HEADER, ON],
        responses={200: EligibilityOut, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """The ID number comes in a header: addresses end in logs."""
        errors: list[FieldError] = []
        # The framework's own strings: each value is text or absent.
        fields = Fields({**request.query_params.dict()}, at="query", errors=errors)
        fields.only({"on"})
        on = fields.day("on", default=business_date())
        header = Fields({"X-Id-Number": request.headers.get("X-Id-Number")}, at="header", errors=errors)
        text = header.text("X-Id-Number", most=40)
        id_number = read_id_number(header, "X-Id-Number", text) if text else ""
        raise_any(errors)
        found = eligibility_ask(hospital=hospital_of(request), id_number=id_number, on=on)
        return Response(eligibility_out(found))


class MessageApi(APIView):
    """GET /api/v1/messages/{message_id}/ : what came of a request whose answer was lost (报文结果查询)."""

    @extend_schema(
        operation_id="message_outcome",
        summary="按消息号查询结果：没有收到答复时先查再重发；404 表示那次请求没有生效",
        responses={200: MessageOut, **PROBLEMS},
    )
    def get(self, request: Request, message_id: str) -> Response:
        """The claim as it stands, which the hospital's message settled or reversed."""
        scope = scope_of_hospital(hospital_of(request))
        message = message_find(scope=scope, message_id=message_id)
        return Response(
            {
                "message_id": message.message_id,
                "operation": message.operation,
                "received_at": message.received_at,
                "claim": detail_out(claim_detail(scope=scope, claim_no=message.claim.claim_no)),
            }
        )


class SchemaApi(SpectacularAPIView):
    """GET /api/v1/schema/ : the OpenAPI document; what it refuses is JSON too."""

    # The first one writes what is refused before a format is agreed on.
    renderer_classes = [OpenApiJsonRenderer2, *SpectacularAPIView.renderer_classes]


def _reversal(data: Any) -> tuple[str, str]:
    errors: list[FieldError] = []
    fields = body_of(data, known={"reason", "message_id"}, errors=errors)
    reason, message_id = fields.text("reason", most=200), read_message_id(fields)
    raise_any(errors)
    return reason, message_id


def _created(created: bool) -> int:
    return status.HTTP_201_CREATED if created else status.HTTP_200_OK

"""Referrals and approvals (转诊登记、高值耗材审批): ask the office, and look what it decided."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.money import format_yuan
from organizations.api.authentication import hospital_of
from organizations.scope import scope_of_hospital
from settlement.api.requests_in import read_approval, read_referral
from settlement.api.schema import PROBLEMS
from settlement.api.schema_requests import ApprovalIn, ApprovalOut, ReferralIn, ReferralOut
from settlement.models import ConsumableApproval, HospitalRequest, ReferralRegistration
from settlement.selectors.requests import request_find
from settlement.services.requests import approval_request, referral_register


class ReferralRegisterApi(APIView):
    """POST /api/v1/referrals/ : register a referral (转诊登记)."""

    @extend_schema(
        operation_id="referral_register",
        summary="转诊登记：由转出机构（县级及以上）登记，参保地经办机构审核；重复提交得到现状（200）",
        request=ReferralIn,
        responses={201: ReferralOut, 200: ReferralOut, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Register; a repeated ``request_no`` with the same content answers where it stands."""
        referral, created = referral_register(
            hospital=hospital_of(request), referral=read_referral(request.data)
        )
        return Response(referral_out(referral), status=_created(created))


class ReferralDetailApi(APIView):
    """GET /api/v1/referrals/{request_no}/ : where a referral stands (转诊审核状态)."""

    @extend_schema(
        operation_id="referral_detail",
        summary="查询转诊登记的审核状态",
        responses={200: ReferralOut, **PROBLEMS},
    )
    def get(self, request: Request, request_no: str) -> Response:
        """The hospital's own referral."""
        scope = scope_of_hospital(hospital_of(request))
        return Response(referral_out(request_find(ReferralRegistration, scope=scope, request_no=request_no)))


class ApprovalRequestApi(APIView):
    """POST /api/v1/approvals/ : ask for a high-value consumable (高值医用耗材审批)."""

    @extend_schema(
        operation_id="approval_request",
        summary="申请使用高值医用耗材，由参保地经办机构审批；重复提交得到现状（200）",
        request=ApprovalIn,
        responses={201: ApprovalOut, 200: ApprovalOut, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Ask; a repeated ``request_no`` with the same content answers where it stands."""
        approval, created = approval_request(
            hospital=hospital_of(request), request=read_approval(request.data)
        )
        return Response(approval_out(approval), status=_created(created))


class ApprovalDetailApi(APIView):
    """GET /api/v1/approvals/{request_no}/ : where a request stands (高值耗材审批状态)."""

    @extend_schema(
        operation_id="approval_detail",
        summary="查询高值医用耗材的审批状态和批准号",
        responses={200: ApprovalOut, **PROBLEMS},
    )
    def get(self, request: Request, request_no: str) -> Response:
        """The hospital's own request."""
        scope = scope_of_hospital(hospital_of(request))
        return Response(approval_out(request_find(ConsumableApproval, scope=scope, request_no=request_no)))


def referral_out(referral: ReferralRegistration) -> dict[str, Any]:
    """A referral and its state."""
    to_hospital = referral.to_hospital.code if referral.to_hospital is not None else None
    return {**_state_out(referral), "to_hospital": to_hospital, "to_place": referral.to_place}


def approval_out(approval: ConsumableApproval) -> dict[str, Any]:
    """A request and its state; with the number that a claim names, once it is approved."""
    return {
        **_state_out(approval),
        "item_name": approval.item_name,
        "quantity": approval.quantity,
        "amount": format_yuan(approval.amount_fen),
        "approval_no": approval.approval_no or None,
    }


def _state_out(row: HospitalRequest) -> dict[str, Any]:
    return {
        "request_no": row.request_no,
        "state": str(row.state),
        "state_name": row.get_state_display(),
        "review_note": row.review_note,
        "reviewed_at": row.reviewed_at,
        "requested_at": row.requested_at,
        "county": row.insured_county.code,
        "valid_from": row.valid.lower,
        "valid_to": row.last_day,
    }


def _created(created: bool) -> int:
    return status.HTTP_201_CREATED if created else status.HTTP_200_OK

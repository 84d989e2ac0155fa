"""GET /api/v1/claims/{claim_no}/statement/ : the one-page statement of a hospital's own claim (一单清)."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from organizations.api.authentication import hospital_of
from organizations.scope import scope_of_hospital
from reporting.api.schema import StatementOut
from reporting.services.statements import Form, statement_print
from settlement.api.claim_out import yuan_out
from settlement.api.schema import PROBLEMS
from settlement.selectors.claims import claim_find

FORMAT = OpenApiParameter(
    "format",
    OpenApiTypes.STR,
    OpenApiParameter.QUERY,
    enum=["json", "html", "pdf"],
    description="返回的形式；不填时按 Accept 请求头，默认 json。pdf 为一页 A4，html 打印出来也是一页 A4",
)


class _FileRenderer(BaseRenderer):
    """Hands bytes out as they are; a refusal stays problem+json."""

    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The file, or the problem."""
        if isinstance(data, bytes):
            return data
        return json.dumps(data, ensure_ascii=False).encode()


class PdfRenderer(_FileRenderer):
    """PDF."""

    media_type = "application/pdf"
    format = "pdf"


class HtmlRenderer(_FileRenderer):
    """A page."""

    media_type = "text/html"
    format = "html"


class StatementApi(APIView):
    """The statement as it stands, net of what corrected it."""

    renderer_classes = [JSONRenderer, PdfRenderer, HtmlRenderer]

    @extend_schema(
        operation_id="claim_statement",
        summary="一单清：结算单，一页 A4；冲销、调整后为净额",
        parameters=[FORMAT],
        responses={
            (200, "application/json"): StatementOut,
            (200, "application/pdf"): OpenApiTypes.BINARY,
            (200, "text/html"): OpenApiTypes.STR,
            **PROBLEMS,
        },
    )
    def get(self, request: Request, claim_no: str) -> Response:
        """Print the hospital's own claim; each print is logged."""
        hospital = hospital_of(request)
        scope = scope_of_hospital(hospital)
        claim = claim_find(scope=scope, claim_no=claim_no)
        # One of the renderers above.
        form = cast(Form, request.accepted_renderer.format)
        printed = statement_print(scope=scope, claim_id=claim.pk, form=form, at=hospital.name)
        headers = {"Cache-Control": "private, no-store"}
        if form == "json":
            return Response(statement_out(asdict(printed.statement)), headers=headers)
        disposition = content_disposition_header(as_attachment=form == "pdf", filename=printed.filename)
        headers["Content-Disposition"] = disposition or "inline"
        media = "text/html; charset=utf-8" if form == "html" else "application/pdf"
        return Response(printed.content, headers=headers, content_type=media)


def statement_out(statement: Any) -> Any:
    """For hospitals: yuan as strings; what does not apply is left out."""
    return yuan_out(_present(statement))


def _present(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _present(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_present(item) for item in value]
    return value

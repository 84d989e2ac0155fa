"""Errors as problem+json (RFC 9457): a stable code, a Chinese sentence, and where in the request.

``code`` is stable within a version; ``detail`` says in Chinese what to do; ``errors`` lists wrong fields.
"""

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from common.id_numbers import IdNumberError
from policies.errors import PolicyError
from settlement.engine.errors import EngineError, InvariantError
from settlement.errors import (
    ClaimError,
    ConflictError,
    MissingError,
    PersonNotFoundError,
    RequestInvalidError,
    TooManyLinesError,
)

CONTENT_TYPE = "application/problem+json"

logger = logging.getLogger(__name__)

# Domain errors and their HTTP status, the first class that fits; the code is the error's own.
STATUS: tuple[tuple[type[Exception], int], ...] = (
    (ConflictError, 409),
    (MissingError, 404),
    (PersonNotFoundError, 404),
    (TooManyLinesError, 413),
    (ClaimError, 422),
    (InvariantError, 500),
    (EngineError, 422),
    (PolicyError, 422),
    (IdNumberError, 422),
)

# What the framework raises: code and Chinese sentence; None keeps what the error itself says.
FRAMEWORK: tuple[tuple[type[Exception], str | None, str | None], ...] = (
    (exceptions.AuthenticationFailed, "not_authenticated", None),
    (
        exceptions.NotAuthenticated,
        "not_authenticated",
        "请在请求头 Authorization 中提供接口密钥（Api-Key）。",
    ),
    (exceptions.PermissionDenied, "forbidden", "没有权限进行此操作。"),
    (exceptions.NotFound, "not_found", "没有这个网址或记录，请核对。"),
    (exceptions.MethodNotAllowed, "method_not_allowed", "此网址不支持这种请求方法，请对照接口文档。"),
    (
        exceptions.NotAcceptable,
        "not_acceptable",
        "没有这种返回格式，请对照接口文档修改 Accept 请求头或 format 参数。",
    ),
    (
        exceptions.UnsupportedMediaType,
        "unsupported_media_type",
        "只接受 application/json，请修改 Content-Type。",
    ),
    (exceptions.Throttled, "throttled", "请求过于频繁，请稍后再试。"),
    (exceptions.APIException, None, None),
)

_TITLES = {
    400: "无法读取请求",
    401: "未通过身份验证",
    403: "没有权限",
    404: "没有找到",
    405: "请求方法不支持",
    406: "无法按要求的格式返回",
    409: "与已有的业务冲突",
    411: "缺少请求长度",
    413: "请求过大",
    415: "请求格式不支持",
    422: "不能办理",
    429: "请求过于频繁",
    500: "系统错误",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One refusal; ``more`` are the members of its kind."""

    status: int
    code: str
    detail: str
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The members of the answer."""
        return {
            "type": f"urn:doudi:problem:{self.code}",
            "title": _TITLES.get(self.status, "请求未完成"),
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            **self.more,
        }


class ProblemResponse(Response):
    """A refusal that the call log knows by its code."""

    problem_code = ""


# What is answered when the system itself is at fault.
DEFECT = Problem(
    status=500, code="server_error", detail="系统出错，请稍后重发同一请求；仍出错时请联系经办机构。"
)


def problem_response(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer an exception of a view; None leaves it to Django (a defect: logged, status 500)."""
    problem = problem_of(error)
    if problem is None:
        return None
    response = ProblemResponse(problem.body(), status=problem.status, content_type=CONTENT_TYPE)
    for name, value in problem.headers.items():
        response[name] = value
    response.problem_code = problem.code
    return response


def problem_of(error: Exception) -> Problem | None:
    """How an exception is answered; None for what nobody foresaw."""
    domain = next((status for kind, status in STATUS if isinstance(error, kind)), None)
    if domain is not None:
        return _domain_problem(error, domain)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    return _framework_problem(error) if isinstance(error, exceptions.APIException) else None


def _domain_problem(error: Exception, status: int) -> Problem:
    more: Mapping[str, Any] = {}
    if isinstance(error, RequestInvalidError):
        more = {"errors": [row._asdict() for row in error.errors]}
    elif isinstance(error, ConflictError):
        more = error.members()
    if status >= 500:
        # The engine's sentence names amounts and rules, never a person.
        logger.error("settlement refused its own result: %s", error)
    return Problem(status=status, code=getattr(error, "code", "error"), detail=str(error), more=more)


def _framework_problem(error: exceptions.APIException) -> Problem:
    code, detail = next((row[1], row[2]) for row in FRAMEWORK if isinstance(error, row[0]))
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(math.ceil(wait))
    own_code = error.get_codes()
    return Problem(
        status=error.status_code,
        code=code or (own_code if isinstance(own_code, str) else error.default_code),
        detail=detail or str(error.detail),
        headers=headers,
    )

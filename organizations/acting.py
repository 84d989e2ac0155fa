"""Whom the audit trail names for what a request changes (操作人、来源地址、事由)."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from common.audit.context import acting, because
from organizations.addresses import address_of

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# A claim only adds facts, which keep no trail: the shortest way stays short.
_WITHOUT_TRAIL = "/api/v1/claims/"


class ActingMiddleware:
    """Behind the middleware that knows the user: everything that a request writes is written by him."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; what only reads, and claims, name nobody."""
        if request.method in _READING or request.path_info.startswith(_WITHOUT_TRAIL):
            return self.get_response(request)
        with acting(
            user=request.user.pk,
            account=request.user.get_username(),
            address=address_of(request),
            path=request.path_info[:200],
            request_id=uuid.uuid4().hex,
        ):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> None:
        """Where a page asks for a reason, that is it; the check for forgery has read the form already."""
        if request.method == "POST" and not request.path_info.startswith("/api/"):
            reason = request.POST.get("reason", "")
            if reason.strip():
                because(reason)

"""Every call of the interface gets a number and a line in the log (请求号、接口调用记录)."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase

from organizations.models import HospitalKey
from organizations.services import CallNote, call_note, hospital_key_used

Answer = Callable[[HttpRequest], HttpResponseBase]

HEADER = "X-Request-Id"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# What could be an ID number is not kept, wherever somebody put it.
_LIKE_ID_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]")
# Addresses that serve the document, not a hospital.
_NOT_LOGGED = frozenset({"api-schema", "api-docs"})

logger = logging.getLogger(__name__)


def calls_logged(get_response: Answer) -> Answer:
    """Middleware, ahead of everything that refuses: numbers, times and logs what is below ``/api/``.

    A ``X-Request-Id`` of the caller is answered back, so that both sides find the same call in their logs.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/api/"):
            return get_response(request)
        began = time.monotonic()
        request_id = request_id_of(request)
        response = get_response(request)
        response[HEADER] = request_id
        _log(request, response, request_id, duration_ms=round((time.monotonic() - began) * 1000))
        return response

    return answer


def request_id_of(request: HttpRequest) -> str:
    """The caller's number where it is one, otherwise a new one."""
    given = request.headers.get(HEADER, "")
    if _REQUEST_ID.fullmatch(given) and not _LIKE_ID_NUMBER.search(given):
        return given
    return uuid.uuid4().hex


def _log(request: HttpRequest, response: HttpResponseBase, request_id: str, *, duration_ms: int) -> None:
    match = request.resolver_match
    operation = (match.url_name or "") if match is not None else ""
    if operation in _NOT_LOGGED:
        return
    # The framework leaves the credential on the request below its own.
    auth = getattr(request, "auth", None)
    key = auth if isinstance(auth, HospitalKey) else None
    note = CallNote(
        hospital_id=key.hospital_id if key else None,
        key_prefix=str(key.prefix) if key else "",
        method=(request.method or "")[:10],
        operation=operation,
        status=response.status_code,
        code=getattr(response, "problem_code", ""),
        duration_ms=duration_ms,
        request_id=request_id,
    )
    try:
        call_note(note)
        if key is not None:
            hospital_key_used(key=key)
    except DatabaseError as error:
        # The answer stands: what was settled is settled, with or without a line here.
        logger.warning("call %s is not in the log: %s", request_id, type(error).__name__)

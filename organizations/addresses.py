"""Where a request comes from (来源地址)."""

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The client's address; behind TLS, as the office's own proxy saw it."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    # The last one is the proxy's own entry; those before it are whatever the client sent.
    return forwarded.rpartition(",")[2].strip() or str(request.META["REMOTE_ADDR"])

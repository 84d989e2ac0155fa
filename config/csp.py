"""What a page may load and run (内容安全策略): only this site's own files, no script inside a page."""

from typing import Any

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase

POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
# The admin's theme writes its colours into the page and evaluates the expressions of its own templates;
# the interface's documentation sets styles. Neither opens a way for a script of somebody else's.
MORE: dict[str, dict[str, list[str]]] = {
    "/admin/": {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]},
    "/api/v1/docs/": {"style-src": [UNSAFE_INLINE]},
}


class ContentSecurityPolicy(CSPMiddleware):
    """django-csp with what single parts of the site need."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """The policy of the page's part of the site."""
        parts = super().get_policy_parts(request, response, report_only)
        more: dict[str, Any] = next(
            (found for prefix, found in MORE.items() if request.path_info.startswith(prefix)), {}
        )
        parts.update = {**more, **(parts.update or {})}
        return parts

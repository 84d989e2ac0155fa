"""What a view answers to whom (访问): asked directly, without middleware and without drawing the page."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest
from django.template.backends.base import BaseEngine
from django.test import RequestFactory
from django.urls import URLPattern, get_resolver, resolve


class BlankEngine(BaseEngine):
    """Draws every page as nothing: hundreds are asked for, and only whether they answer matters."""

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__({"NAME": params["NAME"], "DIRS": [], "APP_DIRS": False})

    def get_template(self, template_name: str) -> "BlankEngine":
        """Itself: all templates are alike."""
        return self

    def render(self, context: Mapping[str, Any] | None = None, request: HttpRequest | None = None) -> str:
        """Nothing."""
        return ""


BLANK_TEMPLATES = [
    {"BACKEND": "tests.admin.visits.BlankEngine", "NAME": "blank", "DIRS": [], "APP_DIRS": False}
]


def patterns(found: Any = None, name: str = "", path: str = "") -> Iterator[tuple[str, str]]:
    """Name and path of every address."""
    for each in get_resolver().url_patterns if found is None else found:
        if isinstance(each, URLPattern):
            own = "" if "object_id" in str(each.pattern) and not each.name else each.name
            yield (
                name + (own or ("" if "(?P<url>" in str(each.pattern) else str(each.pattern))),
                (path + str(each.pattern)),
            )
        else:
            inner = f"{name}{each.namespace}:" if each.namespace else name
            yield from patterns(each.url_patterns, inner, path + str(each.pattern))


def asking(url: str, user: User, method: str = "get") -> Any:
    """A request of ``user`` as the middleware leaves it."""
    request: Any = getattr(RequestFactory(), method)(url)
    request.user = user
    request.session = {}
    request._messages = CookieStorage(request)
    request._dont_enforce_csrf_checks = True
    return request


def answer(url: str, user: User, method: str = "get") -> Any:
    """What the view answers; whatever it wrote is taken back."""
    request = asking(url, user, method)
    match = resolve(request.path)
    with transaction.atomic():
        answered = match.func(request, *match.args, **match.kwargs)
        transaction.set_rollback(True)
    if isinstance(answered, FileResponse):
        answered.file_to_stream.close()
    return answered


def visit(url: str, user: User, method: str = "get") -> int:
    """The status that the view answers with."""
    try:
        return int(answer(url, user, method).status_code)
    except PermissionDenied:
        return 403
    except Http404:
        return 404


def visit_any(url: str, user: User) -> int:
    """As ``visit``; what only takes posts is posted to."""
    status = visit(url, user)
    return visit(url, user, "post") if status == 405 else status

"""How long a login lasts (会话时限): until nobody worked for half an hour, and eight hours at most."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

BEGAN, SEEN = "began_at", "seen_at"
# A session is written at most so often for nothing but the clock.
NOTED_EVERY_SECONDS = 60
ENDED = "登录已超时，请重新登录。"


def session_limits(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: log out who has been away or in for too long."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated and _is_over(request):
            wanted = request.get_full_path() if request.method == "GET" else reverse("admin:index")
            logout(request)
            messages.warning(request, ENDED)
            return redirect_to_login(wanted, reverse("admin:login"))
        return get_response(request)

    return answer


def _is_over(request: HttpRequest) -> bool:
    """Whether the login has ended; if not, note that somebody is there."""
    now = time.time()
    began = request.session.get(BEGAN, now)
    seen = request.session.get(SEEN, now)
    if now - began > settings.SESSION_COOKIE_AGE or now - seen > settings.SESSION_IDLE_SECONDS:
        return True
    if SEEN not in request.session or now - seen > NOTED_EVERY_SECONDS:
        request.session[BEGAN], request.session[SEEN] = began, now
    return False

"""A login that is under way (登录中): kept in the session, which is nobody's until the last step is done.

So a page behind the login needs no check of its own: whoever has a user has gone through all steps.
"""

import time
from dataclasses import asdict, dataclass

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from organizations.addresses import address_of
from organizations.models import LoginRecord
from organizations.selectors.accounts import account_security, second_factor_required, start_page
from organizations.services import account_event

KEY = "login"
STEPS_WITHIN_SECONDS = 600


@dataclass(slots=True, kw_only=True)
class Pending:
    """Who is logging in, and what has been shown so far.

    Attributes:
        user_id: whose password was right.
        password_hash: tells when the password changed meanwhile.
        began_at: seconds since 1970.
        next_url: where to go afterwards; empty for the own start page.
        code_was_right: the second factor was shown, or has just been set.
        enrolling: encrypted secret on offer, hexadecimal.
    """

    user_id: int
    password_hash: str
    began_at: float
    next_url: str
    code_was_right: bool = False
    enrolling: str = ""

    def keep(self, request: HttpRequest) -> None:
        """Put it (back) into the session."""
        request.session[KEY] = asdict(self)


def begin(request: HttpRequest, user: User) -> Pending:
    """The password was right."""
    # A session that somebody else may have planted is not built upon.
    request.session.flush()
    pending = Pending(
        user_id=user.pk,
        password_hash=user.get_session_auth_hash(),
        began_at=time.time(),
        next_url=_next_url(request),
    )
    pending.keep(request)
    return pending


def current(request: HttpRequest) -> tuple[Pending, User] | None:
    """The login under way; ``None`` when there is none, it took too long, or the account changed."""
    kept = request.session.get(KEY)
    if kept is None:
        return None
    pending = Pending(**kept)
    user = User.objects.filter(pk=pending.user_id, is_active=True, is_staff=True).first()
    if (
        user is None
        or time.time() - pending.began_at > STEPS_WITHIN_SECONDS
        or user.get_session_auth_hash() != pending.password_hash
    ):
        del request.session[KEY]
        return None
    return pending, user


def next_step(user: User, pending: Pending) -> str:
    """Name of the page that is due, ``""`` when nothing is.

    The code comes before a new password: with the password alone nobody may set another.
    """
    security = account_security(user)
    if security.has_second_factor and not pending.code_was_right:
        return "login-code"
    if not security.password_is_own:
        return "login-password"
    if second_factor_required(user) and not security.has_second_factor:
        return "login-second-factor"
    return ""


def proceed(request: HttpRequest, user: User, pending: Pending) -> HttpResponseRedirect:
    """Go on to what is due; after the last step, log in."""
    if step := next_step(user, pending):
        pending.keep(request)
        return redirect(step)
    del request.session[KEY]
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    account_event(user=user, address=address_of(request), outcome=LoginRecord.Outcome.SUCCESS)
    return HttpResponseRedirect(pending.next_url or reverse(start_page(user)))


def _next_url(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next", "")
    own = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # Whoever was sent here from the front door goes to the own start page.
    return wanted if own and wanted not in {"/", reverse("admin:index")} else ""

"""Another telephone (更换动态验证码): with the present code, without an administrator."""

import time
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator

from common import totp
from common.encryption import decrypt, encrypt
from organizations.addresses import address_of
from organizations.selectors.accounts import account_security
from organizations.services import SecondFactorCodeError, second_factor_attempt, second_factor_set
from organizations.views.forms import CodeForm
from organizations.views.login import WRONG_CODE, WRONG_NEW_CODE, LoginPage, binding_shown

KEY = "second_factor_renewal"
WITHIN_SECONDS = 600


@method_decorator(staff_member_required, name="dispatch")
class RenewSecondFactor(LoginPage):
    """First the present code, or a recovery code; then the new app's. The old one holds until then."""

    template = "organizations/second_factor_renewal.html"
    title = "更换动态验证码"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the present code, or show the new secret to whoever gave it."""
        user = _bound(request)
        secret = _offered(request)
        shown: dict[str, Any] = binding_shown(secret, username=user.get_username()) if secret else {}
        return self.page(request, CodeForm(), **shown)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Check the code of the step that is due."""
        user, form, secret = _bound(request), CodeForm(request.POST), _offered(request)
        shown: dict[str, Any] = binding_shown(secret, username=user.get_username()) if secret else {}
        if not form.is_valid():
            return self.page(request, form, **shown)
        code, address = form.cleaned_data["code"], address_of(request)
        if not secret:
            attempt = second_factor_attempt(user=user, code=code, address=address)
            if attempt.user is None:
                return self.refuse(request, form, attempt, WRONG_CODE)
            request.session[KEY] = {"secret": encrypt(totp.new_secret()).hex(), "since": time.time()}
            return redirect("renew-second-factor")
        try:
            codes = second_factor_set(user=user, secret=secret, code=code, address=address)
        except SecondFactorCodeError:
            form.add_error(None, WRONG_NEW_CODE)
            return self.page(request, form, **shown)
        del request.session[KEY]
        context = {**admin.site.each_context(request), "title": "保存恢复码", "codes": codes}
        return render(request, "organizations/login_recovery.html", context)


def _bound(request: HttpRequest) -> User:
    """Only whoever has an app has a present code to show; others bind one when they log in."""
    if not isinstance(request.user, User) or not account_security(request.user).has_second_factor:
        raise Http404
    return request.user


def _offered(request: HttpRequest) -> str:
    """The new secret, while it is fresh; "" before the present code was shown."""
    kept = request.session.get(KEY)
    if kept is None or time.time() - kept["since"] > WITHIN_SECONDS:
        return ""
    return decrypt(bytes.fromhex(kept["secret"]))

"""Logging in, step by step (登录)."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any

import qrcode
from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString, mark_safe
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from qrcode.image.svg import SvgPathImage

from common import totp
from common.encryption import decrypt, encrypt
from organizations.addresses import address_of
from organizations.selectors.accounts import start_page
from organizations.services import (
    Attempt,
    SecondFactorCodeError,
    login_attempt,
    password_choose,
    second_factor_attempt,
    second_factor_set,
)
from organizations.views import pending as under_way
from organizations.views.forms import CodeForm, LoginForm, NewPasswordForm

WRONG_LOGIN = "用户名或密码不正确，请重新输入。注意区分大小写。"
WRONG_CODE = "验证码不正确或已使用过，请输入应用中当前的六位数字，或一个未用过的恢复码。"
WRONG_NEW_CODE = "验证码不正确。请确认手机时间准确，并输入刚刚添加的“兜底”账号的六位数字。"

Step = Callable[..., HttpResponse]


@method_decorator([sensitive_post_parameters(), never_cache, csrf_protect], name="dispatch")
class LoginPage(View):
    """A page of the login: a form in the middle of the screen."""

    template = "organizations/login.html"
    title = "登录"

    def page(self, request: HttpRequest, form: forms.Form, status: int = 200, **more: Any) -> HttpResponse:
        """Draw it."""
        context = {
            **admin.site.each_context(request),
            "title": self.title,
            "form": form,
            "next": request.POST.get("next") or request.GET.get("next", ""),
            **more,
        }
        return render(request, self.template, context, status=status)

    def refuse(
        self, request: HttpRequest, form: forms.Form, attempt: Attempt, wrong: str, **more: Any
    ) -> HttpResponse:
        """Say that it was wrong, or that the account is locked for now."""
        if attempt.locked:
            return render(request, "organizations/login_locked.html", status=429)
        form.add_error(None, wrong)
        return self.page(request, form, **more)


def start(request: HttpRequest) -> HttpResponse:
    """Lead everybody to the page that they begin with (首页)."""
    return redirect(start_page(request.user))


class PasswordStep(LoginPage):
    """User name and password (用户名、密码)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form; who is logged in already goes on."""
        if request.user.is_authenticated and request.user.is_staff:
            return redirect(start_page(request.user))
        return self.page(request, LoginForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Check, and go on to the next step."""
        form = LoginForm(request.POST)
        if not form.is_valid():
            return self.page(request, form)
        attempt = login_attempt(**form.cleaned_data, address=address_of(request))
        if attempt.user is None:
            return self.refuse(request, form, attempt, WRONG_LOGIN)
        return under_way.proceed(request, attempt.user, under_way.begin(request, attempt.user))


def due(step: str) -> Callable[[Step], Step]:
    """Only who has come to ``step``; others are shown where they are."""

    def decorate(view: Step) -> Step:
        @wraps(view)
        def checked(self: LoginPage, request: HttpRequest) -> HttpResponse:
            found = under_way.current(request)
            if found is None:
                return redirect("admin:login")
            pending, user = found
            if under_way.next_step(user, pending) != step:
                return under_way.proceed(request, user, pending)
            return view(self, request, pending, user)

        return checked

    return decorate


class CodeStep(LoginPage):
    """The second factor (动态验证码)."""

    template = "organizations/login_code.html"
    title = "输入动态验证码"

    @due("login-code")
    def get(self, request: HttpRequest, pending: under_way.Pending, user: Any) -> HttpResponse:
        """The form."""
        return self.page(request, CodeForm())

    @due("login-code")
    def post(self, request: HttpRequest, pending: under_way.Pending, user: Any) -> HttpResponse:
        """Check the code."""
        form = CodeForm(request.POST)
        if not form.is_valid():
            return self.page(request, form)
        attempt = second_factor_attempt(
            user=user, code=form.cleaned_data["code"], address=address_of(request)
        )
        if attempt.user is None:
            return self.refuse(request, form, attempt, WRONG_CODE)
        pending.code_was_right = True
        return under_way.proceed(request, user, pending)


class NewPasswordStep(LoginPage):
    """A password of one's own in place of one that somebody else set (首次登录修改密码)."""

    template = "organizations/login_password.html"
    title = "请先设置自己的密码"

    @due("login-password")
    def get(self, request: HttpRequest, pending: under_way.Pending, user: Any) -> HttpResponse:
        """The form with its rules."""
        return self.page(request, NewPasswordForm(user=user))

    @due("login-password")
    def post(self, request: HttpRequest, pending: under_way.Pending, user: Any) -> HttpResponse:
        """Set it and go on."""
        form = NewPasswordForm(request.POST, user=user)
        if not form.is_valid():
            return self.page(request, form)
        password_choose(user=user, password=form.cleaned_data["password1"], address=address_of(request))
        pending.password_hash = user.get_session_auth_hash()
        return under_way.proceed(request, user, pending)


class SecondFactorStep(LoginPage):
    """Binding an authenticator app (绑定动态验证码)."""

    template = "organizations/login_second_factor.html"
    title = "绑定动态验证码"

    @due("login-second-factor")
    def get(self, request: HttpRequest, pending: under_way.Pending, user: Any) -> HttpResponse:
        """A secret of its own, as a picture and as text."""
        if not pending.enrolling:
            pending.enrolling = encrypt(totp.new_secret()).hex()
            pending.keep(request)
        return self._page(request, CodeForm(), pending, user)

    @due("login-second-factor")
    def post(self, request: HttpRequest, pending: under_way.Pending, user: Any) -> HttpResponse:
        """Bind when the app's code is right; show the recovery codes, once."""
        form = CodeForm(request.POST)
        if not pending.enrolling:
            return redirect("login-second-factor")
        if not form.is_valid():
            return self._page(request, form, pending, user)
        try:
            codes = second_factor_set(
                user=user,
                secret=_secret(pending),
                code=form.cleaned_data["code"],
                address=address_of(request),
            )
        except SecondFactorCodeError:
            form.add_error(None, WRONG_NEW_CODE)
            return self._page(request, form, pending, user)
        pending.enrolling, pending.code_was_right = "", True
        pending.keep(request)
        context = {**admin.site.each_context(request), "title": "保存恢复码", "codes": codes}
        return render(request, "organizations/login_recovery.html", context)

    def _page(
        self, request: HttpRequest, form: CodeForm, pending: under_way.Pending, user: Any
    ) -> HttpResponse:
        return self.page(request, form, **binding_shown(_secret(pending), username=user.username))


class LastStep(LoginPage):
    """After the recovery codes were shown (完成)."""

    def post(self, request: HttpRequest) -> HttpResponseRedirect:
        """Log in when nothing is due any more."""
        found = under_way.current(request)
        if found is None:
            return redirect("admin:login")
        pending, user = found
        return under_way.proceed(request, user, pending)


def binding_shown(secret: str, *, username: str) -> dict[str, Any]:
    """A secret as a picture to scan and as text to type."""
    address = totp.app_address(secret, account=username, issuer="兜底")
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return {"qr_code": _qr_code(address), "secret": grouped}


def _secret(pending: under_way.Pending) -> str:
    return decrypt(bytes.fromhex(pending.enrolling))


def _qr_code(text: str) -> SafeString:
    """Drawn here: the secret leaves for no other host."""
    picture = BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, box_size=8).save(picture)
    # The library's own drawing, black squares only.
    return mark_safe(picture.getvalue().decode().partition("?>")[2])  # noqa: S308

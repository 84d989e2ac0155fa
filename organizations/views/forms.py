"""Forms of logging in (登录表单)."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.models import User
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget


class LoginForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label="用户名",
        max_length=150,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "username", "autofocus": True}),
    )
    # No limit of our own design: it only keeps a stranger from having megabytes hashed.
    password = forms.CharField(
        label="密码",
        max_length=256,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label="验证码",
        max_length=40,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )


class NewPasswordForm(forms.Form):
    """A password of one's own, twice; not the one that somebody else set."""

    password1 = forms.CharField(
        label="新密码",
        max_length=256,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password", "autofocus": True}),
    )
    password2 = forms.CharField(
        label="再输入一次",
        max_length=256,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.rules = password_validation.password_validators_help_texts()

    def clean(self) -> dict[str, Any]:
        """Both alike, new, and within the rules."""
        data = super().clean() or self.cleaned_data
        first, second = data.get("password1"), data.get("password2")
        if not first or not second:
            return data
        if first != second:
            self.add_error("password2", "两次输入的密码不一致，请重新输入。")
        elif self.user.check_password(first):
            self.add_error("password1", "新密码与现在的密码相同，请另设一个。")
        else:
            try:
                password_validation.validate_password(first, self.user)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return data

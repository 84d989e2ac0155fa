"""Passwords and second factors of accounts (密码、动态验证码)."""

import base64
import secrets
import time

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from common import totp
from common.encryption import blind_index, encrypt
from organizations.models import AccountSecurity, LoginRecord, RecoveryCode
from organizations.services.logins import account_event

RECOVERY_CODES = 10
_RECOVERY_BYTES = 10


class SecondFactorCodeError(Exception):
    """The code does not belong to the new secret (验证码与新密钥不符)."""


@transaction.atomic
def password_choose(*, user: User, password: str, address: str) -> None:
    """The account's owner sets a password (本人设置密码); the forms have checked its rules."""
    user.set_password(password)
    user.save(update_fields=["password"])
    AccountSecurity.objects.update_or_create(user=user, defaults={"password_is_own": True})
    account_event(user=user, address=address, outcome=LoginRecord.Outcome.PASSWORD_CHANGED)


def password_given(*, user: User) -> None:
    """Somebody else set the password: its owner must change it at the next login (须修改密码)."""
    AccountSecurity.objects.update_or_create(user=user, defaults={"password_is_own": False})


@transaction.atomic
def second_factor_set(*, user: User, secret: str, code: str, address: str) -> list[str]:
    """Bind an authenticator app (绑定动态验证码); returns the recovery codes, which nobody can read again.

    Raises:
        SecondFactorCodeError: ``code`` is not one of ``secret``.
    """
    step = totp.matching_step(secret, code.replace(" ", ""), seconds=time.time(), after=0)
    if step is None:
        raise SecondFactorCodeError
    AccountSecurity.objects.update_or_create(
        user=user,
        defaults={
            "totp_secret": encrypt(secret),
            "totp_last_step": step,
            "totp_confirmed_at": timezone.now(),
        },
    )
    account_event(user=user, address=address, outcome=LoginRecord.Outcome.SECOND_FACTOR_SET)
    return _new_recovery_codes(user)


@transaction.atomic
def second_factor_reset(*, user: User, address: str) -> None:
    """An administrator takes the second factor away (解除动态验证码): telephone and codes are lost."""
    AccountSecurity.objects.filter(user=user).update(totp_secret=b"", totp_confirmed_at=None)
    RecoveryCode.objects.filter(user=user).delete()
    account_event(user=user, address=address, outcome=LoginRecord.Outcome.SECOND_FACTOR_RESET)


def account_unlock(*, user: User, address: str) -> None:
    """An administrator ends the lock-out (解除锁定), whichever address it holds for."""
    account_event(user=user, address=address, outcome=LoginRecord.Outcome.UNLOCKED)


def _new_recovery_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = [
        base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES)
    ]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_index=blind_index(code)) for code in codes)
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes]

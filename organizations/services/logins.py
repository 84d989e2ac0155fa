"""Logging in (登录): each attempt is recorded, too many failures lock.

Attempts with one user name queue up behind a lock: many at once are not many guesses more.
"""

import time
from dataclasses import dataclass

from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from common import totp
from common.encryption import blind_index, decrypt
from organizations.models import AccountSecurity, LoginRecord, RecoveryCode
from organizations.selectors.accounts import login_is_locked, login_name_index

Outcome = LoginRecord.Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How an attempt went: ``user`` when it was right, else ``locked`` or simply wrong."""

    user: User | None = None
    locked: bool = False


@transaction.atomic
def login_attempt(*, username: str, password: str, address: str) -> Attempt:
    """Check user name and password; only staff get in (核对密码)."""
    name_index = _queue(username)
    known = User.objects.filter(username=username).first()
    if login_is_locked(name_index=name_index, address=address):
        return _refused(known, name_index, address, Outcome.LOCKED)
    # Also for unknown names: the time it takes must not tell which names there are.
    user = authenticate(username=username, password=password)
    if not isinstance(user, User) or not user.is_staff:
        return _refused(known, name_index, address, Outcome.WRONG_PASSWORD)
    return Attempt(user=user)


@transaction.atomic
def second_factor_attempt(*, user: User, code: str, address: str) -> Attempt:
    """Check a code of the app, or a recovery code; each counts once (核对验证码)."""
    name_index = _queue(user.username)
    if login_is_locked(name_index=name_index, address=address):
        return _refused(user, name_index, address, Outcome.LOCKED)
    typed = code.replace(" ", "").replace("-", "").lower()
    if not (_app_code_used(user, typed) or _recovery_code_used(user, typed)):
        return _refused(user, name_index, address, Outcome.WRONG_CODE)
    return Attempt(user=user)


def account_event(*, user: User, address: str, outcome: LoginRecord.Outcome) -> None:
    """Record what happened to the account (记录)."""
    LoginRecord.objects.create(
        user=user, name_index=login_name_index(user.username), address=address, outcome=outcome
    )


def _queue(username: str) -> str:
    name_index = login_name_index(username)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name_index])
    return name_index


def _refused(user: User | None, name_index: str, address: str, outcome: LoginRecord.Outcome) -> Attempt:
    LoginRecord.objects.create(user=user, name_index=name_index, address=address, outcome=outcome)
    # The failure that reaches the limit says so at once.
    return Attempt(locked=login_is_locked(name_index=name_index, address=address))


def _app_code_used(user: User, code: str) -> bool:
    security = AccountSecurity.objects.filter(user=user, totp_confirmed_at__isnull=False).first()
    if security is None:
        return False
    secret = decrypt(security.totp_secret)
    step = totp.matching_step(secret, code, seconds=time.time(), after=security.totp_last_step)
    if step is None:
        return False
    security.totp_last_step = step
    security.save(update_fields=["totp_last_step"])
    return True


def _recovery_code_used(user: User, code: str) -> bool:
    unused = RecoveryCode.objects.filter(user=user, code_index=blind_index(code), used_at__isnull=True)
    return unused.update(used_at=timezone.now()) == 1

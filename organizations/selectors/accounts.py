"""Who must do what to log in, and who has logged in (登录条件、登录记录)."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db.models import QuerySet
from django.utils import timezone

from common.encryption import blind_index
from organizations.models import AccountSecurity, LoginRecord, Office, RecoveryCode, StaffMember

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=30)

_FAILURES = (LoginRecord.Outcome.WRONG_PASSWORD, LoginRecord.Outcome.WRONG_CODE)
_FRESH_STARTS = (LoginRecord.Outcome.SUCCESS, LoginRecord.Outcome.UNLOCKED)


def login_name_index(username: str) -> str:
    """Under which hash attempts with this user name are kept."""
    return blind_index(f"login {username}")


def login_is_locked(*, name_index: str, address: str) -> bool:
    """Whether too many attempts with this name from this address failed lately.

    A login from there, or an administrator, makes a fresh start.
    """
    attempts = LoginRecord.objects.filter(name_index=name_index, at__gt=timezone.now() - LOCKED_FOR)
    from_here = attempts.filter(address=address)
    unlocked = attempts.filter(outcome=LoginRecord.Outcome.UNLOCKED)
    fresh_starts = (from_here.filter(outcome__in=_FRESH_STARTS) | unlocked).order_by("-id")
    since = fresh_starts.values_list("id", flat=True).first() or 0
    return from_here.filter(outcome__in=_FAILURES, id__gt=since).count() >= FAILURES_ALLOWED


def account_security(user: AbstractBaseUser | AnonymousUser) -> AccountSecurity:
    """The account's row, or what holds without one (not saved)."""
    found = AccountSecurity.objects.filter(user_id=_id(user)).first()
    return found or AccountSecurity(user_id=_id(user))


def second_factor_required(user: User) -> bool:
    """Whether the account may not log in without a code: administrators, and those who pay (DOUDI_MFA)."""
    if not settings.MFA:
        return False
    return (
        user.is_superuser or StaffMember.objects.filter(user=user, office__kind=Office.Kind.FINANCE).exists()
    )


def start_page(user: AbstractBaseUser | AnonymousUser) -> str:
    """Name of the page that somebody begins with: by the first right of ``START_PAGES``, or the admin."""
    if isinstance(user, User) and not user.is_superuser:
        for right, page in settings.START_PAGES.items():
            if user.has_perm(right):
                return str(page)
    return str(settings.LOGIN_REDIRECT_URL)


def login_records_of(user: AbstractBaseUser | AnonymousUser, *, limit: int) -> QuerySet[LoginRecord]:
    """The account's own history, newest first."""
    return LoginRecord.objects.filter(user_id=_id(user))[:limit]


def recovery_codes_left(user: AbstractBaseUser | AnonymousUser) -> int:
    """How many of the account's recovery codes are unused."""
    return RecoveryCode.objects.filter(user_id=_id(user), used_at__isnull=True).count()


def _id(user: AbstractBaseUser | AnonymousUser) -> int:
    # Nobody's number: who is not logged in has nothing.
    return user.pk or 0

"""Writes of organizations (办理)."""

from organizations.services.accounts import (
    SecondFactorCodeError,
    account_unlock,
    password_choose,
    password_given,
    second_factor_reset,
    second_factor_set,
)
from organizations.services.calls import CallNote, call_note
from organizations.services.keys import (
    hospital_key_issue,
    hospital_key_revoke,
    hospital_key_rotate,
    hospital_key_used,
)
from organizations.services.logins import Attempt, account_event, login_attempt, second_factor_attempt
from organizations.services.roles import role_give, role_of_place, roles_apply, staff_member_appoint
from organizations.services.saved_views import saved_view_keep

__all__ = [
    "Attempt",
    "CallNote",
    "SecondFactorCodeError",
    "account_event",
    "account_unlock",
    "call_note",
    "hospital_key_issue",
    "hospital_key_revoke",
    "hospital_key_rotate",
    "hospital_key_used",
    "login_attempt",
    "password_choose",
    "password_given",
    "role_give",
    "role_of_place",
    "roles_apply",
    "saved_view_keep",
    "second_factor_attempt",
    "second_factor_reset",
    "second_factor_set",
    "staff_member_appoint",
]

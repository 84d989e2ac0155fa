"""Writes of organizations (办理)."""

from organizations.services.calls import CallNote, call_note
from organizations.services.keys import (
    hospital_key_issue,
    hospital_key_revoke,
    hospital_key_rotate,
    hospital_key_used,
)

__all__ = [
    "CallNote",
    "call_note",
    "hospital_key_issue",
    "hospital_key_revoke",
    "hospital_key_rotate",
    "hospital_key_used",
]

"""The call log of the hospitals' interface (接口调用记录)."""

from typing import NamedTuple

from django.db import connection

# In one statement, and without waiting for the disk: a crash of the server may cost the last moments of the
# log, never a claim, and a call costs one round trip more. PostgreSQL reads the setting when it commits.
_NOTE = """
WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO organizations_apicall
    (called_at, hospital_id, key_prefix, method, operation, status, code, duration_ms, request_id)
SELECT clock_timestamp(), %s, %s, %s, %s, %s, %s, %s, %s FROM unhurried
"""


class CallNote(NamedTuple):
    """What is kept of one call; neither a person nor a claim."""

    hospital_id: int | None
    key_prefix: str
    method: str
    operation: str
    status: int
    code: str
    duration_ms: int
    request_id: str


def call_note(note: CallNote) -> None:
    """Add one call to the log."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, note)

"""Six-digit codes of an authenticator app (动态验证码): RFC 6238 with its defaults, SHA-1 and 30 seconds."""

import base64
import hmac
import secrets
from urllib.parse import quote

STEP_SECONDS = 30
_SECRET_BYTES = 20
_DIGITS = 6
# Clocks of telephones and servers differ: the code before and the code after count too.
_TOLERANCE = 1


def new_secret() -> str:
    """A secret in the spelling that apps take, 32 characters of base32."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def code_at(secret: str, step: int) -> str:
    """The code of a time step (seconds since 1970, divided by 30)."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"


def matching_step(secret: str, code: str, *, seconds: float, after: int) -> int | None:
    """The step whose code this is, around the moment ``seconds``; ``None`` when it is none's.

    Args:
        secret: as :func:`new_secret` makes it.
        code: what was typed.
        seconds: now, since 1970.
        after: the last step that was used; a code counts once.
    """
    now = int(seconds) // STEP_SECONDS
    for step in range(max(now - _TOLERANCE, after + 1), now + _TOLERANCE + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            return step
    return None


def app_address(secret: str, *, account: str, issuer: str) -> str:
    """What the QR code holds (``otpauth://``)."""
    label = quote(f"{issuer}:{account}", safe="")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer, safe='')}"

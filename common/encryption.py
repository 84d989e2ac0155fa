"""Personal data at rest (个人信息加密): AES-256-GCM for storage, a keyed hash for look-up.

Both keys derive from ``ENCRYPTION_KEY``, which is apart from Django's ``SECRET_KEY``.
"""

import hashlib
import hmac
import os
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE_BYTES = 12


def encrypt(text: str) -> bytes:
    """Nonce and ciphertext of ``text``; the same text never encrypts alike twice."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher().encrypt(nonce, text.encode(), None)


def decrypt(blob: bytes | memoryview) -> str:
    """The text again.

    Raises:
        cryptography.exceptions.InvalidTag: another key, or the bytes were changed.
    """
    raw = bytes(blob)
    return _cipher().decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None).decode()


def blind_index(text: str) -> str:
    """A keyed hash to look an encrypted value up by (盲索引), 64 hex digits."""
    return hmac.new(_key("blind index"), text.encode(), hashlib.sha256).hexdigest()


@cache
def _key(purpose: str) -> bytes:
    return hmac.new(settings.ENCRYPTION_KEY.encode(), purpose.encode(), hashlib.sha256).digest()


@cache
def _cipher() -> AESGCM:
    return AESGCM(_key("encryption"))

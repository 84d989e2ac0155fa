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
    return encrypt_bytes(text.encode())


def encrypt_bytes(content: bytes) -> bytes:
    """Nonce and ciphertext of a whole file."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher().encrypt(nonce, content, None)


def decrypt(blob: bytes | memoryview) -> str:
    """The text again.

    Raises:
        cryptography.exceptions.InvalidTag: another key, or the bytes were changed.
    """
    return decrypt_bytes(blob).decode()


def decrypt_bytes(blob: bytes | memoryview) -> bytes:
    """The file again.

    Raises:
        cryptography.exceptions.InvalidTag: another key, or the bytes were changed.
    """
    raw = bytes(blob)
    return _cipher().decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None)


def blind_index(text: str) -> str:
    """A keyed hash to look an encrypted value up by (盲索引), 64 hex digits."""
    return hmac.new(_key("blind index"), text.encode(), hashlib.sha256).hexdigest()


@cache
def _key(purpose: str) -> bytes:
    return hmac.new(settings.ENCRYPTION_KEY.encode(), purpose.encode(), hashlib.sha256).digest()


@cache
def _cipher() -> AESGCM:
    return AESGCM(_key("encryption"))

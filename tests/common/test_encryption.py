"""Personal data at rest."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from common import encryption
from common.encryption import blind_index, decrypt, encrypt

NUMBER = "410199196005170010"


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_what_was_encrypted_comes_back(text: str):
    assert decrypt(encrypt(text)) == text


def test_the_same_text_never_encrypts_alike_and_never_shows():
    blobs = {encrypt(NUMBER) for _ in range(50)}
    assert len(blobs) == 50
    assert all(NUMBER.encode() not in blob for blob in blobs)


def test_a_memoryview_as_the_driver_gives_it_decrypts():
    assert decrypt(memoryview(encrypt(NUMBER))) == NUMBER


@pytest.mark.parametrize("place", [0, 11, 12, 20, -1])
def test_a_changed_byte_is_noticed(place: int):
    blob = bytearray(encrypt(NUMBER))
    blob[place] ^= 1
    with pytest.raises(InvalidTag):
        decrypt(bytes(blob))


def test_the_index_finds_and_tells_nothing():
    assert blind_index(NUMBER) == blind_index(NUMBER)
    assert blind_index(NUMBER) != blind_index(NUMBER[:-1] + "1")
    assert len(blind_index(NUMBER)) == 64
    assert NUMBER not in blind_index(NUMBER)


def test_another_key_neither_finds_nor_reads(settings):
    blob, index = encrypt(NUMBER), blind_index(NUMBER)
    from_key = settings.ENCRYPTION_KEY
    settings.ENCRYPTION_KEY = from_key[::-1]
    _forget_keys()
    try:
        assert blind_index(NUMBER) != index
        with pytest.raises(InvalidTag):
            decrypt(blob)
    finally:
        settings.ENCRYPTION_KEY = from_key
        _forget_keys()


def test_the_key_is_apart_from_djangos(settings):
    assert settings.ENCRYPTION_KEY != settings.SECRET_KEY


def _forget_keys() -> None:
    encryption._key.cache_clear()
    encryption._cipher.cache_clear()

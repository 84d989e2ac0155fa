"""Codes of an authenticator app against RFC 6238, appendix B (the last six of its eight digits)."""

import pytest

from common import totp

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert totp.code_at(RFC_SECRET, seconds // 30) == code
    assert totp.matching_step(RFC_SECRET, code, seconds=seconds, after=0) == seconds // 30


def test_a_code_counts_half_a_minute_early_or_late_and_no_more() -> None:
    for seconds, step in ((59 - 30, 1), (59 + 30, 1), (59 + 60, None), (59 - 31 - 29, None)):
        assert totp.matching_step(RFC_SECRET, "287082", seconds=seconds, after=0) == step


def test_a_code_counts_once() -> None:
    assert totp.matching_step(RFC_SECRET, "287082", seconds=59, after=1) is None


@pytest.mark.parametrize("typed", ["", "28708", "2870820", "二八七零八二"])
def test_what_is_no_code_matches_nothing(typed: str) -> None:
    assert totp.matching_step(RFC_SECRET, typed, seconds=59, after=0) is None


def test_each_secret_is_new_and_of_160_bits() -> None:
    secrets = {totp.new_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert all(len(secret) == 32 for secret in secrets)

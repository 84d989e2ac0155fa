"""What every test of the interface asks of an answer."""

from typing import Any

CLAIMS = "/api/v1/claims/"
PREVIEW = "/api/v1/claims/preview/"


def is_chinese(text: str) -> bool:
    """Whether a sentence speaks Chinese."""
    return any("一" <= char <= "鿿" for char in text)


def check_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """A refusal is problem+json with a stable code and a Chinese sentence."""
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    assert answer["Content-Type"] == "application/problem+json"
    assert body["status"] == status
    assert body["type"] == f"urn:doudi:problem:{code}"
    assert is_chinese(body["title"])
    assert is_chinese(body["detail"])
    return body

"""Strict JSON (严格的 JSON): what two programs could read differently is refused."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

# The deepest request of the interface, a batch of claims with lines, goes five deep.
DEEPEST = 10


class BodyTooLargeError(APIException):
    """The body is larger than the site takes (请求过大)."""

    status_code = 413
    default_code = "body_too_large"
    default_detail = "请求内容过大，请减少明细行数或拆分单据。"


class StrictJSONParser(BaseParser):
    """UTF-8 JSON without duplicate keys, NaN or Infinity, no larger and no deeper than the limits."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The value of the body.

        Raises:
            ParseError: not strict JSON; the message never repeats the body.
            BodyTooLargeError: more bytes than ``DATA_UPLOAD_MAX_MEMORY_SIZE``.
        """
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise BodyTooLargeError
        try:
            value = json.loads(
                body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse_constant
            )
        except UnicodeDecodeError:
            raise ParseError("请求内容不是 UTF-8 编码，请按 UTF-8 发送。", code="not_utf8") from None
        except _DuplicateKeyError:
            raise ParseError(
                "请求内容的同一对象里有重复的字段名，请删去重复的字段。", code="duplicate_key"
            ) from None
        except RecursionError:
            raise _too_deep() from None
        except ValueError:
            raise ParseError("请求内容不是合法的 JSON，请检查格式后重发。", code="malformed_json") from None
        if _is_deeper(value, than=DEEPEST):
            raise _too_deep()
        return value


def _too_deep() -> ParseError:
    return ParseError(f"请求内容的嵌套超过 {DEEPEST} 层，请按接口文档的格式发送。", code="nested_too_deep")


def _is_deeper(value: Any, *, than: int) -> bool:
    """Whether objects and lists lie in one another more than ``than`` times."""
    level = [value]
    for _ in range(than):
        level = [
            inner
            for each in level
            if isinstance(each, (dict, list))
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


class _DuplicateKeyError(Exception):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _DuplicateKeyError
    return made


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)

"""Reading request fields one by one (读取字段): every error is kept, with its place in the request."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from common.money import AmountFormatError, parse_yuan
from settlement.errors import FieldError, RequestInvalidError

MAX_ERRORS = 50
# Control characters and lone surrogates: the database refuses some, people see none.
_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_NAME = re.compile(r"[A-Za-z][A-Za-z_-]{0,39}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Fields:
    """One JSON object being read; ``errors`` is shared with the objects inside it.

    ``at`` is the object's JSON pointer, ``label`` what people call it in front of a field's name.
    """

    def __init__(
        self, data: Mapping[str, Any], *, at: str = "", label: str = "", errors: list[FieldError]
    ) -> None:
        self.data = data
        self.at = at
        self.label = label
        self.errors = errors

    def refuse(self, name: str, code: str, detail: str) -> None:
        """Note what is wrong with a field."""
        self.errors.append(FieldError(f"{self.at}/{name}", code, self.label + detail))

    def only(self, known: Collection[str]) -> None:
        """Refuse fields that the interface does not have: a misspelt name would go unnoticed."""
        for name in self.data:
            if name not in known:
                # A name that could not be one is not repeated: it may hold anything, an ID number too.
                shown = name if _NAME.fullmatch(name) else "…"
                self.refuse(shown, "field_unknown", f"接口没有字段 {shown}，请对照接口文档。")

    def inside(self, name: str) -> "Fields":
        """The object in a field, to be read in its turn; an empty one, and an error, where there is none."""
        value = self.data.get(name)
        if not isinstance(value, dict):
            self.refuse(name, "object_required", f"{name} 须为一个 JSON 对象。")
            value = {}
        return Fields(value, at=f"{self.at}/{name}", label=f"{self.label}{name} 的 ", errors=self.errors)

    def text(
        self, name: str, *, most: int, pattern: re.Pattern[str] | None = None, required: bool = True
    ) -> str:
        """A string without control characters, surrounding blanks taken off."""
        value = self.data.get(name, None if required else "")
        if value is None:
            self.refuse(name, "field_required", f"请填写 {name}。")
            return ""
        if not isinstance(value, str) or _NOT_TEXT.search(value):
            self.refuse(name, "text_invalid", f"{name} 须为不含控制字符的字符串。")
            return ""
        text = value.strip()
        if required and not text:
            self.refuse(name, "field_required", f"请填写 {name}。")
        elif len(text) > most:
            self.refuse(name, "text_too_long", f"{name} 最多 {most} 个字。")
        elif text and pattern is not None and not pattern.fullmatch(text):
            self.refuse(name, "text_invalid", f"{name} 的写法不对，请对照接口文档。")
        return text

    def choice(self, name: str, allowed: Collection[str], *, default: str | None = None) -> str:
        """One of a code list."""
        value = self.data.get(name, default)
        if value is None:
            self.refuse(name, "field_required", f"请填写 {name}。")
        elif not isinstance(value, str) or value not in allowed:
            self.refuse(name, "choice_invalid", f"{name} 须为 {'、'.join(sorted(allowed))} 之一。")
        else:
            return value
        return ""

    def day(self, name: str, *, default: date | None = None) -> date:
        """A date ``YYYY-MM-DD``."""
        value = self.data.get(name)
        if value is None and default is not None:
            return default
        if value is None:
            self.refuse(name, "field_required", f"请填写 {name}。")
            return date.min
        try:
            if isinstance(value, str) and _DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.refuse(name, "date_invalid", f"{name} 须为存在的日期，写作 2019-06-30。")
        return date.min

    def whole(self, name: str, *, least: int, most: int, default: int | None = None) -> int:
        """An integer within limits; ``true`` is none."""
        value = self.data.get(name, default)
        if type(value) is int and least <= value <= most:
            return value
        self.refuse(name, "integer_invalid", f"{name} 须为 {least} 至 {most} 的整数。")
        return least

    def amount(self, name: str, *, default: int | None = None, signed: bool = False) -> int:
        """Fen of a yuan string, not negative unless ``signed``."""
        value = self.data.get(name)
        if value is None and default is not None:
            return default
        if value is None:
            self.refuse(name, "field_required", f"请填写 {name}。")
            return 0
        if not isinstance(value, str):
            self.refuse(
                name, "amount_not_string", f'{name} 须为两位小数的字符串，例如 "1234.50"，不能是数字。'
            )
            return 0
        try:
            fen = parse_yuan(value)
        except AmountFormatError:
            self.refuse(name, "amount_invalid", f'{name} 须为两位小数的元，例如 "1234.50"。')
            return 0
        if fen < 0 and not signed:
            self.refuse(name, "amount_negative", f"{name} 不能为负；退费请冲销原单据。")
        return fen

    def rows(self, name: str, *, required: bool = False) -> list[Any]:
        """A list of any values."""
        value = self.data.get(name, None if required else [])
        if isinstance(value, list):
            return value
        self.refuse(name, "list_required", f"{name} 须为列表。")
        return []

    def objects(self, name: str, *, most: int) -> Iterator["Fields"]:
        """The objects of a list, to be read one by one; ends early when too much is wrong."""
        rows = self.rows(name, required=True)
        if len(rows) > most:
            self.refuse(name, "list_too_long", f"{name} 最多 {most} 项。")
            return
        for index, row in enumerate(rows):
            if len(self.errors) >= MAX_ERRORS:
                return
            at, label = f"{self.at}/{name}/{index}", f"{self.label}{name} 第 {index + 1} 项的 "
            if isinstance(row, dict):
                yield Fields(row, at=at, label=label, errors=self.errors)
            else:
                self.errors.append(FieldError(at, "object_required", f"{name} 第 {index + 1} 项须为对象。"))

    def texts(self, name: str, *, most: int, length: int, pattern: re.Pattern[str]) -> tuple[str, ...]:
        """A list of codes, sorted, each once."""
        values = self.rows(name)
        if len(values) > most:
            self.refuse(name, "list_too_long", f"{name} 最多 {most} 项。")
            return ()
        good = [v for v in values if isinstance(v, str) and len(v) <= length and pattern.fullmatch(v)]
        if len(good) != len(values):
            self.refuse(name, "text_invalid", f"{name} 中有写法不对的项，请对照接口文档。")
        return tuple(sorted(set(good)))


def body_of(data: Any, *, known: Collection[str], errors: list[FieldError]) -> Fields:
    """A request body to be read, which must be one object of known fields.

    Raises:
        RequestInvalidError: it is no object.
    """
    if not isinstance(data, dict):
        raise_any([FieldError("", "object_required", "请求内容须为一个 JSON 对象。")])
    fields = Fields(data, errors=errors)
    fields.only(known)
    return fields


def raise_any(errors: list[FieldError]) -> None:
    """Refuse the request if anything was wrong with it.

    Raises:
        RequestInvalidError: naming up to ``MAX_ERRORS`` fields.
    """
    if errors:
        raise RequestInvalidError(errors[:MAX_ERRORS])

"""The typed fields of a register (登记项目): what may stand in them, and how people read it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from beneficiaries.models import Person, RegisterEntry, RegisterKind
from common.admin_panels import grouped_yuan
from organizations.models import Hospital, Region

TEXT_LENGTH, LONG_TEXT_LENGTH, SUMMARY_LENGTH = 100, 1_000, 100
LARGEST_NUMBER, LARGEST_FEN = 10**9, 10**13


class FieldType(StrEnum):
    """What a field holds (项目类型)."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    MONEY = "money"
    PERSON = "person"
    HOSPITAL = "hospital"
    REGION = "region"
    VILLAGE = "village"


# Columns of the entry itself, so that the database keeps the link; at most one of each in a register.
LINKS: dict[FieldType, type[Any]] = {
    FieldType.PERSON: Person,
    FieldType.HOSPITAL: Hospital,
    FieldType.REGION: Region,
}
# Lists show the first two of these; who and where stand in columns of their own.
SAID_SHORTLY = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.CHOICE, FieldType.VILLAGE})
SINGLE = frozenset({*LINKS, FieldType.VILLAGE})


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field; ``choices`` are the words people choose from."""

    key: str
    title: str
    type: FieldType
    required: bool = False
    choices: tuple[str, ...] = ()
    note: str = ""


class RegisterValuesError(Exception):
    """What was entered does not fit the register; ``problems`` by key of the field, in Chinese."""

    code = "register_values"

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("；".join(problems.values()))
        self.problems = dict(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What an entry says: links as columns, everything else as JSON."""

    values: dict[str, Any]
    columns: dict[str, Any]
    summary: str


def specs_of(kind: RegisterKind) -> list[FieldSpec]:
    """The fields of a register in their order."""
    return [
        FieldSpec(
            key=row["key"],
            title=row["title"],
            type=FieldType(row["type"]),
            required=row.get("required", False),
            choices=tuple(row.get("choices", ())),
            note=row.get("note", ""),
        )
        for row in kind.fields
    ]


def checked(specs: Sequence[FieldSpec], given: Mapping[str, Any]) -> Content:
    """Values that fit the fields; what is not a field of the register is refused.

    Raises:
        RegisterValuesError: with every problem at once.
    """
    by_key = {spec.key: spec for spec in specs}
    problems = {key: f"登记簿没有“{key}”这一项。" for key in given if key not in by_key}
    values: dict[str, Any] = {}
    columns: dict[str, Any] = {
        "person": None,
        "hospital": None,
        "region": None,
        "township": "",
        "village": "",
    }
    shown: list[str] = []
    for spec in specs:
        value = given.get(spec.key)
        if value in (None, ""):
            if spec.required:
                problems[spec.key] = f"请填写{spec.title}。"
            continue
        try:
            fitting = _fitting(spec, value)
        except ValueError as error:
            problems[spec.key] = f"{spec.title}：{error}"
            continue
        _place(spec, fitting, values, columns)
        if spec.type in SAID_SHORTLY:
            shown.append(_words(spec, fitting))
    if problems:
        raise RegisterValuesError(problems)
    return Content(values=values, columns=columns, summary="　".join(shown[:2])[:SUMMARY_LENGTH] or "（空）")


def _place(spec: FieldSpec, fitting: Any, values: dict[str, Any], columns: dict[str, Any]) -> None:
    if spec.type is FieldType.VILLAGE:
        columns["township"], columns["village"] = fitting
    elif spec.type in LINKS:
        columns[str(spec.type)] = fitting
    else:
        values[spec.key] = fitting


def shown_values(specs: Sequence[FieldSpec], entry: RegisterEntry) -> list[str]:
    """What an entry says, field by field, as people read it."""
    return [_words(spec, _stored(spec, entry)) for spec in specs]


def _stored(spec: FieldSpec, entry: RegisterEntry) -> Any:
    if spec.type is FieldType.VILLAGE:
        return (entry.township, entry.village)
    return getattr(entry, spec.type) if spec.type in LINKS else entry.values.get(spec.key)


def _words(spec: FieldSpec, value: Any) -> str:
    if value is None:
        return ""
    if spec.type is FieldType.VILLAGE:
        return "".join(value)
    return grouped_yuan(value) if spec.type is FieldType.MONEY else str(value)


def _fitting(spec: FieldSpec, value: Any) -> Any:
    """The value as it is kept.

    Raises:
        ValueError: it does not fit; the message is Chinese.
    """
    return _CHECKS[spec.type](spec, value)


def _whole(spec: FieldSpec, value: Any) -> int:
    largest = LARGEST_FEN if spec.type is FieldType.MONEY else LARGEST_NUMBER
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= largest:
        raise ValueError("应为不小于0的数。")
    return value


def _day(spec: FieldSpec, value: Any) -> str:
    if not isinstance(value, date):
        raise ValueError("应为日期，例如 2019-06-30。")
    return value.isoformat()


def _chosen(spec: FieldSpec, value: Any) -> str:
    if value not in spec.choices:
        raise ValueError("只能选择：" + "、".join(spec.choices) + "。")
    return str(value)


def _village(spec: FieldSpec, value: Any) -> tuple[str, str]:
    if not isinstance(value, tuple) or len(value) != 2 or not all(isinstance(part, str) for part in value):
        raise ValueError("应选择乡镇（街道）和村（社区）。")
    return value


def _linked(spec: FieldSpec, value: Any) -> Any:
    if not isinstance(value, LINKS[spec.type]):
        raise ValueError("没有找到，请重新选择。")
    return value


def _text(spec: FieldSpec, value: Any) -> str:
    longest = LONG_TEXT_LENGTH if spec.type is FieldType.LONG_TEXT else TEXT_LENGTH
    text = str(value).strip()
    if len(text) > longest:
        raise ValueError(f"最多 {longest} 字，现有 {len(text)} 字。")
    return text


_CHECKS: dict[FieldType, Callable[[FieldSpec, Any], Any]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.NUMBER: _whole,
    FieldType.MONEY: _whole,
    FieldType.DATE: _day,
    FieldType.CHOICE: _chosen,
    FieldType.VILLAGE: _village,
    FieldType.PERSON: _linked,
    FieldType.HOSPITAL: _linked,
    FieldType.REGION: _linked,
}

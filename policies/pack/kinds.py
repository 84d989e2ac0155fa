"""How single values are read from and written to pack files (单个值的写法).

Readers take a YAML node, not a value: ``200.00`` without quotes is a float to YAML, and money is never one.
They raise ``ValueError`` with a Chinese sentence that says what to write instead.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml
from django.db import models

from common.money import BASIS_POINTS, format_percent, format_yuan, parse_percent, parse_yuan

_STRING = "tag:yaml.org,2002:str"
_INTEGER = "tag:yaml.org,2002:int"
_TRUE_FALSE = "tag:yaml.org,2002:bool"
_NULL = "tag:yaml.org,2002:null"
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Kind:
    """How a value is read from a node and written as plain data."""

    read: Callable[[yaml.Node], object]
    write: Callable[[Any], object]


def _scalar(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise ValueError("此处应为单个值。")
    return str(node.value)


def _read_text(node: yaml.Node) -> str:
    text = _scalar(node)
    if node.tag != _STRING:
        raise ValueError(f'文字须加引号，例如 "{text}"。')
    return text


def _read_yuan(node: yaml.Node) -> int | None:
    if node.tag == _NULL:
        return None
    fen = parse_yuan(_read_amount_text(node))
    if fen < 0:
        raise ValueError("金额不得为负。")
    return fen


def _read_amount_text(node: yaml.Node) -> str:
    text = _scalar(node)
    if node.tag != _STRING:
        raise ValueError(f'金额须写成带引号的两位小数，例如 "1234.50"，收到：{text}')
    return text


def _write_yuan(fen: int | None) -> str | None:
    return None if fen is None else format_yuan(fen)


def _read_percent(node: yaml.Node) -> int | None:
    if node.tag == _NULL:
        return None
    rate_bp = parse_percent(_scalar(node))
    if rate_bp > BASIS_POINTS:
        raise ValueError("比例不得超过 100%。")
    return rate_bp


def _write_percent(rate_bp: int | None) -> str | None:
    return None if rate_bp is None else format_percent(rate_bp)


def _read_whole(node: yaml.Node) -> int | None:
    if node.tag == _NULL:
        return None
    text = _scalar(node)
    if node.tag != _INTEGER or not text.isdigit():
        raise ValueError(f"此处应为不加引号的非负整数，收到：{text}")
    return int(text)


def _read_flag(node: yaml.Node) -> bool:
    text = _scalar(node)
    if node.tag != _TRUE_FALSE:
        raise ValueError("此处应为 true 或 false。")
    return text == "true"


def _read_day(node: yaml.Node) -> date | None:
    if node.tag == _NULL:
        return None
    try:
        return date.fromisoformat(_scalar(node))
    except ValueError:
        raise ValueError("日期须写成 2018-01-01 的形式。") from None


def _same(value: Any) -> object:
    return value


TEXT = Kind(_read_text, _same)
YUAN = Kind(_read_yuan, _write_yuan)
PERCENT = Kind(_read_percent, _write_percent)
WHOLE = Kind(_read_whole, _same)
FLAG = Kind(_read_flag, _same)
DAY = Kind(_read_day, _same)


def list_of(kind: Kind) -> Kind:
    """A list of values of one kind; a single value may stand without brackets."""

    def read(node: yaml.Node) -> object:
        if not isinstance(node, yaml.SequenceNode):
            return [kind.read(node)]
        return [kind.read(item) for item in node.value]

    def write(values: list[Any]) -> object:
        return [kind.write(value) for value in values]

    return Kind(read, write)


def choice(choices: type[models.TextChoices]) -> Kind:
    """A code of a list, written as its Chinese label; the code itself is read too."""
    labels = {str(code): str(label) for code, label in choices.choices}
    codes = {label: code for code, label in labels.items()} | {code: code for code in labels}

    def read(node: yaml.Node) -> str:
        text = _scalar(node)
        if text not in codes:
            raise ValueError(f"“{text}”不在代码表中，可填：{'、'.join(labels.values())}。")
        return codes[text]

    return Kind(read, lambda code: labels[code] if code else "")


def _read_reference(node: yaml.Node) -> str:
    if node.tag == _NULL:
        return ""
    return _SPACES.sub(" ", _scalar(node).strip())


# A clause ``文号 条款号``, a fund's code or a disease's key ``list/number``.
REFERENCE = Kind(_read_reference, _same)

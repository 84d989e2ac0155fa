"""Rows into the text of a pack file (写出政策包文件). The same rows always give the same text."""

from collections.abc import Sequence
from typing import Any

import yaml

from policies.pack.rows import Row
from policies.pack.shapes import CONDITION, POLICY, REQUIRED, Key, Shape

LINE_WIDTH = 110


class _Dumper(yaml.SafeDumper):
    """Indents lists under their key, and writes no anchors."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists stand two columns in."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        """Equal lists are written out, not referred to."""
        return True


def write_policy(policy: Row) -> str:
    """The pack as text: the header, then one section after the other, empty sections left out."""
    sections: list[tuple[str, object]] = [("policy", _keys(POLICY.keys, policy))]
    for shape in POLICY.children:
        rows = policy.children.get(shape.section, ())
        if rows:
            sections.append((shape.section, [_row(shape, row) for row in rows]))
    return "\n".join(_dump({name: content}) for name, content in sections)


def _row(shape: Shape, row: Row) -> dict[str, object]:
    written = _keys(shape.keys, row)
    if shape.conditioned and (when := _keys(CONDITION, row)):
        written["when"] = when
    for child in shape.children:
        if rows := row.children.get(child.section, ()):
            written[child.section] = [_row(child, item) for item in rows]
    return written


def _keys(keys: Sequence[Key], row: Row) -> dict[str, object]:
    written: dict[str, object] = {}
    for key in keys:
        value: Any = row.values[key.attribute]
        if key.default is REQUIRED or value != key.default:
            written[key.name] = key.kind.write(value)
    return written


def _dump(content: object) -> str:
    return yaml.dump(
        content,
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=None,
        width=LINE_WIDTH,
    )

"""Two packs side by side (政策包比较): what was added, dropped or changed, in words of the office."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from policies.comparison_words import (
    WHOLE_ROW,
    Dictionary,
    field_label,
    in_words,
    is_technical,
    row_in_words,
    row_title,
    section_label,
)
from policies.models import Policy
from policies.pack.rows import Row
from policies.pack.shapes import POLICY, Key, Shape
from policies.pack.tables import row_of_policy

# The names of the left and of the right pack.
Sides = tuple[Dictionary, Dictionary]


class Kind(StrEnum):
    """What happened to a field or a row (变化种类)."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SAME = "same"

    @property
    def label(self) -> str:
        """In Chinese."""
        return {"added": "新增", "removed": "取消", "changed": "变更", "same": "未变"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field of one row in both packs (差异).

    ``left`` and ``right`` are words: amounts in yuan, rates in per cent. A row that only one pack has is one
    difference with everything that it says; the other side is empty, its clause too.
    """

    section: str
    row: str
    field: str
    left: str
    right: str
    clause_left: str
    clause_right: str
    kind: Kind

    @property
    def kind_label(self) -> str:
        """``新增``, ``取消``, ``变更`` or ``未变``."""
        return self.kind.label


def policies_compare(*, left: Policy, right: Policy, unchanged: bool = False) -> list[Difference]:
    """What differs between two packs, in the order of a pack.

    Args:
        left: usually the earlier pack.
        right: usually the later one.
        unchanged: list also what is the same in both.
    """
    words = Dictionary.of_database()
    return compare(row_of_policy(left), row_of_policy(right), words=words, unchanged=unchanged)


def compare(left: Row, right: Row, *, words: Dictionary, unchanged: bool = False) -> list[Difference]:
    """What differs between the contents of two packs; rows are the same where their codes are."""
    # Each side by its own titles: packs of two cities use one code for different rows.
    sides = (words.with_titles_of(left), words.with_titles_of(right))
    head = [key for key in POLICY.keys if key.name != "code"]
    found = [
        difference
        for key in head
        if (difference := _field(POLICY, key, (left, right), sides, title="")) is not None
    ]
    for shape in POLICY.children:
        found += _section(shape, left.children[shape.section], right.children[shape.section], sides)
    return [item for item in found if unchanged or item.kind != Kind.SAME]


def _section(shape: Shape, left: Sequence[Row], right: Sequence[Row], words: Sides) -> Iterator[Difference]:
    before = {row.text(shape.named_by): row for row in left}
    after = {row.text(shape.named_by): row for row in right}
    for code in _merged(list(before), list(after)):
        old, new = before.get(code), after.get(code)
        if old is not None and new is not None:
            yield from _row(shape, (old, new), words)
        elif new is not None:
            yield _whole(shape, new, words[1], Kind.ADDED)
        elif old is not None:
            yield _whole(shape, old, words[0], Kind.REMOVED)


def _merged(left: Sequence[str], right: Sequence[str]) -> list[str]:
    """The codes of the right pack in its order, each dropped one after the code that it followed."""
    merged = list(right)
    for at, code in enumerate(left):
        if code not in merged:
            followed = next((merged.index(one) for one in reversed(left[:at]) if one in merged), -1)
            merged.insert(followed + 1, code)
    return merged


def _row(shape: Shape, rows: tuple[Row, Row], words: Sides) -> Iterator[Difference]:
    title = row_title(shape, rows[1], words[1])
    for key in shape.all_keys:
        difference = _field(shape, key, rows, words, title=title)
        if difference is not None and key.name != shape.named_by:
            yield difference
    for child in shape.children:
        old, new = (row.children[child.section] for row in rows)
        left, right = (side.children(child, part) for side, part in zip(words, (old, new), strict=True))
        if old != new and left == right:
            left, right = (
                side.children(child, part, exact=True) for side, part in zip(words, (old, new), strict=True)
            )
        if left or right:
            yield _difference(shape, rows, title, section_label(child), (left, right), same=old == new)


def _field(shape: Shape, key: Key, rows: tuple[Row, Row], words: Sides, *, title: str) -> Difference | None:
    """A field of a row; None where it says nothing in either pack, or the same in codes of ours."""
    old, new = (row.values[key.attribute] for row in rows)
    if old == new and (is_technical(key) or not in_words(key, old, words[0])):
        return None
    texts = (in_words(key, old, words[0]), in_words(key, new, words[1]))
    return _difference(shape, rows, title, field_label(shape, key), texts, same=old == new)


def _difference(
    shape: Shape, rows: tuple[Row, Row], title: str, field: str, texts: tuple[str, str], *, same: bool
) -> Difference:
    return Difference(
        section=section_label(shape),
        row=title,
        field=field,
        left=texts[0],
        right=texts[1],
        clause_left=rows[0].text("clause"),
        clause_right=rows[1].text("clause"),
        kind=Kind.SAME if same else Kind.CHANGED,
    )


def _whole(shape: Shape, row: Row, words: Dictionary, kind: Kind) -> Difference:
    text, clause = row_in_words(shape, row, words), row.text("clause")
    added = kind is Kind.ADDED
    return Difference(
        section=section_label(shape),
        row=row_title(shape, row, words),
        field=WHOLE_ROW,
        left="" if added else text,
        right=text if added else "",
        clause_left="" if added else clause,
        clause_right=clause if added else "",
        kind=kind,
    )


def sections_of(differences: Sequence[Difference]) -> Mapping[str, list[Difference]]:
    """The differences by section, in order."""
    grouped: dict[str, list[Difference]] = {}
    for item in differences:
        grouped.setdefault(item.section, []).append(item)
    return grouped

"""The content of packs in Chinese (政策包内容释义): sections, fields and values as people read them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.core.exceptions import FieldDoesNotExist

from common.admin_panels import grouped_yuan
from common.money import format_percent
from policies.models import Disease, DiseaseList, DrugList, Fund
from policies.pack.advice import ENTRIES
from policies.pack.rows import Row
from policies.pack.shapes import BANDS, CAPS, PARAMETERS, POLICY, Key, Shape

WHOLE_ROW = "整条"
HEAD = "基本信息"
_LABELS = {
    "valid_from": "起始日",
    "valid_to": "截止日（不含）",
    "clause": "依据条款",
    "deductible_amounts_fen": "起付线（元，按住院次序）",
}
_UNIT = re.compile(r"（分(，[^）]*)?）|（基点）")
# Codes that only the computation knows: shown where they differ, else left out.
_TECHNICAL = frozenset({"code", "benefit", "base_pool", "paid_pool", "starts_pool", "group"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dictionary:
    """What people call the codes that packs name; an unknown code stays as it is."""

    disease_lists: Mapping[str, str] = field(default_factory=dict)
    diseases: Mapping[str, str] = field(default_factory=dict)
    drug_lists: Mapping[str, str] = field(default_factory=dict)
    funds: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_database(cls) -> "Dictionary":
        """Names of disease lists, diseases, drug lists and funds; four queries."""
        diseases = Disease.objects.values_list("disease_list__code", "number", "name")
        return cls(
            disease_lists=dict(DiseaseList.objects.values_list("code", "name")),
            diseases={f"{code}/{number}": name for code, number, name in diseases},
            drug_lists=dict(DrugList.objects.values_list("code", "name")),
            funds=dict(Fund.objects.values_list("code", "name")),
        )

    def with_titles_of(self, pack: Row) -> "Dictionary":
        """With the titles of the pack's rules and fundings."""
        titles: dict[str, str] = {}
        for row in (*pack.children["rules"], *pack.children["fundings"]):
            for code in (row.text("group"), row.text("code")):
                if code and row.text("title"):
                    titles.setdefault(code, row.text("title"))
        return replace(self, titles=titles)

    def children(self, shape: Shape, rows: Sequence[Row], *, exact: bool = False) -> str:
        """Bands, caps or shares in one line; ``exact`` names the pools as well."""
        if shape is BANDS:
            return "；".join(_band(row) for row in rows)
        if shape is CAPS:
            return "；".join(_cap(row, exact=exact) for row in rows)
        if shape is ENTRIES:
            return "；".join(self._entry(row) for row in rows)
        names = [self.funds.get(row.text("fund"), row.text("fund")) for row in rows]
        if len(rows) == 1:
            return f"{names[0]}全额"
        return "、".join(names) + " " + "：".join(str(row.number("weight")) for row in rows) if rows else ""

    def _entry(self, row: Row) -> str:
        """``高血压病：地平、普利``, or ``布洛芬 全年 438000 mg``."""
        listed = "、".join([*row.texts("names"), *row.texts("codes")])
        disease = row.text("disease")
        limit = f" 全年 {row.text('dose')} {row.text('dose_unit')}" if row.text("dose") else ""
        return (f"{self.diseases.get(disease, disease)}：" if disease else "") + listed + limit

    def names_of(self, key: Key) -> Mapping[str, str]:
        """The names that the values of a field have here; none for fields of fixed words."""
        return {
            "disease_lists": self.disease_lists,
            "disease": self.diseases,
            "drug_lists": self.drug_lists,
            "fund": self.funds,
            "rules": self.titles,
            "funding": self.titles,
        }.get(key.attribute, {})


def section_label(shape: Shape) -> str:
    """``待遇规则``; the head of a pack has a name of its own."""
    return HEAD if shape is POLICY else str(shape.model._meta.verbose_name)


def field_label(shape: Shape, key: Key) -> str:
    """The field's Chinese name; fen and basis points become yuan and per cent."""
    if key.attribute in _LABELS:
        return _LABELS[key.attribute]
    try:
        found: Any = shape.model._meta.get_field(key.attribute)
    except FieldDoesNotExist:
        return key.name
    return _UNIT.sub(
        lambda unit: f"（元{unit[1] or ''}）" if "分" in unit[0] else "", str(found.verbose_name)
    )


def is_technical(key: Key) -> bool:
    """Whether the field holds a code of ours."""
    return key.attribute in _TECHNICAL


def row_title(shape: Shape, row: Row, words: Dictionary) -> str:
    """What people call the row."""
    if shape.named_by == "disease":
        return words.diseases.get(row.text("disease"), row.text("disease"))
    return row.text("title") or row.text(shape.named_by)


def in_words(key: Key, value: Any, words: Dictionary) -> str:
    """A value as people read it; empty where it says nothing."""
    if value in (None, "", False) or value == []:
        return ""
    items: list[Any] = value if isinstance(value, list) else [value]
    if key.attribute.endswith("_fen"):
        return "、".join(grouped_yuan(item) for item in items)
    names = words.names_of(key)
    written: Any = [names.get(item, item) for item in items] if names else key.kind.write(value)
    return "、".join(_plain(item) for item in (written if isinstance(written, list) else [written]))


def row_in_words(shape: Shape, row: Row, words: Dictionary, *, without: frozenset[str] = frozenset()) -> str:
    """All that a row says, in one text; the clause and what is as usual are left out."""
    parts = []
    for key in shape.all_keys:
        value = row.values[key.attribute]
        known = {"title", "clause", shape.named_by, *without}
        skipped = is_technical(key) or key.name in known
        if skipped or value == key.default:
            continue
        if shape is PARAMETERS and key.name == "unit":
            continue
        if shown := in_words(key, value, words):
            unit = row.text("unit") if shape is PARAMETERS and key.name == "value" else ""
            parts.append(f"{field_label(shape, key)}：{shown.removesuffix('。')}{unit}")
    for child in shape.children:
        if shown := words.children(child, row.children[child.section]):
            parts.append(f"{section_label(child)}：{shown}")
    return "；".join(parts)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else str(value)


def _band(row: Row) -> str:
    floor_fen, ceiling_fen = row.number("floor_fen") or 0, row.number("ceiling_fen")
    rate = format_percent(row.number("rate_bp") or 0)
    if ceiling_fen is None:
        return f"{grouped_yuan(floor_fen)} 以上 {rate}" if floor_fen else f"全部 {rate}"
    return f"{grouped_yuan(floor_fen)}–{grouped_yuan(ceiling_fen)} {rate}"


def _cap(row: Row, *, exact: bool) -> str:
    pool = row.text("pool")
    shown = f"{'全年' if pool else '每次'} {grouped_yuan(row.number('limit_fen') or 0)}"
    return f"{shown}（累计池 {pool}）" if exact and pool else shown

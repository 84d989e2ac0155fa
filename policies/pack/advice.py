"""The section of a pack that points at doubtful bills (疑点规则小节)."""

import re

from common.codes import FeeCategory
from policies import models as tables
from policies.advice_codes import LISTED, NEEDS, AdviceKind, AdviceSeverity
from policies.pack.checks import is_cited
from policies.pack.keys import CITED, NAMED, Shape, key
from policies.pack.kinds import PERCENT, TEXT, WHOLE, YUAN, choice, list_of
from policies.pack.rows import Row

_KEYS = {"count": "count", "share_bp": "share", "amount_fen": "amount"}
_DOSE = re.compile(r"[1-9][0-9]{0,8}(?:\.[0-9]{1,4})?|0\.[0-9]{1,4}")


def rule_has_its_limit(row: Row) -> str:
    """A rule states the limit that its kind needs, and no other."""
    needed = NEEDS.get(AdviceKind(row.text("kind")))
    for attribute, name in _KEYS.items():
        filled = row.number(attribute) is not None
        if attribute == needed and not filled:
            return f"这种疑点须填写 {name}。"
        if attribute != needed and filled:
            return f"这种疑点不填 {name}。"
    if needed == "count" and (row.number("count") or 0) < 2:
        return "count 须至少为 2。"
    return ""


def rule_has_its_entries(row: Row) -> str:
    """Lists of drugs stand where the kind compares with them; each says for which disease or what dose."""
    kind = AdviceKind(row.text("kind"))
    entries = row.children.get("entries", ())
    if bool(entries) != (kind in LISTED):
        return "须在 entries 中列出药品。" if kind in LISTED else "这种疑点不填 entries。"
    for entry in entries:
        if not entry.texts("names") and not entry.texts("codes"):
            return f"第 {entry.line} 行须填写 names 或 codes。"
        if kind == AdviceKind.DRUG_OUTSIDE_DISEASE and not entry.text("disease"):
            return f"第 {entry.line} 行须写明病种 disease。"
        if kind == AdviceKind.YEARLY_DOSE and not (
            _DOSE.fullmatch(entry.text("dose")) and entry.text("dose_unit")
        ):
            return f'第 {entry.line} 行须写明年度总剂量，例如 dose: "3650"、dose_unit: mg。'
    return ""


ENTRIES = Shape(
    section="entries",
    model=tables.AdviceEntry,
    named_by="",
    keys=(
        key("disease", TEXT, ""),
        key("names", list_of(TEXT), []),
        key("codes", list_of(TEXT), []),
        key("dose", TEXT, ""),
        key("dose_unit", TEXT, ""),
    ),
)
ADVICE = Shape(
    section="advice",
    model=tables.AdviceRule,
    conditioned=True,
    keys=(
        *NAMED,
        key("kind", choice(AdviceKind)),
        key("severity", choice(AdviceSeverity), AdviceSeverity.FLAG),
        key("share", PERCENT, None, attribute="share_bp"),
        key("amount", YUAN, None, attribute="amount_fen"),
        key("count", WHOLE, None),
        key("categories", list_of(choice(FeeCategory)), []),
        *CITED,
    ),
    children=(ENTRIES,),
    checks=(is_cited, rule_has_its_limit, rule_has_its_entries),
)

"""A city's policy for patients on one A4 page (政策明白纸, 214号 四(四)): from the pack's rows."""

import json
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst
from django.utils import timezone

from common.admin_panels import grouped_yuan, period
from common.codes import FeeCategory, HospitalLevel, IdentityCategory, InsuranceType, Tier
from common.money import format_percent
from policies.admin.words import bands, caps, deductible, labels, uplift_value
from policies.codes import PremiumAidKind
from policies.models import DiseaseList, Policy, PolicyRow, PremiumAid, Rule
from policies.selectors import PolicyTables, policy_rows
from reporting.models import PrintSetting
from reporting.statements.pdf import printable

_FOLDER = Path(__file__).parent / "statements"
_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
_of_thread = threading.local()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOfSheet:
    """A table of the sheet; ``shares`` are widths."""

    title: str
    headers: Sequence[str]
    shares: Sequence[int]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySheet:
    """Everything on the page, as text."""

    title: str
    lines: Sequence[str]
    parts: Sequence[PartOfSheet]
    notes: Sequence[str]
    hotline: str
    foot: str


def policy_sheet(*, policy: Policy, settings: Iterable[PrintSetting], on: date) -> PolicySheet:
    """What a pack grants, in the words of its rows.

    Args:
        policy: the pack.
        settings: whose telephone numbers stand on it.
        on: the day of printing.
    """
    tables = policy_rows(policy=policy)
    lists = dict(DiseaseList.objects.values_list("code", "name"))
    parts = [
        *[_rules(tables, tier, lists) for tier in policy.tiers],
        _uplifts(tables, lists),
        _waivers(tables),
        _premiums(policy),
    ]
    numbers = "　".join(f"{setting.county}：{setting.hotline}" for setting in settings if setting.hotline)
    documents = {str(row.clause.document) for row in tables.rules if row.clause is not None}
    return PolicySheet(
        title=f"{policy.city_name}贫困人口医疗保障政策明白纸",
        lines=(f"执行期：{period(policy.valid)}", f"打印日期：{on}"),
        parts=[part for part in parts if part.rows],
        notes=(
            "金额单位为元；同时符合几项的，按最高的一项享受，不重复享受。",
            "标“*”的尚待核实，以经办机构答复为准。",
            "依据：" + "；".join(sorted(documents)),
        ),
        hotline=f"咨询监督电话　{numbers}" if numbers else "咨询监督电话：____________________",
        foot=f"{policy}　{policy.get_status_display()}",
    )


def policy_sheet_pdf(sheet: PolicySheet, *, printed_at: datetime | None = None) -> bytes:
    """The page as a file."""
    data = json.dumps(_printable(asdict(sheet)), ensure_ascii=False)
    moment = int((printed_at or timezone.now()).timestamp())
    pdf: bytes = _compiler().compile(format="pdf", sys_inputs={"sheet": data}, timestamp=moment)
    return pdf


def _compiler() -> Any:
    # A compiler keeps its fonts open and serves one caller at a time.
    found = getattr(_of_thread, "compiler", None)
    if found is None:
        found = _of_thread.compiler = typst.Compiler(
            str(_FOLDER / "policy_sheet.typ"), font_paths=[str(_FONTS)], ignore_system_fonts=True
        )
    return found


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    return [_printable(item) for item in value] if isinstance(value, list | tuple) else value


def _rules(tables: PolicyTables, tier: str, lists: dict[str, str]) -> PartOfSheet:
    return PartOfSheet(
        title=f"{Tier(tier).label}",
        headers=("待遇", "谁享受", "起付线", "报销比例", "封顶线", "依据"),
        shares=(6, 6, 4, 7, 3, 4),
        rows=[
            (
                _name(rule),
                _who(rule, lists),
                _deductible(rule),
                _one_line(bands(rule)),
                _one_line(caps(rule)),
                _clause(rule),
            )
            for rule in tables.rules
            if rule.tier == tier and InsuranceType.EMPLOYEES not in rule.insurance_types
        ],
    )


def _uplifts(tables: PolicyTables, lists: dict[str, str]) -> PartOfSheet:
    return PartOfSheet(
        title="贫困人口倾斜",
        headers=("内容", "谁享受", "在哪一层", "怎么倾斜", "依据"),
        shares=(7, 8, 4, 6, 4),
        rows=[
            (_name(row), _who(row, lists), Tier(row.tier).label, uplift_value(row), _clause(row))
            for row in tables.uplifts
        ],
    )


def _waivers(tables: PolicyTables) -> PartOfSheet:
    return PartOfSheet(
        title="医院减免",
        headers=("内容", "减免费用", "减免比例", "在哪些医院", "依据"),
        shares=(6, 8, 3, 7, 4),
        rows=[
            (
                _name(row),
                labels(row.categories, FeeCategory) or "全部费用",
                format_percent(row.rate_bp),
                labels(row.hospital_levels, HospitalLevel) or "不限",
                _clause(row),
            )
            for row in tables.waivers
        ],
    )


def _premiums(policy: Policy) -> PartOfSheet:
    rows = PremiumAid.objects.filter(policy=policy, county_code="").select_related("clause__document")
    return PartOfSheet(
        title="参保资助（每年个人缴费）",
        headers=("内容", "谁享受", "资助", "依据"),
        shares=(8, 10, 6, 4),
        rows=[
            (
                _name(row),
                labels(row.identities, IdentityCategory) or "不限",
                f"{PremiumAidKind(row.kind).label}"
                + (f" {grouped_yuan(row.amount_fen)}元" if row.amount_fen else ""),
                _clause(row),
            )
            for row in rows.order_by("position")
        ],
    )


def _name(row: PolicyRow) -> str:
    return (row.title or row.code) + ("*" if row.provisional else "")


def _who(row: Any, lists: dict[str, str]) -> str:
    parts = [labels(row.identities, IdentityCategory)] if row.identities else []
    if row.disease_lists:
        parts.append("、".join(lists.get(code, code) for code in row.disease_lists))
    if row.certified:
        parts.append("经鉴定")
    return "；".join(parts) or "参保人员"


def _clause(row: Rule | PolicyRow) -> str:
    if row.clause is None:
        return ""
    return f"{row.clause.document.number.rpartition('〕')[2]} {row.clause.path}"


def _deductible(rule: Rule) -> str:
    return _one_line(deductible(rule)) if any(rule.deductible_amounts_fen) else "无"


def _one_line(text: str) -> str:
    return text.replace("\n", "；").replace(".00", "")

"""Rules in the words of the documents (条目释义): conditions, deductible, bands, caps, uplifts."""

from collections.abc import Iterable

from django.db.models import TextChoices

from common.admin_panels import PROVISIONAL, Cell, grouped_yuan, text
from common.codes import (
    Designation,
    HospitalLevel,
    IdentityCategory,
    InsuranceType,
    Ownership,
    Place,
    Referral,
    VisitType,
)
from common.money import BASIS_POINTS, format_percent
from policies.codes import Accrual, Measure, UpliftKind
from policies.models import ConditionedRow, DrugList, PolicyRow, Rule, Uplift

_CHOICES: tuple[tuple[str, type[TextChoices]], ...] = (
    ("identities", IdentityCategory),
    ("insurance_types", InsuranceType),
    ("visit_types", VisitType),
    ("hospital_levels", HospitalLevel),
    ("hospital_designations", Designation),
    ("ownerships", Ownership),
    ("places", Place),
    ("referrals", Referral),
)


def labels(codes: Iterable[str], choices: type[TextChoices]) -> str:
    """Codes in words; an unknown one stays as it is."""
    known = {str(code): str(label) for code, label in choices.choices}
    return "、".join(known.get(code, code) for code in codes)


def condition(row: ConditionedRow, lists: dict[str, str]) -> str:
    """When the row applies; ``lists`` are names of lists of diseases and drugs by code."""
    parts = [labels(getattr(row, name), choices) for name, choices in _CHOICES if getattr(row, name)]
    if row.disease_lists:
        parts.append("病种：" + "、".join(lists.get(code, code) for code in row.disease_lists))
    if row.drug_lists:
        parts.append("药品目录：" + "、".join(lists.get(code, code) for code in row.drug_lists))
    if row.county_classes:
        parts.append("、".join(row.county_classes))
    if row.certified:
        parts.append("须经鉴定")
    if age := between(row.age_from, row.age_below, "周岁"):
        parts.append(age)
    if total := between(_yuan(row.total_from_fen), _yuan(row.total_below_fen), "元"):
        parts.append("总费用" + total)
    return "；".join(parts) or "不限"


def between(low: object, high: object, unit: str) -> str:
    """``60周岁及以上``, ``不满14周岁``, or both."""
    if low is not None and high is not None:
        return f"{low}至不满{high}{unit}"
    if low is not None:
        return f"{low}{unit}及以上"
    return f"不满{high}{unit}" if high is not None else ""


def deductible(rule: Rule) -> str:
    """The deductible by admission."""
    amounts = [grouped_yuan(amount_fen) for amount_fen in rule.deductible_amounts_fen]
    if not amounts:
        return "0.00"
    shown = amounts[0] if len(amounts) == 1 else "\n".join(f"第{n}次 {a}" for n, a in enumerate(amounts, 1))
    return shown + ("（仅为门槛）" if rule.deductible_threshold_only else "")


def bands(rule: Rule) -> str:
    """Bands with their rates, or the fixed sum per bed-day."""
    if rule.bed_day_fen is not None:
        return f"每床日 {grouped_yuan(rule.bed_day_fen)}"
    parts = []
    for band in rule.bands.all():
        ceiling = f" – {grouped_yuan(band.ceiling_fen)}" if band.ceiling_fen is not None else " 以上"
        parts.append(f"{grouped_yuan(band.floor_fen)}{ceiling}：{format_percent(band.rate_bp)}")
    shown = "\n".join(parts) or "未填写"
    return shown + ("\n（自起付线以上分段）" if rule.bands_on_excess else "")


def caps(rule: Rule) -> str:
    """What limits the payment."""
    parts = [f"{'全年' if cap.pool else '每次'} {grouped_yuan(cap.limit_fen)}" for cap in rule.caps.all()]
    if rule.scale_bp != BASIS_POINTS:
        parts.append(f"比例和限额按{format_percent(rule.scale_bp)}")
    return "\n".join(parts) or "不设"


def measured(rule: Rule) -> str:
    """How the bands follow the year."""
    shown = str(Measure(rule.measured).label)
    return shown if rule.accrual == Accrual.INCREMENTAL else f"{shown}、{Accrual(rule.accrual).label}"


def uplift_value(uplift: Uplift) -> str:
    """What the uplift changes, by how much."""
    kind = str(UpliftKind(uplift.kind).label)
    if uplift.value_bp is not None:
        points = uplift.kind in (UpliftKind.RATE_ADD, UpliftKind.RATE_CUT)
        shown = format_percent(uplift.value_bp)
        return f"{kind} {shown.rstrip('%')} 个百分点" if points else f"{kind} {shown}"
    return f"{kind}（{uplift.admissions}次）" if uplift.admissions is not None else kind


def clause(row: PolicyRow | DrugList) -> Cell:
    """The clause a row stands on, its gist below."""
    return text("") if row.clause is None else Cell(text=str(row.clause), note=row.note)


def doubt(row: PolicyRow | DrugList) -> Cell:
    """The mark of a row that no document states."""
    return PROVISIONAL if row.provisional else Cell(text="")


def _yuan(amount_fen: int | None) -> str | None:
    return None if amount_fen is None else grouped_yuan(amount_fen)

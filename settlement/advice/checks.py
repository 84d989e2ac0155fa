"""The checks, one per kind of rule (疑点检查): pure functions of a rule and a case.

A check says what it found at most once per claim, with all lines that it concerns.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal

from common.codes import FeeCategory, VisitType
from common.money import BASIS_POINTS, format_percent, format_yuan
from policies.advice_codes import AdviceKind
from policies.icd10 import Fit, match
from settlement.advice.terms import Advice, Case, Doubt, Rule
from settlement.intake import LineDetail, LineInput

DRUGS = frozenset(
    {FeeCategory.WESTERN_MEDICINE, FeeCategory.CHINESE_PATENT_MEDICINE, FeeCategory.HERBAL_PIECES}
)
EXAMS = frozenset({FeeCategory.EXAMINATION, FeeCategory.LABORATORY})
LINES_NAMED = 5
# Milligrams of a unit of mass; other units compare only with themselves.
_MILLIGRAMS = {"g": Decimal(1000), "mg": Decimal(1), "μg": Decimal("0.001"), "ug": Decimal("0.001")}

Check = Callable[[Rule, Case], Doubt | None]


def advise(rule: Rule, case: Case) -> Advice | None:
    """What a rule finds on a claim that meets its conditions."""
    doubt = CHECKS[AdviceKind(rule.kind)](rule, case)
    if doubt is None:
        return None
    return Advice(
        rule=rule.code,
        title=rule.title,
        kind=rule.kind,
        severity=rule.severity,
        clause=rule.clause,
        provisional=rule.provisional,
        evidence=doubt.evidence,
        line_nos=doubt.line_nos,
        related=doubt.related,
    )


def exam_outside_standard(rule: Rule, case: Case) -> Doubt | None:
    """Exams that the standard of the claimed disease does not have (超标准检查)."""
    return _outside(rule, case, EXAMS, "病种“{}”的鉴定标准不含以下检查项目：{}。")


def drug_outside_disease(rule: Rule, case: Case) -> Doubt | None:
    """Drugs outside the scope of the claimed disease (搭车开药、串换病种开药)."""
    return _outside(rule, case, DRUGS, "病种“{}”的用药范围不含以下药品：{}。")


def _outside(rule: Rule, case: Case, categories: Iterable[str], sentence: str) -> Doubt | None:
    """Lines that none of the disease's entries holds; a disease without entries is not judged."""
    entries = [entry for entry in rule.entries if entry.disease == case.chronic_disease]
    if not case.chronic_disease or not entries:
        return None
    outside = [
        line
        for line in _lines(case, rule.categories or categories)
        if not _is_only_its_category(case, line)
        and not any(entry.holds(name=line.item_name, code=_code(case, line)) for entry in entries)
    ]
    name = _disease_name(case, case.chronic_disease)
    return _on_lines(outside, lambda listed: sentence.format(name, listed))


def yearly_dose(rule: Rule, case: Case) -> Doubt | None:
    """More of a drug in the benefit year than a person may get (超个人服药年度总剂量)."""
    sentences, numbers = [], []
    for entry in rule.entries:
        concerned = [
            (line, detail)
            for line in case.lines
            if (detail := case.details.get(line.line_no)) is not None
            and detail.dose is not None
            and entry.holds(name=line.item_name, code=detail.drug_code)
        ]
        doses = [_in_unit(detail.dose, detail.dose_unit, entry.dose_unit) for _, detail in concerned]
        now = sum(doses, Decimal(0))
        before = sum(
            (
                _in_unit(drug.dose, drug.dose_unit, entry.dose_unit)
                for drug in case.history.drugs
                if entry.holds(name=drug.name, code=drug.code)
            ),
            Decimal(0),
        )
        if entry.dose is not None and now > 0 and before + now > entry.dose:
            names = "、".join(dict.fromkeys(line.item_name for line, _ in concerned))
            sentences.append(
                f"{names}：本年度已用 {_number(before)} {entry.dose_unit}，本次 {_number(now)} "
                f"{entry.dose_unit}，合计超过年度总剂量 {_number(entry.dose)} {entry.dose_unit}"
            )
            numbers += [line.line_no for line, _ in concerned]
    return Doubt("；".join(sentences) + "。", tuple(sorted(set(numbers)))) if sentences else None


def same_drug_several_names(rule: Rule, case: Case) -> Doubt | None:
    """One drug on one day for many people of the hospital (串换患者姓名开药)."""
    sentences, numbers = [], []
    related: list[int] = []
    for day in case.history.drug_days:
        if day.people + 1 < (rule.count or 0):
            continue
        lines = [
            line
            for line in case.lines
            if _has_drug(case.details.get(line.line_no), day.code, day.serviced_on)
        ]
        name = lines[0].item_name
        sentences.append(f"{name} 在 {day.serviced_on} 以 {day.people + 1} 人的名义开出")
        numbers += [line.line_no for line in lines]
        related += day.claim_ids
    if not sentences:
        return None
    evidence = f"本机构同一天同一药品开给多人：{'；'.join(sentences)}。"
    return Doubt(evidence, tuple(sorted(numbers)), tuple(sorted(set(related))))


def inpatient_elsewhere(rule: Rule, case: Case) -> Doubt | None:
    """A stay and another visit of the person at the same time (住院期间另有就诊).

    The days of admission and discharge do not count: people come from a visit and go to one.
    """
    stay = case.situation.visit_type == VisitType.INPATIENT
    sentences, related = [], []
    for visit in case.visits:
        if visit.hospital_id == case.hospital_id:
            continue
        other_stay = visit.visit_type == VisitType.INPATIENT
        if other_stay and _inside(
            case.admitted_on, case.discharged_on, visit.admitted_on, visit.discharged_on
        ):
            sentences.append(f"在其他医疗机构住院（{visit.admitted_on} 至 {visit.discharged_on}）")
            related.append(visit.claim_id)
        elif stay and _inside(visit.admitted_on, visit.discharged_on, case.admitted_on, case.discharged_on):
            sentences.append(f"{visit.discharged_on} 在其他医疗机构就诊")
            related.append(visit.claim_id)
    if not sentences:
        return None
    own = "本次住院期间，该人员" if stay else "本次就诊时，该人员"
    return Doubt(own + "；".join(sentences) + "。", (), tuple(related))


def after_death(rule: Rule, case: Case) -> Doubt | None:
    """Services after the day of death (死亡后的服务)."""
    died_on = case.died_on
    if died_on is None:
        return None
    late = [
        line
        for line in case.lines
        if (detail := case.details.get(line.line_no)) is not None and detail.serviced_on > died_on
    ]
    if late:
        return _on_lines(late, lambda listed: f"登记的死亡日期为 {died_on}，其后仍有服务：{listed}。")
    if case.discharged_on > died_on:
        return Doubt(f"登记的死亡日期为 {died_on}，出院（就诊）日期 {case.discharged_on} 在其后。")
    return None


def after_removal(rule: Rule, case: Case) -> Doubt | None:
    """A visit of somebody who is no longer in any category (身份终止后就诊)."""
    ended_on = case.history.identity_ended_on
    if ended_on is None or case.situation.identities:
        return None
    return Doubt(f"该人员的困难身份自 {ended_on} 起已终止，就诊时没有有效身份，请核对是否冒用原身份就诊。")


def expired_drug(rule: Rule, case: Case) -> Doubt | None:
    """Drugs given after their last day (过期药)."""
    expired = [
        line
        for line in case.lines
        if (detail := case.details.get(line.line_no)) is not None
        and detail.expires_on is not None
        and detail.expires_on < detail.serviced_on
    ]

    def said(listed: str) -> str:
        first = case.details[expired[0].line_no]
        return f"开药日期 {first.serviced_on} 晚于药品有效期 {first.expires_on}：{listed}。"

    return _on_lines(expired, said)


def out_of_catalogue_share(rule: Rule, case: Case) -> Doubt | None:
    """Too much of the bill outside the catalogue (目录外费用占比), unless the office approved it."""
    total_fen = case.situation.total_fen
    outside_fen = sum(line.excluded_fen + line.over_limit_fen for line in case.lines)
    share_bp = rule.share_bp or 0
    if case.approval_no or outside_fen * BASIS_POINTS <= share_bp * total_fen:
        return None
    lines = tuple(line.line_no for line in case.lines if line.excluded_fen + line.over_limit_fen)
    return Doubt(
        f"目录外费用 {format_yuan(outside_fen)} 元，超过总费用 {format_yuan(total_fen)} 元的 "
        f"{format_percent(share_bp)}，没有经办机构的批准号。",
        lines,
    )


def consumables_without_approval(rule: Rule, case: Case) -> Doubt | None:
    """High-value consumables that nobody approved (高值耗材未经审批); without quantity, a line is one."""
    if case.approval_no:
        return None
    limit_fen = rule.amount_fen or 0
    costly = []
    for line in _lines(case, rule.categories or {FeeCategory.CONSUMABLES}):
        detail = case.details.get(line.line_no)
        pieces = detail.quantity if detail is not None and detail.quantity else Decimal(1)
        if line.amount_fen >= limit_fen * pieces:
            costly.append(line)
    return _on_lines(
        costly,
        lambda listed: f"单价 {format_yuan(limit_fen)} 元及以上的耗材须事前审批，本单没有批准号：{listed}。",
    )


def diagnosis_mismatch(rule: Rule, case: Case) -> Doubt | None:
    """A diagnosis code that is none of the claimed disease (诊断编码与病种不符)."""
    wrong = [
        disease.name
        for key in case.disease_keys
        if (disease := case.diseases.get(key)) is not None
        and disease.ranges
        and match(case.diagnosis_code, disease.ranges, age_years=case.situation.age_years).fit == Fit.NO
    ]
    if not wrong:
        return None
    return Doubt(f"诊断编码 {case.diagnosis_code} 不在申报病种“{'”“'.join(wrong)}”的编码范围内，请核对。")


def several_claims_same_day(rule: Rule, case: Case) -> Doubt | None:
    """Several visits of the person on one day (同日多次就诊); stays do not count."""
    if case.situation.visit_type == VisitType.INPATIENT:
        return None
    same = [
        visit
        for visit in case.visits
        if visit.visit_type != VisitType.INPATIENT and visit.discharged_on == case.discharged_on
    ]
    if len(same) + 1 < (rule.count or 0):
        return None
    own = sum(visit.hospital_id == case.hospital_id for visit in same)
    return Doubt(
        f"{case.discharged_on} 当天连同本次共有 {len(same) + 1} 次就诊，其中本机构 {own + 1} 次。",
        (),
        tuple(visit.claim_id for visit in same),
    )


CHECKS: dict[AdviceKind, Check] = {
    AdviceKind.EXAM_OUTSIDE_STANDARD: exam_outside_standard,
    AdviceKind.DRUG_OUTSIDE_DISEASE: drug_outside_disease,
    AdviceKind.YEARLY_DOSE: yearly_dose,
    AdviceKind.SAME_DRUG_SEVERAL_NAMES: same_drug_several_names,
    AdviceKind.INPATIENT_ELSEWHERE: inpatient_elsewhere,
    AdviceKind.AFTER_DEATH: after_death,
    AdviceKind.AFTER_REMOVAL: after_removal,
    AdviceKind.EXPIRED_DRUG: expired_drug,
    AdviceKind.OUT_OF_CATALOGUE_SHARE: out_of_catalogue_share,
    AdviceKind.CONSUMABLES_WITHOUT_APPROVAL: consumables_without_approval,
    AdviceKind.DIAGNOSIS_MISMATCH: diagnosis_mismatch,
    AdviceKind.SEVERAL_CLAIMS_SAME_DAY: several_claims_same_day,
}


def _lines(case: Case, categories: Iterable[str]) -> list[LineInput]:
    wanted = frozenset(categories)
    return [line for line in case.lines if line.category in wanted]


def _is_only_its_category(case: Case, line: LineInput) -> bool:
    """Whether a line is a sum under the name of its fee category: it says nothing of what was given."""
    return not _code(case, line) and line.item_name == FeeCategory(line.category).label


def _code(case: Case, line: LineInput) -> str:
    detail = case.details.get(line.line_no)
    return (detail.drug_code or detail.item_code) if detail is not None else ""


def _disease_name(case: Case, key: str) -> str:
    return case.diseases[key].name if key in case.diseases else key


def _on_lines(lines: Sequence[LineInput], said: Callable[[str], str]) -> Doubt | None:
    """Evidence that names the first lines, and counts the rest."""
    if not lines:
        return None
    listed = "、".join(
        f"第 {line.line_no} 行 {line.item_name}（{format_yuan(line.amount_fen)} 元）"
        for line in lines[:LINES_NAMED]
    )
    more = f"等 {len(lines)} 行" if len(lines) > LINES_NAMED else ""
    return Doubt(said(listed + more), tuple(line.line_no for line in lines))


def _in_unit(dose: Decimal | None, unit: str, wanted: str) -> Decimal:
    """A dose in another unit; 0 where the units do not compare."""
    if dose is None:
        return Decimal(0)
    if unit == wanted:
        return dose
    if unit in _MILLIGRAMS and wanted in _MILLIGRAMS:
        return dose * _MILLIGRAMS[unit] / _MILLIGRAMS[wanted]
    return Decimal(0)


def _number(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _has_drug(detail: LineDetail | None, code: str, on: date) -> bool:
    return detail is not None and detail.drug_code == code and detail.serviced_on == on


def _inside(first: date, last: date, start: date, end: date) -> bool:
    """Whether a visit touches the days strictly between two dates."""
    return first < end and last > start

"""Who, where, when (结算单表头): labelled facts of a claim."""

from common.codes import HospitalLevel, IdentityCategory, InsuranceType, VisitType
from reporting.selectors.statements import StatementSource
from settlement.models import Claim


def facts_of(source: StatementSource) -> tuple[tuple[str, str], ...]:
    """The head of the form, in its order."""
    claim, facts = source.claim, source.now.inputs["facts"]
    person = claim.person
    identities = [_label(IdentityCategory, code) for code in sorted(facts["identities"])]
    return (
        ("姓名", person.name),
        ("性别", person.get_sex_display()),
        ("身份证号", person.id_number if source.full_id_number else person.masked_id_number),
        ("人员类别", "、".join(identities) or "普通参保人员"),
        ("参保类型", _label(InsuranceType, facts["insurance_type"])),
        ("参保县（市、区）", claim.insured_county.name),
        *_visit(source),
        ("待遇年度", f"{claim.benefit_year}年"),
        ("政策", claim.policy.title or claim.policy.code),
        ("结算日期", source.settlements[0].posted_on.isoformat()),
    )


def _visit(source: StatementSource) -> list[tuple[str, str]]:
    claim = source.claim
    if claim.year_end or claim.hospital is None:
        return [("单据号", claim.claim_no), ("事项", "年末医疗救助补算，直接支付给本人")]
    inpatient = claim.visit_type == VisitType.INPATIENT
    level = _label(HospitalLevel, claim.hospital.level)
    rows = [
        ("医疗机构", f"{claim.hospital.name}（{level}）"),
        ("住院号（单据号）" if inpatient else "单据号", claim.claim_no),
        ("就诊类型", claim.get_visit_type_display()),
        *_dates(claim, inpatient=inpatient),
        ("转诊", claim.get_referral_display()),
        ("诊断", f"{claim.diagnosis_code} {claim.diagnosis_name}"),
    ]
    if inpatient:
        rows.append(("本年住院次数", f"第 {source.admissions} 次"))
    if source.disease:
        rows.append(("门诊慢特病病种", source.disease))
    return rows


def _dates(claim: Claim, *, inpatient: bool) -> list[tuple[str, str]]:
    if not inpatient:
        return [("就诊日期", claim.discharged_on.isoformat())]
    days = f"（{claim.bed_days} 床日）" if claim.bed_days else ""
    return [("入院／出院日期", f"{claim.admitted_on} 至 {claim.discharged_on}{days}")]


def _label(choices: type[IdentityCategory] | type[InsuranceType] | type[HospitalLevel], code: str) -> str:
    # An unknown code is kept and shown.
    return str(choices(code).label) if code in choices.values else code

"""Daily work on money and supervision (结算与监管业务) of the demonstration."""

from dataclasses import replace
from datetime import date
from typing import Any

from beneficiaries.models import IdentityChange, Person
from beneficiaries.services.identity_changes import AskedChange
from common.codes import FeeCategory, HospitalLevel, IdentityCategory, Referral, VisitType
from config.demo.county import COUNTY_CODE
from config.demo.winter import user_of
from organizations.models import Hospital, Office, Region
from organizations.scope import scope_of_user
from reimbursement.models import PremiumSheet
from reimbursement.services.premium_sheets import premium_sheet_build, premium_sheet_open
from reporting.models import Finding, FindingStep, IndicatorFigure, InspectionPlan, Inspector
from reporting.services.indicator_figures import figure_report
from reporting.services.inspections import finding_record, finding_step, plan_draw, plan_make
from settlement.intake import LineInput
from settlement.manual_entry import InvoiceInput, ManualInput
from settlement.models import Claim, ManualClaim, PatientAccount, ReferralRegistration
from settlement.selectors.manual import manual_terms, papers_required
from settlement.services import patient_account_record, payout_batch_make
from settlement.services.identity_corrections import identity_correction_confirm, identity_correction_preview
from settlement.services.manual import (
    manual_claim_approve,
    manual_claim_first_review,
    manual_claim_receive,
    outside_institution_register,
)
from settlement.services.requests import (
    ApprovalInput,
    ReferralInput,
    approval_request,
    referral_register,
    request_review,
)

_STAY = ManualInput(
    visit_type=VisitType.INPATIENT,
    admitted_on=date(2019, 5, 6),
    discharged_on=date(2019, 5, 18),
    bed_days=12,
    referral=Referral.REFERRED,
    diagnosis_code="I63.9",
    diagnosis_name="脑梗死",
    total_fen=2_860_000,
    lines=(
        LineInput(1, FeeCategory.WESTERN_MEDICINE, "西药费", 1_640_000, 1_400_000, 90_000, 0, 150_000),
        LineInput(2, FeeCategory.EXAMINATION, "检查费", 720_000, 648_000, 72_000, 0, 0),
        LineInput(3, FeeCategory.BED, "床位费", 500_000, 420_000, 0, 80_000, 0),
    ),
    invoices=(),
    papers=frozenset(),
    township_signed_by="赵文志",
    complete_on=date(2019, 6, 24),
)


def manual_claims_make() -> None:
    """Claims from papers: received, reviewed once, settled; the settled one is listed for the bank."""
    if ManualClaim.objects.exists():
        return
    county, clerk = Region.objects.get(code=COUNTY_CODE), user_of("office")
    terms = manual_terms(county=county, on=_STAY.complete_on)
    hospital = outside_institution_register(
        name="广东省示例医院", province="44", level=HospitalLevel.PROVINCE_3, networked=False
    )
    for number, person in enumerate(_without_stays()[:4]):
        entry = replace(
            _STAY,
            papers=frozenset(papers_required(terms=terms, person=person, on=_STAY.discharged_on)),
            invoices=(InvoiceInput(issuer="44060119", number=f"{3_100 + number:08d}"),),
        )
        manual = manual_claim_receive(
            scope=scope_of_user(clerk), id_number=person.id_number, hospital=hospital, entry=entry, by=clerk
        )
        if number >= 1:
            manual_claim_first_review(manual=manual, by=clerk, note="票据齐全")
        if number >= 2:
            manual_claim_approve(manual=manual, by=user_of("office2"), note="同意")
            patient_account_record(
                person=person, holder_name=person.name, relation=PatientAccount.Relation.SELF,
                bank="示例县农村信用合作联社", number=f"621700001234567{number:04d}", by=clerk,
            )  # fmt: skip
    payout_batch_make(county=county, by=clerk)


def identity_correct() -> None:
    """Poor since March, learned in June: what was settled since is paid by the new terms."""
    if IdentityChange.objects.exists():
        return
    stays = Claim.objects.filter(visit_type=VisitType.INPATIENT, person__identities=None)
    person = Person.objects.filter(pk__in=stays.values("person")).order_by("pk").first()
    person = person or Person.objects.filter(identities=None, enrolments__year=2019).order_by("pk")[0]
    asked = AskedChange(
        kind=IdentityChange.Kind.RECOGNISED,
        category=IdentityCategory.REGISTERED_POOR,
        since=date(2019, 1, 1),
        recognised_by=Office.Kind.POVERTY,
        basis="示例县扶贫办2019年第6号认定文件",
        reason="2019年1月起符合标准，6月补认定",
    )
    digest = identity_correction_preview(person=person, asked=asked).digest
    identity_correction_confirm(person=person, asked=asked, digest=digest, by=user_of("poverty"))


def requests_make() -> None:
    """What hospitals ask for: a referral and a consumable to review, and one decided."""
    if ReferralRegistration.objects.exists():
        return
    hospital = Hospital.objects.get(code="H41019900003")
    target = Hospital.objects.get(code="H41019800002")
    for number, person in enumerate(_without_stays()[10:13]):
        usual: dict[str, Any] = {
            "id_number": person.id_number, "diagnosis_code": "I21.9", "diagnosis_name": "急性心肌梗死",
            "valid_from": date(2019, 6, 25), "valid_to": date(2019, 7, 24),
        }  # fmt: skip
        referral, _ = referral_register(
            hospital=hospital,
            referral=ReferralInput(
                request_no=f"ZZ2019062{number}", reason="本院无介入条件", to_hospital=target,
                to_place=target.name, **usual,
            ),
        )  # fmt: skip
        approval_request(
            hospital=hospital,
            request=ApprovalInput(
                request_no=f"HC2019062{number}", reason="急诊介入手术", item_code="C0101",
                item_name="药物洗脱支架", quantity=1 + number, amount_fen=1_280_000 * (1 + number), **usual,
            ),
        )  # fmt: skip
    request_review(request=referral, approve=True, by=user_of("office"), note="同意转诊")


def premium_sheet_make() -> None:
    """The year's application for premium aid, built and not yet submitted."""
    if PremiumSheet.objects.exists():
        return
    by = user_of("office")
    sheet = premium_sheet_open(
        scope=scope_of_user(by), county=Region.objects.get(code=COUNTY_CODE), year=2019, by=by
    )
    if sheet.job_id is not None:
        premium_sheet_build(sheet_id=sheet.pk, job_id=sheet.job_id)


def supervision_play() -> None:
    """Reported figures, a random inspection that was drawn, findings with a step and without."""
    if Finding.objects.exists():
        return
    county, by = Region.objects.get(code=COUNTY_CODE), user_of("health")
    scope = scope_of_user(by)
    for code, numerator, denominator in (
        (IndicatorFigure.Code.VILLAGE_CLINIC, 38, 40),
        (IndicatorFigure.Code.VILLAGE_DOCTOR, 39, 40),
        (IndicatorFigure.Code.MAJOR_DISEASE, 46, 50),
    ):
        figure_report(
            scope=scope, code=code, county=county, year=2019, numerator=numerator, denominator=denominator,
            counted_on=date(2019, 6, 25), source="县卫健委基层股统计", by=by,
        )  # fmt: skip
    for number, name in enumerate(("孙建军", "李玉兰", "黄志强"), start=1):
        Inspector.objects.create(
            county=county, number=f"豫监{number:04d}", name=name, workplace="示例县卫生健康委员会"
        )
    plan = plan_make(
        scope=scope, county=county, title="2019年上半年定点医疗机构抽查", kind=InspectionPlan.Kind.HOSPITALS,
        since=date(2019, 1, 1), until=date(2019, 6, 30), object_count=2, inspector_count=2, by=by,
    )  # fmt: skip
    plan_draw(scope=scope, plan=plan, by=by, seed="20190620")
    findings = [
        finding_record(
            scope=scope, county=county, kind=Finding.Kind.RANDOM, inspected_by="示例县卫生健康委员会",
            found_on=date(2019, 6, 21), what=what, responsible="医院医保办", due_on=due_on, by=by,
            hospital=hospital, plan=plan,
        )
        for hospital, what, due_on in zip(
            Hospital.objects.filter(county=county).order_by("code")[2:4],
            ("2份病历无住院指征记录", "自费项目未经患者签字同意"),
            (date(2019, 6, 26), date(2019, 7, 15)),
            strict=True,
        )
    ]  # fmt: skip
    finding_step(
        scope=scope, finding=findings[1], kind=FindingStep.Kind.RECTIFIED, on=date(2019, 6, 27),
        note="已组织培训，补签知情同意书", by=by,
    )  # fmt: skip


def _without_stays() -> list[Person]:
    """Registered poor people of the county, insured in 2019, in the order of their registration."""
    return list(
        Person.objects.filter(
            county__code=COUNTY_CODE,
            enrolments__year=2019,
            identities__category=IdentityCategory.REGISTERED_POOR,
        )
        .exclude(claims__visit_type=VisitType.INPATIENT)
        .order_by("pk")[30:50]
    )

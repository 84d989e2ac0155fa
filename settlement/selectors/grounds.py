"""What a claim rests on beside its amounts (结算依据): a referral, an approval number, papers."""

from datetime import date
from functools import cache

from django.db.models import Q, QuerySet

from beneficiaries.models import ChronicCertificate, HealthCard
from common.codes import Designation, Referral, VisitType
from organizations.models import Hospital
from policies.models import PolicyParameter
from settlement.errors import (
    ApprovalInvalidError,
    NotDesignatedError,
    PapersError,
    ReferralNotApprovedError,
)
from settlement.intake import ClaimInput
from settlement.models import ApprovalUse, ConsumableApproval, ReferralRegistration, ReviewState, Settlement

# Parameters of a pack that switch a check on, with this value.
REFERRAL_REGISTRATION = "referral-registration"
CHRONIC_PAPERS = "chronic-papers"
CHRONIC_DESIGNATION = "chronic-designation"
ON = "是"


@cache
def checks_of(policy_id: int) -> frozenset[str]:
    """Which checks a published pack asks for; published packs never change."""
    rows = PolicyParameter.objects.filter(
        policy=policy_id, code__in=(REFERRAL_REGISTRATION, CHRONIC_PAPERS, CHRONIC_DESIGNATION), value=ON
    )
    return frozenset(rows.values_list("code", flat=True))


def check_grounds(*, claim: ClaimInput, hospital: Hospital, person_id: int, policy_id: int | None) -> None:
    """Refuse a claim that rests on what is not there; one statement per ground that the claim names.

    Raises:
        ReferralNotApprovedError: the pack asks for a registered referral, and none covers the visit.
        NotDesignatedError: the pack asks for a designation for chronic visits, and the hospital has none.
        PapersError: papers are missing or not those that are registered.
    """
    checks = checks_of(policy_id) if policy_id is not None else frozenset()
    if claim.referral == Referral.REFERRED and REFERRAL_REGISTRATION in checks:
        covering = referrals_covering(person_id=person_id, on=claim.admitted_on)
        if not covering.filter(Q(to_hospital=hospital) | Q(to_hospital=None)).exists():
            raise ReferralNotApprovedError
    if claim.visit_type == VisitType.CHRONIC_OUTPATIENT:
        if CHRONIC_DESIGNATION in checks and Designation.CHRONIC_VISIT not in hospital.designations:
            raise NotDesignatedError
        _check_papers(claim, person_id, required=CHRONIC_PAPERS in checks)


def referrals_covering(*, person_id: int, on: date) -> QuerySet[ReferralRegistration]:
    """The approved referrals of a person for a visit that begins on a day."""
    return ReferralRegistration.objects.filter(
        person=person_id, state=ReviewState.APPROVED, valid__contains=on
    )


def approval_for(
    *, claim: ClaimInput, hospital: Hospital, person_id: int, lock: bool
) -> ConsumableApproval | None:
    """The approval that a claim names; locked where the claim is about to use it up.

    The lock is taken after the person-year's, and one claim names one approval: nobody waits in a circle.
    It is needed because two benefit years of one person have locks of their own.

    Raises:
        ApprovalInvalidError: no such approval for this person at this hospital, or out of date, or used.
    """
    if not claim.approval_no:
        return None
    rows = ConsumableApproval.objects.filter(
        approval_no=claim.approval_no, hospital=hospital, person=person_id, state=ReviewState.APPROVED
    )
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise ApprovalInvalidError(
            "approval_not_found",
            f"没有批准号为 {claim.approval_no}、属于该人员和本机构的审批，请核对批准号，或先申请审批。",
        )
    if found.first_day > claim.discharged_on or found.last_day < claim.admitted_on:
        raise ApprovalInvalidError(
            "approval_expired", f"批准号 {claim.approval_no} 的有效期不在这次就诊期间，请重新申请审批。"
        )
    used = ApprovalUse.objects.filter(approval=found)
    if used.exclude(claim__settlements__kind=Settlement.Kind.REVERSAL).exists():
        raise ApprovalInvalidError(
            "approval_used", f"批准号 {claim.approval_no} 已用于另一张单据，一次审批只用一次。"
        )
    return found


def _check_papers(claim: ClaimInput, person_id: int, *, required: bool) -> None:
    """郑卫〔2017〕214号 三(三): card, 健康保障证 and 门诊规定病种就医证, present and valid."""
    if not claim.papers:
        if required:
            raise PapersError(
                "papers_required",
                "门诊慢性病就诊须核对医保卡、健康保障证和门诊规定病种就医证，请填写 papers。",
            )
        return
    number = claim.papers["visit_certificate"]
    certificate = ChronicCertificate.objects.filter(certificate_no=number, person=person_id).first()
    if certificate is None or certificate.disease != claim.chronic_disease:
        raise PapersError(
            "papers_mismatch",
            "门诊规定病种就医证号与该人员这一病种登记的证号不符，请核对证件、人员和病种。",
        )
    if claim.discharged_on not in certificate.valid:
        raise PapersError(
            "papers_expired", "门诊规定病种就医证在就诊日期不在有效期内，请先到参保地经办机构办理。"
        )
    _check_health_card(claim.papers["health_certificate"], person_id)


def _check_health_card(number: str, person_id: int) -> None:
    """The card shown must be the valid one, once a card of the person is registered (214号 四(二))."""
    cards = dict(HealthCard.objects.filter(person=person_id).values_list("card_no", "status"))
    if not cards or cards.get(number) == HealthCard.Status.ISSUED:
        return
    if number not in cards:
        raise PapersError("papers_mismatch", "健康保障证号与该人员登记的证号不符，请核对证件和人员。")
    raise PapersError(
        "papers_invalid",
        f"这本健康保障证已登记为“{HealthCard.Status(cards[number]).label}”，不能使用；请持有效的证，或到发证部门办理。",
    )

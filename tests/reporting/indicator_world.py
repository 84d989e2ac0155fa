"""A small world of postings for the tests of indicators and notices, written as settlement posts them."""

from datetime import date

from django.contrib.auth.models import Permission, User

from organizations.models import Hospital, Office, Region, StaffMember
from settlement.models import Claim, ClaimLine, Payment, PersonYear, Settlement
from tests.reimbursement.rows import World


def visit(
    world: World,
    *,
    on: str = "2019-04-10",
    inpatient: bool = False,
    hospital: Hospital | None = None,
    county: Region | None = None,
    referral: str = "not_needed",
    total_fen: int = 100_000,
    excluded_fen: int = 0,
    basic_fen: int = 0,
    assistance_fen: int = 0,
    lines: tuple[tuple[str, int], ...] = (),
    name: str = "张三丰",
) -> Claim:
    """One settled visit: what is not paid is the patient's."""
    day = date.fromisoformat(on)
    person = world.person(name=name, county=county)
    year, _ = PersonYear.objects.get_or_create(person=person, year=day.year)
    made = Claim.objects.create(
        hospital=hospital or world.hospital, claim_no=f"MZ{next(world.numbers):08d}", content_hash="0" * 64,
        person=person, person_year=year, benefit_year=day.year, policy=world.policy,
        insured_county=county or world.county, visit_type="inpatient" if inpatient else "chronic_outpatient",
        admitted_on=day, discharged_on=day, referral=referral, diagnosis_code="E11.6",
        diagnosis_name="2型糖尿病伴并发症", chronic_disease="" if inpatient else "liupan-37/4",
        total_fen=total_fen,
    )  # fmt: skip
    for number, (category, amount_fen) in enumerate(lines, start=1):
        ClaimLine.objects.create(
            claim=made, line_no=number, category=category, item_name="项目", amount_fen=amount_fen,
            in_scope_fen=amount_fen, upfront_fen=0, over_limit_fen=0, excluded_fen=0,
        )  # fmt: skip
    _post(
        made,
        total_fen=total_fen,
        excluded_fen=excluded_fen,
        tiers={"basic": basic_fen, "assistance": assistance_fen},
    )
    return made


def take_back(claim: Claim, *, on: str) -> None:
    """Reverse a visit on another day."""
    first = claim.settlements.get(kind="original")
    tiers = {payment.tier: -payment.amount_fen for payment in first.payments.all()}
    _post(
        claim,
        total_fen=-first.total_fen,
        excluded_fen=-first.excluded_fen,
        tiers=tiers,
        kind="reversal",
        on=date.fromisoformat(on),
    )


def _post(
    claim: Claim,
    *,
    total_fen: int,
    excluded_fen: int,
    tiers: dict[str, int],
    kind: str = "original",
    on: date | None = None,
) -> None:
    paid_fen = sum(tiers.values())
    posting = Settlement.objects.create(
        claim=claim, person_year=claim.person_year, kind=kind, posted_on=on or claim.discharged_on,
        total_fen=total_fen, waived_fen=0, excluded_fen=excluded_fen, over_limit_fen=0, upfront_fen=0,
        in_scope_fen=total_fen - excluded_fen, over_quota_fen=0, hospital_borne_fen=0, paid_fen=paid_fen,
        account_fen=0, patient_fen=total_fen - paid_fen, inputs={}, explanation={}, pools_after={},
    )  # fmt: skip
    for tier, amount_fen in tiers.items():
        if amount_fen:
            Payment.objects.create(
                settlement=posting, claim=claim, hospital=claim.hospital, county=claim.insured_county,
                benefit_year=claim.benefit_year, tier=tier, rule=tier, fund="residents", payee="hospital",
                amount_fen=amount_fen, posted_on=posting.posted_on,
            )  # fmt: skip


def clerk(name: str, *permissions: str, **place: object) -> User:
    """Staff of an office (``region``) or a hospital with these rights of the reports."""
    user = User.objects.create_user(name, is_staff=True)
    for codename in permissions:
        user.user_permissions.add(Permission.objects.get(codename=codename))
    if "region" in place:
        place = {"office": Office.objects.create(name=name, kind="medical_insurance", region=place["region"])}
    StaffMember.objects.create(user=user, **place)
    return user

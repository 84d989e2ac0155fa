"""A small world of postings for the tests of indicators and notices, written as settlement posts them."""

from datetime import date

from django.contrib.auth.models import Permission, User

from organizations.models import Hospital, Office, Region, StaffMember
from settlement.models import Claim, ClaimLine, Payment, Settlement
from tests.reimbursement.rows import World

FIGURES = ("total_fen", "excluded_fen", "in_scope_fen", "paid_fen", "patient_fen")


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
    claim = world.claim(
        on=on, hospital=hospital, county=county, person=world.person(name=name, county=county)
    )
    # A row of the test only: the table itself refuses a change, so the claim is made anew.
    fields = {field.attname: getattr(claim, field.attname) for field in Claim._meta.fields}
    fields |= {
        "id": None,
        "claim_no": f"{claim.claim_no}-1",
        "visit_type": "inpatient" if inpatient else "chronic_outpatient",
        "chronic_disease": "" if inpatient else "liupan-37/4",
        "referral": referral,
        "total_fen": total_fen,
    }
    made = Claim.objects.create(**fields)
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
    user = User.objects.create_user(name, password="x", is_staff=True)
    for codename in permissions:
        user.user_permissions.add(Permission.objects.get(codename=codename))
    if "region" in place:
        place = {"office": Office.objects.create(name=name, kind="medical_insurance", region=place["region"])}
    StaffMember.objects.create(user=user, **place)
    return user

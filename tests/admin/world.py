"""An invented county for the tests of the admin: people, a pack, settled claims, a ledger."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from beneficiaries.models import Household, Person
from beneficiaries.services import certificate_issue, identity_recognise, person_enrol, person_register
from common.codes import FeeCategory, HospitalLevel, IdentityCategory, InsuranceType, Referral, Tier, VisitType
from common.id_numbers import check_digit
from organizations.models import Hospital, Office, Region, StaffMember
from policies.codes import FundLevel, PolicyStatus, UpliftKind
from policies.models import (
    Band,
    Clause,
    Disease,
    DiseaseList,
    Fund,
    Funding,
    FundingShare,
    LedgerKind,
    Policy,
    PolicyDocument,
    Rule,
    RuleCap,
    Uplift,
)
from reimbursement.models import QuarterlyLedger
from reimbursement.services import quarter_build
from settlement.engine import terms
from settlement.engine.facts import Claim as ClaimFacts
from settlement.engine.facts import CostLine, Facts
from settlement.engine.settle import settle
from settlement.models import Claim, ClaimLine, Payment, PersonYear, PoolEntry, Settlement

YEAR = 2019
NUMBER = "郑卫〔2017〕214号"


@dataclass(slots=True, kw_only=True)
class World:
    """What the tests look at."""

    county: Region
    other_county: Region
    hospital: Hospital
    other_hospital: Hospital
    policy: Policy
    people: list[Person]
    claims: list[Claim]


def ledger_of(world: World) -> QuarterlyLedger:
    """The ledger of the quarter."""
    return QuarterlyLedger.objects.get(hospital=world.hospital)


def id_number(order: int) -> str:
    """A number of the unassigned county 410199, valid in form."""
    first_17 = f"410199{1950 + order % 50}0102{order:03d}"
    return first_17 + check_digit(first_17)


def build_world(*, people: int = 3) -> World:
    """The county with ``people`` people, each with one settled stay."""
    county, other_county = regions()
    hospital = hospital_in(county, "H41019900003", "示例县人民医院")
    other_hospital = hospital_in(other_county, "H41018500001", "邻县人民医院")
    offices(county)
    policy = pack()
    world = World(
        county=county, other_county=other_county, hospital=hospital, other_hospital=other_hospital,
        policy=policy, people=[], claims=[],
    )  # fmt: skip
    add_people(world, people)
    return world


def regions() -> tuple[Region, Region]:
    """One prefecture with two counties."""
    city = Region.objects.create(code="410100", name="郑州市", level=Region.Level.PREFECTURE)
    county = Region.objects.create(code="410199", name="示例县", level=Region.Level.COUNTY, parent=city)
    other = Region.objects.create(code="410185", name="邻县", level=Region.Level.COUNTY, parent=city)
    return county, other


def hospital_in(county: Region, code: str, name: str) -> Hospital:
    """A county hospital."""
    return Hospital.objects.create(code=code, name=name, county=county, level=HospitalLevel.COUNTY_2)


def offices(county: Region) -> None:
    """A superuser, a clerk of the county, a clerk without an office, a hospital's clerk."""
    viewers = Group.objects.create(name="查看人员")
    viewers.permissions.set(Permission.objects.filter(codename__startswith="view_"))
    User.objects.create_superuser("admin", password="x")
    office = Office.objects.create(
        name="示例县医疗保障局", kind=Office.Kind.MEDICAL_INSURANCE, region=county
    )
    for name in ("clerk", "stranger", "nurse"):
        user = User.objects.create_user(name, password="x", is_staff=True)
        user.groups.add(viewers)
    StaffMember.objects.create(user=User.objects.get(username="clerk"), office=office)
    StaffMember.objects.create(
        user=User.objects.get(username="nurse"), hospital=Hospital.objects.get(code="H41019900003")
    )


def add_people(world: World, number: int) -> None:
    """``number`` more people, each with an identity, a certificate and one settled stay."""
    start = len(world.people)
    for order in range(start, start + number):
        person = add_person(world.county, order)
        world.people.append(person)
        claim = add_claim(world, person, order)
        world.claims.append(claim)
    quarter_build(year=YEAR, quarter=2)


def add_person(county: Region, order: int) -> Person:
    """One person of a household of his own."""
    household = Household.objects.create(
        household_no=f"{county.code}-{order:05d}", county=county, township="青山乡", village="石桥村",
        head_name=f"王长河{order}",
    )  # fmt: skip
    person = person_register(
        id_number=id_number(order), name=f"王长河{order}", county=county, household=household
    )
    identity_recognise(
        person=person, category=IdentityCategory.REGISTERED_POOR, since=date(2016, 1, 1),
        recognised_by=Office.Kind.POVERTY, source="建档立卡名单",
    )  # fmt: skip
    person_enrol(
        person=person, year=YEAR, insurance_type=InsuranceType.RESIDENTS, county=county,
        enrolled_on=date(2019, 1, 1),
    )  # fmt: skip
    certificate_issue(
        person=person, certificate_no=f"MT{order:06d}", disease="zhengzhou-37/12",
        disease_name="高血压病伴靶器官损害", since=date(2018, 1, 1),
    )  # fmt: skip
    return person


def pack() -> Policy:
    """A published pack: basic, critical with an uplift, assistance still to be confirmed."""
    document = PolicyDocument.objects.create(
        number=NUMBER, title="关于印发贫困人口医疗保障办法的通知", issuers=["郑州市卫生和计划生育委员会"],
        issued_on=date(2017, 12, 1),
    )  # fmt: skip
    clause = Clause.objects.create(document=document, path="三(二)2", gist="贫困人口大病保险起付线降低一半")
    disease_list = DiseaseList.objects.create(
        code="zhengzhou-37", name="门诊慢性病37种", document=document, clause=clause
    )
    Disease.objects.create(disease_list=disease_list, number=12, name="高血压病伴靶器官损害")
    policy = Policy.objects.create(
        code="zhengzhou-2019", city_code="410100", city_name="郑州市", title="郑州市2019年度政策包",
        valid=DateRange(date(2019, 1, 1), date(2020, 1, 1)), status=PolicyStatus.DRAFT,
        tiers=["basic", "critical", "assistance"], admission_visit_types=["inpatient"],
    )  # fmt: skip
    funds = {
        code: Fund.objects.create(code=code, name=name, level=level)
        for code, name, level in (
            ("residents", "城乡居民医保统筹基金", FundLevel.RESIDENTS_FUND),
            ("county", "县级财政", FundLevel.COUNTY),
        )
    }
    for order, rule in enumerate(engine_policy().rules, 1):
        _rule(policy, rule, order, clause)
    for order, (group, fund) in enumerate((("basic", "residents"), ("assistance", "county")), 1):
        funding = Funding.objects.create(
            policy=policy, code=group, group=group, position=order, clause=clause, title=f"资金方案{order}"
        )
        FundingShare.objects.create(funding=funding, position=1, fund=funds[fund], weight=1)
    Uplift.objects.create(
        policy=policy, code="critical-half", title="大病保险起付线降低50%", position=1, clause=clause,
        tier="critical", kind=UpliftKind.DEDUCTIBLE_SCALE, value_bp=5000,
        identities=[IdentityCategory.REGISTERED_POOR],
    )  # fmt: skip
    LedgerKind.objects.create(
        policy=policy, code="assistance", title="医疗救助垫付台账", position=1, clause=clause,
        tier=Tier.ASSISTANCE, payer_level=FundLevel.COUNTY, deadline_working_days=10,
    )  # fmt: skip
    policy.status = PolicyStatus.PUBLISHED
    policy.published_at = timezone.now()
    policy.save()
    return policy


def _rule(policy: Policy, rule: terms.Rule, order: int, clause: Clause) -> None:
    titles = {"basic": "县级医院住院", "critical": "大病保险", "assistance": "住院医疗救助"}
    row = Rule.objects.create(
        policy=policy, code=rule.code, title=titles[rule.tier], position=order, tier=rule.tier,
        clause=None if rule.citation.provisional else clause, provisional=rule.citation.provisional,
        measured=rule.measured, base_pool=rule.base_pool, funding=rule.funding,
        deductible_amounts_fen=list(rule.deductible.amounts_fen),
    )  # fmt: skip
    for band in rule.bands:
        Band.objects.create(
            rule=row, floor_fen=band.floor_fen, ceiling_fen=band.ceiling_fen, rate_bp=band.rate_bp
        )
    for position, cap in enumerate(rule.caps, 1):
        RuleCap.objects.create(rule=row, position=position, limit_fen=cap.limit_fen, pool=cap.pool)


def engine_policy() -> terms.Policy:
    """The same terms as the engine reads them."""
    cited = terms.Citation(clause=f"{NUMBER} 三(二)2")
    return terms.Policy(
        code="zhengzhou-2019",
        city="410100",
        tiers=("basic", "critical", "assistance"),
        rules=(
            terms.Rule(
                code="basic-county", tier="basic", funding="basic", citation=cited,
                deductible=terms.Deductible(amounts_fen=(40_000,)),
                bands=(
                    terms.Band(floor_fen=40_000, ceiling_fen=150_000, rate_bp=6_300),
                    terms.Band(floor_fen=150_000, ceiling_fen=None, rate_bp=8_300),
                ),
            ),
            terms.Rule(
                code="critical-all", tier="critical", funding="basic", citation=cited, measured="year",
                base_pool="critical_base", deductible=terms.Deductible(amounts_fen=(1_100_000,)),
                bands=(terms.Band(floor_fen=1_100_000, ceiling_fen=None, rate_bp=6_000),),
            ),
            terms.Rule(
                code="assistance-stay", tier="assistance", funding="assistance",
                citation=terms.Citation(provisional=True),
                bands=(terms.Band(floor_fen=0, ceiling_fen=None, rate_bp=7_000),),
                caps=(terms.Cap(limit_fen=1_000_000, pool="assistance_paid"),),
            ),
        ),
        uplifts=(
            terms.Uplift(
                code="critical-half", tier="critical", kind="deductible_scale", value=5_000, citation=cited,
                condition=terms.Condition(identities=frozenset({"registered_poor"})),
            ),
        ),
        fundings=(
            terms.Funding(code="basic", shares=(terms.FundShare(fund="residents", weight=1),)),
            terms.Funding(code="assistance", shares=(terms.FundShare(fund="county", weight=1),)),
        ),
    )  # fmt: skip


def add_claim(world: World, person: Person, order: int) -> Claim:
    """A stay of 60,000.00, settled by the engine and stored as it is posted."""
    year = PersonYear.objects.create(person=person, year=YEAR)
    claim = Claim.objects.create(
        hospital=world.hospital, claim_no=f"ZY2019{order:06d}", content_hash="0" * 64, person=person,
        person_year=year, benefit_year=YEAR, policy=world.policy, insured_county=world.county,
        visit_type=VisitType.INPATIENT, admitted_on=date(2019, 5, 2), discharged_on=date(2019, 5, 20),
        referral=Referral.NOT_NEEDED, diagnosis_code="I63.9", diagnosis_name="脑梗死", bed_days=18,
        total_fen=6_000_000,
    )  # fmt: skip
    lines = (
        (FeeCategory.WESTERN_MEDICINE, "注射用尤瑞克林", 3_500_000, 3_200_000, 200_000, 0, 100_000),
        (FeeCategory.EXAMINATION, "头颅磁共振平扫", 1_500_000, 1_400_000, 100_000, 0, 0),
        (FeeCategory.BED, "普通病房床位费", 1_000_000, 900_000, 0, 100_000, 0),
    )
    for number, (category, name, amount, scope, upfront, over, excluded) in enumerate(lines, 1):
        ClaimLine.objects.create(
            claim=claim, line_no=number, category=category, item_name=name, amount_fen=amount,
            in_scope_fen=scope, upfront_fen=upfront, over_limit_fen=over, excluded_fen=excluded,
        )  # fmt: skip
    post(claim, Settlement.Kind.ORIGINAL)
    return claim


def post(claim: Claim, kind: str, *, sign: int = 1, reason: str = "") -> Settlement:
    """Post what the engine says of a claim; ``sign`` -1 takes it back."""
    result = settle(
        ClaimFacts(
            on=claim.discharged_on, visit_type="inpatient", hospital_level="county_2", place="in_county",
            bed_days=claim.bed_days,
            lines=tuple(
                CostLine(
                    line_no=line.line_no, category=line.category, amount_fen=line.amount_fen,
                    in_scope_fen=line.in_scope_fen, excluded_fen=line.excluded_fen,
                    over_limit_fen=line.over_limit_fen, upfront_fen=line.upfront_fen,
                )
                for line in claim.lines.all()
            ),
        ),
        Facts(identities=frozenset({"registered_poor"}), insurance_type="residents", age_years=60),
        {},
        engine_policy(),
    )  # fmt: skip
    figures: dict[str, Any] = {
        name: sign * getattr(result, name)
        for name in (
            "total_fen", "waived_fen", "excluded_fen", "over_limit_fen", "upfront_fen", "in_scope_fen",
            "over_quota_fen", "hospital_borne_fen", "account_fen", "patient_fen",
        )
    }  # fmt: skip
    settlement = Settlement.objects.create(
        claim=claim, person_year=claim.person_year, kind=kind, posted_on=date(2019, 5, 20), reason=reason,
        paid_fen=sign * sum(payment.paid_fen for payment in result.payments),
        inputs={}, explanation=(result.explanation or {}) if sign > 0 else {}, pools_after={}, **figures,
    )  # fmt: skip
    for payment in result.payments:
        for fund, amount_fen in payment.funds:
            Payment.objects.create(
                settlement=settlement, claim=claim, hospital=claim.hospital, county=claim.insured_county,
                benefit_year=YEAR, tier=payment.tier, benefit=payment.benefit, rule=payment.rule, fund=fund,
                payee=Payment.Payee.HOSPITAL, amount_fen=sign * amount_fen, posted_on=settlement.posted_on,
            )  # fmt: skip
    for pool, amount in result.pool_entries:
        PoolEntry.objects.create(
            settlement=settlement, person_year=claim.person_year, pool=pool, amount=sign * amount
        )
    return settlement

"""Rows for ledger tests, written straight into the insert-only tables: what settlement would have posted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

from django.contrib.auth.models import User
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from beneficiaries.models import Household, Person
from common.encryption import blind_index, encrypt
from organizations.models import Hospital, Region
from policies.models import Clause, Disease, DiseaseList, Fund, LedgerKind, Policy, PolicyDocument, Rule
from reimbursement.models import LedgerStep, QuarterlyLedger
from reimbursement.services import Actor, county_submit, ledger_confirm, ledger_review
from settlement.models import Claim, Payment, PersonYear, Settlement

COUNTY_FUND = "liupan_backstop"
CHECK = "10X98765432"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(serial: int) -> str:
    """An invented number with a true check digit."""
    born = date(1930, 1, 1) + timedelta(days=serial // 1000)
    body = f"410183{born:%Y%m%d}{serial % 1000:03d}"
    return body + CHECK[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


@dataclass
class World:
    """One invented city with two counties, two hospitals and a published pack with one ledger kind."""

    policy: Policy
    kind: LedgerKind
    county: Region
    other_county: Region
    hospital: Hospital
    other_hospital: Hospital
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def person(self, name: str = "张三", county: Region | None = None) -> Person:
        number = id_number(next(self.numbers))
        home = county or self.county
        household = Household.objects.create(
            household_no=f"H{number}", county=home, township="沙塘镇", village="后湾村", head_name=name
        )
        return Person.objects.create(
            id_encrypted=encrypt(number),
            id_index=blind_index(number),
            id_last4=number[-4:],
            name=name,
            sex=Person.Sex.MALE,
            born_on=date(1950, 1, 1),
            household=household,
            county=home,
        )

    def claim(
        self,
        *,
        on: str,
        hospital: Hospital | None = None,
        county: Region | None = None,
        person: Person | None = None,
        policy: Policy | None = None,
        diagnosis: str = "2型糖尿病伴并发症",
    ) -> Claim:
        day = date.fromisoformat(on)
        who = person or self.person(county=county)
        year, _ = PersonYear.objects.get_or_create(person=who, year=day.year)
        return Claim.objects.create(
            hospital=hospital or self.hospital,
            claim_no=f"MZ{next(self.numbers):08d}",
            content_hash="0" * 64,
            person=who,
            person_year=year,
            benefit_year=day.year,
            policy=policy or self.policy,
            insured_county=county or self.county,
            visit_type="chronic_outpatient",
            admitted_on=day,
            discharged_on=day,
            referral="not_needed",
            diagnosis_code="E11.6",
            diagnosis_name=diagnosis,
            chronic_disease="liupan-37/4",
            total_fen=120_000,
        )

    def post(
        self,
        claim: Claim,
        *,
        backstop_fen: int,
        posted_on: str | None = None,
        kind: str = "original",
        payee: str = "hospital",
        reason: str = "",
        sign: int = 1,
    ) -> Payment:
        """Post 1,200.00 of which 650.00 are basic; returns the backstop payment."""
        posted = date.fromisoformat(posted_on) if posted_on else claim.discharged_on
        basic_fen = 65_000 * sign
        settlement = Settlement.objects.create(
            claim=claim,
            person_year=claim.person_year,
            kind=kind,
            reason=reason,
            posted_on=posted,
            total_fen=120_000 * sign,
            waived_fen=0,
            excluded_fen=20_000 * sign,
            over_limit_fen=0,
            upfront_fen=0,
            in_scope_fen=100_000 * sign,
            over_quota_fen=0,
            hospital_borne_fen=0,
            paid_fen=basic_fen + backstop_fen,
            account_fen=0,
            patient_fen=120_000 * sign - basic_fen - backstop_fen,
            inputs={"facts": {"identities": ["registered_poor"]}, "claim": {"disease_lists": ["liupan-37"]}},
            explanation={},
            pools_after={},
        )
        common = {
            "settlement": settlement,
            "claim": claim,
            "hospital": claim.hospital,
            "county": claim.insured_county,
            "benefit_year": claim.benefit_year,
            "posted_on": posted,
        }
        Payment.objects.create(
            **common,
            tier="basic",
            rule="basic",
            fund="residents",
            payee="hospital",
            amount_fen=basic_fen,
        )
        return Payment.objects.create(
            **common, tier="backstop", rule="backstop", fund=COUNTY_FUND, payee=payee, amount_fen=backstop_fen
        )

    def paid(self, backstop_fen: int, on: str, **where: object) -> Payment:
        """A new claim of that day with its backstop payment."""
        return self.post(self.claim(on=on, **where), backstop_fen=backstop_fen)  # type: ignore[arg-type]

    def reverse(self, payment: Payment, *, posted_on: str) -> Payment:
        """Take a claim back on another day."""
        return self.post(
            payment.claim,
            backstop_fen=-payment.amount_fen,
            posted_on=posted_on,
            kind="reversal",
            reason="录入有误",
            sign=-1,
        )


def make_policy(
    *,
    code: str,
    since: str,
    until: str,
    clause: Clause,
    deadline_working_days: int | None = 5,
    **kind: object,
) -> tuple[Policy, LedgerKind]:
    """A published pack with one rule and one ledger kind."""
    policy = Policy.objects.create(
        code=code,
        city_code="640400",
        city_name="六盘市",
        title=f"六盘市 {code}",
        valid=DateRange(date.fromisoformat(since), date.fromisoformat(until)),
        tiers=["basic", "backstop"],
        admission_visit_types=["inpatient"],
    )
    Rule.objects.create(
        policy=policy, code="backstop", position=1, clause=clause, tier="backstop", funding="county"
    )
    row = LedgerKind.objects.create(
        **{
            "policy": policy,
            "code": "backstop",
            "title": "六盘市农村贫困人口慢性病门诊兜底保障资金季度台账",
            "position": 1,
            "clause": clause,
            "tier": "backstop",
            "deadline_working_days": deadline_working_days,
            **kind,
        }
    )
    policy.status = "published"
    policy.published_at = timezone.now()
    policy.save()
    return policy, row


def make_world() -> World:
    """Everything a ledger needs, and nobody's claims."""
    city = Region.objects.create(code="640400", name="六盘市", level="prefecture")
    county = Region.objects.create(code="640483", name="清水县", level="county", parent=city)
    other = Region.objects.create(code="640485", name="白石县", level="county", parent=city)
    document = PolicyDocument.objects.create(
        number="六卫〔2018〕1号",
        title="慢性病医疗保障实施方案",
        issued_on=date(2018, 1, 2),
    )
    clause = Clause.objects.create(document=document, path="三(一)", gist="合规自付部分由县级财政兜底")
    diseases = DiseaseList.objects.create(code="liupan-37", name="37种门诊慢性病")
    Disease.objects.create(disease_list=diseases, number=4, name="糖尿病（伴严重并发症）")
    Fund.objects.create(code=COUNTY_FUND, name="县级财政兜底资金", level="county")
    policy, kind = make_policy(code="liupan-2018", since="2018-01-01", until="2020-01-01", clause=clause)
    return World(
        policy=policy,
        kind=kind,
        county=county,
        other_county=other,
        hospital=_hospital("H64048300001", "清水县人民医院", county),
        other_hospital=_hospital("H64048300002", "清水县中医院", county),
    )


def _hospital(code: str, name: str, county: Region) -> Hospital:
    return Hospital.objects.create(
        code=code, name=name, county=county, level="county_2", bank_account="6222020012345678901"
    )


def reviewed(ledger: QuarterlyLedger) -> QuarterlyLedger:
    """The ledger, confirmed by its hospital and reviewed by the office as it stands."""
    clerk, _ = User.objects.get_or_create(username="reviewer")
    stage = ledger_confirm(ledger_id=ledger.pk, by=Actor(hospital=ledger.hospital))
    if stage.step == LedgerStep.Step.CONFIRM:
        ledger_review(ledger_id=ledger.pk, by=clerk)
    return ledger


def submitted(ledger: QuarterlyLedger) -> QuarterlyLedger:
    """The ledger, reviewed and submitted with those of its county, kind and quarter."""
    reviewed(ledger)
    county_submit(kind=ledger.kind, county=ledger.county, year=ledger.year, quarter=ledger.quarter)
    ledger.refresh_from_db()
    return ledger

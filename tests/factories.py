"""Invented regions, hospitals, people and bills for tests; ID numbers are valid in form, never anybody's."""

from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from beneficiaries.models import ChronicCertificate, Enrolment, Identity, Person
from beneficiaries.services import certificate_issue, identity_recognise, person_enrol, person_register
from common.codes import HospitalLevel, IdentityCategory, InsuranceType
from common.id_numbers import check_digit
from organizations.models import Hospital, Office, Region
from policies.audit import policy_audit
from policies.models import Policy
from policies.services import findings_to_confirm, policy_load, policy_publish

PACKS = Path(__file__).resolve().parent.parent / "fixtures" / "policies"
SHARED = tuple(
    PACKS / f"{name}.yaml" for name in ("documents", "funds", "disease-lists", "zhengzhou-disease-lists-2019")
)
POOR = (IdentityCategory.REGISTERED_POOR,)

_serial = count(1)


def id_number(*, born: date = date(1960, 5, 17), serial: int | None = None) -> str:
    """A number of the unassigned county 410199."""
    order = next(_serial) if serial is None else serial
    first_17 = f"410199{born:%Y%m%d}{order % 1000:03d}"
    return first_17 + check_digit(first_17)


def unused_id_number() -> str:
    """A number that ``person`` never gives to anybody."""
    return id_number(born=date(1950, 1, 1), serial=1)


def load_packs(*paths: Path) -> None:
    """Load and publish packs; what is there already stays."""
    result = policy_load(paths=[*SHARED, *paths])
    for policy in result.policies:
        publish(policy)


def publish(policy: Policy) -> None:
    """Publish a pack, confirming its provisional rows."""
    if policy.status == "draft":
        names = findings_to_confirm(policy_audit(policy))
        policy_publish(policy=policy, reviewed_by=None, confirmed_provisional=names)


def region(code: str, name: str, level: str, parent: Region | None = None) -> Region:
    """A region, made once."""
    made, _ = Region.objects.get_or_create(
        code=code, defaults={"name": name, "level": level, "parent": parent}
    )
    return made


def county(code: str = "410199", name: str = "示例县", *, city: str = "410100") -> Region:
    """A county below its city and province."""
    province = region(f"{city[:2]}0000", "示例省", Region.Level.PROVINCE)
    prefecture = region(city, "示例市", Region.Level.PREFECTURE, province)
    return region(code, name, Region.Level.COUNTY, prefecture)


def hospital(*, level: str = HospitalLevel.COUNTY_2, at: Region | None = None, **fields: Any) -> Hospital:
    """A hospital of the example county unless ``at`` says otherwise."""
    order = next(_serial)
    return Hospital.objects.create(
        code=f"H{order:011d}", name=f"示例医院{order}", county=at or county(), level=level, **fields
    )


def person(
    *,
    identities: tuple[str, ...] = POOR,
    at: Region | None = None,
    years: tuple[int, ...] = (2018, 2019),
    born: date = date(1960, 5, 17),
    number: str = "",
) -> Person:
    """A registered poor resident enrolled in both years unless told otherwise."""
    made = person_register(id_number=number or id_number(born=born), name="示例人", county=at or county())
    for category in identities:
        recognise(made, category)
    for year in years:
        enrol(made, year=year, at=at)
    return made


def recognise(
    who: Person, category: str, *, since: date = date(2017, 1, 1), until: date | None = None
) -> Identity:
    """Recognise a person in a category."""
    return identity_recognise(
        person=who,
        category=category,
        since=since,
        until=until,
        recognised_by=Office.Kind.POVERTY,
        source="测试",
    )


def enrol(who: Person, *, year: int, at: Region | None = None) -> Enrolment:
    """Enrol a person as a resident."""
    return person_enrol(
        person=who,
        year=year,
        insurance_type=InsuranceType.RESIDENTS,
        county=at or county(),
        enrolled_on=date(year - 1, 12, 1),
    )


def certificate(
    who: Person, disease: str = "zz-37/12", *, since: date = date(2018, 3, 1)
) -> ChronicCertificate:
    """Certify a chronic disease."""
    return certificate_issue(
        person=who,
        certificate_no=f"ZZ{next(_serial):08d}",
        disease=disease,
        disease_name="高血压病",
        since=since,
    )


def line(no: int = 1, amount: str = "1000.00", **parts: str) -> dict[str, Any]:
    """One line, wholly in scope unless its parts are given."""
    return {
        "line_no": no,
        "category": "western_medicine",
        "item_name": "药品",
        "amount": amount,
        "in_scope": parts.pop("in_scope", amount),
        **parts,
    }


def stay(who: Person, claim_no: str = "", **fields: Any) -> dict[str, Any]:
    """The body of an inpatient claim: ten days in April 2019, 20,000 yuan in scope."""
    return {
        "claim_no": claim_no or f"S{next(_serial):06d}",
        "id_number": who.id_number,
        "visit_type": "inpatient",
        "admitted_on": "2019-04-01",
        "discharged_on": "2019-04-11",
        "bed_days": 10,
        "referral": "not_needed",
        "diagnosis_code": "I63.9",
        "diagnosis_name": "脑梗死",
        "lines": [line(amount="20000.00")],
        **fields,
    }


def bill_of(base: str, *, basic: int = 2_000) -> dict[str, Any]:
    """Lines and given basic payment that leave ``base`` (whole yuan) to the tiers after the basic one."""
    given = [{"tier": "basic", "fund": "residents_pool", "amount": f"{basic}.00"}]
    return {"lines": [line(amount=f"{int(base) + basic}.00")], "given": given}


def chronic_visit(who: Person, claim_no: str = "", **fields: Any) -> dict[str, Any]:
    """The body of a chronic outpatient claim of 1,000 yuan in scope in May 2019."""
    return {
        "claim_no": claim_no or f"V{next(_serial):06d}",
        "id_number": who.id_number,
        "visit_type": "chronic_outpatient",
        "admitted_on": "2019-05-10",
        "discharged_on": "2019-05-10",
        "diagnosis_code": "I11.9",
        "diagnosis_name": "高血压性心脏病",
        "chronic_disease": "zz-37/12",
        "lines": [line()],
        **fields,
    }

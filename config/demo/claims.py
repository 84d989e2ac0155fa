"""A quarter of invented claims (示例费用): the same people and seed give the same bills."""

import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from beneficiaries.models import Person
from common.codes import FeeCategory, HospitalLevel, Referral, VisitType
from common.money import format_yuan
from config.demo.county import HOSPITALS, SEED

SPRING, WINTER = date(2019, 4, 1), date(2019, 1, 1)
DAYS = 90

Body = dict[str, object]

_BY_LEVEL = {
    level: [spec.code for spec in HOSPITALS if spec.level == level] for level in {s.level for s in HOSPITALS}
}
# A stay's cost in fen grows with the hospital's level; most stays are near home.
_STAYS = (
    (HospitalLevel.TOWNSHIP, 45, (80_000, 400_000)),
    (HospitalLevel.COUNTY_2, 35, (250_000, 1_500_000)),
    (HospitalLevel.CITY_3, 15, (900_000, 6_000_000)),
    (HospitalLevel.PROVINCE_3, 5, (2_500_000, 15_000_000)),
)
_STAY_DIAGNOSES = (
    ("J18.9", "肺炎"), ("I63.9", "脑梗死"), ("S72.0", "股骨颈骨折"), ("K80.2", "胆囊结石"),
    ("I21.9", "急性心肌梗死"), ("J44.1", "慢性阻塞性肺疾病急性加重"), ("C16.9", "胃恶性肿瘤"),
)  # fmt: skip
_VISIT_DIAGNOSES = {
    1: ("C16.9", "胃恶性肿瘤"), 4: ("E11.5", "2型糖尿病伴周围循环并发症"), 10: ("I69.3", "脑梗死后遗症"),
    11: ("I25.1", "动脉硬化性心脏病"), 12: ("I11.9", "高血压性心脏病"), 13: ("M06.9", "类风湿性关节炎"),
    14: ("J44.9", "慢性阻塞性肺疾病"), 18: ("I50.9", "心力衰竭"), 19: ("B18.2", "慢性丙型病毒性肝炎"),
    22: ("E78.5", "高脂血症"), 28: ("N18.0", "终末期肾病"), 31: ("E10.9", "1型糖尿病"),
}  # fmt: skip
# Share of a line that is not in scope, per cent: upfront, over the price limit, outside the catalogue.
_SHARES = {
    FeeCategory.WESTERN_MEDICINE: (6, 0, 3),
    FeeCategory.CHINESE_PATENT_MEDICINE: (8, 0, 5),
    FeeCategory.EXAMINATION: (10, 0, 0),
    FeeCategory.CONSUMABLES: (10, 8, 6),
    FeeCategory.BED: (0, 10, 0),
}


def quarter_claims(people: Iterable[Person], *, since: date = SPRING) -> Iterator[tuple[str, Body]]:
    """``(hospital code, request body)`` of every claim of the quarter, person by person, day by day.

    ``people`` come with their certificates prefetched; ``since`` is the quarter's first day.
    """
    rng = random.Random(SEED + (since - SPRING).days)  # noqa: S311 - invented bills, not secrets
    for person in people:
        claims: list[tuple[str, Body]] = []
        for certificate in person.certificates.all():
            if (certificate.valid.lower or since) <= since:
                claims += [_visit(rng, certificate.disease, since) for _ in range(rng.randint(0, 3))]
        if rng.random() < 0.14:
            claims.append(_stay(rng, since))
        claims.sort(key=lambda claim: str(claim[1]["discharged_on"]))
        for number, (hospital, body) in enumerate(claims, start=1):
            body["claim_no"] = f"{since.year}Q{since.month // 3 + 1}-{person.pk:06d}-{number}"
            body["id_number"] = person.id_number
            yield hospital, body


def _visit(rng: random.Random, disease: str, since: date) -> tuple[str, Body]:
    number = int(disease.rpartition("/")[2])
    day = since + timedelta(days=rng.randrange(DAYS))
    level = rng.choices((HospitalLevel.TOWNSHIP, HospitalLevel.COUNTY_2), (65, 35))[0]
    drugs = rng.randint(6_000, 60_000) if number != 28 else rng.randint(40_000, 250_000)
    lines = {FeeCategory.REGISTRATION: 500, FeeCategory.WESTERN_MEDICINE: drugs}
    if rng.random() < 0.5:
        lines[FeeCategory.LABORATORY] = rng.randint(1_500, 12_000)
    if rng.random() < 0.25:
        lines[FeeCategory.INJECTION] = rng.randint(300, 1_500)
    code, name = _VISIT_DIAGNOSES[number]
    return rng.choice(_BY_LEVEL[level]), {
        "visit_type": VisitType.CHRONIC_OUTPATIENT,
        "admitted_on": day.isoformat(),
        "discharged_on": day.isoformat(),
        "referral": Referral.NOT_NEEDED,
        "diagnosis_code": code,
        "diagnosis_name": name,
        "chronic_disease": disease,
        "lines": _lines(lines),
    }


def _stay(rng: random.Random, since: date) -> tuple[str, Body]:
    level, _, (least, most) = rng.choices(_STAYS, [weight for _, weight, _ in _STAYS])[0]
    total = rng.randint(least, most)
    nights = min(45, 3 + total // 250_000)
    discharged = since + timedelta(days=rng.randrange(DAYS))
    bed, nursing = nights * 3_000, nights * 1_200
    rest = max(total - bed - nursing, 10_000)
    surgery = rest * rng.randint(0, 25) // 100
    consumables = rest * rng.randint(0, 20) // 100
    examination = rest * rng.randint(10, 20) // 100
    lines = {
        FeeCategory.BED: bed,
        FeeCategory.NURSING: nursing,
        FeeCategory.EXAMINATION: examination,
        FeeCategory.SURGERY: surgery,
        FeeCategory.CONSUMABLES: consumables,
        FeeCategory.INJECTION: 1_800,
        FeeCategory.WESTERN_MEDICINE: rest - surgery - consumables - examination,
    }
    near = level in {HospitalLevel.TOWNSHIP, HospitalLevel.COUNTY_2}
    code, name = rng.choice(_STAY_DIAGNOSES)
    referred = rng.choices((Referral.REFERRED, Referral.NOT_REFERRED), (85, 15))[0]
    return rng.choice(_BY_LEVEL[level]), {
        "visit_type": VisitType.INPATIENT,
        "admitted_on": (discharged - timedelta(days=nights)).isoformat(),
        "discharged_on": discharged.isoformat(),
        "referral": Referral.NOT_NEEDED if near else referred,
        "diagnosis_code": code,
        "diagnosis_name": name,
        "bed_days": nights,
        "lines": _lines(lines),
    }


def _lines(amounts: Mapping[FeeCategory, int]) -> list[dict[str, object]]:
    lines: list[dict[str, object]] = []
    for category, amount in amounts.items():
        if amount == 0:
            continue
        upfront, over_limit, excluded = (amount * share // 100 for share in _SHARES.get(category, (0, 0, 0)))
        lines.append(
            {
                "line_no": len(lines) + 1,
                "category": category.value,
                "item_name": str(category.label),
                "amount": format_yuan(amount),
                "in_scope": format_yuan(amount - upfront - over_limit - excluded),
                "upfront": format_yuan(upfront),
                "over_limit": format_yuan(over_limit),
                "excluded": format_yuan(excluded),
            }
        )
    return lines

"""An invented county (示例县): hospitals, households, people, identities, certificates.

Nobody in it exists: the county code 410199 is not assigned, so its ID numbers are valid in form and can never
be anybody's. The same seed makes the same people.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from beneficiaries.models import Household, Person
from beneficiaries.services import certificate_issue, identity_recognise, person_enrol, person_register
from common.codes import Designation, HospitalLevel, IdentityCategory, InsuranceType
from common.id_numbers import check_digit
from organizations.models import Hospital, Office, Region
from policies.models import Disease

COUNTY_CODE = "410199"
HOUSEHOLDS = 120
SEED = 20190401
YEARS = (2018, 2019)

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "秀英建国桂兰志强玉梅海涛春花文军小红永福金凤长河爱民保全淑芳天明"
_TOWNSHIPS = {"城关镇": ["东街村", "西街村", "南关村"], "青山乡": ["石桥村", "柳沟村", "上坪村"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class HospitalSpec:
    """One invented hospital."""

    code: str
    name: str
    region: str
    level: HospitalLevel
    designations: tuple[Designation, ...]


_CHRONIC = (Designation.CHRONIC_VISIT,)
_FULL = (Designation.CERTIFICATION, Designation.CHRONIC_VISIT, Designation.CATASTROPHIC)
HOSPITALS = (
    HospitalSpec(code="H41019900001", name="示例县城关镇卫生院", region=COUNTY_CODE,
                 level=HospitalLevel.TOWNSHIP, designations=_CHRONIC),
    HospitalSpec(code="H41019900002", name="示例县青山乡卫生院", region=COUNTY_CODE,
                 level=HospitalLevel.TOWNSHIP, designations=_CHRONIC),
    HospitalSpec(code="H41019900003", name="示例县人民医院", region=COUNTY_CODE,
                 level=HospitalLevel.COUNTY_2, designations=_FULL),
    HospitalSpec(code="H41019900004", name="示例县中医院", region=COUNTY_CODE,
                 level=HospitalLevel.COUNTY_2, designations=_CHRONIC),
    HospitalSpec(code="H41019800001", name="郑州市示例中心医院", region="410198",
                 level=HospitalLevel.CITY_3, designations=_FULL),
    HospitalSpec(code="H41019800002", name="河南省示例医院", region="410198",
                 level=HospitalLevel.PROVINCE_3, designations=_FULL),
)  # fmt: skip

# Frequent diseases of the list of 37, by the document's number (郑卫〔2017〕214号 二(二)).
_FREQUENT_DISEASES = (4, 10, 11, 12, 12, 13, 14, 18, 19, 22, 28, 31, 1)


def county_create(*, progress: Callable[[int, int], None], households: int = HOUSEHOLDS) -> bool:
    """Create the invented county in one transaction; False when it is there already.

    ``progress`` is called with households done and households in all.
    """
    if Region.objects.filter(code=COUNTY_CODE).exists():
        return False
    with transaction.atomic():
        county = _regions_and_offices()
        rng = random.Random(SEED)  # noqa: S311 - invented people, not secrets
        diseases = {
            disease.number: disease
            for disease in Disease.objects.filter(disease_list__code=CHRONIC_LIST).select_related(
                "disease_list"
            )
        }
        for number in range(1, households + 1):
            _household(rng, county, number, diseases)
            progress(number, households)
    return True


CHRONIC_LIST = "zz-37"


def _regions_and_offices() -> Region:
    province = Region.objects.create(code="410000", name="河南省", level=Region.Level.PROVINCE)
    city = Region.objects.create(code="410100", name="郑州市", level=Region.Level.PREFECTURE, parent=province)
    county = Region.objects.create(code=COUNTY_CODE, name="示例县", level=Region.Level.COUNTY, parent=city)
    district = Region.objects.create(code="410198", name="示例区", level=Region.Level.COUNTY, parent=city)
    regions = {county.code: county, district.code: district}
    for spec in HOSPITALS:
        Hospital.objects.create(
            code=spec.code,
            name=spec.name,
            county=regions[spec.region],
            level=spec.level,
            designations=[str(designation) for designation in spec.designations],
        )
    for kind, name in (
        (Office.Kind.MEDICAL_INSURANCE, "示例县医疗保障局"),
        (Office.Kind.HEALTH, "示例县卫生健康委员会"),
        (Office.Kind.FINANCE, "示例县财政局"),
    ):
        Office.objects.create(kind=kind, name=name, region=county)
    Office.objects.create(kind=Office.Kind.SUPERVISOR, name="郑州市卫生健康委员会", region=city)
    return county


def _household(rng: random.Random, county: Region, number: int, diseases: dict[int, Disease]) -> None:
    township = rng.choice(sorted(_TOWNSHIPS))
    surname = rng.choice(_SURNAMES)
    size = rng.randint(1, 5)
    head = surname + "".join(rng.sample(_GIVEN, 2))
    household = Household.objects.create(
        household_no=f"{COUNTY_CODE}{number:05d}",
        county=county,
        township=township,
        village=rng.choice(_TOWNSHIPS[township]),
        head_name=head,
    )
    categories = _categories(rng)
    for member in range(size):
        name = head if member == 0 else surname + "".join(rng.sample(_GIVEN, 2))
        person = person_register(
            id_number=invented_id_number(rng, serial=number * 5 + member),
            name=name,
            county=county,
            household=household,
        )
        _person_facts(rng, person, county, categories, diseases)


def _categories(rng: random.Random) -> tuple[IdentityCategory, ...]:
    """What a household is recognised as; a household in ten is not poor at all."""
    draw = rng.random()
    if draw < 0.1:
        return ()
    if draw < 0.7:
        return (IdentityCategory.REGISTERED_POOR,)
    if draw < 0.85:
        return (IdentityCategory.REGISTERED_POOR, IdentityCategory.MINIMUM_LIVING)
    if draw < 0.93:
        return (IdentityCategory.MINIMUM_LIVING,)
    return (IdentityCategory.EXTREME_POVERTY,)


def _person_facts(
    rng: random.Random,
    person: Person,
    county: Region,
    categories: tuple[IdentityCategory, ...],
    diseases: dict[int, Disease],
) -> None:
    for category in categories:
        poverty = category == IdentityCategory.REGISTERED_POOR
        identity_recognise(
            person=person,
            category=category,
            since=date(2017, 1, 1),
            recognised_by=Office.Kind.POVERTY if poverty else Office.Kind.CIVIL_AFFAIRS,
            source="演示数据",
        )
    for year in YEARS:
        person_enrol(
            person=person,
            year=year,
            insurance_type=InsuranceType.RESIDENTS,
            county=county,
            enrolled_on=date(year - 1, 12, 1),
        )
    if rng.random() < 0.45:
        disease = diseases[rng.choice(_FREQUENT_DISEASES)]
        certificate_issue(
            person=person,
            certificate_no=f"ZZ{person.pk:08d}",
            disease=disease.key,
            disease_name=disease.name,
            since=date(2018, 3, 1),
        )


def invented_id_number(rng: random.Random, *, serial: int) -> str:
    """An ID number of the unassigned county 410199, valid in form; ``serial`` keeps numbers apart."""
    born = date(1935 + serial % 75, rng.randint(1, 12), rng.randint(1, 28))
    first_17 = f"{COUNTY_CODE}{born:%Y%m%d}{serial % 1000:03d}"
    return first_17 + check_digit(first_17)

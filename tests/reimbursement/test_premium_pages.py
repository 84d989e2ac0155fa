"""The pages and workbooks of premium aid and gaps: what people see and take away, inside the scope."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoDbBlocker

from beneficiaries.models import Household, NotInsured, Person
from organizations.models import Office, Region, StaffMember
from policies.models import Policy
from reimbursement.models import PremiumSheet
from reimbursement.tasks import build_premium_sheet
from reporting.models import ExportLog
from tests import factories
from tests.policies.packs import PACKS, only_shipped_packs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
PERMISSIONS = (
    "view_premiumsheet", "add_premiumsheet", "change_premiumsheet", "view_notinsured", "add_notinsured",
    "view_job",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def packs_of_all_cities(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The shipped packs, published."""
    with django_db_blocker.unblock(), only_shipped_packs([PACKS]):
        for policy in Policy.objects.all():
            factories.publish(policy)
        yield


@pytest.fixture(autouse=True)
def surroundings(settings: Any, tmp_path: Path) -> None:
    """No collected static files; exports in a folder of their own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = tmp_path
    settings.EXPORT_DIR = tmp_path


@pytest.fixture
def at(db: None) -> Region:
    """A county of the second class with three people of a village: two poor, one of them not insured."""
    made = factories.county("522702", "示例县", city="522700")
    made.county_class = "贫困县"
    made.save()
    home = Household.objects.create(
        household_no="H1", county=made, township="青山乡", village="石桥村", head_name="示例户主"
    )
    for name, years in (("=1+1", (2019,)), ("示例乙", ())):
        person = factories.person(at=made, years=years)
        person.name, person.household = name, home
        person.save()
    return made


def client_of(region: Region, *permissions: str) -> Client:
    user = User.objects.create_user(f"clerk{region.code}{len(permissions)}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    office, _ = Office.objects.get_or_create(name="医保局", kind=Office.Kind.MEDICAL_INSURANCE, region=region)
    StaffMember.objects.create(user=user, office=office)
    client = Client()
    client.force_login(user)
    return client


def build(client: Client, at: Region) -> PremiumSheet:
    """As the page asks for it; the worker's part is done by the task itself."""
    client.post(reverse("admin:reimbursement_premium_build"), {"county": at.pk, "year": 2019})
    sheet = PremiumSheet.objects.get()
    build_premium_sheet(sheet_id=sheet.pk, job_id=sheet.job_id)
    sheet.refresh_from_db()
    return sheet


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_the_page_of_a_person_shows_who_paid_the_contribution(at):
    sheet = build(client_of(at, *PERMISSIONS), at)
    address = reverse("admin:reimbursement_premiumsheet_change", args=[sheet.pk])
    person = Person.objects.get(name="=1+1")
    answers = [
        client_of(at, "view_person", "view_enrolment", *more).get(
            reverse("admin:beneficiaries_person_change", args=[person.pk])
        )
        for more in ((), ("view_premiumsheet",))
    ]
    for answer in answers:
        page = answer.content.decode()
        for said in (
            "参保资助",
            "资助参保定额（建档立卡）",
            "CB522702-2019-01",
            "220.00",
            "100.00",
            "待报送",
        ):
            assert said in page, said
    assert [address in answer.content.decode() for answer in answers] == [False, True]


def test_a_sheet_is_built_submitted_and_taken_away(at):
    client = client_of(at, *PERMISSIONS)
    sheet = build(client, at)
    page = client.get(reverse("admin:reimbursement_premiumsheet_change", args=[sheet.pk])).content.decode()
    for said in ("资助参保定额（建档立卡）", "省级", "50.00", "20.00", "30.00", "100.00", "CB522702-2019-01"):
        assert said in page
    assert (
        "确认报送"
        in client.get(reverse("admin:reimbursement_premium_submit", args=[sheet.pk])).content.decode()
    )
    client.post(reverse("admin:reimbursement_premium_submit", args=[sheet.pk]))
    sheet.refresh_from_db()
    assert (sheet.status, sheet.submitted_by.username) == ("submitted", "clerk5227026")

    response = client.get(reverse("reporting:premium-workbook", args=[sheet.pk]))
    book = load_workbook(io.BytesIO(content(response)))
    assert book.sheetnames == ["申请表", "人员名单"]
    application = list(book["申请表"].iter_rows(values_only=True))
    assert application[4][1:10] == (
        "资助参保定额（建档立卡）", "新增", "黔南医保发〔2019〕36号 二(三)", 1, 100, 100, 20, 30, 50,
    )  # fmt: skip
    assert application[5][4] == 1
    name, number = book["人员名单"]["B5"], book["人员名单"]["C5"]
    assert (name.value, name.data_type) == ("=1+1", "s")
    assert (len(number.value), number.data_type) == (18, "s")
    assert ExportLog.objects.get().total_fen == 10_000


def test_gaps_lead_to_the_village_the_household_and_the_person(at):
    client = client_of(at, *PERMISSIONS)
    page = client.get(reverse("admin:beneficiaries_gaps")).content.decode()
    assert "50%" in page
    url = reverse("admin:beneficiaries_gaps_county", args=[at.pk])
    assert "石桥村" in client.get(url).content.decode()
    village = client.get(url, {"township": "青山乡", "village": "石桥村"}).content.decode()
    assert "H1" in village
    assert "示例乙" in village
    assert "=1+1" not in village
    person = Household.objects.get().members.get(name="示例乙")
    record = reverse("admin:beneficiaries_notinsured_record", args=[person.pk, 2019])
    assert client.post(record, {"reason": "army", "evidence": ""}).status_code == 200
    assert not NotInsured.objects.exists()
    client.post(record, {"reason": "army", "evidence": "入伍通知书7号"})
    assert "没有缺口" in client.get(url).content.decode()
    row = NotInsured.objects.get()
    client.post(reverse("admin:beneficiaries_notinsured_withdraw", args=[row.pk]))
    assert "石桥村" in client.get(url).content.decode()


def test_gap_list_names_who_is_missing(at):
    client = client_of(at, *PERMISSIONS)
    book = load_workbook(
        io.BytesIO(content(client.get(reverse("reporting:gap-workbook", args=[at.pk, 2019]))))
    )
    rows = [row[1] for row in book.active.iter_rows(min_row=4, values_only=True) if isinstance(row[0], int)]
    assert rows == ["示例乙"]
    assert client.get(reverse("reporting:insured-workbook", args=[at.pk, 2019])).status_code == 404


def test_the_supplementary_insurance_gets_the_list_of_its_insured():
    zhengzhou = factories.county()
    factories.person()
    factories.person(identities=())
    factories.person(years=(2018,))
    client = client_of(zhengzhou, *PERMISSIONS)
    response = client.get(reverse("reporting:insured-workbook", args=[zhengzhou.pk, 2019]))
    book = load_workbook(io.BytesIO(content(response)))
    rows = [row for row in book.active.iter_rows(min_row=4, values_only=True) if isinstance(row[0], int)]
    assert [(row[7], row[8]) for row in rows] == [("建档立卡贫困人口", "未脱贫")]


def test_strangers_see_no_sheet_no_gap_and_may_not_build(at):
    own = client_of(at, *PERMISSIONS)
    sheet = build(own, at)
    stranger = client_of(factories.county("522701", "邻县", city="522700"), *PERMISSIONS)
    assert stranger.get(reverse("reporting:premium-workbook", args=[sheet.pk])).status_code == 404
    assert stranger.post(reverse("admin:reimbursement_premium_submit", args=[sheet.pk])).status_code == 404
    assert stranger.get(reverse("admin:beneficiaries_gaps_county", args=[at.pk])).status_code == 404
    assert stranger.get(reverse("reporting:gap-workbook", args=[at.pk, 2019])).status_code == 404
    asked = {"county": at.pk, "year": 2020}
    assert stranger.post(reverse("admin:reimbursement_premium_build"), asked).status_code == 200
    looker = client_of(at, "view_premiumsheet")
    assert looker.post(reverse("admin:reimbursement_premium_build"), asked).status_code == 403
    assert looker.post(reverse("admin:reimbursement_premium_submit", args=[sheet.pk])).status_code == 403
    assert looker.get(reverse("admin:beneficiaries_gaps")).status_code == 403
    assert PremiumSheet.objects.count() == 1
    assert not ExportLog.objects.exists()

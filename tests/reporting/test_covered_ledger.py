"""The quarterly ledger of covered people: insured or not, aided, with their visits (参保、就医信息台账)."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from beneficiaries.models import Household, NotInsured, Person
from organizations.models import Hospital, Office, Region, StaffMember
from organizations.scope import EVERYTHING, Scope
from policies.models import Policy
from reimbursement.models import PremiumSheet, PremiumSheetLine
from reporting.models import ExportLog
from reporting.selectors import covered
from reporting.services.covered_ledgers import covered_workbook_write
from tests import factories
from tests.reimbursement.test_verify import without_guards

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("packs", "today")]


@pytest.fixture(autouse=True)
def _exports(settings: Settings, tmp_path: Path) -> None:
    settings.EXPORT_DIR = tmp_path


@pytest.fixture
def county(hospital: Hospital) -> Region:
    return hospital.county


@pytest.fixture
def people(api: APIClient, poor: Person, county: Region) -> dict[str, Person]:
    """A stay and a visit taken back; one excused, one missing, one not covered, one who left before."""
    clerk = User.objects.create(username="clerk")
    home = Household.objects.create(
        household_no="H1", county=county, township="青山乡", village="石桥村", head_name="示例户主"
    )
    excused, missing = factories.person(years=()), factories.person(years=())
    Person.objects.filter(pk__in=[poor.pk, excused.pk]).update(household=home)
    NotInsured.objects.create(
        person=excused, year=2019, reason="army", evidence="通知书7号", recorded_by=clerk
    )
    factories.person(identities=())
    gone = factories.person()
    Person.objects.filter(pk=gone.pk).update(died_on=date(2019, 3, 31))
    with without_guards():
        sheet = PremiumSheet.objects.create(
            county=county, year=2019, version=1, policy=Policy.objects.get(code="zhengzhou-2019"),
            status="submitted", submitted_at=timezone.now(), line_count=1, total_fen=19_000,
        )  # fmt: skip
        PremiumSheetLine.objects.create(
            sheet=sheet, person=poor, change="new", insurance_type="residents", row_code="registered-poor",
            contribution_fen=22_000, amount_fen=19_000, due_fen=19_000,
        )  # fmt: skip
    for claim_no in ("ZY-1", "ZY-2"):
        answer = api.post("/api/v1/claims/", factories.stay(poor, claim_no), format="json")
        assert answer.status_code == 201, answer.json()
    api.post("/api/v1/claims/ZY-2/reversal/", {"reason": "录入有误"}, format="json")
    return {"poor": poor, "excused": excused, "missing": missing}


def book(county: Region, path: Path, **changes: Any) -> openpyxl.Workbook:
    asked = {"scope": EVERYTHING, "county": county, "year": 2019, "quarter": 2, "path": path}
    return openpyxl.load_workbook(covered_workbook_write(**{**asked, **changes}))


def table(found: openpyxl.Workbook, name: str) -> list[dict[str, Any]]:
    sheet = found[name]
    titles = [cell.value for cell in sheet[4]]
    rows = [dict(zip(titles, row, strict=True)) for row in sheet.iter_rows(min_row=5, values_only=True)]
    return [row for row in rows if isinstance(row["序号"], int)]


def test_everybody_who_is_to_be_covered_stands_in_it_insured_or_not(
    people: dict[str, Person], county: Region, tmp_path: Path
) -> None:
    rows = table(book(county, tmp_path / "covered.xlsx"), "参保就医信息")
    shown = {row["身份证号"]: row for row in rows}
    assert set(shown) == {person.id_number for person in people.values()}
    poor = shown[people["poor"].id_number]
    assert (poor["参保情况"], poor["参保险种"], poor["参保资助"]) == (
        "已参保", "城乡居民基本医疗保险", 190
    )  # fmt: skip
    assert (poor["就诊人次"], poor["其中住院"], poor["总费用"]) == (1, 1, 20_000)
    parts = ("基本医疗保险", "大病保险", "大病补充保险", "医疗救助", "财政兜底", "医院减免及承担", "个人自付")
    assert sum(poor[part] for part in parts) == 20_000
    assert poor["基本医疗保险"] > 0
    assert shown[people["excused"].id_number]["参保情况"] == "合理未参保：参军"
    assert shown[people["missing"].id_number]["参保情况"] == "未参保"
    assert shown[people["missing"].id_number]["总费用"] == 0


def test_townships_add_up_to_the_people(people: dict[str, Person], county: Region, tmp_path: Path) -> None:
    rows = table(book(county, tmp_path / "covered.xlsx"), "统计汇总")
    titles = ("乡镇（街道）", "保障对象", "已参保", "合理未参保", "未参保", "资助人数", "就诊人数", "总费用")
    assert [tuple(row[title] for title in titles) for row in rows] == [
        ("青山乡", 2, 1, 1, 0, 1, 1, 20_000), ("（未登记乡镇）", 1, 0, 0, 1, 0, 0, 0)
    ]  # fmt: skip


def test_another_quarter_shows_nobody_s_visits(
    people: dict[str, Person], county: Region, tmp_path: Path
) -> None:
    rows = table(book(county, tmp_path / "covered.xlsx", quarter=1), "参保就医信息")
    # Who died on the quarter's last day was covered in it.
    assert len(rows) == 4
    assert {(row["就诊人次"], row["总费用"]) for row in rows} == {(0, 0)}


def test_queries_do_not_grow_with_the_people(
    people: dict[str, Person], county: Region, tmp_path: Path,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    held, quarter = covered_terms(), covered.Quarter(2019, 2)
    found = covered.covered_people(scope=EVERYTHING, county=county, held=held, quarter=quarter)
    for _ in range(5):
        factories.person()
    with django_assert_num_queries(7):
        rows = list(covered.covered_rows(people=found, held=held, quarter=quarter))
    assert len(rows) == 8


def covered_terms() -> Any:
    return covered.InsuredYear(
        Policy.objects.get(code="zhengzhou-2019"), 2019, None, frozenset({"registered_poor"})
    )


def test_strangers_and_hospitals_find_nobody(
    people: dict[str, Person], county: Region, hospital: Hospital, tmp_path: Path
) -> None:
    for scope in (Scope(), Scope(hospital_id=hospital.pk)):
        found = book(county, tmp_path / "covered.xlsx", scope=scope)
        assert table(found, "参保就医信息") == []


def test_download_is_for_the_county_s_own_and_is_logged(people: dict[str, Person], county: Region) -> None:
    own = client_of(county)
    url = reverse("reporting:covered-workbook", args=[county.pk, 2019, 2])
    response = own.get(url)
    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    [log] = ExportLog.objects.all()
    assert (log.report, log.row_count, log.total_fen) == ("保障对象参保就医信息季度台账", 3, 2_000_000)
    assert own.get(reverse("reporting:covered-workbook", args=[county.pk, 2019, 5])).status_code == 404
    stranger = client_of(factories.county("410198", "邻县"))
    assert stranger.get(url).status_code == 404
    assert ExportLog.objects.count() == 1


def client_of(region: Region) -> Client:
    user = User.objects.create_user(f"clerk{region.code}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_notinsured"))
    office = Office.objects.create(name="医保局", kind=Office.Kind.MEDICAL_INSURANCE, region=region)
    StaffMember.objects.create(user=user, office=office)
    client = Client()
    client.force_login(user)
    return client

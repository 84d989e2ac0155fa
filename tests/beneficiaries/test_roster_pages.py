"""What staff see and download of rosters (名单页面、工作簿)."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.models import Identity, Person, RosterDelivery, RosterImport
from beneficiaries.selectors.rosters import roster_punctuality
from beneficiaries.services.rosters import roster_apply, roster_check
from common.models import Job
from organizations.models import Office, Region
from organizations.scope import NOTHING, scope_of_user
from tests import factories
from tests.beneficiaries.rosters import applied, as_csv, checked, clerk, number_of, row_of, upload, xlsx

pytestmark = pytest.mark.django_db

Login = Callable[[User], Client]


@pytest.fixture(autouse=True)
def surroundings(settings: Any, tmp_path: Path) -> None:
    settings.BUSINESS_DATE = date(2019, 7, 15)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def county(db: None) -> Region:
    return factories.county()


@pytest.fixture
def officer(county: Region) -> User:
    return clerk("minzheng", county)


def login(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, roster: RosterImport, query: str = "") -> Any:
    return client.get(reverse("admin:beneficiaries_rosterimport_change", args=[roster.pk]) + query)


def act(client: Client, action: str, roster: RosterImport, **data: str) -> Any:
    return client.post(reverse(f"admin:beneficiaries_roster_{action}", args=[roster.pk]), data)


def book_of(response: Any) -> openpyxl.Workbook:
    assert response.status_code == 200
    return openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))


def test_upload_confirm_and_undo_by_the_pages(county: Region, officer: User) -> None:
    client = login(officer)
    data = {
        "source": "civil_affairs", "region": county.pk, "roster_on": "2019-06-01",
        "received_on": "2019-06-02", "kind": "full", "categories": ["minimum_living"],
        "file": SimpleUploadedFile("名单.csv", as_csv([row_of(1), row_of(2)])),
    }  # fmt: skip
    response = client.post(reverse("admin:beneficiaries_roster_upload"), data)
    roster = RosterImport.objects.get()
    assert response["Location"] == reverse("admin:beneficiaries_rosterimport_change", args=[roster.pk])
    assert "排队中" in page(client, roster).content.decode()
    roster_check(roster_id=roster.pk, job_id=roster.job_id)
    html = page(client, roster, "?difference=new").content.decode()
    assert "确认生效" in html
    assert "新登记人员" in html
    assert number_of(1) not in html
    assert act(client, "confirm", roster).status_code == 302
    roster.refresh_from_db()
    assert (roster.state, roster.confirmed_by) == ("confirmed", officer)
    roster_apply(roster_id=roster.pk, job_id=roster.job_id)
    act(client, "undo", roster)
    roster.refresh_from_db()
    assert roster.state == "undoing"


def test_upload_of_another_departments_list_shows_why_not(county: Region, officer: User) -> None:
    response = login(officer).post(
        reverse("admin:beneficiaries_roster_upload"),
        {"source": "poverty", "region": county.pk, "file": SimpleUploadedFile("a.csv", b"x")},
    )
    assert response.status_code == 200
    assert not RosterImport.objects.exists()


def test_strangers_find_no_roster_and_clerks_without_rights_change_none(
    county: Region, officer: User
) -> None:
    roster = checked(officer, county, xlsx([row_of(1), row_of(2, name="")]))
    neighbour = login(clerk("neighbour", factories.county("410185", "邻县")))
    assert page(neighbour, roster).status_code == 404
    for action in ("confirm", "discard", "undo", "resume", "hand_back", "pass_on"):
        assert act(neighbour, action, roster).status_code == 404, action
    viewer = clerk("viewer", county)
    viewer.user_permissions.remove(*viewer.user_permissions.exclude(codename__startswith="view_"))
    for action in ("confirm", "discard", "undo", "resume", "hand_back", "pass_on"):
        assert act(login(viewer), action, roster).status_code == 403, action
    assert login(viewer).get(reverse("admin:beneficiaries_roster_upload")).status_code == 403
    progress = reverse("admin:common_job_progress", args=[roster.job_id])
    assert login(viewer).get(progress).status_code == 404
    assert login(officer).get(progress)["HX-Refresh"] == "true"
    roster.refresh_from_db()
    assert (roster.state, RosterDelivery.objects.count()) == ("compared", 0)


def test_interrupted_job_says_so_and_offers_to_go_on(county: Region, officer: User) -> None:
    roster = upload(officer, county, xlsx([row_of(1)]))
    Job.objects.filter(pk=roster.job_id).update(state="running")
    html = page(login(officer), roster).content.decode()
    assert "后台进程已中断，可以继续" in html
    assert "继续处理" in html
    assert reverse("admin:common_job_progress", args=[roster.job_id]) not in html


def test_a_page_of_a_roster_costs_the_same_for_many_rows(county: Region, officer: User) -> None:
    client = login(officer)
    small = checked(officer, county, xlsx([row_of(1), row_of(2)]))
    large = checked(officer, county, xlsx([row_of(n) for n in range(120)]))
    page(client, small)
    costs = []
    for roster in (small, large):
        with CaptureQueriesContext(connection) as queries:
            assert page(client, roster).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 20


def test_workbook_handed_back_marks_the_cells_and_names_them(county: Region, officer: User) -> None:
    applied(officer, county, xlsx([row_of(7)]))
    rows = [
        row_of(1), row_of(2, name="=A1", category="一般户"), row_of(3, id_number=4.1019919500101e17),
        row_of(7, name="别人"),
    ]  # fmt: skip
    roster = checked(officer, county, xlsx(rows))
    response = act(login(officer), "hand_back", roster)
    book = book_of(response)
    sheet, listed = book["需更正的行"], book["问题清单"]
    assert [[cell.value for cell in row] for row in listed.iter_rows(min_row=2)] == [
        ["D4", "身份类别", "=A1", "不认识的身份类别“一般户”，请用模板说明中的名称"],
        [
            "C5",
            "身份证号",
            "示例丁3",
            "身份证号按数字保存，末几位已丢失：请把该列设为文本格式，对照身份证重新录入",
        ],
        ["B6", "姓名", "别人", "与该身份证号已登记的姓名不一致，请核对身份证；改名的先在人员中更正"],
    ]
    assert (sheet["A2"].value, sheet["C2"].value, sheet["C2"].data_type) == ("4", "=A1", "s")
    marked = {
        c.coordinate for row in sheet.iter_rows(min_row=2) for c in row if c.fill.fgColor.rgb == "FFFFC7CE"
    }
    assert marked == {"E2", "D3", "C4"}
    assert (sheet["D4"].value, sheet["D4"].data_type) == (number_of(7), "s")
    # Printed above the page, not a row: what is corrected is uploaded again. Long advice is not cut off.
    assert sheet.oddHeader.center.text == "示例县民政 2019-06-01 全量名单：需更正的行"
    assert sheet.row_dimensions[3].height == 33.75
    delivery = RosterDelivery.objects.get()
    assert (delivery.kind, delivery.recipient, delivery.row_count) == ("handed_back", "civil_affairs", 3)


def test_name_like_a_formula_stays_a_name(county: Region, officer: User) -> None:
    roster = applied(officer, county, xlsx([row_of(1, name="=1+1")]))
    assert Person.objects.get().name == "=1+1"
    response = act(login(officer), "pass_on", roster, recipient="health")
    cell = book_of(response)["名单"]["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_list_passed_on_names_everybody_and_its_receipt_is_written_down_once(
    county: Region, officer: User
) -> None:
    roster = applied(officer, county, xlsx([row_of(1), row_of(2)]))
    client = login(officer)
    sheet = book_of(act(client, "pass_on", roster, recipient="medical_insurance"))["名单"]
    assert [sheet.cell(2, at).value for at in (2, 3, 6, 12, 13)] == [
        "示例乙1", number_of(1), "低保对象", "2019-06-01", "长期",
    ]  # fmt: skip
    delivery = RosterDelivery.objects.get()
    assert (delivery.recipient, delivery.row_count, delivery.made_by) == ("medical_insurance", 2, officer)
    url = reverse("admin:beneficiaries_roster_receipt", args=[roster.pk, delivery.pk])
    early = {"received_on": "2019-06-01", "received_by": "王五"}
    assert client.post(url, early).status_code == 200
    other = checked(officer, county, xlsx([row_of(3)]))
    elsewhere = reverse("admin:beneficiaries_roster_receipt", args=[other.pk, delivery.pk])
    strange = client.post(elsewhere, {"received_on": "2019-07-10", "received_by": "王五"})
    assert "没有这份待签收的移交记录" in strange.content.decode()
    assert client.post(url, {"received_on": "2019-07-10", "received_by": "王五"}).status_code == 302
    assert client.post(url, {"received_on": "2019-07-11", "received_by": "赵六"}).status_code == 200
    delivery.refresh_from_db()
    assert (delivery.received_on, delivery.received_by) == (date(2019, 7, 10), "王五")
    assert "2019-07-10 王五" in page(client, roster).content.decode()


def test_template_filled_in_is_a_roster(county: Region, officer: User) -> None:
    response = login(officer).get(reverse("admin:beneficiaries_roster_template"))
    book = book_of(response)
    sheet = book["名单"]
    assert [cell.value for cell in sheet[1]][:3] == ["姓名*", "身份证号*", "身份类别*"]
    sheet["A2"], sheet["B2"], sheet["C2"], sheet["K2"] = "示例人", number_of(5), "特困", date(2019, 2, 1)
    filled = BytesIO()
    book.save(filled)
    applied(officer, county, filled.getvalue(), categories=["extreme_poverty"])
    identity = Identity.objects.get()
    assert (identity.category, identity.valid.lower) == ("extreme_poverty", date(2019, 2, 1))


def test_lateness_and_completeness_are_shown_per_county_and_source(county: Region, officer: User) -> None:
    applied(officer, county, xlsx([row_of(1), row_of(2, name=""), row_of(3, village=""), row_of(4)]))
    other = factories.county("410185", "邻县")
    scope = scope_of_user(officer)
    rows = {row.source: row for row in roster_punctuality(scope=scope, on=date(2019, 7, 15))}
    assert (rows["poverty"].latest, rows["disabled_federation"].latest) == (None, None)
    row = rows[Office.Kind.CIVIL_AFFAIRS]
    assert (row.due_on, row.days_late, row.days_under_way, row.good_bp) == (date(2019, 7, 1), 14, 2, 7_500)
    assert row.blanks == (("姓名", 2_500), ("认定日期", 10_000), ("村（社区）", 2_500))
    assert roster_punctuality(scope=NOTHING, on=date(2019, 7, 15)) == []
    city = scope_of_user(clerk("city", county.parent))
    counties = {row.county for row in roster_punctuality(scope=city, on=date(2019, 7, 15))}
    assert counties == {county, other}
    html = login(officer).get(reverse("admin:beneficiaries_roster_punctuality")).content.decode()
    assert "从未收到" in html
    with CaptureQueriesContext(connection) as queries:
        roster_punctuality(scope=city, on=date(2019, 7, 15))
    assert len(queries) <= 3

"""Downloads: signed in, permitted, inside the scope, logged (下载)."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import include, path
from pytest_django import Settings

from organizations.models import Office, StaffMember
from reimbursement.models import QuarterlyLedger
from reimbursement.services import quarter_build
from reporting.models import ExportLog
from tests.reimbursement.rows import World

urlpatterns = [path("reports/", include("reporting.urls"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _exports(settings: Settings, tmp_path: Path) -> None:
    settings.EXPORT_DIR = tmp_path
    settings.LOGIN_URL = "/signin/"


@pytest.fixture
def ledger(world: World) -> QuarterlyLedger:
    world.paid(100, "2019-04-01")
    world.paid(200, "2019-04-01", hospital=world.other_hospital)
    quarter_build(year=2019, quarter=2)
    return QuarterlyLedger.objects.get(hospital=world.hospital)


@pytest.fixture
def sign_in(client: Client, world: World) -> SignIn:
    def sign_in_as(*, permitted: bool = True, **place: object) -> Client:
        user = User.objects.create_user("clerk", password="x")
        if permitted:
            user.user_permissions.add(Permission.objects.get(codename="view_quarterlyledger"))
        StaffMember.objects.create(user=user, **place)
        client.force_login(user)
        return client

    return sign_in_as


def office(county: object) -> Office:
    return Office.objects.create(name="财政局", kind="finance", region=county)


def book_of(response: object) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]


def test_finance_bureau_downloads_the_county_and_the_log_says_so(
    world: World, ledger: QuarterlyLedger, sign_in: SignIn, tmp_path: Path
) -> None:
    response = sign_in(office=office(world.county)).get(f"/reports/ledgers/{ledger.pk}/county-workbook/")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert "no-store" in response["Cache-Control"]
    assert book_of(response).sheetnames == ["汇总", "01 清水县人民医院", "02 清水县中医院"]
    log = ExportLog.objects.get()
    assert (str(log.user), log.row_count, log.total_fen) == ("clerk", 2, 300)
    assert list(tmp_path.iterdir()) == []


def test_one_ledger_is_one_hospital(world: World, ledger: QuarterlyLedger, sign_in: SignIn) -> None:
    response = sign_in(office=office(world.county)).get(f"/reports/ledgers/{ledger.pk}/workbook/")
    assert book_of(response).sheetnames == ["汇总", "01 清水县人民医院"]


def test_hospital_sees_only_itself_in_the_county_workbook(
    world: World, ledger: QuarterlyLedger, sign_in: SignIn
) -> None:
    client = sign_in(hospital=world.hospital)
    assert book_of(client.get(f"/reports/ledgers/{ledger.pk}/county-workbook/")).sheetnames == [
        "汇总",
        "01 清水县人民医院",
    ]
    other = QuarterlyLedger.objects.get(hospital=world.other_hospital)
    assert client.get(f"/reports/ledgers/{other.pk}/workbook/").status_code == 404


def test_stranger_unpermitted_and_anonymous_get_nothing(
    world: World, ledger: QuarterlyLedger, sign_in: SignIn, client: Client
) -> None:
    url = f"/reports/ledgers/{ledger.pk}/workbook/"
    assert client.get(url).status_code == 302
    assert sign_in(office=office(world.other_county)).get(url).status_code == 404
    User.objects.get(username="clerk").user_permissions.clear()
    assert client.get(url).status_code == 403
    assert client.post(url).status_code == 405
    assert not ExportLog.objects.exists()

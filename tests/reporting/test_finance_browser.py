"""A finance bureau in a real browser: from logging in to the recorded payment and the downloaded workbook."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from organizations.models import AccountSecurity, Office
from organizations.services import roles_apply, staff_member_appoint
from reimbursement.models import LedgerPayment
from reimbursement.services import Actor, county_submit, ledger_build, ledger_confirm, ledger_review
from reporting.models import ExportLog
from tests.reimbursement.rows import make_world

PASSWORD = "只有我知道的密码-42"


@pytest.fixture
def bureau(transactional_db: None, settings: Settings, tmp_path: Path) -> User:
    """The county's finance bureau, with one submission that nobody has looked at."""
    settings.BUSINESS_DATE = date(2019, 7, 3)
    settings.EXPORT_DIR = tmp_path
    settings.MFA = False
    # The test server finds static files by their plain names only.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    world = make_world()
    roles_apply()
    user = User.objects.create_user("caizheng", password=PASSWORD, is_staff=True)
    office = Office.objects.create(name="清水县财政局", kind=Office.Kind.FINANCE, region=world.county)
    staff_member_appoint(user=user, at=office, role=Office.Kind.FINANCE)
    AccountSecurity.objects.update_or_create(user=user, defaults={"password_is_own": True})
    world.paid(1_234_500, "2019-04-01")
    ledger = ledger_build(kind=world.kind, county=world.county, hospital=world.hospital, year=2019, quarter=2)
    ledger_confirm(ledger_id=ledger.pk, by=Actor(hospital=world.hospital))
    ledger_review(ledger_id=ledger.pk, by=user)
    county_submit(kind=world.kind, county=world.county, year=2019, quarter=2, by=user)
    return user


@pytest.fixture
def outcome(bureau: User) -> Iterator[None]:
    """Looked at after the browser is closed: its loop and the database do not mix."""
    yield
    payment = LedgerPayment.objects.get()
    assert (payment.amount_fen, payment.bank_reference, payment.by) == (1_234_500, "GH20190703001", bureau)
    assert (ExportLog.objects.get().user, ExportLog.objects.get().total_fen) == (bureau, 1_234_500)


@pytest.fixture
def page(outcome: None, live_server: LiveServer) -> Iterator[Page]:
    """A page that fails the test when it breaks the content security policy or asks another host."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        found = browser.new_page(base_url=live_server.url, viewport={"width": 1366, "height": 768})
        said: list[str] = []
        found.on("console", lambda message: said.extend([message.text] * (message.type == "error")))
        found.on("pageerror", lambda error: said.append(str(error)))
        yield found
        browser.close()
    assert said == []


def test_from_login_to_the_recorded_payment_and_the_workbook(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    page.get_by_label("用户名").fill("caizheng")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()

    expect(page).to_have_url(page.url.split("/finance/")[0] + "/finance/")
    expect(page.get_by_role("heading", name="待办申报")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载清水县2019年第2季度工作簿").click()
    download.value.save_as(tmp_path / "book.xlsx")
    assert openpyxl.load_workbook(tmp_path / "book.xlsx").sheetnames == ["汇总", "明细", "更正", "签章页"]
    assert download.value.suggested_filename == "财政季度台账 清水县 2019Q2.xlsx"

    # By keyboard alone.
    page.get_by_role("link", name="待核定").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="核定全部应付").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已核定应付金额")

    page.get_by_role("link", name="登记拨付 清水县人民医院").click()
    expect(page.get_by_text("6222020012345678901")).to_be_visible()
    expect(page.get_by_label("金额")).to_have_value("12345.00")
    page.get_by_label("银行流水号").fill("GH20190703001")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("已登记拨付")
    expect(page.get_by_role("cell", name="GH20190703001", exact=True)).to_be_visible()
    page.get_by_role("link", name="首页").click()
    expect(page.get_by_text("没有待核定或待拨付的申报。")).to_be_visible()
    page.get_by_role("link", name="全部记录").click()
    expect(page.get_by_role("row").filter(has_text="GH20190703001")).to_contain_text("待确认到账")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    page.get_by_role("button", name="退出").click()
    page.goto("/finance/")
    expect(page.get_by_label("用户名")).to_be_visible()

"""The first login of a finance bureau in a real browser: own password, app, recovery codes, start page."""

import time
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Permission, User
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from common import totp
from organizations.models import LoginRecord, Office, StaffMember
from tests import factories

GIVEN, OWN = "由管理员设置的密码-1", "只有我知道的密码-42"


@pytest.fixture
def bureau(transactional_db: None, settings) -> User:
    """An account as the administrator has just made it."""
    settings.MFA = True
    # The test server finds static files by their plain names only.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    user = User.objects.create_user("finance", password=GIVEN, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_quarterlyledger"))
    office = Office.objects.create(name="示例县财政局", kind=Office.Kind.FINANCE, region=factories.county())
    StaffMember.objects.create(user=user, office=office)
    return user


@pytest.fixture
def history(bureau: User) -> Iterator[None]:
    """Looked at after the browser is closed: its loop and the database do not mix."""
    yield
    assert list(LoginRecord.objects.order_by("id").values_list("outcome", flat=True)) == [
        "password_changed",
        "second_factor_set",
        "success",
    ]


@pytest.fixture
def page(bureau: User, live_server: LiveServer) -> Iterator[Page]:
    """A page that fails the test when it breaks the content security policy or asks another host."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        found = browser.new_page(base_url=live_server.url, viewport={"width": 1366, "height": 768})
        said: list[str] = []
        asked: list[str] = []
        found.on("console", lambda message: said.extend([message.text] * (message.type == "error")))
        found.on("pageerror", lambda error: said.append(str(error)))
        found.on("request", lambda request: asked.append(request.url))
        yield found
        browser.close()
    assert said == []
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []


def test_the_first_login_of_a_finance_bureau(history: None, page: Page) -> None:
    page.goto("/admin/")
    page.get_by_label("用户名").fill("finance")
    page.get_by_label("密码").fill(GIVEN)
    page.get_by_role("button", name="登录").click()

    expect(page.get_by_role("heading")).to_contain_text("请先设置自己的密码")
    page.get_by_label("新密码").fill(OWN)
    page.get_by_label("再输入一次").fill(OWN)
    page.get_by_role("button", name="设置密码并继续").click()

    expect(page.get_by_role("img", name="绑定用的二维码").locator("path")).to_be_visible()
    secret = page.locator(".doudi-secret").inner_text().replace(" ", "")
    page.get_by_label("验证码").fill(totp.code_at(secret, int(time.time()) // 30))
    page.get_by_role("button", name="绑定").click()

    codes = page.locator(".doudi-codes code")
    expect(codes).to_have_count(10)
    page.get_by_role("button", name="已保存，进入系统").click()

    expect(page.get_by_text("季度台账").first).to_be_visible()
    page.goto("/admin/account/")
    assert page.locator("tbody tr").all_inner_texts()[0].endswith("登录成功")

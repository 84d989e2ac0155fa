"""A certification through all its states in a real browser: applied for, renewed, ended, by three people."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from beneficiaries.models import ChronicCertificate, ExamAdvance
from tests import factories
from tests.settlement.certification.staff import login
from tests.settlement.certification.support import examiner

LIST = "/admin/beneficiaries/certificationapplication/"


@pytest.fixture
def sessions(transactional_db: None, packs: None, today: object, settings) -> dict[str, str]:
    """Session keys of the people, logged in."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    hospital, county = examiner(), factories.county()
    users = [
        login("nurse", hospital=hospital),
        login("reviewer", county=county),
        login("decider", county=county),
    ]
    return {user.username: _session(user) for user in users}


def _session(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[django_settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def applicant(sessions: dict[str, str]) -> Iterator[str]:
    """The ID number of whoever applies; what came of it is looked at after the browser is closed."""
    poor = factories.person()
    yield poor.id_number
    held = ChronicCertificate.objects.filter(person=poor).order_by("certificate_no")
    assert [(each.certificate_no, each.valid.lower, each.valid.upper) for each in held] == [
        ("JY410199-2019-00001", date(2019, 6, 30), date(2020, 1, 1)),
        ("JY410199-2019-00002", date(2020, 1, 1), date(2020, 7, 1)),
    ]
    assert list(ExamAdvance.objects.values_list("item", "amount_fen")) == [("血脂", 8_000)]


@pytest.fixture
def browser(applicant: str, live_server: LiveServer) -> Iterator[Browser]:
    """Chromium; where it is missing the test fails."""
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield opened
        opened.close()


def test_a_certification_runs_through_all_its_states(
    browser: Browser, applicant: str, sessions: dict[str, str], live_server: LiveServer
) -> None:
    said: list[str] = []
    pages = {name: _page(browser, live_server.url, key, said) for name, key in sessions.items()}
    nurse, reviewer, decider = pages["nurse"], pages["reviewer"], pages["decider"]

    first, renewal = "JD410199-2019-00001", "JD410199-2019-00002"
    _receive(nurse, applicant, first)
    nurse.get_by_role("link", name="录入体检").click()
    for item, amount, answer in (("血脂", "80", "标准内，免收"), ("头颅MRI", "600.00", "标准外，不减免")):
        nurse.get_by_label("项目名称").fill(item)
        nurse.get_by_label("金额").fill(amount)
        nurse.keyboard.press("Enter")
        expect(
            nurse.get_by_text(f"已录入。{item} {amount.removesuffix('.00')}.00 元：{answer}")
        ).to_be_visible()
    nurse.get_by_role("link", name="返回").click()
    nurse.get_by_role("link", name="体检完成").click()
    nurse.get_by_role("button", name="确认体检完成").click()
    _review(reviewer, first)
    _grant(decider, first, last_day="2019-12-31")
    expect(decider.get_by_role("link", name="JY410199-2019-00001")).to_be_visible()

    _receive(nurse, applicant, renewal)
    nurse.get_by_role("link", name="体检完成").click()
    nurse.get_by_label("说明").fill("见上次体检")
    nurse.get_by_role("button", name="确认体检完成").click()
    _review(reviewer, renewal)
    _grant(decider, renewal, last_day="2020-12-31")

    decider.get_by_role("link", name="JY410199-2019-00002").click()
    expect(decider.get_by_text("2020-01-01", exact=False).first).to_be_visible()
    decider.get_by_role("link", name="终止").click()
    decider.get_by_label("最后一日").fill("2020-06-30")
    decider.get_by_label("终止原因").fill("本人申请")
    decider.get_by_role("button", name="确认终止").click()
    expect(decider.get_by_text("已办理：终止")).to_be_visible()
    assert said == []


def _receive(nurse: Page, applicant: str, number: str) -> None:
    """The nurse takes the application and finds its papers complete (受理、核对材料)."""
    nurse.goto(LIST)
    nurse.get_by_role("link", name="受理申请").click()
    nurse.get_by_label("申请人身份证号").fill(applicant)
    nurse.get_by_label("22 高脂血症").check()
    nurse.get_by_role("button", name="受理").click()
    expect(nurse.get_by_text(f"已受理，申请编号 {number}")).to_be_visible()
    nurse.get_by_role("link", name="核对材料").click()
    nurse.get_by_label("住院病历").select_option("不需要")
    nurse.get_by_role("button", name="确认核对材料").click()
    expect(nurse.get_by_text("待体检").first).to_be_visible()


def _review(reviewer: Page, number: str) -> None:
    """The reviewer (审核)."""
    reviewer.goto(LIST)
    reviewer.get_by_role("link", name=number).click()
    reviewer.get_by_role("link", name="审核", exact=False).last.click()
    reviewer.get_by_label("说明").fill("血脂达到标准")
    reviewer.get_by_role("button", name="确认审核").click()
    expect(reviewer.get_by_text("待决定").first).to_be_visible()


def _grant(decider: Page, number: str, *, last_day: str) -> None:
    """The decider decides and issues the certificate (决定、发证)."""
    decider.goto(LIST)
    decider.get_by_role("link", name=number).click()
    decider.get_by_role("link", name="决定").click()
    decider.get_by_label("高脂血症：结论").select_option("通过")
    decider.get_by_label("有效期末日").fill(last_day)
    decider.get_by_role("button", name="确认决定").click()
    decider.get_by_role("link", name="发证").click()
    decider.get_by_role("button", name="确认发证").click()
    expect(decider.get_by_text("已发证").first).to_be_visible()


def _page(browser: Browser, url: str, session: str, said: list[str]) -> Page:
    """A page of somebody who is logged in; ``said`` gathers what the console complains about."""
    context = browser.new_context(base_url=url, viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
    page = context.new_page()
    page.on("console", lambda message: said.extend([message.text] * (message.type == "error")))
    page.on("pageerror", lambda error: said.append(str(error)))
    return page

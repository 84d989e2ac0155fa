"""``make screenshots``: play the demonstration, keep pictures of main pages in ``docs/img`` (界面截图)."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.visits import CHROMIUM, OFFICE_SCREEN, PATIENCE_MS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "img"


class Picture(NamedTuple):
    """A page as an account sees it; ``act`` is done on the page before it is kept."""

    name: str
    username: str
    path: str
    act: Callable[[Page], None] | None = None


def _first_row(page: Page) -> None:
    page.locator("#result_list tbody th a").first.click()


def _pack(page: Page) -> None:
    page.get_by_role("link", name="郑州市2019年困难群众医疗保障待遇").first.click()


def _compare(page: Page) -> None:
    for name, pack in (("left", "郑州市2018年"), ("right", "郑州市2019年")):
        found = page.locator(f"select[name={name}] option", has_text=pack).first
        page.locator(f"select[name={name}]").select_option(found.get_attribute("value"))
    page.locator("#main form [type=submit]").first.click()


PICTURES = (
    Picture("start-office", "office", "/admin/"),
    Picture("start-hospital", "hospital", "/admin/"),
    Picture("start-prefecture", "prefecture", "/admin/"),
    Picture("finance", "finance", "/finance/"),
    Picture("claim", "office", "/admin/settlement/claim/?visit_type__exact=inpatient", _first_row),
    Picture("person", "office", "/admin/beneficiaries/person/5/change/"),
    Picture("ledger", "office", "/admin/reimbursement/quarterlyledger/", _first_row),
    Picture("roster", "civil", "/admin/beneficiaries/rosterimport/", _first_row),
    Picture("certification", "office", "/admin/beneficiaries/certificationapplication/3/change/"),
    Picture("trial", "office", "/admin/settlement/claim/trial/"),
    Picture("pack", "office", "/admin/policies/policy/", _pack),
    Picture("comparison", "office", "/admin/policies/policy/compare/", _compare),
    Picture("indicators", "prefecture", "/admin/reporting/indicatorfigure/all/"),
)


def pictures_keep(site: str, passwords: dict[str, str], folder: Path) -> None:
    """Keep every picture as ``folder/<name>.png``."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        pages: dict[str, Page] = {}
        for name, username, path, act in PICTURES:
            if username not in pages:
                pages[username] = _logged_in(browser, site, username, passwords[username])
            page = pages[username]
            page.goto(path)
            if act is not None:
                act(page)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=folder / f"{name}.png", animations="disabled")
        browser.close()


def _logged_in(browser: Browser, site: str, username: str, password: str) -> Page:
    page = browser.new_page(base_url=site, viewport=OFFICE_SCREEN, locale="zh-CN")
    page.set_default_timeout(PATIENCE_MS)
    page.goto("/admin/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state()
    return page


def main() -> int:
    """Run the demonstration in ``DOUDI_VAR`` until the pictures are there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "config.demo", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as demo:
        try:
            assert demo.stdout is not None
            for line in demo.stdout:
                sys.stdout.write(line)
                if "按 Ctrl-C 结束" in line:
                    break
            else:
                return 1
            kept = Path(os.environ["DOUDI_VAR"]) / "demo" / "credentials.json"
            passwords = json.loads(kept.read_text(encoding="utf-8"))["passwords"]
            pictures_keep(f"http://127.0.0.1:{port}", passwords, FOLDER)
        finally:
            demo.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())

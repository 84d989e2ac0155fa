"""How the daily pages look (页面观感): Chinese, labelled, nothing wider than the screen."""

from collections.abc import Callable

from playwright.sync_api import ViewportSize

from tests.browser.looks import flaws
from tests.browser.visits import Visit

Begin = Callable[[str], Visit]
WIDE_SCREEN: ViewportSize = {"width": 1920, "height": 1080}
# What every office opens daily, one page of each kind.
PAGES = (
    "/admin/",
    "/admin/beneficiaries/person/",
    "/admin/beneficiaries/person/5/change/",
    "/admin/settlement/claim/",
    "/admin/settlement/claim/5/change/",
    "/admin/settlement/claim/trial/",
    "/admin/reimbursement/quarterlyledger/",
    "/admin/reimbursement/quarterlyledger/1/change/",
    "/admin/beneficiaries/rosterimport/1/change/",
    "/admin/beneficiaries/rosterimport/upload/",
    "/admin/beneficiaries/certificationapplication/3/change/",
    "/admin/reporting/indicatorfigure/all/",
    "/admin/account/",
)


def test_daily_pages_are_chinese_labelled_and_fit_both_screens(visit: Begin) -> None:
    clerk = visit("office")
    found: dict[str, list[str]] = {}
    for path in PAGES:
        found[path] = flaws(clerk.opens(path))
    clerk.page.set_viewport_size(WIDE_SCREEN)
    for path in PAGES[:3]:
        found[f"{path} 1920"] = flaws(clerk.opens(path))
    assert {path: wrong for path, wrong in found.items() if wrong} == {}

"""Numbers in addresses that no calendar and no table knows (网址中的异常数字): not found, never an error."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from organizations.models import Office
from organizations.services import roles_apply, staff_member_appoint
from tests import factories

pytestmark = pytest.mark.django_db
HUGE = "9" * 30


@pytest.fixture
def officer(packs: None, today: object) -> Client:
    """Somebody of the county's medical insurance office."""
    roles_apply()
    office = Office.objects.create(name="医保局", kind="medical_insurance", region=factories.county())
    user = User.objects.create_user("officer")
    staff_member_appoint(user=user, at=office, role="medical_insurance")
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


@pytest.mark.parametrize("year", ["0", "9999", "10000", HUGE])
def test_a_year_that_no_calendar_knows_is_not_found(officer: Client, year: str) -> None:
    county = factories.county().pk
    urls = (
        f"/reports/indicators/{year}/4/", f"/reports/scores/{year}/4/", f"/reports/gaps/{county}/{year}/",
        f"/reports/insured/{county}/{year}/", f"/finance/workbooks/{county}/{year}/4/",
    )  # fmt: skip
    statuses = {url: officer.get(url).status_code for url in urls}
    assert {url: status for url, status in statuses.items() if status not in {403, 404}} == {}


def test_a_row_that_no_table_can_hold_is_not_found(officer: Client) -> None:
    urls = (
        f"/reports/claims/{HUGE}/statement/", f"/reports/ledgers/{HUGE}/workbook/",
        f"/reports/packs/{HUGE}/sheet.pdf", f"/reports/packs/{HUGE}/{HUGE}/", f"/reports/premiums/{HUGE}/",
        f"/reports/notices/{HUGE}/notice.pdf", f"/reports/payouts/{HUGE}/", f"/reports/gaps/{HUGE}/2019/",
        f"/reports/registers/files/{HUGE}/",
        f"/admin/beneficiaries/identitychange/correct/{HUGE}/",
        f"/admin/beneficiaries/person/{HUGE}/change/", f"/admin/beneficiaries/person/{HUGE}/history/",
        f"/admin/settlement/manualclaim/{HUGE}/account/", f"/admin/settlement/payoutbatch/open/{HUGE}/",
        f"/admin/settlement/payoutbatch/items/{HUGE}/bounce/",
    )  # fmt: skip
    statuses = {url: officer.get(url).status_code for url in urls}
    assert {url: status for url, status in statuses.items() if status not in {403, 404}} == {}

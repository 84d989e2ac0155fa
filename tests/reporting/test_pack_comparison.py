"""The comparison of two packs as a workbook."""

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from policies.models import Policy
from reporting.models import ExportLog
from reporting.pack_comparison import COLUMNS

pytestmark = pytest.mark.usefixtures("packs")


@pytest.fixture(autouse=True)
def _exports(settings, tmp_path: Path) -> None:
    settings.EXPORT_DIR = tmp_path


@pytest.fixture
def url() -> str:
    left, right = (Policy.objects.get(code=f"zhengzhou-{year}").pk for year in (2018, 2019))
    return reverse("reporting:pack-comparison", args=[left, right])


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_workbook_lists_what_changed_on_a4_landscape(url: str, tmp_path: Path) -> None:
    admin = User.objects.create_superuser("boss", password="x")
    response = signed_in(admin).get(url)
    content = b"".join(response.streaming_content)
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[3] == [column.title for column in COLUMNS]
    deductible = next(row for row in rows if row[2] == "大病保险（困难群众）")
    assert deductible[1:] == [
        "待遇规则", "大病保险（困难群众）", "起付线（元，按住院次序）", "7,500.00", "5,500.00", "变更",
        "郑民文〔2017〕131号 二(三)", "郑民文〔2017〕131号 二(三)",
    ]  # fmt: skip
    numbers = [row[0] for row in rows[4:] if isinstance(row[0], int)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert not any(row[1] == "合计" for row in rows)
    log = ExportLog.objects.get()
    assert (log.report, log.row_count, log.user) == ("政策包比较", len(numbers), admin)
    assert list(tmp_path.iterdir()) == []


def test_only_those_who_may_see_packs_get_it(url: str) -> None:
    assert Client().get(url).status_code == 302
    user = User.objects.create_user("nobody", password="x", is_staff=True)
    assert signed_in(user).get(url).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="view_policy"))
    # Permitted, but without a place of work.
    assert signed_in(User.objects.get(pk=user.pk)).get(url).status_code == 404
    assert not ExportLog.objects.exists()

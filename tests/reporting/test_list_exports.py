"""Filtered lists as files (列表导出): rights, scope, masked numbers, the log; long ones by a real worker."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from common.models import Job
from organizations.models import Region
from reporting.models import ExportLog, ListExport
from reporting.services.list_exports import list_export_write, list_exports_remove
from tests import factories
from tests.reporting.list_files import ask, cells_of, officer, people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture(autouse=True)
def surroundings(settings: Any, tmp_path: Path) -> None:
    """No collected static files; exports in a folder of their own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = tmp_path
    settings.EXPORT_DIR = tmp_path / "exports"


@pytest.fixture
def county(db: None) -> Region:
    """A county with three people, one of them with a name like a formula; its neighbour with one."""
    made = factories.county()
    people(2, made, name="示例甲")
    people(1, made, name="=1+1", month=2)
    people(1, factories.county("410185", "邻县"), name="邻县人", month=3)
    return made


@pytest.fixture
def clerk(county: Region) -> Client:
    """Somebody of the county's office, who may look at full ID numbers."""
    return officer("clerk", county)


def test_a_short_list_is_handed_over_at_once_as_the_page_shows_it(
    clerk: Client, settings: Any, county: Region
) -> None:
    answer = ask(clerk, asked="sex__exact=female&q=示例甲")
    assert answer.status_code == 200
    rows = cells_of(answer)
    assert rows[0] == ["人员"]
    assert rows[1] == ["筛选条件：性别：女", "导出人：clerk"]
    assert rows[2] == ["搜索：示例甲"]
    assert rows[3][:5] == ["序号", "姓名", "身份证号", "性别", "出生日期"]
    assert [row[:2] for row in rows[4:6]] == [[1, "示例甲"], [2, "示例甲"]]
    assert rows[4][2][:14] == "*" * 14
    assert not any("邻县人" in row for row in rows)
    log = ExportLog.objects.get()
    assert (log.user.username, log.report, log.row_count, log.reason) == ("clerk", "列表：人员", 2, "")  # type: ignore[union-attr]
    # Whom one searched for is nobody else's business.
    assert log.subject == "筛选条件：性别：女；另按关键字搜索"
    assert [path for path in Path(settings.EXPORT_DIR).rglob("*") if path.is_file()] == []
    assert (ListExport.objects.count(), Job.objects.count()) == (0, 0)


def test_a_list_that_became_shorter_is_exported_from_a_page_that_is_gone(
    clerk: Client, county: Region
) -> None:
    people(60, county, name="示例丁", month=9)
    rows = cells_of(ask(clerk, asked="p=9&q=示例丁"))
    assert [row[:2] for row in (rows[4], rows[63])] == [[1, "示例丁"], [60, "示例丁"]]


def test_a_name_like_a_formula_stays_a_name(clerk: Client) -> None:
    answer = ask(clerk, asked="q==1")
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cell = next(cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "=1+1")
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert book.worksheets[0].page_setup.paperSize == 9


def test_full_id_numbers_need_the_right_and_a_reason(clerk: Client, county: Region) -> None:
    refused = ask(clerk, full_numbers="on", reason=" ")
    assert "导出完整身份证号，请填写事由。" in refused.content.decode()
    assert not ExportLog.objects.exists()
    answer = ask(clerk, full_numbers="on", reason="报送财政复核", asked="q=示例甲")
    rows = cells_of(answer)
    assert "含完整身份证号，事由：报送财政复核" in rows[3]
    assert [type(row[2]) for row in rows[5:7]] == [str, str]
    assert {len(row[2]) for row in rows[5:7]} == {18}
    assert ExportLog.objects.get().reason == "报送财政复核"


def test_who_may_not_look_gets_masked_numbers_whatever_the_form_says(county: Region) -> None:
    supervisor = officer("supervisor", county, role="supervisor")
    answer = ask(supervisor, full_numbers="on", reason="想看")
    rows = cells_of(answer)
    assert all(row[2].startswith("*" * 14) for row in rows[3:6])
    assert ExportLog.objects.get().reason == ""


def test_the_list_decides_who_may_export_what(county: Region, clerk: Client) -> None:
    finance = officer("finance", county, role="finance")
    assert ask(finance, "beneficiaries_identity").status_code == 403
    assert ask(clerk, "auth_user").status_code == 404
    assert ask(clerk, "common_job").status_code == 404
    assert ask(clerk, asked="county__id__exact=x").status_code == 400
    assert ask(Client()).status_code == 302
    assert clerk.get(reverse("list-export", args=["beneficiaries_person"])).status_code == 405
    assert (ExportLog.objects.count(), ListExport.objects.count()) == (0, 0)


def test_the_button_of_the_list_leads_to_the_form_with_its_filters(clerk: Client) -> None:
    page = clerk.get(reverse("admin:beneficiaries_person_changelist"), {"sex__exact": "female"})
    html = page.content.decode()
    url = reverse("list-export", args=["beneficiaries_person"])
    assert f'action="{url}"' in html
    assert 'name="asked" value="sex__exact=female"' in html
    form = clerk.post(url, {"asked": "sex__exact=female"}).content.decode()
    for words in ("导出人员", "性别：女", "立即下载", "导出完整身份证号", "记入导出记录"):
        assert words in form, words
    assert not ExportLog.objects.exists()


def test_a_long_list_is_asked_for_once_however_often_the_button_is_pressed(
    clerk: Client, county: Region, django_capture_on_commit_callbacks
) -> None:
    people(1_001, county, name="示例乙", month=5)
    sent = {"token": str(uuid4()), "asked": "q=示例乙"}
    with django_capture_on_commit_callbacks() as callbacks:
        first, second = ask(clerk, **sent), ask(clerk, **sent)
    assert (len(callbacks), first.status_code) == (1, 302)
    assert first["Location"] == second["Location"] == f"/admin/common/job/{Job.objects.get().pk}/change/"
    export = ListExport.objects.get()
    assert "示例乙".encode() not in bytes(export.asked_encrypted)
    # Nothing is offered before it is there.
    assert clerk.get(reverse("list-file", args=[export.pk])).status_code == 302
    list_export_write(export_id=export.pk)
    list_export_write(export_id=export.pk)
    assert ExportLog.objects.get().row_count == 1_001
    file = clerk.get(reverse("list-file", args=[export.pk]))
    assert len(cells_of(file)) > 1_001
    assert file["Cache-Control"] == "private, no-store"


def test_only_the_owner_fetches_the_file_and_only_for_a_day(
    clerk: Client, county: Region, settings: Any, django_capture_on_commit_callbacks
) -> None:
    people(1_001, county, name="示例乙", month=5)
    with django_capture_on_commit_callbacks():
        ask(clerk)
    export = ListExport.objects.get()
    list_export_write(export_id=export.pk)
    url = reverse("list-file", args=[export.pk])
    colleague, chief = officer("colleague", county), Client()
    chief.force_login(User.objects.create_superuser("chief"))
    assert (colleague.get(url).status_code, chief.get(url).status_code) == (404, 404)
    path = Path(settings.EXPORT_DIR) / "lists" / f"{export.pk}.xlsx"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list_exports_remove(at=timezone.now()) == 0
    assert list_exports_remove(at=timezone.now() + timedelta(hours=25)) == 1
    assert not path.exists()
    gone = clerk.get(url, follow=True)
    assert "文件已按规定删除，请重新导出。" in gone.content.decode()


def test_who_lost_the_right_since_asking_gets_no_file(
    clerk: Client, county: Region, django_capture_on_commit_callbacks
) -> None:
    people(1_001, county, name="示例乙", month=5)
    with django_capture_on_commit_callbacks():
        ask(clerk)
    export = ListExport.objects.get()
    User.objects.get(username="clerk").groups.clear()
    list_export_write(export_id=export.pk)
    export.refresh_from_db()
    assert (export.ready_at, export.job.state) == (None, "failed")
    assert export.job.message == "您已没有查看该列表的权限，没有导出。"
    assert not ExportLog.objects.exists()


def test_who_may_no_longer_look_at_id_numbers_gets_no_file_with_them(
    clerk: Client, county: Region, django_capture_on_commit_callbacks
) -> None:
    people(1_001, county, name="示例乙", month=5)
    with django_capture_on_commit_callbacks():
        ask(clerk, full_numbers="on", reason="报送财政复核")
    export = ListExport.objects.get()
    assert export.full_numbers
    user = User.objects.get(username="clerk")
    look = user.groups.get().permissions.get(codename="add_idnumberlook")
    user.groups.get().permissions.remove(look)
    list_export_write(export_id=export.pk)
    export.refresh_from_db()
    assert (export.ready_at, export.job.state) == (None, "failed")
    assert export.job.message.startswith("您已没有查看完整身份证号的权限，没有导出")
    assert not ExportLog.objects.exists()


def test_a_file_of_ten_times_the_rows_costs_as_many_queries(clerk: Client, county: Region) -> None:
    cells_of(ask(clerk))
    costs = []
    for more, month in ((60, 7), (600, 8)):
        people(more, county, name="示例丙", month=month)
        with CaptureQueriesContext(connection) as queries:
            assert cells_of(ask(clerk))
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 25

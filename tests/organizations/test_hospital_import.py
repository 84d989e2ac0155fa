"""A list of hospitals is entered from a workbook: shown first, then all of it or nothing."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from common.models import Change
from organizations.models import Hospital, Office
from organizations.services import staff_member_appoint
from tests import factories

pytestmark = pytest.mark.django_db
IMPORT = "/admin/organizations/hospital/import/"
HEADINGS = ["机构编码", "名称", "县区代码", "级别", "所有制", "联网结算", "定点类别", "收款账户"]
NEW = [
    "H41019900101", "示例县中医院", 410199, "县级二级及以下", "公立", "是", "慢性病鉴定、慢性病就诊", "6222"
]  # fmt: skip


@pytest.fixture(autouse=True)
def surroundings(settings: Any, tmp_path: Path) -> None:
    """Files of this test alone; no collected static files are needed."""
    settings.MEDIA_ROOT, settings.STATIC_ROOT = tmp_path / "files", tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    factories.county()


@pytest.fixture
def administrator() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def book(*rows: list[Any], headings: list[str] = HEADINGS) -> SimpleUploadedFile:
    """The rows as .xlsx."""
    made = openpyxl.Workbook()
    for row in (headings, *rows):
        made.worksheets[0].append(row)
    content = io.BytesIO()
    made.save(content)
    return SimpleUploadedFile("医疗机构.xlsx", content.getvalue())


def shown(client: Client, file: SimpleUploadedFile) -> Any:
    """The page after the upload."""
    return client.post(IMPORT, {"import_file": file, "format": "0", "resource": ""})


def confirmed(client: Client, page: Any) -> Any:
    form = page.context["confirm_form"]
    return client.post(reverse("admin:organizations_hospital_process_import"), form.initial)


def test_what_is_shown_is_entered_once_confirmed_and_stands_on_the_trail(administrator: Client) -> None:
    page = shown(administrator, book(NEW))
    assert "示例县中医院" in page.content.decode()
    assert not Hospital.objects.exists()
    assert confirmed(administrator, page).status_code == 302
    hospital = Hospital.objects.get()
    assert (hospital.code, hospital.name, hospital.county.code) == ("H41019900101", "示例县中医院", "410199")
    assert (hospital.level, hospital.ownership, hospital.networked) == ("county_2", "public", True)
    assert (hospital.designations, hospital.bank_account) == (["certification", "chronic_visit"], "6222")
    change = Change.objects.get(table="organizations_hospital")
    assert (change.operation, change.user.username, change.reason) == ("insert", "root", "医疗机构批量导入")


def test_a_known_code_is_changed_and_what_is_as_it_was_leaves_no_trace(administrator: Client) -> None:
    confirmed(administrator, shown(administrator, book(NEW)))
    confirmed(administrator, shown(administrator, book(NEW)))
    assert Change.objects.filter(table="organizations_hospital").count() == 1
    confirmed(administrator, shown(administrator, book([NEW[0], "示例县第一中医院", *NEW[2:]])))
    assert Hospital.objects.get().name == "示例县第一中医院"


@pytest.mark.parametrize(
    ("at", "cell", "said"),
    [
        (0, "", "表格第 3 行，机构编码：此字段不能为空。"),
        (2, 999999, "表格第 3 行，县区代码：没有代码为“999999”的县（市、区）"),
        (3, "三甲", "不认识的“三甲”"),
        (5, "不知道", "联网结算请填是或否"),
        (6, "慢性病鉴定、美容", "不认识的“美容”"),
    ],
)
def test_a_wrong_row_is_named_and_no_row_is_entered(
    administrator: Client, at: int, cell: Any, said: str
) -> None:
    wrong = ["H41019900102", "示例县二院", *NEW[2:]]
    wrong[at] = cell
    page = shown(administrator, book(NEW, wrong))
    assert said in page.content.decode()
    assert "confirm_form" not in page.context
    assert not Hospital.objects.exists()


def test_a_missing_column_is_named(administrator: Client) -> None:
    page = shown(administrator, book(NEW[:-1], headings=HEADINGS[:-1])).content.decode()
    assert "表头缺少：收款账户" in page
    assert "Traceback" not in page


def test_only_whoever_adds_hospitals_imports_them() -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    office = Office.objects.create(name="医保局", kind="medical_insurance", region=factories.county())
    staff_member_appoint(user=clerk, at=office, role="medical_insurance")
    client = Client()
    client.force_login(clerk)
    assert client.get(IMPORT).status_code == 403
    assert "hospital/import/" not in client.get("/admin/organizations/hospital/").content.decode()

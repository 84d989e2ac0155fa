"""Pages of registers: forms from fields, lists, files, workbook; a stranger's entry does not exist."""

from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from beneficiaries.models import RegisterAttachment, RegisterEntry, RegisterKind
from beneficiaries.services.register_kinds import registers_load
from beneficiaries.services.registers import Entered, entry_attach, entry_record
from organizations.models import Office, StaffMember
from reporting.models import ExportLog
from tests.admin.conftest import Login
from tests.admin.test_language import english_words
from tests.admin.world import World

FILE = Path(__file__).resolve().parents[2] / "fixtures" / "registers.yaml"


@pytest.fixture
def desk(world: World, settings, tmp_path) -> World:
    """The registers, and a clerk and a nurse who may enter."""
    settings.MEDIA_ROOT, settings.EXPORT_DIR = tmp_path / "files", tmp_path / "exports"
    registers_load(path=FILE)
    writers = Group.objects.create(name="登记员")
    writers.permissions.set(Permission.objects.filter(codename="add_registerentry"))
    for name in ("clerk", "nurse", "stranger"):
        User.objects.get(username=name).groups.add(writers)
    office = Office.objects.create(name="邻县卫健委", kind=Office.Kind.HEALTH, region=world.other_county)
    neighbour = User.objects.create_user("neighbour", is_staff=True)
    neighbour.groups.set(Group.objects.all())
    StaffMember.objects.create(user=neighbour, office=office)
    return world


def problem(world: World, **values) -> RegisterEntry:
    entered = Entered(
        happened_on=date(2019, 5, 6), values={"problem": "甲户未参保", "solution": "补参保", **values}
    )
    return entry_record(
        kind=RegisterKind.objects.get(code="problems"),
        county=world.county,
        entered=entered,
        by=User.objects.get(username="clerk"),
    )


def page(entry: RegisterEntry) -> str:
    return reverse("admin:beneficiaries_registerentry_change", args=[entry.pk])


def step(entry: RegisterEntry, name: str) -> str:
    return reverse("admin:beneficiaries_registerentry_step", args=[entry.pk, name])


def test_a_clerk_enters_a_problem_and_closes_it(desk: World, login: Login) -> None:
    clerk, person = login("clerk"), desk.people[0]
    url = reverse("admin:beneficiaries_register_record", args=["problems"])
    form = {
        "happened_on": "2019-06-03", "field_problem": "=1+1 户未参保", "field_solution": "补参保",
        "field_place": "青山乡　石桥村", "field_person": person.id_number, "responsible": "李某",
    }  # fmt: skip
    response = clerk.post(url, form)
    entry = RegisterEntry.objects.get()
    assert response["Location"] == page(entry)
    assert (entry.county, entry.person, entry.village, entry.due_on) == (
        desk.county, person, "石桥村", date(2019, 7, 3),
    )  # fmt: skip
    assert person.id_number not in clerk.get(page(entry)).content.decode()
    clerk.post(step(entry, "close"), {"note": "已参保"})
    entry.refresh_from_db()
    assert (entry.state, entry.closing_note) == ("closed", "已参保")
    html = clerk.get(page(entry)).content.decode()
    assert "重新办理" in html
    assert english_words(html) == set()


def test_a_form_with_errors_says_them_and_writes_nothing(desk: World, login: Login) -> None:
    url = reverse("admin:beneficiaries_register_record", args=["conduct"])
    response = login("clerk").post(
        url, {"happened_on": "2019-13-01", "field_area": "无", "field_problem": "甲", "field_amount": "1.234"}
    )
    html = response.content.decode()
    assert "写两位小数" in html
    assert english_words(html) == set()
    assert not RegisterEntry.objects.exists()


def test_every_register_has_its_form(desk: World, login: Login) -> None:
    admin = login("admin")
    for kind in RegisterKind.objects.all():
        url = reverse("admin:beneficiaries_register_record", args=[kind.code])
        html = admin.get(url, {"county": desk.county.pk}).content.decode()
        assert all(field["title"] in html for field in kind.fields), kind
        assert english_words(html) == set()


def test_whoever_does_not_keep_a_register_cannot_enter(desk: World, login: Login) -> None:
    entry = problem(desk)
    # Village clinics are kept by health commissions and hospitals, problems by offices.
    clinics = reverse("admin:beneficiaries_register_record", args=["village-clinics"])
    problems = reverse("admin:beneficiaries_register_record", args=["problems"])
    assert login("clerk").get(clinics).status_code == 403
    assert login("nurse").get(clinics).status_code == 200
    assert login("nurse").post(problems, {}).status_code == 403
    User.objects.get(username="clerk").groups.set(Group.objects.filter(name="查看人员"))
    assert login("clerk").post(step(entry, "close"), {"note": "办"}).status_code == 403
    entry.refresh_from_db()
    assert entry.state == "open"


def test_a_strangers_entry_and_file_do_not_exist(desk: World, login: Login) -> None:
    entry = problem(desk)
    kept = entry_attach(entry=entry, name="表.pdf", content=b"%PDF-1.7 x", by=entry.recorded_by)
    file = reverse("reporting:register-file", args=[kept.pk])
    for name in ("neighbour", "nurse", "stranger"):
        client = login(name)
        assert client.get(file).status_code == 404, name
        assert client.post(step(entry, "close"), {"note": "办"}).status_code == 404, name
        assert client.get(page(entry)).status_code == 404, name
    assert not ExportLog.objects.exists()
    clerk = login("clerk").get(file)
    assert b"".join(clerk.streaming_content) == b"%PDF-1.7 x"
    assert clerk["Content-Disposition"].startswith("attachment")
    assert clerk["X-Content-Type-Options"] == "nosniff"
    assert [(row.user.username, row.report, row.sha256) for row in ExportLog.objects.all()] == [
        ("clerk", "登记附件", kept.sha256)
    ]


def test_a_hospital_enters_and_sees_its_own(desk: World, login: Login) -> None:
    nurse = login("nurse")
    url = reverse("admin:beneficiaries_register_record", args=["mobile-clinics"])
    form = {"happened_on": "2019-06-03", "field_place": "青山乡　石桥村"}
    nurse.post(url, {**form, "field_hospital": desk.other_hospital.pk})
    assert not RegisterEntry.objects.exists()
    nurse.post(url, {**form, "field_hospital": desk.hospital.pk})
    assert RegisterEntry.objects.get().hospital == desk.hospital


def test_a_person_outside_the_scope_is_not_found(desk: World, login: Login) -> None:
    url = reverse("admin:beneficiaries_register_record", args=["problems"])
    form = {"happened_on": "2019-06-03", "field_problem": "甲", "field_solution": "乙"}
    neighbour = login("neighbour")
    html = neighbour.post(url, {**form, "field_person": desk.people[0].id_number}).content.decode()
    assert "管辖范围内没有该身份证号的人员" in html
    assert not RegisterEntry.objects.exists()


def test_an_attachment_is_uploaded_through_the_page(desk: World, login: Login) -> None:
    entry, clerk = problem(desk), login("clerk")
    url = reverse("admin:beneficiaries_registerentry_attach", args=[entry.pk])
    clerk.post(url, {"file": SimpleUploadedFile("页.html", b"<script>alert(1)</script>")})
    assert not RegisterAttachment.objects.exists()
    clerk.post(url, {"file": SimpleUploadedFile("照片.png", b"\x89PNG\r\n\x1a\n0000")})
    assert "照片.png" in clerk.get(page(entry)).content.decode()


def test_a_register_page_takes_the_same_queries_however_many_entries(
    desk: World, login: Login, django_assert_max_num_queries
) -> None:
    kind, clerk = RegisterKind.objects.get(code="problems"), login("clerk")
    url = reverse("admin:beneficiaries_registerkind_change", args=[kind.pk])
    for number in range(35):
        problem(desk, person=desk.people[number % 3])
    with django_assert_max_num_queries(22):
        html = clerk.get(url).content.decode()
    assert "共 35 条" in html
    assert "2019-06-05 超期" in html
    assert english_words(html) == set()
    for name in ("registerkind", "registerentry"):
        with django_assert_max_num_queries(22):
            html = clerk.get(reverse(f"admin:beneficiaries_{name}_changelist")).content.decode()
        assert english_words(html) == set()


def test_the_workbook_holds_the_scopes_entries_and_the_export_is_logged(desk: World, login: Login) -> None:
    problem(desk, problem="=1+1")
    url = reverse("reporting:register-workbook", args=["problems"])
    response = login("clerk").get(url)
    sheet = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))["登记"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    formula = next(cell for cell in cells if cell.value == "=1+1")
    assert formula.data_type == "s"
    assert ExportLog.objects.get().row_count == 1
    other = login("neighbour").get(url)
    sheet = openpyxl.load_workbook(BytesIO(b"".join(other.streaming_content)))["登记"]
    assert "=1+1" not in [cell.value for row in sheet.iter_rows() for cell in row]
    assert login("stranger").get(url).status_code == 404

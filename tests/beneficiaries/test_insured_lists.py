"""Lists of who is insured in a county for a year (参保名单): compare, apply once, hand back, take back."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.models import Enrolment, Person, RosterChange, RosterImport, RosterRow
from beneficiaries.services import person_register
from beneficiaries.services.rosters import RosterError, roster_check
from organizations.due_work import desk_of
from organizations.models import Office, Region
from reporting.selectors.desk import due_work
from tests import factories
from tests.beneficiaries.rosters import checked, clerk, confirm, differences, number_of, undo, upload

pytestmark = pytest.mark.django_db

HEADINGS = ("姓名", "公民身份号码", "参保险种", "缴费日期", "资助情况")
LIST: dict[str, Any] = {
    "source": "medical_insurance", "kind": "insured", "year": 2019, "categories": (),
    "roster_on": date(2019, 6, 1), "received_on": date(2019, 6, 3), "file_name": "参保.csv",
}  # fmt: skip


@pytest.fixture(autouse=True)
def surroundings(settings: Any, tmp_path: Path) -> None:
    settings.BUSINESS_DATE = date(2019, 7, 15)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def county(db: None) -> Region:
    return factories.county()


@pytest.fixture
def officer(county: Region) -> User:
    user = clerk("yibao", county, Office.Kind.MEDICAL_INSURANCE)
    wanted = ("add_enrolment", "view_enrolment")
    user.user_permissions.add(*Permission.objects.filter(codename__in=wanted))
    return user


@pytest.fixture
def people(county: Region) -> list[Person]:
    """Ten people of the county, nobody insured."""
    return [
        person_register(id_number=number_of(serial), name=f"示例人{serial}", county=county)
        for serial in range(10)
    ]


def row_of(serial: int, **fields: str) -> list[str]:
    row = {
        "name": f"示例人{serial}", "id": number_of(serial), "type": "城乡居民", "day": "2018-12-20",
        "payer": "全额资助", **fields,
    }  # fmt: skip
    return list(row.values())


def file_of(rows: Sequence[Sequence[str]], headings: Sequence[str] = HEADINGS) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode("gb18030")


def held(year: int = 2019) -> dict[str, tuple[str, str, str]]:
    rows = Enrolment.objects.filter(year=year).select_related("person")
    return {row.person.name: (row.insurance_type, row.enrolled_on.isoformat(), row.paid_by) for row in rows}


def waiting(user: User) -> list[int]:
    found = due_work(desk_of(user=user, today=date(2019, 7, 15)))
    return [due.number for due in found if due.kind.code == "roster-compared" and due.number]


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_list_is_applied_once_and_the_same_list_again_changes_nothing(county, officer, people):
    factories.enrol(people[0], year=2019)
    factories.enrol(people[1], year=2019)
    factories.enrol(people[9], year=2019)
    rows = [
        row_of(0, day="2018-12-01", payer=""),
        row_of(1),
        row_of(2, type="职工", payer="单位代扣"),
        row_of(3),
        row_of(3),
    ]
    listed = checked(officer, county, file_of(rows), **LIST)
    assert differences(listed) == {"unchanged": 1, "changed": 1, "new": 2, "duplicate": 1, "held": 1}
    assert len(held()) == 3
    assert listed.rows.get(difference="changed").detail == (
        "参保日期 2018-12-01 改为 2018-12-20；缴费方式 未登记 改为 全额资助"
    )
    confirm(officer, listed)
    residents = ("residents", "2018-12-20", "aided")
    assert held() == {
        "示例人0": ("residents", "2018-12-01", ""), "示例人1": residents,
        "示例人2": ("employees", "2018-12-20", "employer"), "示例人3": residents,
        # Not named: stays, to be asked about.
        "示例人9": ("residents", "2018-12-01", ""),
    }  # fmt: skip
    before, changes = held(), RosterChange.objects.count()
    again = checked(officer, county, file_of(rows), **LIST | {"roster_on": date(2019, 6, 2)})
    assert differences(again) == {"unchanged": 4, "duplicate": 1, "held": 1}
    confirm(officer, again)
    assert (held(), RosterChange.objects.count(), changes) == (before, 3, 3)


def test_wrong_rows_name_their_cell_and_create_nobody(county, officer, people):
    other = factories.county("410185", "邻县")
    elsewhere = person_register(id_number=number_of(20), name="邻县人", county=other)
    factories.enrol(elsewhere, year=2019, at=other)
    person_register(id_number=number_of(21), name="邻县人2", county=other)
    Person.objects.filter(pk=people[4].pk).update(died_on=date(2018, 11, 1))
    bad_digit = number_of(5)[:-1] + ("0" if number_of(5)[-1] != "0" else "1")
    rows = [
        row_of(0, id=bad_digit),
        row_of(1, type="商业险"),
        row_of(2, day="2017-12-20"),
        row_of(3, payer="欠费"),
        row_of(4),
        row_of(6, name="另一人"),
        row_of(20, name="邻县人"),
        row_of(21, name="邻县人2"),
        row_of(30, name="生人"),
        row_of(7, type="职工"),
        row_of(7, type="居民"),
        row_of(8, day="2019-06-20"),
    ]
    known = Person.objects.count()
    listed = checked(officer, county, file_of(rows), **LIST)
    assert differences(listed) == {"wrong": 11, "new": 1}
    codes = [
        row.problem or row.errors[0]["code"]
        for row in RosterRow.objects.filter(roster=listed, difference="wrong").order_by("row_no")
    ]
    assert codes == [
        "id_number_invalid", "insurance_unknown", "enrolled_outside_year", "payer_unknown",
        "insured_after_death", "name_conflict", "insured_elsewhere", "registered_elsewhere",
        "person_unknown", "insurance_differs_in_file", "date_after_roster",
    ]  # fmt: skip
    client = client_of(officer)
    shown = client.get(
        reverse("admin:beneficiaries_rosterimport_change", args=[listed.pk]) + "?difference=wrong"
    ).content.decode()
    assert "C3 险种：不认识的险种“商业险”" in shown
    assert "B10 身份证号：人员库中没有此人" in shown
    answer = client.post(reverse("admin:beneficiaries_roster_hand_back", args=[listed.pk]))
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    assert book["问题清单"]["A6"].value == "D6"
    assert book["需更正的行"]["D6"].value == "城乡居民基本医疗保险"
    confirm(officer, listed)
    assert held() == {
        "邻县人": ("residents", "2018-12-01", ""),
        "示例人7": ("employees", "2018-12-20", "aided"),
    }
    assert Person.objects.count() == known


def test_taking_a_list_back_leaves_what_stood_before(county, officer, people):
    factories.enrol(people[0], year=2019)
    listed = confirm(officer, checked(officer, county, file_of([row_of(0, type="职工"), row_of(1)]), **LIST))
    assert listed.rows.get(difference="changed").detail.startswith(
        "险种 城乡居民基本医疗保险 改为 城镇职工基本医疗保险；"
    )
    assert len(held()) == 2
    undo(officer, listed)
    assert held() == {"示例人0": ("residents", "2018-12-01", "")}
    assert RosterChange.objects.filter(undoes__isnull=False).count() == 2


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"source": "civil_affairs"}, "source_not_entitled"),
        ({"year": 2017}, "year_impossible"),
        ({"received_on": date(2019, 5, 1)}, "dates_impossible"),
    ],
)
def test_what_is_no_such_list_is_refused_and_not_kept(county, officer, changed, code):
    with pytest.raises(RosterError) as refused:
        upload(officer, county, file_of([row_of(1)]), **LIST | changed)
    assert (refused.value.code, RosterImport.objects.exists()) == (code, False)


def test_a_prefecture_and_a_foreign_county_and_another_department_are_refused(county, officer):
    for user, region, code in (
        (officer, county.parent, "region_not_entitled"),
        (officer, factories.county("410185", "邻县"), "region_not_entitled"),
        (clerk("minzheng", county), county, "source_not_entitled"),
        (clerk("shi", county.parent, Office.Kind.MEDICAL_INSURANCE), county.parent, "region_level"),
    ):
        with pytest.raises(RosterError) as refused:
            upload(user, region, file_of([row_of(1)]), **LIST)
        assert refused.value.code == code
    assert not RosterImport.objects.exists()


def test_a_file_without_the_kind_of_insurance_says_which_column_is_missing(county, officer, people):
    listed = upload(officer, county, file_of([row_of(1)], ("姓名", "身份证号", "备注", "甲", "乙")), **LIST)
    roster_check(roster_id=listed.pk, job_id=listed.job_id)
    listed.refresh_from_db()
    assert (listed.state, listed.file_encrypted) == ("refused", None)
    assert listed.message == "缺少必填的列：险种、参保日期，请按模板补上"


def test_pages_offer_the_template_take_the_list_and_put_it_on_the_desk(county, officer, people):
    client = client_of(officer)
    assert (
        "上传参保名单" in client.get(reverse("admin:beneficiaries_rosterimport_changelist")).content.decode()
    )
    template = client.get(reverse("admin:beneficiaries_insured_template"))
    sheet = openpyxl.load_workbook(BytesIO(b"".join(template.streaming_content)))["名单"]
    assert [cell.value for cell in sheet[1]] == [
        "姓名*", "身份证号*", "险种*", "参保日期*", "缴费方式", "性别", "出生日期",
    ]  # fmt: skip
    url = reverse("admin:beneficiaries_insured_upload")
    assert client.get(url).status_code == 200
    answer = client.post(
        url,
        {
            "region": county.pk, "year": "2019", "roster_on": "2019-06-01", "received_on": "2019-06-02",
            "file": SimpleUploadedFile("参保.csv", file_of([row_of(1)])),
        },
    )  # fmt: skip
    listed = RosterImport.objects.get()
    assert answer["Location"] == reverse("admin:beneficiaries_rosterimport_change", args=[listed.pk])
    roster_check(roster_id=listed.pk, job_id=listed.job_id)
    shown = client.get(answer["Location"]).content.decode()
    assert "2019年参保名单" in shown
    assert "自 2018-12-20 参保" in shown
    assert number_of(1) not in shown
    stranger = clerk("linxian", factories.county("410185", "邻县"), Office.Kind.MEDICAL_INSURANCE)
    assert client_of(stranger).get(answer["Location"]).status_code == 404
    assert (waiting(officer), waiting(stranger)) == ([1], [])


def test_comparing_and_applying_cost_as_many_statements_for_ten_times_the_rows(county, officer):
    counts = []
    for first, size in ((100, 4), (200, 40)):
        serials = range(first, first + size)
        for serial in serials:
            person_register(id_number=number_of(serial), name=f"示例人{serial}", county=county)
        with CaptureQueriesContext(connection) as queries:
            listed = checked(officer, county, file_of([row_of(n) for n in serials]), **LIST)
            confirm(officer, listed)
        counts.append(len(queries))
        assert listed.counts["new"] == size
    assert counts[0] == counts[1]

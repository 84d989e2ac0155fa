"""Roster files made for tests (示例名单)."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import xlsxwriter
from django.contrib.auth.models import Permission, User

from beneficiaries.models import RosterImport
from beneficiaries.services.rosters import (
    roster_apply,
    roster_check,
    roster_confirm,
    roster_undo,
    roster_undo_ask,
    roster_upload,
)
from common.id_numbers import check_digit
from organizations.models import Office, Region, StaffMember
from organizations.scope import scope_of_user

HEADINGS = (
    "序号",
    "姓名",
    "身份证号码",
    "人员类别",
    "乡镇",
    "行政村",
    "户编号",
    "户主",
    "认定日期",
    "变动类型",
)
KEYS = (
    "no",
    "name",
    "id_number",
    "category",
    "township",
    "village",
    "household_no",
    "head",
    "since",
    "change",
)
Row = Mapping[str, Any]


def number_of(serial: int) -> str:
    """An ID number per serial, of an unassigned county: a day of birth after the other, 900 people each."""
    born = date(1950, 1, 1) + timedelta(days=serial // 900)
    first_17 = f"410199{born:%Y%m%d}{serial % 900:03d}"
    return first_17 + check_digit(first_17)


def row_of(serial: int, **fields: Any) -> dict[str, Any]:
    """A correct row; four people share a household."""
    household = serial // 4
    return {
        "no": serial,
        "name": f"示例{'甲乙丙丁戊己庚辛壬癸'[serial % 10]}{serial}",
        "id_number": number_of(serial),
        "category": "低保",
        "township": "青山乡",
        "village": f"石桥村{household % 7}",
        "household_no": f"HU{household:08d}",
        "head": f"示例户主{household}",
        "since": "",
        "change": "",
        **fields,
    }


def xlsx(rows: Sequence[Row], *, headings: Sequence[str] = HEADINGS, title: bool = True) -> bytes:
    """A workbook as offices send them: a title above the headings, strings kept once for the whole book."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False})
    sheet = book.add_worksheet("名单")
    first = 0
    if title:
        sheet.write_string(0, 0, "示例县救助对象名单")
        first = 1
    for at, heading in enumerate(headings):
        sheet.write_string(first, at, heading)
    for row_no, row in enumerate(rows, start=first + 1):
        for at, key in enumerate(KEYS):
            value = row.get(key, "")
            if isinstance(value, str):
                sheet.write_string(row_no, at, value)
            elif value is not None:
                sheet.write_number(row_no, at, value)
    book.close()
    return buffer.getvalue()


def as_csv(rows: Sequence[Row], *, encoding: str = "gb18030") -> bytes:
    """A CSV as Excel saves it in China."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    writer.writerows([[row.get(key, "") for key in KEYS] for row in rows])
    return text.getvalue().encode(encoding)


def clerk(username: str, region: Region, kind: str = Office.Kind.CIVIL_AFFAIRS) -> User:
    """Somebody of a department who may import and confirm."""
    user = User.objects.create_user(username, is_staff=True)
    office, _ = Office.objects.get_or_create(kind=kind, region=region, name=f"{region.name}{kind}")
    StaffMember.objects.create(user=user, office=office)
    wanted = ("add_rosterimport", "confirm_rosterimport", "view_rosterimport", "view_job", "view_person")
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    return user


def upload(user: User, region: Region, content: bytes, **fields: Any) -> RosterImport:
    """A full civil-affairs roster of 2019-06-01 unless told otherwise."""
    terms: dict[str, Any] = {
        "source": Office.Kind.CIVIL_AFFAIRS,
        "roster_on": date(2019, 6, 1),
        "received_on": date(2019, 6, 3),
        "kind": RosterImport.Kind.FULL,
        "categories": ["minimum_living"],
        "file_name": "名单.xlsx",
        **fields,
    }
    return roster_upload(scope=scope_of_user(user), user=user, region=region, content=content, **terms)


def checked(user: User, region: Region, content: bytes, **fields: Any) -> RosterImport:
    """Uploaded and compared."""
    roster = upload(user, region, content, **fields)
    roster_check(roster_id=roster.pk, job_id=roster.job_id)
    roster.refresh_from_db()
    return roster


def applied(user: User, region: Region, content: bytes, **fields: Any) -> RosterImport:
    """Uploaded, compared, confirmed and in force."""
    return confirm(user, checked(user, region, content, **fields))


def confirm(user: User, roster: RosterImport) -> RosterImport:
    """Confirmed and applied."""
    roster = roster_confirm(roster_id=roster.pk, scope=scope_of_user(user), user=user)
    roster_apply(roster_id=roster.pk, job_id=roster.job_id)
    roster.refresh_from_db()
    return roster


def undo(user: User, roster: RosterImport) -> RosterImport:
    """Asked for and taken back."""
    roster = roster_undo_ask(roster_id=roster.pk, scope=scope_of_user(user), user=user)
    roster_undo(roster_id=roster.pk, job_id=roster.job_id)
    roster.refresh_from_db()
    return roster


def differences(roster: RosterImport) -> dict[str, int]:
    """Counts of the kinds that occur."""
    return {kind: count for kind, count in roster.counts.items() if count}

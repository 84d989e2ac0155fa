"""A roster of 2,000 rows with one per cent of every kind of defect (1% 缺陷名单)."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from beneficiaries.models import Identity, Person, RosterRow
from tests import factories
from tests.beneficiaries.rosters import (
    applied,
    as_csv,
    checked,
    clerk,
    confirm,
    differences,
    number_of,
    row_of,
    xlsx,
)

pytestmark = pytest.mark.django_db

ROWS = 2_000
EACH = ROWS // 100
JULY = {"roster_on": date(2019, 7, 1), "received_on": date(2019, 7, 2)}

Defect = Callable[[int], dict[str, Any]]


def swapped(serial: int) -> str:
    """The last digit is one too many."""
    number = number_of(serial)
    return number[:17] + ("0" if number[17] != "0" else "1")


# In the order of the file: each takes the next one per cent of the rows.
WRONG: dict[str, Defect] = {
    "name_missing": lambda n: {"name": " "},
    "name_garbled": lambda n: {"name": "张�明"},
    "id_number_missing": lambda n: {"id_number": ""},
    "id_number_invalid": lambda n: {"id_number": swapped(n)},
    "id_number_as_number": lambda n: {"id_number": float(number_of(n)[:17] + "0")},
    "id_number_old": lambda n: {"id_number": number_of(n)[:6] + number_of(n)[8:17]},
    "category_unknown": lambda n: {"category": "一般户"},
    "category_not_covered": lambda n: {"category": "特困"},
    "date_invalid": lambda n: {"since": "2019-02-30"},
    "date_after_roster": lambda n: {"since": "2019年7月2日"},
    "change_unknown": lambda n: {"change": "不详"},
    "name_conflict": lambda n: {"name": f"别名{n}"},
}
# Written otherwise, and right.
ODD: tuple[Defect, ...] = (
    lambda n: {"id_number": f"'{' '.join([number_of(n)[:6], number_of(n)[6:]])}".lower()},
    lambda n: {"id_number": number_of(n).translate({48 + d: 0xFF10 + d for d in range(10)})},
    lambda n: {"name": " ".join(row_of(n)["name"])},
    lambda n: {"category": "城乡低保", "change": "在册"},
    lambda n: {"village": f"石桥村　{n // 4 % 7}"},
)


def people_of_june(rows: int) -> list[dict[str, Any]]:
    """All but the last five per cent, who are new in July."""
    return [row_of(n) for n in range(rows * 95 // 100)]


def july_rows(rows: int) -> list[dict[str, Any]]:
    """Defects, oddities, changes (1 %), leavers (1 %), new people (5 %), and duplicates (1 %) at the end."""
    each = rows // 100
    found = []
    variants = [*WRONG.values(), *ODD]
    for n in range(rows):
        kind = n // each
        fields = variants[kind](n) if kind < len(variants) else {}
        if kind == 93:
            fields = {"since": "2019-05-01"}
        if kind != 94:
            found.append(row_of(n, **fields))
    return [*found, *(row_of(n) for n in range(each * 50, each * 51))]


def test_every_defect_and_difference_is_found_and_applied_exactly(settings: Any) -> None:
    settings.BUSINESS_DATE = date(2019, 7, 15)
    county = factories.county()
    officer = clerk("minzheng", county)
    applied(officer, county, as_csv(people_of_june(ROWS)))
    roster = checked(officer, county, xlsx(july_rows(ROWS)), **JULY)
    # Held: everybody whose row is wrong stays, where name or number can still be read; a row without a name
    # but with a number is the person; one without a readable number is him by name.
    assert differences(roster) == {
        "wrong": 240, "duplicate": 20, "changed": 20, "new": 100, "left": 20, "held": 240, "unchanged": 1_620,
    }  # fmt: skip
    wrong = RosterRow.objects.filter(roster=roster, difference="wrong")
    codes = Counter(row.errors[0]["code"] if row.errors else row.problem for row in wrong)
    assert codes == dict.fromkeys(WRONG, EACH)
    first = wrong.get(row_no=3 + 4 * EACH)
    assert first.errors == [
        {
            "field": "id_number",
            "code": "id_number_as_number",
            "message": "身份证号按数字保存，末几位已丢失：请把该列设为文本格式，对照身份证重新录入",
        }
    ]
    confirm(officer, roster)
    assert Person.objects.count() == 2_000
    assert Identity.objects.filter(valid__contains=date(2019, 7, 1)).count() == 1_980
    assert Identity.objects.filter(valid__endswith=date(2019, 7, 1)).count() == 20
    assert Identity.objects.filter(valid__startswith=date(2019, 5, 1)).count() == 20
    again = checked(officer, county, xlsx(july_rows(ROWS)), **JULY)
    assert differences(again) == {"wrong": 240, "duplicate": 20, "held": 240, "unchanged": 1_740}

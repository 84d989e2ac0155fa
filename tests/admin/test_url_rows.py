"""Every address: own rows open to the roles of the table, a stranger's do not exist (网址与可见范围).

Rows are made table by table (``rows.py``), addresses come from the URL configuration (``urls.py``): a new
page of a new table is looked at without a line here.
"""

from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth.models import User
from django.db.models import Model
from django.urls import reverse

from beneficiaries.services.register_kinds import registers_load
from reimbursement.services import quarter_build
from settlement.models import Claim
from tests import factories
from tests.admin.rows import Rows, county_rows
from tests.admin.urls import LISTS, PAGES, ROLE_LETTERS, Page
from tests.admin.visits import BLANK_TEMPLATES, answer, patterns, visit, visit_any
from tests.admin.world import person_of, settled_stay

pytestmark = pytest.mark.django_db

REGISTERS = Path(__file__).resolve().parents[2] / "fixtures" / "registers.yaml"
STRANGE = "外县密"
# Every office reads them, whichever its county: places, hospitals, policies.
SHARED = {
    "organizations_region", "organizations_hospital", "policies_policy", "policies_policydocument",
    "policies_diseaselist", "policies_druglist", "policies_fund", "beneficiaries_registerkind",
    "auth_group", "auth_user", "reporting_printsetting", "reporting_exportlog", "common_change",
}  # fmt: skip
Both = tuple[Rows, Rows]


@pytest.fixture
def both(staff: dict[str, User], settings, tmp_path: Path) -> Both:
    """The own county's rows and the next county's, after the quarter."""
    settings.EXPORT_DIR, settings.MEDIA_ROOT = tmp_path / "exports", tmp_path / "files"
    own_claim = Claim.objects.get()
    elsewhere = factories.county("410185", "邻县")
    strange_claim = settled_stay(person_of(elsewhere), factories.hospital(at=elsewhere))
    quarter_build(year=2019, quarter=2)
    registers_load(path=REGISTERS)
    settings.BUSINESS_DATE = date(2019, 7, 1)
    stranger = User.objects.create_user("strange")
    rows = (
        county_rows(mark="本县", claim=own_claim, user=staff["M"]),
        county_rows(mark=STRANGE, claim=strange_claim, user=stranger),
    )
    for each, model in product(rows, admin.site._registry):
        if name_of(model) in LISTS and name_of(model) not in SHARED:
            each.of(model)
    return rows


@pytest.fixture
def blank(settings) -> None:
    """Nothing is drawn."""
    settings.TEMPLATES = BLANK_TEMPLATES


def name_of(model: type[Any]) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"


def key_of(row: Model) -> Any:
    """What addresses name the row by: interface keys by the part that may be seen."""
    return quote(getattr(row, "prefix", row.pk))


def address(name: str, rows: Rows) -> str:
    """The page's address with the keys of ``rows``."""
    page, path = PAGES[name], dict(patterns())[name]

    def key(label: str) -> Any:
        return key_of(rows.of(apps.get_model(label)))

    parts = {k: key(v) if "." in str(v) else v for k, v in page.parts.items()}
    named = [part.strip("<>").rpartition(":")[2] for part in path.split("/") if part.startswith("<")]
    return reverse(name, kwargs={**dict.fromkeys(named, key(page.row) if page.row else None), **parts})


def known_pages() -> list[tuple[str, Page]]:
    """What the URL configuration holds; ``test_urls.py`` says what it does not."""
    return [(name, PAGES[name]) for name, _ in patterns() if name in PAGES]


def asked_of(name: str, page: Page) -> str:
    """All roles; a file is made for two of those who may have it, as it takes its time."""
    if not name.startswith("reporting:"):
        return "".join(ROLE_LETTERS)
    return "".join(each for each in ROLE_LETTERS if each not in page.roles[1:-1])


def test_pages_open_to_the_roles_of_the_table(both: Both, staff: dict[str, User], blank: None) -> None:
    own, _ = both
    wrong = []
    for name, page in known_pages():
        url = address(name, own)
        for letter in asked_of(name, page):
            status = visit_any(url, staff[letter])
            if status not in ({200, 302} if letter in page.roles else {403, 404}):
                wrong.append(f"{name}: 表中 {page.roles}，{letter} 得到 {status}")
    assert wrong == []


def test_rows_of_a_stranger_do_not_exist_on_any_page(both: Both, staff: dict[str, User], blank: None) -> None:
    _, strange = both
    wrong = []
    for name, page in known_pages():
        if not page.row or name_of(apps.get_model(page.row)) in SHARED - {"organizations_region"}:
            continue
        url = address(name, strange)
        for letter, user in staff.items():
            # Whoever lacks the right may be told so before any row is looked for.
            expected = {404} if letter in page.roles else {404, 403}
            statuses = {visit_any(url, user)} | ({visit(url, user, "post")} - {405})
            if not statuses <= expected:
                wrong.append(f"{name} {letter} 得到 {statuses}：外县的记录")
    assert wrong == []


def scoped_lists() -> list[tuple[str, type[Any]]]:
    """Lists whose rows belong to counties, hospitals or users."""
    named = [(name_of(model), model) for model in admin.site._registry]
    return [(name, model) for name, model in named if name in LISTS and name not in SHARED]


def test_rows_of_lists_do_not_exist_for_strangers(both: Both, staff: dict[str, User], blank: None) -> None:
    _, strange = both
    wrong = []
    for name, model in scoped_lists():
        for page, letter in product(("change", "history"), LISTS[name]):
            status = visit(reverse(f"admin:{name}_{page}", args=[key_of(strange.of(model))]), staff[letter])
            if status != 404:
                wrong.append(f"{name}_{page} {letter} 得到 {status}")
    assert wrong == []


def test_lists_hold_the_own_county_s_rows_and_none_of_a_stranger(
    both: Both, staff: dict[str, User], blank: None
) -> None:
    own, strange = both
    wrong = []
    for name, model in scoped_lists():
        # An office of the county, and the hospital, which has no part in what belongs to counties alone.
        for letter in {LISTS[name][:1], "X" if "X" in LISTS[name] else ""} - {""}:
            url = reverse(f"admin:{name}_changelist")
            shown = answer(url, staff[letter]).context_data["cl"].queryset
            held = [shown.filter(pk=rows.of(model).pk).exists() for rows in (own, strange)]
            if held not in ([True, False], [letter != "X", False]):
                wrong.append(f"{name} {letter}：本县、外县 {held}")
    assert wrong == []


def test_the_own_county_s_rows_open(both: Both, staff: dict[str, User], blank: None) -> None:
    own, _ = both
    wrong = []
    for name, model in scoped_lists():
        for page, letter in product(("change", "history"), LISTS[name][:1]):
            status = visit(reverse(f"admin:{name}_{page}", args=[key_of(own.of(model))]), staff[letter])
            if status != 200:
                wrong.append(f"{name}_{page} {letter} 得到 {status}")
    assert wrong == []

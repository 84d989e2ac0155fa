"""Names that would be markup, a template or a formula (注入): pages and workbooks show them as they are."""

from datetime import date
from io import BytesIO
from itertools import product
from pathlib import Path

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from beneficiaries.services.register_kinds import registers_load
from settlement.models import Claim
from tests.admin.rows import Rows, county_rows
from tests.admin.test_url_rows import REGISTERS, address, key_of, known_pages, scoped_lists
from tests.admin.urls import LISTS
from tests.admin.visits import patterns

pytestmark = pytest.mark.django_db

# A formula to a spreadsheet, markup to a browser, 49 to a template engine that draws its own output again.
HOSTILE = "=<i>{{7*7}}"
DRAWN = ("<i>{{", "&lt;i&gt;49", "<i>49")


@pytest.fixture
def hostile(staff: dict[str, User], settings, tmp_path: Path) -> Rows:
    """The county's rows, all texts of which are hostile."""
    settings.EXPORT_DIR, settings.MEDIA_ROOT = tmp_path / "exports", tmp_path / "files"
    registers_load(path=REGISTERS)
    settings.BUSINESS_DATE = date(2019, 7, 1)
    rows = county_rows(mark=HOSTILE, claim=Claim.objects.get(), user=staff["M"])
    for _, model in scoped_lists():
        rows.of(model)
    return rows


@pytest.fixture
def clients(staff: dict[str, User]) -> dict[str, Client]:
    """A client of each role."""
    made = {letter: Client() for letter in staff}
    for letter, client in made.items():
        client.force_login(staff[letter])
    return made


def test_pages_show_hostile_texts_as_texts(hostile: Rows, clients: dict[str, Client]) -> None:
    wrong, shown = [], 0
    for (name, model), page in product(scoped_lists(), ("changelist", "change")):
        if not LISTS[name]:
            continue
        args = [key_of(hostile.of(model))] if page == "change" else []
        html = clients[LISTS[name][0]].get(reverse(f"admin:{name}_{page}", args=args)).content.decode()
        shown += "&lt;i&gt;{{7*7}}" in html
        wrong += [f"{name}_{page} {each}" for each in DRAWN if each in html]
    assert wrong == []
    # Most rows have a text of their own on their page.
    assert shown > 60


def test_workbooks_hold_hostile_texts_as_texts(hostile: Rows, clients: dict[str, Client]) -> None:
    known, texts = dict(patterns()), 0
    for name, page in known_pages():
        if not name.startswith(("reporting:", "finance:")) or "pdf" in known[name] or not page.roles:
            continue
        answer = clients[page.roles[0]].get(address(name, hostile))
        content = b"".join(answer.streaming_content) if answer.streaming else b""
        if "spreadsheetml" not in answer.get("Content-Type", ""):
            continue
        book = openpyxl.load_workbook(BytesIO(content))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert [cell.coordinate for cell in cells if cell.data_type == "f"] == [], name
        texts += any(HOSTILE in str(cell.value) for cell in cells)
    assert texts > 5

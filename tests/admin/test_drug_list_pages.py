"""Lists of drugs where people see them: their own pages, the page of a pack, the comparison of two packs."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from policies.admin.pack_page import pack_tables
from policies.comparison import compare
from policies.comparison_words import Dictionary
from policies.models import DrugList, Policy
from policies.pack.tables import row_of_policy
from tests.policies.packs import only_shipped_packs
from tests.policies.test_locked_lists import ANSHAN

LIST = "37 种高值抗肿瘤靶向药"


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), only_shipped_packs(ANSHAN):
        yield


@pytest.fixture
def pack(loaded: None, db: None) -> Policy:
    return Policy.objects.get(code="anshan-2019")


def test_the_list_and_its_page_name_every_drug_with_its_other_names(pack: Policy, admin_client: Client):
    listed = admin_client.get(reverse("admin:policies_druglist_changelist"), {"q": "赫赛汀"})
    assert LIST in listed.content.decode()
    unknown = admin_client.get(reverse("admin:policies_druglist_changelist"), {"q": "阿司匹林"})
    assert LIST not in unknown.content.decode()
    drugs = DrugList.objects.get(code="as-targeted-37")
    page = admin_client.get(reverse("admin:policies_druglist_change", args=[drugs.pk])).content.decode()
    for shown in ("曲妥珠单抗", "trastuzumab", "赫赛汀", "待核实", "鞍医保发〔2019〕37号 三(二)5(2)"):
        assert shown in page
    assert drugs.drugs.count() == 37


def test_the_page_of_a_pack_shows_the_drugs_and_that_they_await_confirmation(pack: Policy):
    tables, doubts = pack_tables(pack)
    (table,) = [table for table in tables if table.title == "药品目录"]
    (row,) = [row for row in table.rows if row[0].text == LIST]
    assert (row[0].note, row[3].text) == ("37种", "待核实")
    assert "利妥昔单抗、曲妥珠单抗" in row[1].text
    assert ("药品目录", LIST) in doubts
    uplifts = next(table for table in tables if table.title == "倾斜")
    assert any(f"药品目录：{LIST}" in row[2].text for row in uplifts.rows)


def test_the_comparison_calls_a_list_by_its_name(pack: Policy):
    left = row_of_policy(pack)
    uplifts = [
        replace(row, values={**row.values, "drug_lists": ["as-anti-rejection"]})
        if row.text("code") == "basic-targeted-drugs"
        else row
        for row in left.children["uplifts"]
    ]
    right = replace(left, children={**left.children, "uplifts": uplifts})
    (difference,) = compare(left, right, words=Dictionary.of_database())
    assert (difference.left, difference.kind_label) == (LIST, "变更")
    assert "as-" not in difference.right

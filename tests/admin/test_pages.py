"""What the pages show, and that lists cost the same however long they are."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organizations.models import HospitalKey
from organizations.services import hospital_key_issue
from settlement.services import claim_reverse
from tests.admin.conftest import Login
from tests.admin.pages import visible_text
from tests.admin.world import World, add_people, ledger_of


@pytest.mark.parametrize(
    "name",
    [
        "beneficiaries_person",
        "beneficiaries_household",
        "beneficiaries_identity",
        "settlement_claim",
        "settlement_settlement",
        "settlement_payment",
        "reimbursement_quarterlyledger",
    ],
)
def test_a_list_costs_as_many_queries_for_three_times_the_rows(world: World, login: Login, name: str) -> None:
    client, url = login("clerk"), reverse(f"admin:{name}_changelist")
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url)
    add_people(world, 6)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few) <= 16


def test_the_first_page_and_a_ledger_cost_as_much_for_three_times_the_rows(
    world: World, login: Login
) -> None:
    client = login("clerk")
    urls = (
        reverse("admin:index"),
        reverse("desk-numbers"),
        reverse("admin:reimbursement_quarterlyledger_change", args=[ledger_of(world).pk]),
    )
    # Content types are read once a process.
    for url in urls:
        client.get(url)
    costs = []
    for _ in range(2):
        for url in urls:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            costs.append(len(queries))
        add_people(world, 6)
    assert costs[:3] == costs[3:]
    assert max(costs) <= 20


def test_a_claim_is_explained_tier_by_tier_with_clauses_and_doubts(world: World, login: Login) -> None:
    page = text_of(login, "settlement_claim", world.claims[0].pk)
    for words in (
        "基本医疗保险 · 住院", "大病保险", "医疗救助", "计算过程", "本次基数", "支付 40,785.00 元",
        "郑民文〔2017〕131号",
        "待核实", "贫困人口提高待遇部分", "城乡居民基本医疗保险统筹基金", "注射用尤瑞克林", "48,003.20",
        "5,996.80",
    ):  # fmt: skip
        assert words in page, words


def test_a_reversed_claim_shows_both_postings_and_a_net_of_nothing(world: World, login: Login) -> None:
    claim = world.claims[0]
    claim_reverse(hospital=world.hospital, claim_no=claim.claim_no, reason="录入有误")
    page = text_of(login, "settlement_claim", claim.pk)
    for words in ("已冲销", "录入有误", "-48,003.20", "净额", "该费用已冲销"):
        assert words in page, words


def test_a_person_shows_identities_year_and_claims(world: World, login: Login) -> None:
    page = text_of(login, "beneficiaries_person", world.people[0].pk)
    for words in (
        "建档立卡贫困人口",
        "2019年度累计",
        "住院次数",
        "1 次",
        "医疗救助已支付",
        "3,492.55",
        "ZY",
        "高血压病",
    ):
        assert words in page, words


def test_a_pack_shows_clause_and_doubt_beside_its_numbers(world: World, login: Login) -> None:
    page = text_of(login, "policies_policy", world.policy.pk)
    for words in (
        "已发布",
        "400.00 – 1,500.00：63%",
        "第1次 400.00",
        "全年 150,000.00",
        "待核实",
        "郑民文〔2017〕131号",
    ):
        assert words in page, words


def test_the_numbers_of_the_first_page_are_net_of_reversals(world: World, login: Login) -> None:
    claim_reverse(hospital=world.hospital, claim_no=world.claims[0].claim_no, reason="录入有误")
    page = visible_text(login("clerk").get(reverse("desk-numbers")).content.decode())
    for words in (
        "2019年第2季度", "另有冲销 1 笔", "120,000.00", "96,006.40", "建档立卡贫困人口", "上季同期没有",
    ):  # fmt: skip
        assert words in page, words


def text_of(login: Login, name: str, pk: int) -> str:
    response = login("clerk").get(reverse(f"admin:{name}_change", args=[pk]))
    assert response.status_code == 200
    return visible_text(response.content.decode())


def test_a_ledger_page_leads_to_its_workbook(world: World, login: Login, settings, tmp_path) -> None:
    settings.EXPORT_DIR = tmp_path
    client, ledger = login("clerk"), ledger_of(world)
    page = client.get(
        reverse("admin:reimbursement_quarterlyledger_change", args=[ledger.pk])
    ).content.decode()
    url = reverse("reporting:ledger-workbook", args=[ledger.pk])
    assert f'href="{url}"' in page
    assert "下载 Excel" in page
    response = client.get(url)
    assert response.status_code == 200
    assert b"".join(response.streaming_content)[:2] == b"PK"  # type: ignore[arg-type]


def test_a_hospital_page_leads_to_what_the_hospital_did_and_says_times_as_people_do(
    world: World, login: Login
) -> None:
    hospital_key_issue(hospital=world.hospital, name="结算")
    HospitalKey.objects.update(last_used_at=datetime(2019, 6, 29, 18, 5, 7, tzinfo=UTC))
    client = login("clerk")
    page = client.get(
        reverse("admin:organizations_hospital_change", args=[world.hospital.pk])
    ).content.decode()
    assert "2019-06-30 02:05" in page
    for name, rows in (("settlement_claim", 3), ("settlement_flag", 0), ("reimbursement_quarterlyledger", 6)):
        url = reverse(f"admin:{name}_changelist") + f"?hospital__id__exact={world.hospital.pk}"
        assert f'href="{url}"' in page
        assert client.get(url).context["cl"].result_count == rows, name

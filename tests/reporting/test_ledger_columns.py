"""Each kind of ledger is printed with the columns of what it lists (台账栏目)."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from beneficiaries.models import Person
from organizations.models import Hospital
from organizations.scope import EVERYTHING
from policies.models import LedgerKind
from reimbursement.services import quarter_build
from reporting.selectors.waivers import PARTS, waived_parts
from reporting.services import quarter_workbook_write
from settlement.models import Claim
from tests import factories
from tests.reimbursement.rows import World
from tests.reimbursement.test_sources import advance, kind_of, serve

pytestmark = pytest.mark.django_db

ITEMS = (
    "免门诊挂号费", "免注射费", "免换药费", "免救护车接送费", "住院费用减免", "其他减免", "减免合计",
)  # fmt: skip


def detail(kind: LedgerKind, county: Any, path: Path, quarter: int = 2) -> Worksheet:
    report = quarter_workbook_write(
        scope=EVERYTHING, kind=kind, county=county, year=2019, quarter=quarter, path=path
    )
    return openpyxl.load_workbook(report.path).worksheets[1]


def rows_of(sheet: Worksheet, number: int) -> list[dict[str, Any]]:
    titles = [cell.value for cell in sheet[4]]
    return [
        dict(zip(titles, [cell.value for cell in sheet[5 + at]], strict=True)) for at in range(number + 1)
    ]


def shipped(code: str) -> LedgerKind:
    return LedgerKind.objects.get(code=code, policy__code="zhengzhou-2019")


@pytest.fixture
def bill() -> list[dict[str, Any]]:
    """A stay with each free item, and 1,000.00 of drugs."""
    free = (("registration", "5.00"), ("injection", "12.50"), ("dressing", "8.00"), ("ambulance", "60.00"))
    return [
        *[
            factories.line(number, amount=amount) | {"category": category, "item_name": "项目"}
            for number, (category, amount) in enumerate(free, start=1)
        ],
        factories.line(5, amount="7.50") | {"category": "injection", "item_name": "输液"},
        factories.line(6, amount="1000.00"),
    ]


def test_waivers_stand_item_by_item_and_a_reversal_takes_each_of_them_back(
    api: APIClient, hospital: Hospital, poor: Person, bill: list[dict[str, Any]], tmp_path: Path
) -> None:
    for claim_no in ("ZY-1", "ZY-2"):
        answer = api.post("/api/v1/claims/", factories.stay(poor, claim_no, lines=bill), format="json")
        assert answer.status_code == 201, answer.json()
    answer = api.post("/api/v1/claims/ZY-1/reversal/", {"reason": "录入有误"}, format="json")
    assert answer.status_code in {200, 201}, answer.json()
    quarter_build(year=2019, quarter=2)
    sheet = detail(shipped("waivers"), poor.county, tmp_path / "waivers.xlsx")
    rows = rows_of(sheet, 3)
    # All of the four items, then a tenth of the other 1,000.00 (郑卫农卫〔2019〕5号 二(一)).
    one = [5, 20, 8, 60, 100, 0, 193]
    assert [[row[title] for title in ITEMS] for row in rows] == [one, one, [-fen for fen in one], one]
    assert [row["备注"] for row in rows[:3]] == [None, None, "冲销单据ZY-1：录入有误"]
    assert rows[0]["依据"] == "郑卫农卫〔2019〕5号 二(一)"
    assert rows[0]["参保类型"] == "城乡居民基本医疗保险"
    # The county hospital's deductible of 400.00, from the second stay on 200.00; the insurance bears that.
    assert [row["免住院起付线（基金支付）"] for row in rows] == [400, 200, -400, 200]
    assert rows[0]["总金额"] == 1093


def test_what_a_correction_does_not_explain_is_not_lost(
    api: APIClient, hospital: Hospital, poor: Person, bill: list[dict[str, Any]]
) -> None:
    api.post("/api/v1/claims/", factories.stay(poor, "ZY-1", lines=bill), format="json")
    claim = Claim.objects.get(claim_no="ZY-1")
    [parts] = waived_parts(claim_ids=[claim.pk]).values()
    assert sum(parts.fen[name] for name in PARTS) == claim.settlements.get().waived_fen == 19_300


def test_visits_have_the_hospitals_headings_with_scheme_and_deductible(
    api: APIClient, hospital: Hospital, poor: Person, tmp_path: Path
) -> None:
    api.post("/api/v1/claims/", factories.stay(poor, "ZY-1"), format="json")
    quarter_build(year=2019, quarter=2)
    sheet = detail(shipped("visits"), poor.county, tmp_path / "visits.xlsx")
    assert [cell.value for cell in sheet[4]] == [
        "序号", "姓名", "身份证号", "身份类别", "参保类型", "住址", "疾病诊断/慢性病病种", "就诊类型",
        "入院/就诊日期", "出院/结算日期", "总金额", "进入统筹费用", "起付线", "超限价自费", "政策范围外自费",
        "统筹支付", "大病支付", "补充保险", "民政救助", "政府兜底", "医院减免", "自付费用",
        "医院垫付（目录外超限费用）", "备注",
    ]  # fmt: skip
    [row, total] = rows_of(sheet, 1)
    assert (row["参保类型"], row["起付线"], row["总金额"]) == ("城乡居民基本医疗保险", 0, 20_000)
    assert total["总金额"] == 20_000
    texts = [cell.value for line in sheet.iter_rows(min_row=6) for cell in line if cell.value]
    assert "金额合计（人民币大写）：贰万元整" in texts


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("appraisals", {"鉴定病种": "糖尿病", "体检项目": "血糖", "减免体检费用": 180}),
        (
            "services",
            {
                "身份类别": "建档立卡贫困人口", "家庭医生": "王医生", "服务包": "慢病服务包",
                "服务项目": "签约服务费", "付费方": "县级财政", "签约服务经费": 180,
            },
        ),
    ],
)  # fmt: skip
def test_fees_without_a_claim_have_their_own_columns(
    world: World, tmp_path: Path, source: str, found: dict[str, Any]
) -> None:
    kind = kind_of(world, "own", source=source)
    (advance if source == "appraisals" else serve)(world, 18_000, "2019-05-10")
    quarter_build(year=2019, quarter=2)
    [row, total] = rows_of(detail(kind, world.county, tmp_path / "fees.xlsx"), 1)
    assert {title: row[title] for title in found} == found
    assert total[[*found][-1]] == 180


def test_waivers_of_many_claims_take_two_queries(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    claims = [world.paid(100, "2019-05-01").claim_id for _ in range(5)]
    with django_assert_num_queries(2):
        assert len(waived_parts(claim_ids=claims)) == 5

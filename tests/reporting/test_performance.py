"""Score sheets and roll-ups (考核表、逐级汇总): points by hand, sums of sums, workbooks."""

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from organizations.scope import EVERYTHING, scope_of_hospital
from reporting.indicators.catalogue import BY_CODE
from reporting.indicators.performance import Criterion, score, shipped_criteria, total
from reporting.indicators.periods import Period
from reporting.models import ExportLog, ScoreItem
from reporting.selectors.performance import score_sheets, subsidy_shares
from tests.reimbursement.rows import World
from tests.reporting.indicator_world import clerk, visit

YEAR = Period.of(2019)


def criterion(*, at_least: bool = True, target_bp: int | None = 9000) -> Criterion:
    return Criterion(
        indicator=BY_CODE["reimbursement"], points=20, at_least=at_least, target_bp=target_bp, basis="",
        provisional=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("at_least", "above", "points"),
    [
        (True, 9000, 2000), (True, 8999, 2000 * 8999 // 9000 + 1), (True, 0, 0), (True, 10000, 2000),
        (False, 9000, 2000), (False, 9001, 2000), (False, 10000, 1800), (False, 0, 2000),
    ],
)  # fmt: skip
def test_points_are_full_at_the_target_and_in_proportion_beside_it(
    at_least: bool, above: int, points: int
) -> None:
    assert score(criterion(at_least=at_least), above=above, below=10_000, target_bp=None).points == points


def test_what_has_no_value_or_no_target_is_not_scored_and_costs_nothing() -> None:
    rows = [
        score(criterion(), above=8100, below=10_000, target_bp=None),
        score(criterion(), above=0, below=0, target_bp=None),
        score(criterion(target_bp=None), above=1, below=1, target_bp=None),
    ]
    assert [row.points for row in rows] == [1800, None, None]
    assert total(rows) == (1800, 2000)


def test_each_shipped_sheet_makes_a_hundred_points_and_is_provisional() -> None:
    for subject in ("county", "hospital"):
        rows = shipped_criteria(subject)
        assert sum(row.points for row in rows) == 100
        assert all(row.provisional and row.basis for row in rows)


@pytest.fixture
def visits(world: World) -> World:
    visit(world, total_fen=100_000, excluded_fen=20_000, basic_fen=81_000)
    visit(world, county=world.other_county, total_fen=300_000, basic_fen=150_000)
    return world


@pytest.mark.django_db
def test_counties_and_hospitals_get_their_points(visits: World) -> None:
    sheets = score_sheets(scope=EVERYTHING, period=YEAR)
    assert [(sheet.subject, sheet.name, sheet.county, sheet.got, sheet.of) for sheet in sheets] == [
        # 81 % of 90 %: 18; in the county: 15; 20 % outside the catalogue, 10 % allowed: 5.
        ("县（市、区）", "清水县", "清水县", 3800, 4500),
        # 81 % of 90 %: 27; outside the catalogue: 20.
        ("医疗机构", "清水县人民医院", "清水县", 4700, 7000),
        # 50 % of 90 %: 11.11; nobody in the county; nothing outside the catalogue: 10.
        ("县（市、区）", "白石县", "白石县", 2111, 4500),
        ("医疗机构", "清水县人民医院", "白石县", 5667, 7000),
    ]
    own = score_sheets(scope=scope_of_hospital(visits.other_hospital), period=YEAR)
    assert own == []
    assert [sheet.got for sheet in score_sheets(scope=scope_of_hospital(visits.hospital), period=YEAR)] == [
        4700, 5667,
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_subsidy_is_split_by_score_to_the_fen(visits: World, client: Client) -> None:
    sheets = score_sheets(scope=EVERYTHING, period=YEAR)
    shares = subsidy_shares(sheets=sheets, amount_fen=100_000_001)
    # 38.00 of 45.00 and 21.11 of 45.00 points.
    assert [(share.sheet.name, share.rate_bp, share.amount_fen) for share in shares] == [
        ("清水县", 8444, 64_286_259), ("白石县", 4691, 35_713_742)
    ]  # fmt: skip
    assert subsidy_shares(sheets=[], amount_fen=1) == []
    client.force_login(clerk("city", "view_indicatorfigure", region=visits.county.parent))
    url = reverse("admin:reporting_scores")
    assert "642,862.59" in client.get(url, {"year": "2019", "subsidy": "1000000.01"}).content.decode()
    assert "642,862.58" in client.get(url, {"year": "2019", "subsidy": "1000000"}).content.decode()
    # Looking at one county does not give it the whole subsidy.
    looked = {"year": "2019", "subsidy": "1000000.01", "county": str(visits.county.pk)}
    page = client.get(url, looked).content.decode()
    assert "642,862.59" in page
    assert "357,137.42" in page
    for wrong in ("", "abc", "-5.00", "9" * 20):
        page = client.get(url, {"year": "2019", "subsidy": wrong}).content.decode()
        assert "市级补助总额" in page
        assert "测算金额" not in page
        assert ("请填写补助总额" in page) == (wrong != "")


@pytest.mark.django_db
def test_a_county_s_own_rows_take_the_place_of_the_shipped_sheet(visits: World) -> None:
    ScoreItem.objects.create(
        region=visits.county, subject="county", position=1, indicator="reimbursement", points=50,
        bound="at_least", target_bp=8100, provisional=False,
    )  # fmt: skip
    sheet = score_sheets(scope=EVERYTHING, period=YEAR)[0]
    assert (sheet.got, sheet.of, len(sheet.scores)) == (5000, 5000, 1)


@pytest.mark.django_db
def test_sheets_cost_as_many_queries_for_more_counties_and_hospitals(
    visits: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    visit(visits, hospital=visits.other_hospital)
    visit(visits, hospital=visits.other_hospital, county=visits.other_county)
    with django_assert_max_num_queries(20):
        assert len(score_sheets(scope=EVERYTHING, period=YEAR)) == 6


@pytest.mark.django_db
def test_the_roll_up_shows_prefecture_and_counties_with_both_sums(
    visits: World, client: Client, settings, tmp_path: Path
) -> None:
    settings.EXPORT_DIR = tmp_path
    client.force_login(clerk("prefecture", "view_indicatorfigure", region=visits.county.parent))
    response = client.get("/reports/indicators/2019/2/")
    assert response.status_code == 200
    sheet = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content))).active  # type: ignore[attr-defined]
    rows = [row[1:9] for row in sheet.iter_rows(values_only=True) if row[1] == "医疗费用实际报销比例"]
    assert [(row[1], row[2], row[4], row[6], row[7]) for row in rows] == [
        ("市（州）", "六盘市", "2310.00 元", "4000.00 元", "57.75%"),
        ("县（市、区）", "清水县", "810.00 元", "1000.00 元", "81%"),
        ("县（市、区）", "白石县", "1500.00 元", "3000.00 元", "50%"),
    ]
    response = client.get("/reports/scores/2019/0/")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content))).active  # type: ignore[attr-defined]
    sums = [row[3:9] for row in sheet.iter_rows(values_only=True) if row[4] == "合计"]
    assert [(row[0], row[4], row[5]) for row in sums][:2] == [
        ("清水县", "45.00", "38.00"), ("清水县人民医院", "70.00", "47.00"),
    ]  # fmt: skip
    assert ExportLog.objects.count() == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_a_county_s_sums_never_stand_under_its_prefecture_s_name(
    visits: World, client: Client, settings, tmp_path: Path
) -> None:
    settings.EXPORT_DIR = tmp_path
    client.force_login(clerk("county", "view_indicatorfigure", region=visits.county))
    response = client.get("/reports/indicators/2019/2/")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content))).active  # type: ignore[attr-defined]
    rows = list(sheet.iter_rows(values_only=True))
    assert {row[2:4] for row in rows if row[1] == "医疗费用实际报销比例"} == {("县（市、区）", "清水县")}
    assert "地区：清水县" in {cell for row in rows for cell in row}


@pytest.mark.django_db
def test_downloads_are_for_those_who_may_see_indicators(visits: World, client: Client) -> None:
    urls = ["/reports/indicators/2019/2/", "/reports/scores/2019/2/"]
    assert [client.get(url).status_code for url in urls] == [302, 302]
    client.force_login(clerk("unpermitted", region=visits.county))
    assert [client.get(url).status_code for url in urls] == [403, 403]
    client.force_login(clerk("nowhere-quarter", "view_indicatorfigure", region=visits.county))
    wrong = ("/reports/indicators/2019/5/", "/reports/scores/0/1/")
    assert [client.get(url).status_code for url in wrong] == [404, 404]
    client.force_login(clerk("hospital", "view_indicatorfigure", hospital=visits.hospital))
    assert client.get(urls[0]).status_code == 404
    assert not ExportLog.objects.exists()

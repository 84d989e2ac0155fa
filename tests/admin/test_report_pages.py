"""Pages of indicators, notices and inspections: what they show, to whom, at what cost."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from reporting.models import (
    Finding,
    IndicatorFigure,
    InspectionDraw,
    InspectionPlan,
    Inspector,
    Notice,
    PrintSetting,
)
from tests.reimbursement.rows import World, make_world
from tests.reporting.indicator_world import clerk, visit

pytestmark = pytest.mark.django_db
ALL = "/admin/reporting/indicatorfigure/all/?year=2019&quarter=2"
RIGHTS = (
    "view_indicatorfigure", "add_indicatorfigure", "view_notice", "add_notice", "view_noticeobjection",
    "add_noticeobjection", "add_noticeobjectionstep", "view_inspectionplan", "add_inspectionplan",
    "draw_inspectionplan", "view_finding", "add_finding", "add_findingstep", "view_scoreitem",
)  # fmt: skip


@pytest.fixture
def county(today: date) -> World:
    world = make_world()
    visit(world, total_fen=100_000, basic_fen=81_000, lines=(("western_medicine", 100_000),))
    visit(world, county=world.other_county, total_fen=300_000, basic_fen=150_000)
    return world


@pytest.fixture
def staff(county: World, client: Client) -> Client:
    client.force_login(clerk("staff", *RIGHTS, region=county.county))
    return client


def test_each_number_of_the_page_leads_to_its_rows(county: World, staff: Client) -> None:
    page = staff.get(ALL).content.decode()
    assert "810.00 元" in page
    assert "81%" in page
    assert "尚无数据" in page
    assert "2,310.00" not in page
    rows = "/admin/reporting/indicatorfigure/rows/reimbursement/?year=2019&amp;quarter=2"
    assert rows in page
    shown = staff.get(rows.replace("&amp;", "&")).content.decode()
    assert "共 1 行" in shown
    assert "1,000.00 元" in shown
    assert "<canvas" in page


def test_a_county_outside_the_scope_does_not_exist(county: World, staff: Client) -> None:
    other = county.other_county.pk
    assert staff.get(f"{ALL}&county={other}").status_code == 404
    assert staff.get(f"/admin/reporting/indicatorfigure/rows/drugs/?county={other}").status_code == 404
    assert staff.get("/admin/reporting/indicatorfigure/rows/nothing/").status_code == 404


def test_without_the_right_there_is_no_page_and_no_chart(county: World, client: Client) -> None:
    client.force_login(clerk("other", region=county.county))
    assert client.get(ALL).status_code == 403
    assert client.get("/admin/reporting/notice/publish/").status_code == 403
    assert "<canvas" not in client.get("/admin/desk/numbers/").content.decode()


def test_the_first_page_has_charts_with_their_numbers_as_text(county: World, staff: Client) -> None:
    page = staff.get("/admin/desk/numbers/").content.decode()
    assert page.count("<canvas") == 2
    assert "以表格查看" in page
    assert ">81%<" in page


def test_the_pages_cost_as_much_for_ten_times_the_visits(
    county: World, staff: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        visit(county)
    for url, most in ((ALL, 40), ("/admin/reporting/scoreitem/sheets/?year=2019", 40)):
        with django_assert_max_num_queries(most):
            assert staff.get(url).status_code == 200


def test_a_figure_is_reported_by_the_form_and_only_for_the_own_county(county: World, staff: Client) -> None:
    url = "/admin/reporting/indicatorfigure/report/"
    sent = {
        "code": "village-clinic", "county": county.county.pk, "year": 2019, "numerator": 39,
        "denominator": 40, "counted_on": "2019-06-30", "source": "县卫健局月报",
    }  # fmt: skip
    assert staff.post(url, {**sent, "county": county.other_county.pk}).status_code == 200
    assert "分子不能大于分母" in staff.post(url, {**sent, "numerator": 41}).content.decode()
    assert staff.post(url, {**sent, "denominator": "9" * 30}).status_code == 200
    assert not IndicatorFigure.objects.exists()
    assert staff.post(url, sent).status_code == 302
    assert "97.5%" in staff.get(ALL).content.decode()


def test_a_notice_is_published_objected_to_and_answered(county: World, staff: Client) -> None:
    sent = {
        "county": county.county.pk, "hospital": county.hospital.pk, "year": 2019, "quarter": 2,
        "shown_from": "2019-07-02",
    }  # fmt: skip
    url = "/admin/reporting/notice/publish/"
    assert "还没有结束" in staff.post(url, sent).content.decode()
    first = {**sent, "quarter": 1}
    assert "监督电话" in staff.post(url, first).content.decode()
    PrintSetting.objects.create(county=county.county, hotline="0955-1")
    assert "没有可公示的内容" in staff.post(url, first).content.decode()
    assert "不能晚于" in staff.post(url, {**first, "shown_from": "9999-12-31"}).content.decode()
    assert not Notice.objects.exists()
    visit(county, on="2019-02-03")
    assert staff.post(url, first).status_code == 302
    notice = Notice.objects.get()
    page = f"/admin/reporting/notice/{notice.pk}/change/"
    assert "张*丰" in staff.get(page).content.decode()
    objection = {"raised_on": "2019-06-30", "raised_by": "匿名", "contact": "", "what": "没有这个人"}
    assert staff.post(f"/admin/reporting/notice/{notice.pk}/object/", objection).status_code == 302
    raised = notice.objections.get()
    step = {"kind": "closed", "on": "2019-06-30", "note": "已核对"}
    assert staff.post(f"/admin/reporting/noticeobjection/{raised.pk}/step/", step).status_code == 302
    assert "已办结" in staff.get(page).content.decode()
    staff.force_login(clerk("stranger", *RIGHTS, region=county.other_county))
    assert staff.get(page).status_code == 404
    assert staff.post(f"/admin/reporting/notice/{notice.pk}/object/", objection).status_code == 404
    assert notice.objections.count() == 1


def test_a_plan_is_drawn_once_and_its_finding_is_closed(county: World, staff: Client) -> None:
    Inspector.objects.create(county=county.county, number="J1", name="检查员", workplace="医保局")
    sent = {
        "title": "抽查", "county": county.county.pk, "kind": "claims", "since": "2019-04-01",
        "until": "2019-06-30", "object_count": 1, "inspector_count": 1,
    }  # fmt: skip
    assert staff.post("/admin/reporting/inspectionplan/make/", sent).status_code == 302
    plan = InspectionPlan.objects.get()
    draw = f"/admin/reporting/inspectionplan/{plan.pk}/draw/"
    assert staff.post(draw, {"seed": "88"}).status_code == 302
    assert "不能重抽" in staff.post(draw, {"seed": "89"}).content.decode()
    assert InspectionDraw.objects.get().seed == "88"
    assert "重算一致" in staff.get(f"/admin/reporting/inspectionplan/{plan.pk}/change/").content.decode()
    finding = {
        "county": county.county.pk, "plan": plan.pk, "kind": "random", "inspected_by": "医保局",
        "hospital": county.hospital.pk, "found_on": "2019-06-20", "responsible": "王主任",
        "due_on": "2019-06-28", "what": "超范围检查",
    }  # fmt: skip
    assert staff.post("/admin/reporting/finding/record/", finding).status_code == 302
    found = Finding.objects.get()
    page = f"/admin/reporting/finding/{found.pk}/change/"
    assert "已逾期" in staff.get(page).content.decode()
    step = {"kind": "closed", "on": "2019-06-30", "note": "已整改"}
    assert staff.post(f"/admin/reporting/finding/{found.pk}/step/", step).status_code == 302
    assert "已销号" in staff.get(page).content.decode()
    hospital = clerk("hospital", *RIGHTS, hospital=county.hospital)
    staff.force_login(hospital)
    assert staff.get(page).status_code == 200
    assert staff.get(f"/admin/reporting/inspectionplan/{plan.pk}/change/").status_code == 404
    refused = staff.post(f"/admin/reporting/finding/{found.pk}/step/", step)
    assert "不在您的管辖范围内" in refused.content.decode()
    assert found.steps.count() == 1

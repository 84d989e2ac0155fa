"""Random draws (双随机): once, repeatable, by documented arithmetic; findings followed to their end."""

import hashlib
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pypdfium2 import PdfDocument
from pytest_django import Settings

from organizations.models import Hospital
from organizations.scope import EVERYTHING, Scope, scope_of_hospital
from reporting.errors import AlreadyClosedError, AlreadyDrawnError, OutOfScopeError, TooFewError
from reporting.inspections.drawing import draw
from reporting.models import (
    DrawFrame,
    Drawn,
    ExportLog,
    Finding,
    InspectionDraw,
    InspectionPlan,
    Inspector,
)
from reporting.selectors.inspections import draw_repeats, finding_list, plan_list
from reporting.services.inspections import finding_record, finding_step, plan_draw, plan_make
from tests.reimbursement.rows import World
from tests.reporting.indicator_world import clerk, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspectors(world: World) -> World:
    for number in range(1, 6):
        Inspector.objects.create(
            county=world.county, number=f"J{number}", name=f"检查员{number}", workplace="医保局",
            active=number < 5,
        )  # fmt: skip
    return world


def plan_of(world: World, kind: str = "claims", objects: int = 2, people: int = 2) -> InspectionPlan:
    return plan_make(
        scope=EVERYTHING, county=world.county, title="2019年第二季度抽查", kind=kind,
        since=date(2019, 4, 1), until=date(2019, 6, 30), object_count=objects, inspector_count=people,
        by=clerk(f"planner{InspectionPlan.objects.count()}", region=world.county),
    )  # fmt: skip


def test_the_smallest_hashes_of_seed_and_key_are_drawn() -> None:
    keys = ["A", "B", "C", "D"]
    hashes = {key: hashlib.sha256(f"20190701|{key}".encode()).hexdigest() for key in keys}
    expected = sorted(keys, key=hashes.__getitem__)[:2]
    drawn = draw(seed="20190701", keys=iter(keys), wanted=2)
    assert [key for key, _ in drawn] == expected
    assert drawn == draw(seed="20190701", keys=reversed(keys), wanted=2)
    assert [key for key, _ in draw(seed="x", keys=keys, wanted=4)] == ["A", "D", "C", "B"]


def test_a_draw_keeps_seed_list_and_result_and_can_be_repeated(inspectors: World) -> None:
    wanted = [visit(inspectors) for _ in range(6)]
    visit(inspectors, on="2019-07-01")
    visit(inspectors, county=inspectors.other_county)
    plan = plan_of(inspectors)
    drawing = plan_draw(scope=EVERYTHING, plan=plan, by=plan.made_by, seed="20190701")
    keys = [str(claim.pk) for claim in wanted]
    assert drawing.frame.get().keys.split("\n") == keys
    assert (drawing.frame_count, drawing.inspector_keys) == (6, ["J1", "J2", "J3", "J4"])
    assert drawing.frame_hash == hashlib.sha256("\n".join(keys).encode()).hexdigest()
    drawn = [key for key, _ in draw(seed="20190701", keys=keys, wanted=2)]
    assert list(drawing.drawn.filter(side="object").values_list("key", flat=True)) == drawn
    assert drawing.drawn.filter(side="inspector").count() == 2
    # New claims do not matter: what was drawn from is kept.
    visit(inspectors)
    assert draw_repeats(drawing=drawing)
    drawing.seed = "another"
    assert not draw_repeats(drawing=drawing)


def test_a_plan_is_drawn_once_and_nothing_drawn_can_be_changed(inspectors: World) -> None:
    for _ in range(3):
        visit(inspectors)
    plan = plan_of(inspectors)
    first = plan_draw(scope=EVERYTHING, plan=plan, by=plan.made_by)
    assert len(first.seed) == 32
    with pytest.raises(AlreadyDrawnError):
        plan_draw(scope=EVERYTHING, plan=plan, by=plan.made_by)
    assert InspectionDraw.objects.get() == first
    assert (DrawFrame.objects.count(), Drawn.objects.count()) == (1, 4)
    for model, change in (
        (InspectionDraw, {"seed": "1"}),
        (Drawn, {"key": "1"}),
        (InspectionPlan, {"title": "x"}),
    ):
        with pytest.raises(IntegrityError, match="insert_only"), transaction.atomic():
            model.objects.update(**change)  # type: ignore[attr-defined]


def test_too_short_lists_and_strangers_draw_nothing(inspectors: World) -> None:
    visit(inspectors)
    few, nobody = plan_of(inspectors), plan_of(inspectors, objects=1, people=5)
    for plan in (few, nobody):
        with pytest.raises(TooFewError):
            plan_draw(scope=EVERYTHING, plan=plan, by=plan.made_by)
    with pytest.raises(OutOfScopeError):
        plan_draw(scope=Scope(county_ids=frozenset({inspectors.other_county.pk})), plan=few, by=few.made_by)
    assert not InspectionDraw.objects.exists()
    assert not plan_list(scope=scope_of_hospital(inspectors.hospital)).exists()


def test_hospitals_of_the_county_are_drawn_by_code(inspectors: World) -> None:
    plan = plan_of(inspectors, kind="hospitals", objects=1)
    drawing = plan_draw(scope=EVERYTHING, plan=plan, by=plan.made_by)
    codes = Hospital.objects.filter(county=inspectors.county).order_by("code").values_list("code", flat=True)
    assert drawing.frame.get().keys == "\n".join(codes)
    assert drawing.drawn.get(side="object").label in {"清水县人民医院", "清水县中医院"}


def test_a_finding_is_followed_to_its_end(inspectors: World) -> None:
    by = clerk("recorder", region=inspectors.county)
    finding = finding_record(
        scope=EVERYTHING, county=inspectors.county, kind="third_party", inspected_by="第三方审计",
        found_on=date(2019, 7, 1), what="超范围检查", responsible="王主任", due_on=date(2019, 7, 31),
        hospital=inspectors.hospital, by=by,
    )  # fmt: skip
    for kind in ("rectified", "checked", "criticised", "closed"):
        finding_step(scope=EVERYTHING, finding=finding, kind=kind, on=date(2019, 7, 9), note="已办", by=by)
    with pytest.raises(AlreadyClosedError):
        finding_step(
            scope=EVERYTHING, finding=finding, kind="rectified", on=date(2019, 8, 1), note="又办", by=by
        )
    assert finding.steps.count() == 4
    assert finding_list(scope=scope_of_hospital(inspectors.hospital)).get().closed
    assert not finding_list(scope=scope_of_hospital(inspectors.other_hospital)).exists()
    with pytest.raises(OutOfScopeError):
        finding_record(
            scope=Scope(county_ids=frozenset({inspectors.other_county.pk})), county=inspectors.county,
            kind="random", inspected_by="x", found_on=date(2019, 7, 1), what="x", responsible="x",
            due_on=date(2019, 7, 2), by=by,
        )  # fmt: skip
    assert Finding.objects.count() == 1


def test_a_draw_is_printed_and_handed_out_with_the_list_it_was_drawn_from(
    inspectors: World, settings: Settings, tmp_path: Path
) -> None:
    settings.EXPORT_DIR = tmp_path
    wanted = [visit(inspectors) for _ in range(3)]
    plan = plan_of(inspectors)
    office = Client()
    office.force_login(clerk("office", "view_inspectionplan", region=inspectors.county))
    drawing = plan_draw(scope=EVERYTHING, plan=plan, by=plan.made_by, seed="20190701")
    addresses = [reverse(f"reporting:draw-{name}", args=[drawing.pk]) for name in ("workbook", "page")]
    book = load_workbook(BytesIO(b"".join(office.get(addresses[0]).streaming_content)))
    assert book.sheetnames == ["抽中的检查对象", "抽中的检查人员", "名册"]
    rows = list(book["名册"].iter_rows(values_only=True))
    keys = [row[2] for row in rows if row[1] == "检查对象"]
    assert keys == [str(claim.pk) for claim in wanted]
    assert [row[2] for row in rows if row[1] == "检查人员"] == ["J1", "J2", "J3", "J4"]
    # Whoever has the file draws the same again.
    again = [key for key, _ in draw(seed="20190701", keys=keys, wanted=2)]
    first = [row for row in book["抽中的检查对象"].iter_rows(values_only=True) if row[0] in (1, 2)]
    assert [row[2] for row in first] == again
    hashes = drawing.drawn.filter(side="object").order_by("position").values_list("hash", flat=True)
    assert [row[3] for row in first] == list(hashes)
    page = office.get(addresses[1])
    assert page["Content-Type"] == "application/pdf"
    text = "".join(sheet.get_textpage().get_text_bounded() for sheet in PdfDocument(page.content))
    assert "20190701" in text
    assert "结果一致" in text
    assert ExportLog.objects.filter(report="双随机抽取结果").count() == 2
    far = clerk("far", "view_inspectionplan", region=inspectors.other_county)
    ward = clerk("ward", "view_inspectionplan", hospital=inspectors.hospital)
    nobody = clerk("nobody", region=inspectors.county)
    for user, status in ((far, 404), (ward, 404), (nobody, 403)):
        office.force_login(user)
        assert [office.get(url).status_code for url in addresses] == [status, status]
    assert ExportLog.objects.filter(report="双随机抽取结果").count() == 2
    assert list(tmp_path.iterdir()) == []

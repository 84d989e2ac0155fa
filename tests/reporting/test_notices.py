"""Public notices (季度公示): frozen rows, masked names, files, objections, scope."""

from datetime import date

import openpyxl
import pypdfium2
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from organizations.scope import EVERYTHING, Scope
from reimbursement.quarters import Quarter
from reporting.errors import (
    AlreadyClosedError,
    HotlineMissingError,
    NothingToPublishError,
    OutOfScopeError,
    QuarterNotOverError,
)
from reporting.models import ExportLog, Notice, NoticeObjection, NoticeRow, PrintSetting
from reporting.notices.names import masked_name
from reporting.services.notices import content_hash_of, notice_publish, objection_record, objection_step
from tests.reimbursement.rows import World
from tests.reporting.indicator_world import clerk, take_back, visit

pytestmark = pytest.mark.django_db
QUARTER = Quarter(2019, 2)


@pytest.fixture
def visits(world: World) -> World:
    """Two chronic visits, one taken back within the quarter, a stay, and one of another county."""
    PrintSetting.objects.create(county=world.county, hotline="0371-12345678")
    visit(world, name="张三丰", total_fen=100_000, basic_fen=60_000, assistance_fen=25_000)
    visit(world, name="李四", total_fen=50_001, basic_fen=20_000, on="2019-05-06")
    take_back(visit(world, name="王五", on="2019-05-07", basic_fen=1), on="2019-06-01")
    visit(world, name="住院人", inpatient=True)
    visit(world, name="外县人", county=world.other_county)
    return world


def publish(world: World, **changes: object) -> Notice:
    given = {
        "scope": EVERYTHING, "county": world.county, "hospital": world.hospital, "quarter": QUARTER,
        "shown_from": date(2019, 7, 2), "today": date(2019, 7, 1),
    }  # fmt: skip
    user = clerk(f"u{Notice.objects.count()}", region=world.county)
    return notice_publish(**{**given, **changes}, by=user)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "shown"), [("张三", "张*"), ("张三丰", "张*丰"), ("买买提江", "买**江"), ("张", "*"), ("", "")]
)
def test_names_keep_their_first_sign_and_of_longer_ones_the_last(name: str, shown: str) -> None:
    assert masked_name(name) == shown


def test_a_notice_keeps_chronic_visits_of_the_quarter_with_masked_names(visits: World) -> None:
    notice = publish(visits)
    rows = notice.rows.order_by("number")
    assert [(row.shown_name, row.disease, str(row.visited_on)) for row in rows] == [
        ("张*丰", "糖尿病（伴严重并发症）", "2019-04-10"),
        ("李*", "糖尿病（伴严重并发症）", "2019-05-06"),
    ]
    assert [(row.basic_fen, row.assistance_fen, row.patient_fen) for row in rows] == [
        (60_000, 25_000, 15_000), (20_000, 0, 30_001),
    ]  # fmt: skip
    assert (notice.row_count, notice.total_fen, notice.paid_fen, notice.patient_fen) == (
        2, 150_001, 105_000, 45_001,
    )  # fmt: skip
    assert (notice.hotline, notice.shown_to) == ("0371-12345678", date(2019, 7, 8))
    assert content_hash_of(notice) == notice.content_hash


def test_full_names_and_days_are_the_county_s_choice_and_published_notices_keep_theirs(visits: World) -> None:
    first = publish(visits)
    PrintSetting.objects.update(notice_full_names=True, notice_days=5)
    second = publish(visits)
    assert [notice.rows.get(number=2).shown_name for notice in (first, second)] == ["李*", "李四"]
    assert (second.edition, second.shown_to, first.full_names) == (2, date(2019, 7, 6), False)


def test_a_published_notice_can_be_neither_changed_nor_deleted(visits: World) -> None:
    notice = publish(visits)
    for change in (
        lambda: Notice.objects.filter(pk=notice.pk).update(hotline="1"),
        lambda: NoticeRow.objects.filter(notice=notice).update(shown_name="x"),
        lambda: NoticeRow.objects.filter(notice=notice).delete(),
    ):
        with pytest.raises(IntegrityError, match="insert_only"), transaction.atomic():
            change()


def test_what_cannot_be_published_writes_nothing(visits: World) -> None:
    stranger = Scope(county_ids=frozenset({visits.other_county.pk}))
    for error, changes in (
        (OutOfScopeError, {"scope": stranger}),
        (OutOfScopeError, {"scope": Scope(hospital_id=visits.hospital.pk)}),
        (QuarterNotOverError, {"today": date(2019, 6, 30)}),
        (HotlineMissingError, {"county": visits.other_county}),
        (NothingToPublishError, {"hospital": visits.other_hospital}),
    ):
        user = clerk(f"{error.__name__}{len(changes)}{id(changes)}", region=visits.county)
        given = {
            "scope": EVERYTHING, "county": visits.county, "hospital": visits.hospital, "quarter": QUARTER,
            "shown_from": date(2019, 7, 2), "today": date(2019, 7, 1), "by": user,
        }  # fmt: skip
        with pytest.raises(error):
            notice_publish(**{**given, **changes})  # type: ignore[arg-type]
    assert not Notice.objects.exists()
    assert not NoticeRow.objects.exists()


def test_an_objection_is_handled_step_by_step_and_nothing_follows_its_end(visits: World) -> None:
    notice = publish(visits)
    by = clerk("handler", region=visits.county)
    objection = objection_record(
        scope=EVERYTHING, notice=notice, raised_on=date(2019, 7, 3), raised_by="匿名", contact="",
        what="李四没有看病", by=by,
    )  # fmt: skip
    for kind in ("handled", "closed"):
        objection_step(
            scope=EVERYTHING, objection=objection, kind=kind, on=date(2019, 7, 4), note="已核对病历", by=by
        )
    for kind in ("handled", "closed"):
        with pytest.raises(AlreadyClosedError):
            objection_step(
                scope=EVERYTHING, objection=objection, kind=kind, on=date(2019, 7, 5), note="再办", by=by
            )
    stranger = Scope(county_ids=frozenset({visits.other_county.pk}))
    with pytest.raises(OutOfScopeError):
        objection_record(
            scope=stranger, notice=notice, raised_on=date(2019, 7, 3), raised_by="某", contact="", what="x",
            by=by,
        )  # fmt: skip
    assert NoticeObjection.objects.count() == 1
    assert objection.steps.count() == 2


def test_files_hold_the_frozen_rows_and_their_going_out_is_logged(
    visits: World, client: Client, settings, tmp_path
) -> None:
    settings.EXPORT_DIR = tmp_path
    notice = publish(visits)
    client.force_login(clerk("viewer", "view_notice", region=visits.county))
    response = client.get(f"/reports/notices/{notice.pk}/workbook/")
    path = tmp_path / "got.xlsx"
    path.write_bytes(b"".join(response.streaming_content))  # type: ignore[attr-defined]
    cells = [cell.value for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row]
    assert {"张*丰", "李*", 1050.01 - 50.01, 1500.01, 450.01} <= set(cells)
    assert "张三丰" not in cells
    response = client.get(f"/reports/notices/{notice.pk}/notice.pdf")
    text = pypdfium2.PdfDocument(response.content)[0].get_textpage().get_text_range()
    for said in ("张*丰", "糖尿病（伴严重并发症）", "0371-12345678", "2019-07-02 至 2019-07-08", "1500.01"):
        assert said in text
    assert list(ExportLog.objects.order_by("pk").values_list("row_count", "total_fen")) == [
        (2, 105_000), (2, 105_000),
    ]  # fmt: skip


def test_strangers_get_no_notice(visits: World, client: Client) -> None:
    notice = publish(visits)
    for form in ("workbook/", "notice.pdf"):
        url = f"/reports/notices/{notice.pk}/{form}"
        client.logout()
        assert client.get(url).status_code == 302
        client.force_login(clerk(f"stranger{form}", "view_notice", region=visits.other_county))
        assert client.get(url).status_code == 404
        client.force_login(clerk(f"unpermitted{form}", region=visits.county))
        assert client.get(url).status_code == 403
    assert not ExportLog.objects.exists()


def test_a_notice_costs_as_many_statements_for_ten_times_the_rows(
    visits: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        visit(visits)
    with django_assert_max_num_queries(22):
        assert publish(visits).row_count == 22

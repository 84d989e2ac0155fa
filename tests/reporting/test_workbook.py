"""The quarterly workbook, read back with another library (工作簿)."""

import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from openpyxl.worksheet.worksheet import Worksheet
from pytest_django import DjangoAssertNumQueries

from organizations.scope import EVERYTHING, NOTHING, Scope
from reimbursement.models import LedgerLine, QuarterlyLedger
from reimbursement.services import quarter_build
from reporting.errors import NothingToReportError, WorkbookMismatchError
from reporting.models import ExportLog
from reporting.services import WorkbookReport, quarter_workbook_write
from tests.reimbursement.rows import World, id_number

pytestmark = pytest.mark.django_db

HEADINGS = [
    "序号", "姓名", "身份证号", "身份类别", "参保类型", "住址", "疾病诊断/慢性病病种", "就诊类型",
    "入院/就诊日期", "出院/结算日期", "总金额", "进入统筹费用", "起付线", "超限价自费", "政策范围外自费",
    "统筹支付", "大病支付", "补充保险", "民政救助", "政府兜底", "医院减免", "自付费用",
    "医院垫付（目录外超限费用）", "本台账申报金额", "依据", "备注",
]  # fmt: skip

Write = Callable[..., WorkbookReport]


@pytest.fixture
def write(world: World, tmp_path: Path) -> Write:
    def write_workbook(**changes: Any) -> WorkbookReport:
        quarter_build(year=2019, quarter=2)
        asked = {
            "scope": EVERYTHING, "kind": world.kind, "county": world.county, "year": 2019, "quarter": 2,
            "path": tmp_path / "ledger.xlsx",
        }  # fmt: skip
        return quarter_workbook_write(**{**asked, **changes})

    return write_workbook


def sheet(report: WorkbookReport, position: int = 1) -> Worksheet:
    return openpyxl.load_workbook(report.path).worksheets[position]


def values(of: Worksheet, row: int) -> list[Any]:
    return [cell.value for cell in of[row]]


def column(of: Worksheet, title: str, *, rows: int) -> list[Any]:
    at = values(of, 4).index(title)
    return [of.cell(row, at + 1).value for row in range(5, 5 + rows)]


def test_detail_has_the_offices_headings_and_a_row_as_it_was_posted(world: World, write: Write) -> None:
    world.paid(35_000, "2019-04-01")
    detail = sheet(write())
    assert values(detail, 1)[0] == "六盘市农村贫困人口慢性病门诊兜底保障资金季度台账"
    assert values(detail, 2)[0] == "2019年第2季度（2019-04-01 至 2019-06-30）"
    assert values(detail, 3)[0] == "县（市、区）：清水县    医疗机构：清水县人民医院（H64048300001）"
    assert any("报送期限：2019-07-05" in str(value) for value in values(detail, 3))
    assert values(detail, 4) == HEADINGS
    day = datetime(2019, 4, 1)  # noqa: DTZ001
    assert values(detail, 5) == [
        1, "张三", id_number(1), "建档立卡贫困人口", None, "沙塘镇后湾村", "糖尿病（伴严重并发症）",
        "门诊慢性病", day, day, 1200, 1000, None, 0, 200, 650, 0, 0, 0, 350, 0, 200, 0, 350,
        "六卫〔2018〕1号 三(一)", None,
    ]  # fmt: skip
    assert values(detail, 7)[0] == "申报金额合计（人民币大写）：叁佰伍拾元整"


def test_id_numbers_and_names_that_look_like_formulas_are_text(world: World, write: Write) -> None:
    names = ["=1+1", "+86", "-李", "@SUM(A1)", "\t张"]
    for name in names:
        world.post(world.claim(on="2019-05-01", person=world.person(name)), backstop_fen=100)
    report = write()
    detail = sheet(report)
    found = {}
    for row in range(5, 10):
        name_cell, id_cell = detail.cell(row, 2), detail.cell(row, 3)
        assert (name_cell.data_type, id_cell.data_type) == ("s", "s")
        assert len(str(id_cell.value)) == 18
        assert id_cell.number_format == "@"
        found[name_cell.value] = name_cell.quotePrefix
    assert found == dict.fromkeys(names, True)
    with zipfile.ZipFile(report.path) as parts:
        sheets = [parts.read(part) for part in parts.namelist() if "worksheets/sheet" in part]
    assert not any(b"<f>" in part for part in sheets)


def test_totals_are_values_that_reconcile_with_the_database(world: World, write: Write) -> None:
    amounts = [1, 10, 33_333, 1_234_567_89, 7]
    payments = [world.paid(fen, "2019-05-02") for fen in amounts]
    world.reverse(payments[2], posted_on="2019-06-30")
    other = world.paid(5_005, "2019-06-30", hospital=world.other_hospital)
    report = write()
    in_database = LedgerLine.objects.aggregate(fen=Sum("amount_fen"))["fen"]
    assert report.total_fen == in_database == 123_456_789 + 18 + other.amount_fen
    assert (report.rows, report.ledgers) == (7, 2)
    detail = sheet(report)
    claimed = column(detail, "本台账申报金额", rows=7)
    assert claimed == [0.01, 0.1, 333.33, 1234567.89, 0.07, -333.33, 1234568.07]
    for title in (*HEADINGS[10:12], *HEADINGS[13:24]):
        *rows, total = column(detail, title, rows=7)
        assert round(sum(rows), 2) == total
    assert detail.cell(11, 2).value == "合计"
    assert detail.cell(5, HEADINGS.index("本台账申报金额") + 1).number_format == "#,##0.00"
    summary = sheet(report, 0)
    assert summary.title == "汇总"
    assert [summary.cell(row, 2).value for row in (5, 6)] == ["清水县人民医院", "清水县中医院"]
    assert [summary.cell(row, 4).value for row in (5, 6, 7)] == [6, 1, 7]
    assert [summary.cell(row, 5).value for row in (5, 6, 7)] == [1234568.07, 50.05, 1234618.12]
    assert summary.cell(6, 6).value == "伍拾元零伍分"
    assert values(summary, 8)[0] == "申报金额合计（人民币大写）：壹佰贰拾叁万肆仟陆佰壹拾捌元壹角贰分"


def test_reversal_nets_every_column_and_says_what_it_takes_back(world: World, write: Write) -> None:
    payment = world.paid(35_000, "2019-04-01")
    world.reverse(payment, posted_on="2019-05-01")
    detail = sheet(write())
    assert column(detail, "自付费用", rows=3) == [200, -200, 0]
    assert column(detail, "本台账申报金额", rows=3) == [350, -350, 0]
    assert column(detail, "备注", rows=2) == [None, f"冲销单据{payment.claim.claim_no}：录入有误"]


def test_parts_of_every_row_make_its_total(world: World, write: Write) -> None:
    world.paid(35_000, "2019-04-01")
    row = dict(zip(HEADINGS, values(sheet(write()), 5), strict=True))
    parts = (
        "统筹支付", "大病支付", "补充保险", "民政救助", "政府兜底", "医院减免", "医院垫付（目录外超限费用）",
        "自付费用",
    )  # fmt: skip
    assert sum(row[part] for part in parts) == row["总金额"]


def test_sheets_print_on_one_page_width_with_repeated_headings(world: World, write: Write) -> None:
    world.paid(35_000, "2019-04-01")
    book = openpyxl.load_workbook(write().path)
    for each in book.worksheets:
        assert each.page_setup.orientation == "landscape"
        assert each.page_setup.paperSize == 9
        assert (each.page_setup.fitToWidth or 1, each.page_setup.fitToHeight) == (1, 0)
        assert each.sheet_properties.pageSetUpPr is not None
        assert each.sheet_properties.pageSetUpPr.fitToPage
        assert each.print_title_rows == "$1:$4"
        assert each.freeze_panes == "C5"
        assert "&P" in str(each.oddFooter.center.text)
    detail = book.worksheets[1]
    assert detail.column_dimensions["C"].width >= 18


def test_paper_carries_signatures_and_the_stamp_of_its_content(world: World, write: Write) -> None:
    world.paid(35_000, "2019-04-01")
    detail = sheet(write())
    ledger = QuarterlyLedger.objects.get()
    texts = [cell.value for row in detail.iter_rows(min_row=7) for cell in row if cell.value]
    assert {"编制人：", "审核人：", "单位负责人：", "财政部门（盖章）："} <= set(texts)
    assert any("填报日期" in text for text in texts)
    stamp = texts[-1]
    assert ledger.ledger_no in stamp
    assert ledger.content_hash in stamp
    assert len(ledger.content_hash) == 64
    assert f"{ledger.built_at:%Y}" in stamp


def test_long_table_goes_on_on_the_next_sheet(world: World, write: Write) -> None:
    for _ in range(7):
        world.paid(100, "2019-04-01")
    report = write(rows_on_a_sheet=3)
    book = openpyxl.load_workbook(report.path)
    assert book.sheetnames == ["汇总", "01 清水县人民医院", "01 清水县人民医院(2)", "01 清水县人民医院(3)"]
    assert [values(each, 5)[0] for each in book.worksheets[1:]] == [1, 4, 7]
    assert all(values(each, 4) == HEADINGS for each in book.worksheets[1:])
    assert column(book.worksheets[3], "本台账申报金额", rows=2) == [1, 7]
    assert report.rows == 7


def test_hospital_without_payments_gets_an_empty_ledger(world: World, write: Write) -> None:
    payment = world.paid(100, "2019-04-01")
    write()
    assert payment.ledger_line.ledger.line_count == 1
    QuarterlyLedger.objects.create(
        kind=world.kind, kind_code=world.kind.code, county=world.county, hospital=world.other_hospital,
        year=2019, quarter=2,
    )  # fmt: skip
    report = write()
    assert report.ledgers == 2
    assert [value for value in values(sheet(report, 2), 5) if value] == ["合计"]


def test_queries_do_not_grow_with_rows_or_hospitals(
    world: World, tmp_path: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(1, 29):
        hospital = world.hospital if day % 2 else world.other_hospital
        world.paid(100, f"2019-05-{day:02d}", hospital=hospital)
    quarter_build(year=2019, quarter=2)
    with django_assert_max_num_queries(12):
        assert quarter_workbook_write(
            scope=EVERYTHING, kind=world.kind, county=world.county, year=2019, quarter=2,
            path=tmp_path / "ledger.xlsx",
        ).rows == 28  # fmt: skip


def test_hospital_gets_its_own_ledger_and_strangers_none(world: World, write: Write) -> None:
    world.paid(100, "2019-04-01")
    world.paid(200, "2019-04-01", hospital=world.other_hospital)
    own = write(scope=Scope(hospital_id=world.other_hospital.pk))
    assert (own.ledgers, own.total_fen) == (1, 200)
    for scope in (NOTHING, Scope(county_ids=frozenset({world.other_county.pk}))):
        with pytest.raises(NothingToReportError):
            write(scope=scope)
    assert ExportLog.objects.count() == 1


def test_difference_from_the_database_delivers_nothing(world: World, write: Write, tmp_path: Path) -> None:
    world.paid(100, "2019-04-01")
    quarter_build(year=2019, quarter=2)
    QuarterlyLedger.objects.update(total_fen=99)
    path = tmp_path / "folder" / "ledger.xlsx"
    with pytest.raises(WorkbookMismatchError, match=r"1\.00"), transaction.atomic():
        quarter_workbook_write(
            scope=EVERYTHING, kind=world.kind, county=world.county, year=2019, quarter=2, path=path
        )
    assert list(path.parent.iterdir()) == []
    assert not ExportLog.objects.exists()


def test_file_replaces_the_old_one_whole_and_is_private(world: World, write: Write, tmp_path: Path) -> None:
    path = tmp_path / "ledger.xlsx"
    path.write_bytes(b"old")
    world.paid(100, "2019-04-01")
    report = write(path=path)
    assert report.path == path
    assert path.read_bytes()[:2] == b"PK"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_every_export_is_logged_and_the_log_is_only_added_to(world: World, write: Write) -> None:
    world.paid(100, "2019-04-01")
    report = write()
    log = ExportLog.objects.get()
    assert (log.user, log.row_count, log.total_fen, log.sha256) == (None, 1, 100, report.sha256)
    assert log.subject == "清水县 2019年第2季度 清水县人民医院"
    for statement in ("UPDATE reporting_exportlog SET row_count = 0", "DELETE FROM reporting_exportlog"):
        with (
            pytest.raises(DatabaseError, match="insert_only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

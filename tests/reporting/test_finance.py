"""The finance bureau's pages and workbook: due, approved, paid, downloaded; nobody else's (财政拨付)."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from organizations.models import Office, StaffMember
from organizations.scope import EVERYTHING, Scope
from policies.models import Disbursement, Fund
from reimbursement.models import Approval, LedgerPayment, QuarterlyLedger, Submission
from reimbursement.services import (
    Actor,
    budget_record,
    county_submit,
    item_pay,
    ledger_build,
    ledger_confirm,
    ledger_review,
    line_deduct,
    payment_receive,
    submission_approve,
)
from reporting.errors import NothingToReportError, WorkbookMismatchError
from reporting.models import ExportLog
from reporting.selectors.finance_desk import due_rows
from reporting.services.finance_workbooks import finance_workbook_write
from tests.reimbursement.rows import World, id_number
from tests.reimbursement.test_sources import advance, kind_of
from tests.reimbursement.test_verify import without_guards

pytestmark = pytest.mark.django_db

RIGHTS = ("approve_submission", "pay_submission")
ROLL_UP = [
    "序号", "乡镇（区）", "行政村", "户主姓名", "患者姓名", "患者身份证号", "医疗机构名称", "就诊类型",
    "疾病名称", "入院时间", "结算日期", "本次总费用", "基本医疗报销", "大病保险赔付", "大病补充保险",
    "民政救助支付", "财政兜底", "医疗机构承担", "医院减免", "个人自付", "统筹比例", "年份", "月份",
    "本次申报", "扣减", "依据", "备注",
]  # fmt: skip

SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _july(settings: Settings, tmp_path: Path) -> None:
    settings.BUSINESS_DATE = date(2019, 7, 3)
    settings.EXPORT_DIR = tmp_path


@pytest.fixture
def clerk(db: None) -> User:
    return User.objects.create(username="clerk")


@pytest.fixture
def sent(world: World, clerk: User) -> Submission:
    """Two hospitals' second quarter, paid 70 % first (黔南医保发〔2019〕36号 二(五)1); 100.00 taken off."""
    with without_guards():
        Disbursement.objects.create(
            policy=world.policy, code="advances", position=1, clause=world.kind.clause,
            subject="hospital_advances", first_share_bp=7_000, first_working_days=10, rest_working_days=15,
        )  # fmt: skip
    payment = world.paid(1_000_000, "2019-04-01")
    wrong = world.paid(35_000, "2019-05-01")
    world.reverse(wrong, posted_on="2019-06-30")
    world.paid(20_000, "2019-04-02", hospital=world.other_hospital)
    submission = submitted(world, clerk)
    line_deduct(line_id=payment.ledger_line.pk, amount_fen=10_000, reason="超范围用药", by=clerk)
    return submission


def submitted(world: World, clerk: User) -> Submission:
    for hospital in (world.hospital, world.other_hospital):
        ledger = ledger_build(kind=world.kind, county=world.county, hospital=hospital, year=2019, quarter=2)
        ledger_confirm(ledger_id=ledger.pk, by=Actor(hospital=hospital))
        ledger_review(ledger_id=ledger.pk, by=clerk)
    return county_submit(kind=world.kind, county=world.county, year=2019, quarter=2)


@pytest.fixture
def sign_in(client: Client) -> SignIn:
    def sign_in_as(*rights: str, **place: object) -> Client:
        user = User.objects.create_user("finance", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=rights))
        StaffMember.objects.create(user=user, **place)
        client.force_login(user)
        return client

    return sign_in_as


def bureau(region: object) -> Office:
    return Office.objects.create(name="财政局", kind="finance", region=region)


def book(world: World, tmp_path: Path, **changes: Any) -> openpyxl.Workbook:
    asked = {
        "scope": EVERYTHING, "county": world.county, "year": 2019, "quarter": 2,
        "path": tmp_path / "finance.xlsx",
    }  # fmt: skip
    return openpyxl.load_workbook(finance_workbook_write(**{**asked, **changes}))


def values(sheet: Any, row: int) -> list[Any]:
    return [cell.value for cell in sheet[row]]


def test_summary_says_what_was_applied_taken_off_approved_and_paid(
    world: World, sent: Submission, clerk: User, tmp_path: Path
) -> None:
    submission_approve(submission_id=sent.pk, first_only=True, by=clerk)
    found = book(world, tmp_path)
    assert found.sheetnames == ["汇总", "明细", "更正", "签章页"]
    summary = found["汇总"]
    assert values(summary, 1)[0] == "清水县医疗保障扶贫资金季度拨付汇总表"
    assert values(summary, 4)[1:] == [
        "清水县人民医院", "H64048300001", "6222020012345678901",
        "六盘市农村贫困人口慢性病门诊兜底保障资金季度台账", "县级财政兜底资金",
        10000, 100, 9900, 7000, 0, 0, 9900,
    ]  # fmt: skip
    assert values(summary, 6)[6:] == [10200, 100, 10100, 7140, 0, 0, 10100]
    assert "壹万零贰佰元整" in values(summary, 7)[0]
    sign_off = found["签章页"]
    assert values(sign_off, 4)[1:12] == [
        "640483-backstop-2019Q2-1", "六盘市农村贫困人口慢性病门诊兜底保障资金季度台账", 2,
        sign_off.cell(4, 5).value, "2019-07-17", "2019-08-07", 10200, 10100, 7140, 0, 10100,
    ]  # fmt: skip
    assert sign_off.cell(4, 14).value == sent.content_hash
    texts = [cell.value for row in sign_off.iter_rows(min_row=6) for cell in row if cell.value]
    assert "财政部门意见：" in texts
    assert any(text.startswith("申报编号 640483-backstop-2019Q2-1 报送于 2019-07-03") for text in texts)


def test_detail_has_the_county_roll_ups_headings_and_says_why_something_was_taken_off(
    world: World, sent: Submission, tmp_path: Path
) -> None:
    detail = book(world, tmp_path)["明细"]
    assert values(detail, 4) == ROLL_UP
    first = values(detail, 5)
    assert first[:9] == [
        1, "沙塘镇", "后湾村", "张三", "张三", id_number(1), "清水县人民医院", "门诊慢性病",
        "糖尿病（伴严重并发症）",
    ]  # fmt: skip
    assert first[11:] == [
        1200, 650, 0, 0, 0, 10000, 0, 0, -9450, "65%", 2019, 4, 10000, 100, "六卫〔2018〕1号 三(一)",
        "扣减：超范围用药",
    ]  # fmt: skip
    assert detail.cell(5, 6).number_format == "@"
    assert (values(detail, 9)[1], values(detail, 9)[23:25]) == ("合计", [10200, 100])
    stamp = [text for row in detail.iter_rows(min_row=10) for cell in row if (text := cell.value)][-1]
    assert f"内容摘要 SHA-256 {sent.content_hash}" in stamp
    assert "生成时间 20" in stamp


def test_corrections_name_the_line_that_they_correct(world: World, sent: Submission, tmp_path: Path) -> None:
    corrections = book(world, tmp_path)["更正"]
    row = values(corrections, 4)
    assert row[:3] == [1, "清水县人民医院", "张三"]
    assert row[5] == "冲销：录入有误"
    number = "640483-backstop-2019Q2-H64048300001"
    assert (row[7], row[8], row[9], row[11]) == (number, -350, number, 350)
    assert values(corrections, 5)[8] == -350
    assert values(corrections, 6)[0] == "更正金额合计（人民币大写）：负叁佰伍拾元整"


def test_exam_fees_have_a_detail_of_their_own(world: World, clerk: User, tmp_path: Path) -> None:
    kind = kind_of(world, "own", source="appraisals", deadline_working_days=5)
    advance(world, -2_000, "2019-06-02", corrects=advance(world, 18_000, "2019-05-10"))
    ledger = ledger_build(kind=kind, county=world.county, hospital=world.hospital, year=2019, quarter=2)
    ledger_confirm(ledger_id=ledger.pk, by=Actor(hospital=world.hospital))
    ledger_review(ledger_id=ledger.pk, by=clerk)
    county_submit(kind=kind, county=world.county, year=2019, quarter=2)
    line = ledger.lines.order_by("pk").first()
    assert line is not None
    line_deduct(line_id=line.pk, amount_fen=1_000, reason="重复体检", by=clerk)
    found = book(world, tmp_path)
    detail = values(found["明细"], 5)
    assert (detail[4], detail[7], detail[8], detail[12]) == ("张三", "鉴定体检", "血糖", None)
    assert (detail[23], detail[24], detail[26]) == (180, 10, "扣减：重复体检")
    assert values(found["明细"], 7)[23:25] == [160, 10]
    assert values(found["更正"], 4)[5:9:3] == ["冲销：血糖", -20]


def test_every_sheet_prints_one_page_wide_with_repeated_headings(
    world: World, sent: Submission, tmp_path: Path
) -> None:
    for sheet in book(world, tmp_path).worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows in {"$1:$3", "$1:$4"}


def test_a_long_detail_goes_on_on_another_sheet(world: World, sent: Submission, tmp_path: Path) -> None:
    found = book(world, tmp_path, rows_on_a_sheet=3)
    assert found.sheetnames == ["汇总", "明细", "明细(2)", "更正", "签章页"]
    assert values(found["明细(2)"], 6)[23] == 10200


def test_sheets_that_differ_from_the_database_are_not_delivered(
    world: World, sent: Submission, tmp_path: Path
) -> None:
    with without_guards():
        QuarterlyLedger.objects.filter(hospital=world.hospital).update(total_fen=1)
    with pytest.raises(WorkbookMismatchError, match=r"10000\.00"), transaction.atomic():
        book(world, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert not ExportLog.objects.exists()


def test_queries_do_not_grow_with_the_rows(
    world: World, sent: Submission, tmp_path: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(21):
        book(world, tmp_path)


def test_desk_shows_what_is_due_and_late_with_few_queries(
    world: World, sent: Submission, sign_in: SignIn, settings: Settings,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    client = sign_in(*RIGHTS, office=bureau(world.county))
    page = client.get("/finance/").content.decode()
    assert "2019-07-17 首付" in page
    assert "10,100.00" in page
    assert "逾期 " not in page
    settings.BUSINESS_DATE = date(2019, 7, 18)
    with django_assert_max_num_queries(16):
        page = client.get("/finance/").content.decode()
    assert "逾期 1 天" in page
    assert "待核定" in page


def test_a_first_part_is_shown_where_there_is_one_and_never_above_what_is_due(
    world: World, sent: Submission, clerk: User, sign_in: SignIn
) -> None:
    client = sign_in(*RIGHTS, office=bureau(world.county))
    address = f"/finance/submissions/{sent.pk}/"
    assert '<td class="number">7,000.00</td>' in client.get(address).content.decode()
    line = sent.items.order_by("-first_fen")[0].ledger.lines.filter(amount_fen=1_000_000).get()
    line_deduct(line_id=line.pk, amount_fen=500_000, reason="超范围用药", by=clerk)
    page = client.get(address).content.decode()
    assert '<td class="number">4,900.00</td>' in page
    assert "7,000.00" not in page
    with without_guards():
        Submission.objects.filter(pk=sent.pk).update(rest_due_on=None)
    page = client.get(address).content.decode()
    assert "应付" in page
    assert '<th class="number">首付</th>' not in page


def test_rest_is_due_once_the_first_part_is_paid(
    world: World, sent: Submission, clerk: User, sign_in: SignIn
) -> None:
    client = sign_in(*RIGHTS, office=bureau(world.county))
    client.post(f"/finance/submissions/{sent.pk}/approve/first/")
    assert [row.next_step for row in due_rows(scope=EVERYTHING, today=date(2019, 7, 3))] == ["待拨付"]
    for number, item in enumerate(sent.items.all()):
        page = client.get(f"/finance/items/{item.pk}/pay/").content.decode()
        amount = ("7000.00", "140.00")[number]
        assert f'value="{amount}"' in page
        form = {"amount": amount, "paid_on": "2019-07-03", "bank_reference": f"B{number}", "note": ""}
        assert client.post(f"/finance/items/{item.pk}/pay/", form).status_code == 302
    [row] = due_rows(scope=EVERYTHING, today=date(2019, 8, 8))
    assert (row.next_step, row.part, row.due_on, row.days_late) == ("待核定余款", "余款", date(2019, 8, 7), 1)
    client.post(f"/finance/submissions/{sent.pk}/approve/all/")
    assert sorted(Approval.objects.values_list("amount_fen", flat=True)) == [6_000, 14_000, 290_000, 700_000]
    assert LedgerPayment.objects.count() == 2


def test_refused_payments_say_why_and_write_nothing(
    world: World, sent: Submission, clerk: User, sign_in: SignIn
) -> None:
    submission_approve(submission_id=sent.pk, first_only=True, by=clerk)
    client = sign_in(*RIGHTS, office=bureau(world.county))
    item = sent.items.first()
    assert item is not None
    url = f"/finance/items/{item.pk}/pay/"
    good = {"amount": "7000.00", "paid_on": "2019-07-03", "bank_reference": "B1", "note": ""}
    for wrong, said in (
        ({"amount": "7000.01"}, "7000.00"), ({"amount": "七千"}, "请填写金额"),
        ({"paid_on": "2019-07-04"}, "不能晚于今天"), ({"paid_on": "2019-07-02"}, "不能早于报送日期"),
    ):  # fmt: skip
        answer = client.post(url, {**good, **wrong})
        assert (answer.status_code, said in answer.content.decode()) == (200, True)
    assert not LedgerPayment.objects.exists()
    client.post(url, good)
    payment = LedgerPayment.objects.get()
    client.post(f"/finance/payments/{payment.pk}/undo/", {"reason": "户名有误"})
    assert sorted(LedgerPayment.objects.values_list("amount_fen", flat=True)) == [-700_000, 700_000]
    approval = Approval.objects.get(item=item)
    client.post(f"/finance/approvals/{approval.pk}/undo/", {"reason": "重新核定"})
    assert Approval.objects.get(undoes=approval).amount_fen == -700_000
    history = client.get("/finance/payments/").content.decode()
    assert "户名有误" in history
    assert "已撤销" in history


def test_a_fund_without_a_budget_is_not_overspent_but_says_where_to_enter_one(
    world: World, sent: Submission, clerk: User, sign_in: SignIn
) -> None:
    client = sign_in(*RIGHTS, "add_budget", office=bureau(world.county))
    page = client.get("/finance/").content.decode()
    assert '<a href="/admin/reimbursement/budget/add/">未录入预算</a>' in page
    assert "-10,200.00" not in page
    fund = Fund.objects.get(code="liupan_backstop")
    budget_record(
        county=world.county, fund=fund, year=2019, amount_fen=500_000, document="清财〔2019〕3号", by=clerk
    )
    assert "-5,200.00" in client.get("/finance/").content.decode()


def test_money_that_came_back_is_owed_again_and_offered_for_payment(
    world: World, sent: Submission, clerk: User, sign_in: SignIn
) -> None:
    submission_approve(submission_id=sent.pk, first_only=False, by=clerk)
    item = sent.items.get(hospital=world.hospital)
    payment = item_pay(
        item_id=item.pk, amount_fen=990_000, paid_on=date(2019, 7, 3), bank_reference="B1", by=clerk
    )
    payment_receive(payment_id=payment.pk, received_on=date(2019, 7, 3), by=Actor(hospital=world.hospital))
    client = sign_in(*RIGHTS, office=bureau(world.county))
    history = client.get("/finance/payments/").content.decode()
    assert f"/finance/payments/{payment.pk}/return/" in history
    assert f"/finance/payments/{payment.pk}/undo/" not in history
    answer = client.post(f"/finance/payments/{payment.pk}/undo/", {"reason": "登错"})
    assert "不能撤销登记" in answer.content.decode()
    form = {"returned_on": "2019-07-03", "bank_reference": "T1", "reason": "账号有误"}
    page = client.post(f"/finance/payments/{payment.pk}/return/", form, follow=True).content.decode()
    assert "重新列为待拨付" in page
    assert "已退回" in page
    assert f"/finance/items/{item.pk}/pay/" in page
    assert list(item.payments.values_list("amount_fen", "bank_reference")) == [
        (990_000, "B1"), (-990_000, "T1")
    ]  # fmt: skip


def addresses(world: World, sent: Submission) -> dict[str, str]:
    """Every page of a row, by method."""
    item = sent.items.first()
    assert item is not None
    approval = Approval.objects.create(item=item, amount_fen=100, by=User.objects.get(username="clerk"))
    payment = LedgerPayment.objects.create(
        item=item, amount_fen=100, paid_on=date(2019, 7, 3), bank_reference="B", by=approval.by
    )
    return {
        f"/finance/submissions/{sent.pk}/": "get",
        f"/finance/submissions/{sent.pk}/approve/first/": "post",
        f"/finance/submissions/{sent.pk}/approve/all/": "post",
        f"/finance/items/{item.pk}/pay/": "get",
        f"/finance/approvals/{approval.pk}/undo/": "get",
        f"/finance/payments/{payment.pk}/undo/": "get",
        f"/finance/payments/{payment.pk}/return/": "get",
        f"/finance/workbooks/{world.county.pk}/2019/2/": "get",
    }


def test_rows_of_another_county_do_not_exist(world: World, sent: Submission, sign_in: SignIn) -> None:
    pages = addresses(world, sent)
    client = sign_in(*RIGHTS, office=bureau(world.other_county))
    for url, method in pages.items():
        assert getattr(client, method)(url).status_code == 404, url
    for url in ("/finance/", "/finance/payments/"):
        page = client.get(url).content.decode()
        assert "清水县" not in page
        assert sent.number not in page
    assert (Approval.objects.count(), LedgerPayment.objects.count()) == (1, 1)
    assert not ExportLog.objects.exists()


def test_the_prefecture_sees_its_counties(world: World, sent: Submission, sign_in: SignIn) -> None:
    client = sign_in(*RIGHTS, office=bureau(world.county.parent))
    assert sent.number in client.get("/finance/").content.decode()
    answer = client.get(f"/finance/workbooks/{world.county.pk}/2019/2/")
    assert answer.status_code == 200
    answer.close()


@pytest.mark.parametrize("place", ["hospital", "office"])
def test_hospitals_and_other_offices_are_refused(
    world: World, sent: Submission, sign_in: SignIn, place: str
) -> None:
    at: dict[str, object] = {"hospital": world.hospital} if place == "hospital" else {}
    if not at:
        at = {"office": Office.objects.create(name="医保局", kind="medical_insurance", region=world.county)}
    client = sign_in("view_submission", "view_quarterlyledger", "submit_submission", **at)
    for url, method in {**addresses(world, sent), "/finance/": "get", "/finance/payments/": "get"}.items():
        assert getattr(client, method)(url).status_code == 403, url
    assert Approval.objects.count() == 1


def test_hospital_staff_with_the_right_see_only_their_own_rows_and_no_county_workbook(
    world: World, sent: Submission, sign_in: SignIn
) -> None:
    client = sign_in(*RIGHTS, hospital=world.other_hospital)
    assert client.get(f"/finance/workbooks/{world.county.pk}/2019/2/").status_code == 404
    other = sent.items.get(hospital=world.hospital)
    assert client.get(f"/finance/items/{other.pk}/pay/").status_code == 404


def test_download_is_logged_and_leaves_nothing_behind(
    world: World, sent: Submission, sign_in: SignIn, tmp_path: Path
) -> None:
    client = sign_in(*RIGHTS, office=bureau(world.county))
    answer = client.get(f"/finance/workbooks/{world.county.pk}/2019/2/")
    content = BytesIO(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    assert openpyxl.load_workbook(content).sheetnames[0] == "汇总"
    assert "no-store" in answer["Cache-Control"]
    log = ExportLog.objects.get()
    assert (str(log.user), log.report, log.subject) == (
        "finance",
        "财政季度台账",
        "清水县 2019年第2季度 1份申报",
    )
    assert (log.row_count, log.total_fen) == (4, 1_020_000)
    assert list(tmp_path.iterdir()) == []
    for quarter in (1, 7):
        assert client.get(f"/finance/workbooks/{world.county.pk}/2019/{quarter}/").status_code == 404


def test_strict_policy_for_scripts_and_styles(world: World, sign_in: SignIn) -> None:
    answer = sign_in(*RIGHTS, office=bureau(world.county)).get("/finance/")
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "<script" not in answer.content.decode()


def test_everybody_begins_with_the_own_page(world: World, sign_in: SignIn, client: Client) -> None:
    assert client.get("/")["Location"] == "/admin/"
    finance = sign_in("pay_submission", office=bureau(world.county))
    assert finance.get("/")["Location"] == "/finance/"
    User.objects.get(username="finance").user_permissions.clear()
    assert finance.get("/")["Location"] == "/admin/"


def test_nobody_outside_the_scope_gets_a_workbook(world: World, sent: Submission, tmp_path: Path) -> None:
    with pytest.raises(NothingToReportError):
        book(world, tmp_path, scope=Scope(county_ids=frozenset({world.other_county.pk})))

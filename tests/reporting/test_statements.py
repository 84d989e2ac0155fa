"""The statement: its figures are the database's, add up, and stand on one page (一单清)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2
import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from beneficiaries.models import Person
from common.codes import IdentityCategory
from organizations.models import Hospital
from organizations.scope import EVERYTHING, NOTHING
from reporting.errors import StatementMismatchError
from reporting.models import PrintSetting
from reporting.selectors.statements import statement_source
from reporting.statements.compose import compose
from reporting.statements.pdf import pdf_of, printable
from reporting.statements.rows import FundRow, PostingRow, Statement, Working
from reporting.statements.screen import html_of
from reporting.statements.sheet import sheet_of
from settlement.errors import ClaimNotFoundError
from settlement.models import Claim, Payment, Settlement
from settlement.services import claim_reverse
from tests import factories
from tests.reporting.statement_claims import long_bill, settled, statement_of

NOW = datetime(2019, 6, 30, 2, 0, tzinfo=UTC)
A4 = (595, 842)
LINES = [
    factories.line(1, "35000.00", in_scope="32000.00", upfront="2000.00", excluded="1000.00"),
    {**factories.line(2, "15000.00", in_scope="14000.00", upfront="1000.00"), "category": "examination"},
    {**factories.line(3, "10000.00", in_scope="9000.00", over_limit="1000.00"), "category": "bed"},
]


@pytest.fixture
def first(hospital: Hospital, poor: Person, today: date) -> Claim:
    """A stay of 60,000.00 by a registered poor person."""
    return settled(hospital, factories.stay(poor, "ZY1", lines=LINES))


@pytest.fixture
def second(hospital: Hospital, poor: Person, first: Claim) -> Claim:
    """The year's second stay, of 20,000.00."""
    return settled(
        hospital, factories.stay(poor, "ZY2", admitted_on="2019-05-01", discharged_on="2019-05-20")
    )


@pytest.fixture
def plain_static_files(settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def pdf_text(statement: Statement, *, hotline: str = "") -> str:
    """All text of the one page; more pages fail."""
    sheet = sheet_of(statement, printed_at=NOW, printed_by="经办员甲", hotline=hotline)
    document = pypdfium2.PdfDocument(pdf_of(sheet, printed_at=NOW))
    try:
        assert len(document) == 1
        page = document[0]
        assert tuple(round(side) for side in page.get_size()) == A4
        text_page = page.get_textpage()
        text: str = text_page.get_text_bounded()
        # Nothing lies outside the paper, or below its margin.
        boxes = [text_page.get_charbox(index) for index in range(text_page.count_chars())]
        assert min(left for left, *_ in boxes) > 20
        assert max(right for _, _, right, _ in boxes) < A4[0] - 20
        assert min(bottom for _, bottom, *_ in boxes) > 10
        text_page.close()
        page.close()
    finally:
        document.close()
    return text.replace("\r", "").replace("\n", "").replace("\u200b", "")


def test_the_figures_are_those_of_the_database_in_figures_and_capitals(first: Claim) -> None:
    statement = statement_of(first)
    posted = Settlement.objects.get(claim=first)
    paid = Payment.objects.filter(claim=first).aggregate(fen=Sum("amount_fen"))["fen"]
    assert statement.amounts.reimbursed_fen == sum(tier.paid_fen for tier in statement.tiers) == paid
    assert (statement.amounts.total_fen, statement.amounts.patient_fen) == (6_000_000, posted.patient_fen)
    text = pdf_text(statement)
    for words in ("60,000.00", "48,003.20", "5,996.80", "肆万捌仟零叁元贰角整", "伍仟玖佰玖拾陆元捌角整"):
        assert words in text


def test_bill_tiers_gain_and_what_the_hospital_bears_are_told_with_their_clauses(first: Claim) -> None:
    statement = statement_of(first)
    assert [(row.category, row.amount_fen) for row in statement.categories] == [
        ("西药费", 3_500_000),
        ("检查费", 1_500_000),
        ("床位费", 1_000_000),
    ]
    assert [row.paid_fen for row in statement.tiers] == [4_078_500, 273_275, 99_290, 349_255, 0]
    assert [(row.name, row.gain_fen) for row in statement.gains] == [
        ("基本医疗保险 · 住院", 25_200),
        ("大病保险", 273_275),
        ("大病补充保险", 99_290),
        ("医疗救助", 349_255),
    ]
    assert [(item.step, item.amount_fen) for item in statement.gains[0].items] == [("起付线降低", 25_200)]
    assert "郑卫农卫〔2019〕5号 二(一)" in statement.gains[0].clause
    assert [(row.name, row.amount_fen) for row in statement.borne] == [("减免：账单 10%", 600_000)]
    text = pdf_text(statement)
    for words in (
        "郑民文〔2017〕131",
        "待核实",
        "贫困人口提高待遇部分",
        "7,470.20",
        "与患者关系",
    ):
        assert words in text.replace(" ", "")


def test_the_second_stay_tells_what_the_year_held_before_it(second: Claim) -> None:
    statement = statement_of(second)
    assert dict(statement.facts)["本年住院次数"] == "第 2 次"
    basic, critical, *_ = statement.tiers
    assert (basic.before_fen, basic.paid_before_fen) == (4_950_000, 4_078_500)
    assert (critical.before_fen, critical.paid_before_fen) == (871_500, 273_275)


def test_a_reversed_claim_nets_to_nothing(hospital: Hospital, first: Claim, second: Claim) -> None:
    claim_reverse(hospital=hospital, claim_no="ZY1", reason="姓名有误")
    statement = statement_of(first)
    assert (statement.state, statement.gains, statement.borne) == ("已冲销", (), ())
    assert (statement.amounts.total_fen, statement.amounts.reimbursed_fen) == (0, 0)
    assert [row.paid_fen for row in statement.postings] == [4_800_320, -4_800_320]
    text = pdf_text(statement)
    assert "本单已于2019-06-30冲销（姓名有误）" in text.replace(" ", "")
    assert "零元整" in text


def test_an_adjusted_claim_shows_what_holds_now_and_each_correction(
    hospital: Hospital, first: Claim, second: Claim
) -> None:
    before = statement_of(second)
    claim_reverse(hospital=hospital, claim_no="ZY1", reason="姓名有误")
    after = statement_of(second)
    assert (before.state, after.state) == ("已结算", "有调整")
    assert [row.kind for row in after.postings] == ["结算", "调整"]
    assert sum(row.paid_fen for row in after.postings) == after.amounts.paid_fen
    assert after.amounts.paid_fen != before.amounts.paid_fen
    assert dict(after.facts)["本年住院次数"] == "第 1 次"
    assert after.checksum != before.checksum


def test_a_chronic_visit_and_an_ordinary_persons_stay(hospital: Hospital, poor: Person, today: date) -> None:
    factories.certificate(poor)
    chronic = statement_of(settled(hospital, factories.chronic_visit(poor, "MZ1")))
    assert dict(chronic.facts)["门诊慢特病病种"] == "高血压病"
    assert "病种限额" in pdf_text(chronic)
    ordinary = factories.person(identities=())
    plain = statement_of(settled(hospital, factories.stay(ordinary, "ZY9")))
    assert dict(plain.facts)["人员类别"] == "普通参保人员"
    assert plain.gains == ()
    assert "贫困人口提高待遇部分" not in pdf_text(plain)


def test_a_bill_of_five_hundred_lines_with_hostile_names_is_one_page(
    hospital: Hospital, today: date, plain_static_files: None
) -> None:
    hospital.name = "示例" * 100
    hospital.save()
    person = factories.person(identities=tuple(IdentityCategory.values[:11]))
    person.name = "#*=_$<script>alert(1)</script>[x]`@"
    person.save()
    body = factories.stay(person, "A" * 60, lines=long_bill(), diagnosis_name="<b>诊断&*#=" * 20)
    statement = statement_of(settled(hospital, body))
    text = pdf_text(statement)
    assert "#*=_$<script>alert(1)</script>[x]`@" in text
    assert "500,000.00" in text
    sheet = sheet_of(statement, printed_at=NOW, printed_by="甲", hotline="")
    html = html_of(sheet, download_url="")
    assert "<script" not in html
    assert "#*=_$&lt;script&gt;alert(1)&lt;/script&gt;[x]`@" in html


def extremes(statement: Statement) -> Iterator[Statement]:
    """What no claim of the shipped packs reaches."""
    bands = [f"{n}0,000.00 元至 {n}9,999.99 元部分按 60% 支付" for n in range(40)]
    sentence = f"大病保险（示例）：{'；'.join(bands)}。"
    funds = tuple(FundRow(fund="很长的资金名称" * 5, payee="医疗机构", amount_fen=10**14) for _ in range(9))
    tiers = tuple(replace(tier, funds=funds, clause="某某〔2019〕5号 二(一)" * 9) for tier in statement.tiers)
    correction = PostingRow(
        posted_on=date(2019, 7, 1), kind="调整", reason="更正" * 100, total_fen=0, paid_fen=1, account_fen=0,
        patient_fen=-1,
    )  # fmt: skip
    working = Working(full=(sentence,) * 40, short=(sentence,) * 12)
    yield replace(statement, working=working)
    yield replace(statement, tiers=tiers * 3)
    yield replace(statement, postings=(*statement.postings, *[correction] * 60))
    yield replace(statement, facts=tuple((label, value * 40) for label, value in statement.facts))
    yield replace(
        statement,
        tiers=tiers * 2,
        working=working,
        postings=(*statement.postings, *[correction] * 60),
        facts=tuple((label, value * 9) for label, value in statement.facts),
        state="已冲销",
        state_note="冲销" * 100,
    )


def test_whatever_stands_on_it_is_one_page_with_its_signatures(first: Claim) -> None:
    for extreme in extremes(statement_of(first)):
        text = pdf_text(extreme, hotline="0371-00000000")
        assert "参保人（签字）" in text
        assert "0371-00000000" in text
        assert "肆万捌仟零叁元贰角整" in text


def test_id_numbers_are_masked_unless_the_county_prints_them(first: Claim, poor: Person) -> None:
    assert dict(statement_of(first).facts)["身份证号"] == f"**************{poor.id_last4}"
    PrintSetting.objects.create(county=first.insured_county, full_id_number=True)
    assert dict(statement_of(first).facts)["身份证号"] == poor.id_number


def test_a_long_bill_costs_as_many_queries_as_a_short_one(
    hospital: Hospital, poor: Person, first: Claim
) -> None:
    long = settled(hospital, factories.stay(poor, "ZY3", lines=long_bill(200)))
    counts = []
    for claim in (first, long):
        with CaptureQueriesContext(connection) as queries:
            statement_of(claim)
        counts.append(len(queries))
    assert counts == [11, 11]


def test_nobody_reads_a_claim_outside_the_scope(first: Claim) -> None:
    with pytest.raises(ClaimNotFoundError):
        statement_source(scope=NOTHING, claim_id=first.pk)


def test_columns_that_do_not_add_up_to_what_was_posted_are_not_printed(first: Claim) -> None:
    source = statement_source(scope=EVERYTHING, claim_id=first.pk)
    with pytest.raises(StatementMismatchError, match="各层次支付"):
        compose(replace(source, payments=source.payments[1:]))


def test_invisible_signs_are_left_out_and_long_words_may_break() -> None:
    assert printable("张\u202e三\x00　李") == "张三　李"
    assert printable("A" * 30) == "A" * 12 + "\u200b" + "A" * 12 + "\u200b" + "A" * 6


def test_the_page_needs_no_script_and_nothing_from_outside(first: Claim, plain_static_files: None) -> None:
    sheet = sheet_of(statement_of(first), printed_at=NOW, printed_by="甲", hotline="")
    html = html_of(sheet, download_url="")
    for forbidden in ("<script", "style=", "http:", "https:", "onclick"):
        assert forbidden not in html
    css = Path("common/static/doudi/statement.css").read_text(encoding="utf-8")
    assert "@page { size: A4" in css
    assert "url(" not in css

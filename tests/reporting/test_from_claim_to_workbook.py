"""From a hospital's request to the finance bureau's sheet, with the shipped packs (全流程)."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from beneficiaries.models import Person
from organizations.models import Hospital
from organizations.scope import EVERYTHING
from policies.models import LedgerKind
from reimbursement.models import QuarterlyLedger
from reimbursement.services import quarter_build
from reimbursement.verify import verify_ledgers
from reporting.services import quarter_workbook_write
from settlement.models import Settlement
from tests import factories
from tests.reimbursement.rows import submitted

pytestmark = pytest.mark.django_db


def test_backstop_of_a_chronic_visit_is_claimed_reversed_and_nets_out(
    api: APIClient, hospital: Hospital, poor: Person, settings: Settings, tmp_path: Path
) -> None:
    factories.certificate(poor)
    for claim_no in ("MZ-1", "MZ-2"):
        visit = factories.chronic_visit(poor, claim_no, lines=[factories.line(amount="500.00")])
        answer = api.post("/api/v1/claims/", visit, format="json")
        assert answer.status_code == 201, answer.json()
    backstop = LedgerKind.objects.get(code="backstop", policy__code="zhengzhou-2019")
    ledgers = {ledger.kind_code: ledger for ledger in quarter_build(year=2019, quarter=2)}
    ledger = ledgers["backstop"]
    # As C50, with half the bill: in scope 500, basic 325, the county pays 175; twice.
    assert (ledger.line_count, ledger.total_fen, ledger.due_on) == (2, 35_000, date(2019, 7, 5))
    settings.BUSINESS_DATE = date(2019, 7, 1)
    submitted(ledger)
    reversal = api.post("/api/v1/claims/MZ-1/reversal/", {"reason": "录入有误"}, format="json")
    assert reversal.status_code in {200, 201}, reversal.json()
    quarter_build(year=2019, quarter=3)
    following = QuarterlyLedger.objects.get(kind_code="backstop", quarter=3)
    assert (following.line_count, following.total_fen) == (1, -17_500)
    assert list(verify_ledgers()) == []

    report = quarter_workbook_write(
        scope=EVERYTHING, kind=backstop, county=poor.county, year=2019, quarter=2, path=tmp_path / "l.xlsx"
    )
    detail = openpyxl.load_workbook(report.path).worksheets[1]
    row = dict(zip([cell.value for cell in detail[4]], [cell.value for cell in detail[5]], strict=True))
    assert row["姓名"] == poor.name
    assert row["身份证号"] == poor.id_number
    assert (row["统筹支付"], row["政府兜底"], row["本台账申报金额"], row["自付费用"]) == (325, 175, 175, 0)
    assert row["身份类别"] == "建档立卡贫困人口"
    assert row["依据"] == "郑卫〔2017〕214号 三(一)"
    assert Settlement.objects.count() == 3

"""``verify`` folds every year again and names what differs."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from beneficiaries.models import Person
from organizations.models import Hospital
from settlement.models import ClaimLine, Payment, PoolEntry, Settlement
from tests import factories
from tests.settlement.support import findings, reverse, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def tamper(sql: str, *values: object) -> None:
    """Change a posted fact behind the database's back, as only its owner can."""
    table = re.findall(r"settlement_\w+", sql)[0]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER insert_only")
        cursor.execute(sql, values)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER insert_only")


@pytest.fixture
def settled(hospital: Hospital, poor: Person) -> Person:
    """Three stays, the first reversed, and one of another person."""
    for number in (1, 2, 3):
        settle(hospital, factories.stay(poor, f"S{number}"))
    reverse(hospital, "S1")
    settle(hospital, factories.stay(factories.person(), "T1"))
    return poor


def test_nothing_is_found_where_nothing_differs(settled: Person):
    out = StringIO()
    call_command("verify", stdout=out)
    assert out.getvalue().strip() == "复核 2 个人员年度、4 笔费用，未发现差异。"


def test_a_changed_payment_is_named(settled: Person):
    payment = Payment.objects.get(claim__claim_no="S2", tier="basic", settlement__kind="original")
    tamper("UPDATE settlement_payment SET amount_fen = amount_fen + 1 WHERE id = %s", payment.pk)
    out = StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("verify", stdout=out)
    assert failed.value.returncode == 1
    assert "发现 1 处差异" in str(failed.value)
    assert "单据 S2 " in out.getvalue()
    assert f"支付编号 {payment.pk}" in out.getvalue()


def test_a_payment_moved_to_another_fund_is_named(settled: Person):
    payment = Payment.objects.filter(claim__claim_no="T1", tier="assistance").get()
    tamper("UPDATE settlement_payment SET fund = 'county_finance' WHERE id = %s", payment.pk)
    assert {(row.claim_no, row.payment_ids) for row in findings()} == {("T1", ()), ("T1", (payment.pk,))}


def test_a_deleted_payment_is_found(settled: Person):
    payment = Payment.objects.filter(claim__claim_no="T1", tier="basic").get()
    tamper("DELETE FROM settlement_payment WHERE id = %s", payment.pk)
    assert [(row.claim_no, row.posted) for row in findings()] == [("T1", "0.00")]


def test_a_payment_on_a_reversed_claim_is_found(settled: Person):
    payment = Payment.objects.get(claim__claim_no="S1", tier="basic", settlement__kind="reversal")
    tamper("DELETE FROM settlement_payment WHERE id = %s", payment.pk)
    assert [(row.claim_no, row.expected) for row in findings()] == [("S1", "0.00")]


def test_changed_figures_are_found(settled: Person):
    tamper(
        "UPDATE settlement_settlement SET patient_fen = patient_fen + 7, waived_fen = waived_fen - 7"
        " WHERE id = %s",
        Settlement.objects.get(claim__claim_no="T1").pk,
    )
    assert {(row.claim_no, row.what) for row in findings()} == {("T1", "减免"), ("T1", "个人负担")}


def test_a_changed_line_is_found(settled: Person):
    tamper(
        "UPDATE settlement_claimline SET amount_fen = amount_fen + 1, in_scope_fen = in_scope_fen + 1"
        " WHERE id = %s",
        ClaimLine.objects.get(claim__claim_no="T1").pk,
    )
    assert "T1" in {row.claim_no for row in findings()}


def test_a_changed_pool_entry_is_found(settled: Person):
    entry = PoolEntry.objects.filter(settlement__claim__claim_no="T1", pool="critical.base").get()
    tamper("UPDATE settlement_poolentry SET amount = amount + 1 WHERE id = %s", entry.pk)
    (found,) = findings()
    assert (found.claim_no, found.what) == ("T1", "计入年度累计 critical.base 的数额")


def test_a_changed_state_is_found(settled: Person):
    tamper(
        """UPDATE settlement_settlement SET pools_after = pools_after || '{"admissions": 9}' WHERE id = %s""",
        Settlement.objects.get(claim__claim_no="T1").pk,
    )
    (found,) = findings()
    assert (found.what, found.expected, found.posted) == ("年度累计 admissions ", "1", "9")


OF_T1 = "(SELECT max(claim_id) FROM settlement_payment)"
ONE_PAYMENT = f"UPDATE settlement_payment SET {{}} WHERE claim_id = {OF_T1} AND tier = 'basic'"
SAME_SUM = """
INSERT INTO settlement_payment (settlement_id, claim_id, hospital_id, county_id, benefit_year, posted_on,
    tier, benefit, rule, fund, payee, amount_fen)
SELECT settlement_id, claim_id, hospital_id, county_id, benefit_year, posted_on, tier, benefit, rule, fund,
    other.payee, other.fen
FROM settlement_payment, (VALUES ('hospital', 100), ('patient', -100)) other (payee, fen)
WHERE claim_id = (SELECT max(claim_id) FROM settlement_payment) AND tier = 'basic'
"""


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        (ONE_PAYMENT.format("payee = 'patient'"), "付给医疗机构或患者的金额"),
        (SAME_SUM, "付给医疗机构或患者的金额"),
        (ONE_PAYMENT.format("rule = 'another'"), "支付依据的规则"),
        (ONE_PAYMENT.format("posted_on = '2019-01-01'"), "支付的医疗机构、县区、年度和记账日期"),
        (ONE_PAYMENT.format("county_id = (SELECT id FROM organizations_region WHERE code = '410100')"),
         "支付的医疗机构、县区、年度和记账日期"),
        (ONE_PAYMENT.format("benefit_year = 2018"), "支付的医疗机构、县区、年度和记账日期"),
        (f"UPDATE settlement_claim SET total_fen = 1 WHERE id = {OF_T1}", "首次结算的总费用（分）和政策包"),
        ("UPDATE settlement_claim SET policy_id = (SELECT min(id) FROM policies_policy"
         " WHERE code = 'zhengzhou-2018')"
         f" WHERE id = {OF_T1}", "首次结算的总费用（分）和政策包"),
        ("UPDATE settlement_claim SET person_id = (SELECT min(id) FROM beneficiaries_person)"
         f" WHERE id = {OF_T1}", "费用的人员和年度"),
        ("UPDATE settlement_settlement SET person_year_id = (SELECT min(id) FROM settlement_personyear)"
         f" WHERE claim_id = {OF_T1}", "结算的人员年度"),
        ("UPDATE settlement_poolentry SET person_year_id = (SELECT min(id) FROM settlement_personyear)"
         f" WHERE settlement_id = (SELECT id FROM settlement_settlement WHERE claim_id = {OF_T1})",
         "累计明细的人员年度"),
    ],
)  # fmt: skip
def test_a_row_that_does_not_fit_what_it_belongs_to_is_found(settled: Person, sql: str, what: str):
    """The fen add up; who is paid, by which rule, when, where or in which year does not."""
    tamper(sql)
    assert {("T1", what)} <= {(row.claim_no, row.what) for row in findings()}


def test_a_reversal_paid_to_another_payee_is_found(settled: Person):
    payment = Payment.objects.get(claim__claim_no="S1", tier="basic", settlement__kind="reversal")
    tamper("UPDATE settlement_payment SET payee = 'patient' WHERE id = %s", payment.pk)
    (found,) = findings()
    assert (found.claim_no, found.posted) == ("S1", "一正一负")
    assert payment.pk in found.payment_ids


def test_a_claim_without_its_settlement_is_found(settled: Person):
    settlement = Settlement.objects.get(claim__claim_no="T1")
    tamper("DELETE FROM settlement_payment WHERE settlement_id = %s", settlement.pk)
    tamper("DELETE FROM settlement_poolentry WHERE settlement_id = %s", settlement.pk)
    tamper("DELETE FROM settlement_settlement WHERE id = %s", settlement.pk)
    assert ("T1", "首次结算") in {(row.claim_no, row.what) for row in findings()}


def test_a_changed_amount_in_an_explanation_is_found(settled: Person):
    tamper(
        """UPDATE settlement_settlement SET explanation = jsonb_set(explanation, '{totals,patient_fen}', '1')
        WHERE id = %s""",
        Settlement.objects.get(claim__claim_no="T1").pk,
    )
    ((claim_no, what, stated),) = [(row.claim_no, row.what, row.posted) for row in findings()]
    assert (claim_no, stated) == ("T1", "0.01")
    assert "计算过程所列个人负担" in what


def test_a_changed_tier_in_an_explanation_is_found(settled: Person):
    posted = Settlement.objects.get(claim__claim_no="T1")
    tamper(
        """UPDATE settlement_settlement SET explanation = jsonb_set(explanation, '{tiers,0,paid_fen}', '7')
        WHERE id = %s""",
        posted.pk,
    )
    (finding,) = findings()
    assert finding.what == f"记账 {posted.pk} 的计算过程所列各层次支付"
    assert finding.posted.startswith("0.07、")


def test_a_lost_explanation_is_found(settled: Person):
    posted = Settlement.objects.get(claim__claim_no="T1")
    tamper("UPDATE settlement_settlement SET explanation = '{}' WHERE id = %s", posted.pk)
    assert findings()[0].what == f"记账 {posted.pk} 的计算过程"


def test_an_explanation_that_an_adjustment_replaced_is_checked_too(settled: Person):
    first = Settlement.objects.get(claim__claim_no="S2", kind="original")
    assert Settlement.objects.filter(claim__claim_no="S2").count() == 2
    tamper(
        """UPDATE settlement_settlement SET explanation = jsonb_set(explanation, '{totals,patient_fen}', '1')
        WHERE id = %s""",
        first.pk,
    )
    assert [(row.claim_no, row.posted) for row in findings()] == [("S2", "0.01")]


def test_an_older_state_of_the_year_is_checked_too(settled: Person):
    first = Settlement.objects.get(claim__claim_no="S1", kind="original")
    tamper(
        """UPDATE settlement_settlement SET pools_after = jsonb_set(pools_after, '{admissions}', '9')
        WHERE id = %s""",
        first.pk,
    )
    ((claim_no, what, posted),) = [(row.claim_no, row.what, row.posted) for row in findings()]
    assert (claim_no, what) == ("S1", f"记账 {first.pk} 之后的年度累计")
    assert "admissions 9" in posted

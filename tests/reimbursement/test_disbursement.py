"""How applications are paid by the shipped packs: parts and days."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from policies.codes import DisbursementSubject
from policies.models import Clause, Disbursement, Policy
from reimbursement.disbursement import DisbursementPlan, disbursement_dues, disbursement_parts
from reimbursement.selectors import disbursement_plan
from tests.policies.packs import PACKS, only_shipped_packs
from tests.reimbursement.procedure_cases import DISBURSEMENTS, cases_of

CASES = cases_of("disbursements.yaml", DISBURSEMENTS)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), only_shipped_packs([PACKS]):
        yield


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text("code"))
def test_a_worked_case_comes_out(case, loaded, db):
    plan = disbursement_plan(
        policy=Policy.objects.get(code=case.text("pack")),
        subject=case.values["subject"],
        ledger=case.text("ledger"),
    )
    parts = disbursement_parts(total_fen=case.values["total"], plan=plan)
    assert (parts.first_fen, parts.rest_fen) == (case.values["first"], case.values["rest"])
    assert plan.clause == case.text("clause")
    if received_on := case.values["received"]:
        dues = disbursement_dues(received_on=received_on, plan=plan)
        days = [due and due.on for due in (dues.first, dues.rest)]
        assert days == [case.values["first_due"], case.values["rest_due"]]


def test_the_figures_c39_to_c43_are_among_the_cases():
    assert {"C39", "C40", "C41", "C42", "C43"} <= {case.text("code") for case in CASES}


def plan_of(first_share_bp: int) -> DisbursementPlan:
    return DisbursementPlan(
        row_code="", clause="", provisional=False, first_share_bp=first_share_bp,
        first_working_days=None, rest_working_days=None,
    )  # fmt: skip


@given(st.integers(0, 10**13), st.integers(1, 10_000))
def test_the_parts_add_up_and_neither_is_negative(total_fen, first_share_bp):
    parts = disbursement_parts(total_fen=total_fen, plan=plan_of(first_share_bp))
    assert parts.first_fen + parts.rest_fen == total_fen
    assert min(parts.first_fen, parts.rest_fen) >= 0


def test_a_negative_total_is_refused():
    with pytest.raises(ValueError, match="-1"):
        disbursement_parts(total_fen=-1, plan=plan_of(7_000))


def test_a_ledgers_own_row_goes_before_the_row_for_all(loaded, db):
    pack = Policy.objects.get(code="zhengzhou-2018")
    codes = {
        ledger: disbursement_plan(
            policy=pack, subject=DisbursementSubject.HOSPITAL_ADVANCES, ledger=ledger
        ).row_code
        for ledger in ("backstop", "appraisal", "assistance")
    }
    assert codes == {"backstop": "backstop", "appraisal": "backstop", "assistance": "others"}


def test_where_the_pack_says_nothing_all_is_paid_at_once_by_no_day(db):
    year = DateRange(date(2019, 1, 1), date(2020, 1, 1))
    pack = Policy.objects.create(code="bare", city_code="640400", title="无规定", tiers=["basic"], valid=year)
    plan = disbursement_plan(policy=pack, subject=DisbursementSubject.MANUAL_CLAIMS)
    assert (plan.row_code, plan.first_share_bp, plan.first_working_days) == ("", 10_000, None)


def test_a_county_may_pay_sooner_on_a_document_of_its_own(loaded, db):
    pack = Policy.objects.get(code="qiannan-2019")
    Disbursement.objects.create(
        policy=pack, code="duyun", position=90, subject="hospital_advances", first_working_days=5,
        county_code="522701", overrides="hospital-advances", clause=Clause.objects.order_by("pk")[0],
    )  # fmt: skip
    plans = {
        county: disbursement_plan(
            policy=pack, subject=DisbursementSubject.HOSPITAL_ADVANCES, county_code=county
        )
        for county in ("522701", "522702")
    }
    assert (plans["522701"].row_code, plans["522701"].first_share_bp) == ("duyun", 10_000)
    assert (plans["522702"].row_code, plans["522702"].first_share_bp) == ("hospital-advances", 7_000)

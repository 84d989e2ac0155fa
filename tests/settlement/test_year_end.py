"""The year-end run (年末补算, 郑民文〔2017〕131号 三(六)): one more entry at the end of each fold.

People of 低保 get 70 % once the year's self-paid sum reaches 3,000; the run takes that as reached.
"""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse as url_of

from beneficiaries.models import Person
from common.codes import IdentityCategory
from organizations.models import Hospital, Region
from policies.codes import LedgerSource
from policies.models import LedgerKind, Policy
from policies.services import policy_retire
from reimbursement.selectors import payments_of_kind
from settlement.errors import YearNotOverError
from settlement.models import Claim, Payment, PersonYear, Settlement
from settlement.selectors.years import posted_year
from settlement.services import person_year_refold, year_end_preview, year_end_run
from settlement.services.year_end import Grant, YearEndSummary
from settlement.tasks import run_year_end
from tests import factories
from tests.reimbursement.database import database_url, other_session, until, waiting
from tests.settlement.support import findings, paid, pools, reverse, settle
from tests.settlement.test_races import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

PROJECT = Path(__file__).resolve().parents[2]
YEAR = 2018


def member() -> Person:
    """A person of 低保."""
    return factories.person(identities=(IdentityCategory.MINIMUM_LIVING,))


@pytest.fixture
def city(hospital: Hospital) -> Region:
    return Region.objects.get(code="410100")


def stays(hospital: Hospital, person: Person, *bases: str, name: str = "S", **fields: Any) -> None:
    """County stays of 2018 that leave these sums (yuan) after basic insurance."""
    days = {"admitted_on": "2018-10-01", "discharged_on": "2018-10-11"}
    for number, base in enumerate(bases, start=1):
        body = factories.stay(person, f"{name}{number}", **days, **factories.bill_of(base), **fields)
        settle(hospital, body)


def run(city: Region) -> YearEndSummary:
    return year_end_run(city=city, year=YEAR)


def granted() -> list[tuple[str, int]]:
    """Kind and fen of every posting on year-end entries, in order."""
    rows = Settlement.objects.filter(claim__year_end=True).order_by("id")
    return [(row.kind, row.account_fen) for row in rows]


def test_case_a_below_the_start_all_year_is_assisted_at_the_end(hospital: Hospital, city: Region):
    """(1,000 + 800) × 70 % = 1,260.00, from the assistance fund to the patient."""
    stays(hospital, member(), "1000", "800")
    assert paid("S1") == {"basic": 200_000}
    summary = run(city)
    assert summary == YearEndSummary(looked_at=1, granted=1, amount_fen=126_000)
    payment = Payment.objects.get(claim__year_end=True)
    assert (payment.tier, payment.fund, payment.payee) == ("assistance", "county_assistance", "patient")
    assert (payment.amount_fen, payment.hospital, payment.posted_on) == (126_000, None, date(2019, 6, 30))
    assert pools()["assistance.paid"] == 126_000
    assert pools()["admissions"] == 2
    assert findings() == []


def test_case_b_one_stay_above_the_start_leaves_the_run_nothing(hospital: Hospital, city: Region):
    stays(hospital, member(), "16000")
    assert paid("S1")["assistance"] > 0
    assert run(city) == YearEndSummary(looked_at=1)
    assert granted() == []


def test_case_c_stays_that_reach_the_start_together_leave_the_run_nothing(hospital: Hospital, city: Region):
    """3,000 × 70 % = 2,100.00 with the second stay: 1,000 of it to the bill, the rest to the patient."""
    stays(hospital, member(), "2000", "1000")
    assert paid("S2")["assistance"] == 210_000
    assert run(city) == YearEndSummary(looked_at=1)
    assert findings() == []


def test_a_late_stay_that_passes_the_start_deducts_what_the_run_paid(hospital: Hospital, city: Region):
    """Q15: supplementary (3,800 − 3,000) × 30 % = 240; assistance (1,800 + 1,760) × 70 % − 1,260 = 1,232."""
    person = member()
    stays(hospital, person, "1000", "800")
    run(city)
    stays(hospital, person, "2000", name="L")
    assert paid("L1") == {"basic": 200_000, "supplementary": 24_000, "assistance": 123_200}
    assert run(city).granted == 0
    assert pools()["assistance.paid"] == 249_200
    assert findings() == []


def test_running_again_pays_only_what_came_since(hospital: Hospital, city: Region, row_counts):
    person = member()
    stays(hospital, person, "1000", "800")
    run(city)
    before = row_counts()
    assert run(city) == YearEndSummary(looked_at=1)
    assert row_counts() == before
    stays(hospital, person, "500", name="L")
    assert run(city) == YearEndSummary(looked_at=1, granted=1, amount_fen=35_000)
    assert granted() == [("original", 126_000), ("original", 35_000)]
    assert findings() == []


def test_a_reversal_after_the_run_takes_its_part_back_from_the_patient(hospital: Hospital, city: Region):
    stays(hospital, member(), "1000", "800")
    run(city)
    reverse(hospital, "S2")
    assert granted() == [("original", 126_000), ("adjustment", -56_000)]
    back = Payment.objects.filter(settlement__kind="adjustment", claim__year_end=True).get()
    assert (back.payee, back.hospital, back.amount_fen) == ("patient", None, -56_000)
    assert run(city).granted == 0
    assert findings() == []


def test_reversing_everything_takes_everything_back(hospital: Hospital, city: Region):
    stays(hospital, member(), "1000", "800")
    run(city)
    reverse(hospital, "S1")
    reverse(hospital, "S2")
    assert sum(fen for _, fen in granted()) == 0
    assert pools() == {}
    assert run(city) == YearEndSummary()
    assert findings() == []


def test_a_reversal_of_a_stay_after_the_run_leaves_the_grant_alone(hospital: Hospital, city: Region):
    person = member()
    stays(hospital, person, "1000")
    run(city)
    stays(hospital, person, "900", name="L")
    reverse(hospital, "L1")
    assert granted() == [("original", 70_000)]
    assert findings() == []


def test_preview_lists_what_the_run_then_pays_and_writes_nothing(
    hospital: Hospital, city: Region, row_counts
):
    stays(hospital, member(), "1000", "800", name="A")
    stays(hospital, member(), "500", name="B")
    stays(hospital, factories.person(identities=()), "1000", name="C")
    before = row_counts()
    listed: list[Grant] = []
    preview = year_end_preview(city=city, year=YEAR, on_grant=listed.append)
    assert row_counts() == before
    assert [grant.amount_fen for grant in listed] == [126_000, 35_000]
    paid_out: list[Grant] = []
    assert year_end_run(city=city, year=YEAR, on_grant=paid_out.append) == preview
    assert preview == YearEndSummary(looked_at=3, granted=2, amount_fen=161_000)
    assert paid_out == listed
    assert findings() == []


def test_only_identities_of_the_last_day_count(hospital: Hospital, city: Region):
    person = factories.person(identities=())
    factories.recognise(person, IdentityCategory.MINIMUM_LIVING, until=date(2018, 12, 1))
    stays(hospital, person, "1000")
    assert run(city).granted == 0


def test_whoever_died_is_assisted_on_the_facts_of_that_day(hospital: Hospital, city: Region):
    person = factories.person(identities=())
    factories.recognise(person, IdentityCategory.MINIMUM_LIVING, until=date(2018, 12, 1))
    stays(hospital, person, "1000")
    Person.objects.filter(pk=person.pk).update(died_on=date(2018, 11, 3))
    assert run(city).amount_fen == 70_000
    assert Claim.objects.get(year_end=True).discharged_on == date(2018, 11, 3)


def test_the_cap_of_the_year_holds(hospital: Hospital, city: Region):
    """Nothing is due beyond 10,000 a year, even of 特困 people at 100 %."""
    stays(hospital, factories.person(identities=(IdentityCategory.EXTREME_POVERTY,)), "2900", "90000")
    assert pools()["assistance.paid"] == 1_000_000
    assert run(city).granted == 0


def test_other_cities_and_other_years_are_left_alone(hospital: Hospital, city: Region):
    stays(hospital, member(), "1000")
    elsewhere = factories.region("520100", "外市", Region.Level.PREFECTURE)
    assert run(elsewhere) == YearEndSummary()
    assert year_end_preview(city=city, year=2019) == YearEndSummary()


def test_the_run_waits_for_the_end_of_the_year(hospital: Hospital, city: Region, row_counts):
    before = row_counts()
    with pytest.raises(YearNotOverError, match="2019 年度尚未结束"):
        year_end_run(city=city, year=2019)
    assert row_counts() == before


def test_without_a_policy_on_the_last_day_the_person_is_refused_not_forgotten(
    hospital: Hospital, city: Region, row_counts
):
    stays(hospital, member(), "1000")
    policy_retire(policy=Policy.objects.get(code="zhengzhou-2018"))
    before = row_counts()
    refused: list[Grant] = []
    summary = year_end_run(city=city, year=YEAR, on_grant=refused.append)
    assert (summary.granted, summary.refused) == (0, 1)
    assert "没有已发布的政策包" in refused[0].refused
    assert row_counts() == before


def test_no_ledger_claims_what_the_run_paid(hospital: Hospital, city: Region):
    stays(hospital, member(), "1000")
    run(city)
    for kind in LedgerKind.objects.filter(source=LedgerSource.PAYMENTS):
        assert not payments_of_kind(kind=kind).filter(claim__year_end=True).exists()


def test_an_approved_correction_reaches_the_entry_too(hospital: Hospital, city: Region):
    """A correction of the year's identity to 特困: (1,000 + 800) × 100 % − 1,260 more."""
    stays(hospital, member(), "1000", "800")
    run(city)
    year = posted_year(PersonYear.objects.get(claims__year_end=True).pk)
    inputs = year.claims[-1].inputs
    facts = replace(inputs.facts, identities=frozenset({"extreme_poverty"}))
    changed = {year.claims[-1].id: replace(inputs, facts=facts)}
    person_year_refold(person_year_id=year.id, replaced=changed, reason="身份更正")
    assert granted() == [("original", 126_000), ("adjustment", 54_000)]
    assert findings() == []


def test_the_database_refuses_an_entry_with_a_hospital_and_a_claim_without(hospital: Hospital, city: Region):
    stays(hospital, member(), "1000")
    run(city)
    for wrong in ({"year_end": True}, {"hospital": None}):
        claim = Claim.objects.get(claim_no="S1")
        claim.pk, claim.claim_no = None, "S9"
        for name, value in wrong.items():
            setattr(claim, name, value)
        with pytest.raises(IntegrityError, match="claim_hospital_or_year_end"), transaction.atomic():
            claim.save(force_insert=True)
    payment = Payment.objects.get(claim__year_end=True)
    payment.pk, payment.payee = None, "hospital"
    with pytest.raises(IntegrityError, match="payment_payee_of_year_end"), transaction.atomic():
        payment.save(force_insert=True)


def test_command_previews_then_pays(hospital: Hospital, city: Region):
    stays(hospital, member(), "1000", "800")
    out = StringIO()
    call_command("year_end", city="410100", year=YEAR, preview=True, stdout=out)
    assert "查看 1 人，应补 1 人，共 1260.00 元。" in out.getvalue()
    assert ",410199,1260.00" in out.getvalue()
    assert granted() == []
    call_command("year_end", city="410100", year=YEAR, stdout=out)
    assert "查看 1 人，已补 1 人，共 1260.00 元。" in out.getvalue()
    with pytest.raises(CommandError, match="没有行政区划代码"):
        call_command("year_end", city="410199", year=YEAR)
    with pytest.raises(CommandError, match="尚未结束"):
        call_command("year_end", city="410100", year=2019, stdout=out)


def test_staff_see_entries_like_claims(hospital: Hospital, city: Region, admin_client: Client):
    stays(hospital, member(), "1000")
    run(city)
    entry = Claim.objects.get(year_end=True)
    for row in (entry, entry.settlements.get(), entry.payments.get()):
        model = row._meta.model_name
        assert admin_client.get(url_of(f"admin:settlement_{model}_changelist")).status_code == 200
        page = admin_client.get(url_of(f"admin:settlement_{model}_change", args=[row.pk]))
        assert page.status_code == 200
        assert "None" not in page.content.decode()
    person = admin_client.get(url_of("admin:beneficiaries_person_change", args=[entry.person_id]))
    assert person.status_code == 200


def test_task_pays_and_counts(hospital: Hospital, city: Region):
    stays(hospital, member(), "1000", "800")
    result = run_year_end.apply(kwargs={"city_id": city.pk, "year": YEAR}).get()
    assert result == {"looked_at": 1, "granted": 1, "refused": 0, "amount_fen": 126_000}


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_pay_everybody_once(hospital: Hospital, city: Region):
    for number in range(4):
        stays(hospital, member(), "1000", name=f"P{number}-")
    summaries = at_once([lambda: run(city)] * 3)
    assert granted() == [("original", 70_000)] * 4
    assert sum(summary.granted for summary in summaries) == 4
    assert findings() == []


@pytest.mark.django_db(transaction=True)
def test_a_killed_run_leaves_whole_people_and_the_next_one_pays_the_rest(hospital: Hospital, city: Region):
    for number in range(3):
        stays(hospital, member(), "1000", name=f"P{number}-")
    years = list(PersonYear.objects.order_by("id").values_list("id", flat=True))
    command = [sys.executable, "manage.py", "year_end", "--city", "410100", "--year", str(YEAR)]
    environment = {**os.environ, "DATABASE_URL": database_url(), "DOUDI_BUSINESS_DATE": "2019-06-30"}
    with other_session() as other:
        other.execute("SELECT 1 FROM settlement_personyear WHERE id = %s FOR UPDATE", [years[1]])
        with subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE) as job:
            until(lambda: waiting() == 1, "the run waits for the second person")
            job.kill()
    assert list(Claim.objects.filter(year_end=True).values_list("person_year_id", flat=True)) == [years[0]]
    assert findings() == []
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, capture_output=True)
    assert granted() == [("original", 70_000)] * 3
    assert findings() == []

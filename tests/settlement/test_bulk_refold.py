"""Bulk re-folds: what one year after the other would post, in ranges, by COPY, started again at will."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from beneficiaries.models import Person
from common.codes import IdentityCategory
from organizations.models import Hospital
from policies.codes import PolicyStatus
from policies.models import Band, Policy
from policies.services import policy_clone, policy_retire
from settlement.errors import PolicyReplacementError
from settlement.models import Payment, PersonYear, PoolEntry, Settlement
from settlement.selectors.affected import year_ranges
from settlement.selectors.years import posted_year, posted_years
from settlement.services import person_year_refold, person_years_refold_bulk
from settlement.services.bulk_refolding import BulkSummary, YearDifferences
from settlement.tasks import refold_range
from tests import factories
from tests.reimbursement.database import database_url, other_session, until, waiting
from tests.settlement.support import findings, paid, reverse, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

PROJECT = Path(__file__).resolve().parents[2]
# The critical tier pays a resident's 26,000 − 11,000 at 60 %; five points more make 750.00 more.
MORE_FEN = 75_000


@pytest.fixture
def old(packs: None) -> Policy:
    return Policy.objects.get(code="zhengzhou-2019")


@pytest.fixture
def draft(old: Policy) -> Policy:
    """Its correction: the critical tier pays five points more."""
    draft = policy_clone(
        policy=old,
        code="zhengzhou-2019-correction",
        valid_from=old.valid.lower,
        valid_to=old.valid.upper,
        drafted_by=None,
    )
    for band in Band.objects.filter(rule__policy=draft, rule__tier="critical", rate_bp__gt=0):
        band.rate_bp += 500
        band.save()
    return draft


@pytest.fixture
def new(old: Policy, draft: Policy) -> Policy:
    """The correction in force, once the people were settled under the old terms."""
    policy_retire(policy=old)
    factories.publish(draft)
    return draft


def stays(hospital: Hospital, person: Person, name: str, *bases: str) -> None:
    for number, base in enumerate(bases, start=1):
        settle(hospital, factories.stay(person, f"{name}{number}", **factories.bill_of(base)))


@pytest.fixture
def people(hospital: Hospital, old: Policy) -> None:
    """Seven years: residents, poor, one reversed claim, a chronic visit, and one person of 2018 only."""
    for number in range(4):
        stays(hospital, factories.person(identities=()), f"R{number}-", "6000", "20000")
    poor = factories.person()
    factories.certificate(poor)
    stays(hospital, poor, "P-", "8000", "6000", "20000")
    settle(hospital, factories.chronic_visit(poor, "P-V"))
    reverse(hospital, "P-1")
    gone = factories.person(identities=(IdentityCategory.MINIMUM_LIVING,))
    stays(hospital, gone, "G-", "9000")
    reverse(hospital, "G-1")
    earlier = {"admitted_on": "2018-10-01", "discharged_on": "2018-10-11"}
    settle(hospital, factories.stay(factories.person(), "E-1", **earlier))


def postings() -> dict[str, list[tuple[Any, ...]]]:
    """Every posting of the correction with payments and pool entries, without keys and clock."""
    rows: dict[str, list[tuple[Any, ...]]] = {}
    for model, settlement in ((Settlement, ""), (Payment, "settlement__"), (PoolEntry, "settlement__")):
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if field.attname not in ("id", "settlement_id", "posted_at")
        ]
        own = model.objects.filter(**{f"{settlement}reason__startswith": "更正"})
        rows[model.__name__] = list(own.order_by(f"{settlement}claim_id", "id").values_list(*names))
    return rows


def refold_one_by_one(old: Policy, new: Policy, reason: str) -> None:
    for year_id in PersonYear.objects.order_by("id").values_list("id", flat=True):
        changed = {
            claim.id: replace(claim.inputs, policy_id=new.pk, policy_code=new.code)
            for claim in posted_year(year_id).claims
            if claim.inputs.policy_id == old.pk
        }
        person_year_refold(person_year_id=year_id, replaced=changed, reason=reason)


def test_bulk_posts_what_the_years_one_by_one_would(people: None, old: Policy, new: Policy):
    reason = "更正：比例\t漏了\\五个\n百分点"
    before = transaction.savepoint()
    refold_one_by_one(old, new, reason)
    one_by_one = postings()
    transaction.savepoint_rollback(before)
    summary = person_years_refold_bulk(replace_policy={old.pk: new.pk}, reason=reason)
    assert postings() == one_by_one
    assert len(one_by_one["Settlement"]) == summary.claims == 11
    assert summary.person_years == 5
    assert findings() == []


def test_each_claim_gets_what_the_correction_owes_from_patient_to_fund(
    people: None, old: Policy, new: Policy
):
    assert paid("R0-2")["critical"] == 900_000
    summary = person_years_refold_bulk(replace_policy={old.pk: new.pk}, reason="更正")
    assert paid("R0-2")["critical"] == 900_000 + MORE_FEN
    adjusted = Payment.objects.filter(settlement__kind="adjustment", claim__claim_no="R0-2")
    assert [(row.payee, row.fund, row.amount_fen) for row in adjusted] == [
        ("patient", "residents_critical", MORE_FEN)
    ]
    total = sum(row.amount_fen for row in Payment.objects.filter(settlement__reason="更正"))
    assert sum(summary.amounts_fen.values()) == total
    assert Settlement.objects.filter(claim__claim_no="G-1").count() == 2
    assert Settlement.objects.filter(claim__claim_no="E-1").count() == 1


def test_running_again_posts_nothing(people: None, old: Policy, new: Policy, row_counts):
    person_years_refold_bulk(replace_policy={old.pk: new.pk}, reason="更正")
    before = row_counts()
    again = person_years_refold_bulk(replace_policy={old.pk: new.pk}, reason="更正")
    assert again == BulkSummary()
    assert row_counts() == before


def test_the_next_claim_and_a_later_reversal_go_on_from_the_new_state(
    people: None, hospital: Hospital, old: Policy, new: Policy
):
    person_years_refold_bulk(replace_policy={old.pk: new.pk}, reason="更正")
    person = Person.objects.get(claims__claim_no="R0-1")
    stays(hospital, person, "N-", "1000")
    assert paid("N-1")["critical"] == 65_000
    reverse(hospital, "R0-1")
    assert paid("R0-2")["critical"] == (2_000_000 - 1_100_000) * 65 // 100
    assert findings() == []


def test_preview_lists_what_will_be_posted_and_writes_nothing(
    people: None, old: Policy, draft: Policy, row_counts
):
    before = row_counts()
    listed: list[YearDifferences] = []
    preview = person_years_refold_bulk(
        replace_policy={old.pk: draft.pk}, reason="", preview=True, on_year=listed.append
    )
    assert row_counts() == before
    policy_retire(policy=old)
    factories.publish(draft)
    posted = person_years_refold_bulk(replace_policy={old.pk: draft.pk}, reason="更正")
    assert posted == preview
    parts = [
        (part.fund, part.amount_fen) for year in listed for row in year.differences for part in row.parts
    ]
    payments = Payment.objects.filter(settlement__reason="更正").order_by("id")
    assert parts == [(row.fund, row.amount_fen) for row in payments]


def test_only_claims_in_the_new_policys_period_change(people: None, hospital: Hospital, old: Policy):
    later = policy_clone(
        policy=old, code="later", valid_from=date(2019, 5, 1), valid_to=old.valid.upper, drafted_by=None
    )
    seen: list[YearDifferences] = []
    summary = person_years_refold_bulk(
        replace_policy={old.pk: later.pk}, reason="", preview=True, on_year=seen.append
    )
    assert (summary.person_years, summary.claims) == (1, 1)
    assert [row.claim.claim_no for row in seen[0].differences] == ["P-V"]


def test_a_policy_that_lacks_a_parameter_leaves_those_years_alone_and_says_so(
    people: None, old: Policy, draft: Policy
):
    Band.objects.filter(rule__policy=draft, rule__tier="basic").delete()
    refused: list[YearDifferences] = []
    summary = person_years_refold_bulk(
        replace_policy={old.pk: draft.pk}, reason="", preview=True, on_year=refused.append
    )
    assert summary.refused == 5
    assert summary.claims == 0
    assert "请先在政策中补充" in refused[0].refused


def test_policies_that_cannot_take_each_others_place_are_refused(old: Policy, draft: Policy, row_counts):
    other_city = Policy.objects.create(
        code="elsewhere", title="外地", city_code="520100", city_name="外地", valid=old.valid, tiers=["basic"]
    )
    before = row_counts()
    for mapping, preview, words in (
        ({old.pk: draft.pk}, False, "尚未发布"),
        ({old.pk: other_city.pk}, True, "不属于同一统筹地区"),
        ({old.pk: draft.pk, draft.pk: old.pk}, True, "自身也要被替换"),
        ({old.pk: 0}, True, "不存在"),
    ):
        with pytest.raises(PolicyReplacementError, match=words):
            person_years_refold_bulk(replace_policy=mapping, reason="更正", preview=preview)
    assert row_counts() == before


def test_each_range_is_reported(people: None, old: Policy, new: Policy):
    counts: list[int] = []
    person_years_refold_bulk(
        replace_policy={old.pk: new.pk},
        reason="更正",
        years_per_range=2,
        on_range=lambda summary: counts.append(summary.person_years),
    )
    assert counts == [2, 4, 5]
    assert findings() == []


def test_statements_do_not_grow_with_the_claims_of_a_range(
    people: None, old: Policy, new: Policy, django_assert_max_num_queries
):
    with django_assert_max_num_queries(30):
        person_years_refold_bulk(replace_policy={old.pk: new.pk}, reason="更正")


def test_command_previews_then_posts(people: None, old: Policy, new: Policy):
    out, err = StringIO(), StringIO()
    pair = f"{old.code}={new.code}"
    call_command("refold", replace=[pair], preview=True, stdout=out, stderr=err)
    assert "单据 R0-2 大病保险 residents_critical 750.00" in out.getvalue()
    assert "应调整 5 个人员年度、11 笔费用。" in out.getvalue()
    assert not Settlement.objects.filter(kind="adjustment", reason="更正").exists()
    call_command("refold", replace=[pair], reason="更正", stdout=out, stderr=err)
    assert "已调整 5 个人员年度、11 笔费用。" in out.getvalue()
    assert "已处理 5 个人员年度" in err.getvalue()


def test_command_asks_for_a_reason_and_known_policies(old: Policy):
    with pytest.raises(CommandError, match="--reason"):
        call_command("refold", replace=["a=b"])
    with pytest.raises(CommandError, match="没有政策包 b"):
        call_command("refold", replace=[f"{old.code}=b"], preview=True)


def test_task_refolds_its_range_under_a_reason_of_its_own(people: None, old: Policy, new: Policy):
    first, *_, last = PersonYear.objects.order_by("id").values_list("id", flat=True)
    keys = {"old_policy_id": old.pk, "new_policy_id": new.pk, "first_id": first, "last_id": last}
    result = refold_range.apply(kwargs=keys).get()
    assert result == {"person_years": 5, "claims": 11, "refused": 0}
    reasons = set(Settlement.objects.filter(inputs__policy_id=new.pk).values_list("reason", flat=True))
    assert reasons == {"政策更正：zhengzhou-2019 改为 zhengzhou-2019-correction"}


def test_ranges_of_a_job_side_by_side_hold_every_year_once(people: None):
    years = list(PersonYear.objects.order_by("id").values_list("id", flat=True))
    ranges = year_ranges(size=3)
    held = [year for part in ranges for year in years if part.first_id <= year <= part.last_id]
    assert held == years
    assert len(ranges) == 3


def adjusted_claims() -> dict[int, int]:
    """Adjustments under the correction, by year."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_year_id, count(*) FROM settlement_settlement WHERE reason = '更正' GROUP BY 1"
        )
        return dict(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_leaves_whole_ranges_and_ends_when_started_again(
    people: None, old: Policy, new: Policy
):
    years = [year.id for year in posted_years() if any(c.stored["policy_id"] == old.pk for c in year.claims)]
    command = [
        sys.executable, "manage.py", "refold", "--replace", f"{old.code}={new.code}", "--reason", "更正",
        "--range", "2",
    ]  # fmt: skip
    environment = {**os.environ, "DATABASE_URL": database_url(), "DOUDI_BUSINESS_DATE": "2019-06-30"}
    with other_session() as other:
        # Somebody is settling for the fourth person: the job stops in its second range.
        other.execute("SELECT 1 FROM settlement_personyear WHERE id = %s FOR UPDATE", [years[3]])
        with subprocess.Popen(command, cwd=PROJECT, env=environment, stderr=subprocess.PIPE) as job:
            until(lambda: waiting() == 1, "the job waits for the fourth person")
            job.kill()
    assert adjusted_claims() == {years[0]: 2, years[1]: 2}
    assert findings() == []
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, capture_output=True)
    assert adjusted_claims() == dict(zip(years, (2, 2, 2, 2, 3), strict=False))
    assert findings() == []


@pytest.mark.django_db(transaction=True)
def test_a_failure_in_a_range_undoes_that_range_only(people: None, old: Policy, new: Policy):
    def fail_at_the_third(summary_years: list[int]) -> Callable[[YearDifferences], None]:
        def fail(year: YearDifferences) -> None:
            summary_years.append(year.person_year_id)
            if len(summary_years) == 3:
                raise RuntimeError("停电")

        return fail

    seen: list[int] = []
    with pytest.raises(RuntimeError, match="停电"):
        person_years_refold_bulk(
            replace_policy={old.pk: new.pk}, reason="更正", years_per_range=2, on_year=fail_at_the_third(seen)
        )
    assert list(adjusted_claims()) == seen[:2]
    assert Policy.objects.get(pk=old.pk).status == PolicyStatus.RETIRED
    person_years_refold_bulk(replace_policy={old.pk: new.pk}, reason="更正", years_per_range=2)
    assert len(adjusted_claims()) == 5
    assert findings() == []


@pytest.mark.django_db(transaction=True)
def test_a_year_that_somebody_else_corrected_while_the_job_queued_is_left_alone(
    people: None, old: Policy, new: Policy
):
    def job() -> BulkSummary:
        try:
            return person_years_refold_bulk(replace_policy={old.pk: new.pk}, reason="更正")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool, other_session() as watch:
        with transaction.atomic():
            first = person_years_refold_bulk(replace_policy={old.pk: new.pk}, reason="更正")
            second = pool.submit(job)
            until(lambda: _queued(watch), "the second job waits for the first")
        assert second.result(timeout=60) == BulkSummary()
    assert first.person_years == len(adjusted_claims()) == 5
    assert findings() == []


def _queued(watch: Any) -> bool:
    """As another session sees it: within a transaction the server's statistics stand still."""
    watch.execute("SELECT pg_stat_clear_snapshot()")
    watch.execute(
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return watch.fetchone() is not None

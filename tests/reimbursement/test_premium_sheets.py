"""Premium aid sheets: one row per person, totals are the sum of people, funds bear every fen."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from beneficiaries.models import Enrolment, Household, Identity, Person
from beneficiaries.services.insured_years import unable_to_pay_record
from common.codes import IdentityCategory
from common.jobs import JobTakenError
from common.models import Job
from organizations.models import Region
from organizations.scope import EVERYTHING, NOTHING, Scope
from policies.models import Fund, Policy
from reimbursement.models import Budget, PremiumSheet, PremiumSheetLine
from reimbursement.premium.errors import PremiumSheetError
from reimbursement.selectors.premium_sheets import (
    assistance_budget,
    class_rows,
    fund_totals,
    premium_sheets,
)
from reimbursement.services.premium_sheets import (
    premium_sheet_build,
    premium_sheet_open,
    premium_sheet_submit,
)
from tests import factories
from tests.policies.packs import PACKS, only_shipped_packs

pytestmark = pytest.mark.django_db
COUNTIES = {"522702": "贫困县", "522701": "非贫困县", "522732": "深度贫困县"}


@pytest.fixture(scope="module", autouse=True)
def packs_of_all_cities(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The shipped packs, published."""
    with django_db_blocker.unblock(), only_shipped_packs([PACKS]):
        for policy in Policy.objects.all():
            factories.publish(policy)
        yield


@pytest.fixture
def clerk(db: None) -> User:
    """Who builds and submits."""
    return User.objects.create_user("clerk")


def county(code: str = "522702", city: str = "522700") -> Region:
    """A county of the pack's city, in its class."""
    made = factories.county(code, f"示例县{code}", city=city)
    made.county_class = COUNTIES.get(code, "")
    made.save()
    return made


def insured(
    at: Region, *identities: str, since: date = date(2018, 5, 1), scheme: str = "residents", year: int = 2019,
    household: Household | None = None, born: date = date(1960, 5, 17),
) -> Person:  # fmt: skip
    """Somebody enrolled in the county."""
    person = factories.person(identities=(), at=at, years=(), born=born)
    person.household = household
    person.save()
    for category in identities:
        factories.recognise(person, category, since=since)
    Enrolment.objects.create(
        person=person, year=year, insurance_type=scheme, county=at, enrolled_on=date(year - 1, 12, 1)
    )
    return person


def built(at: Region, by: User, year: int = 2019) -> PremiumSheet:
    """The county's open sheet, built."""
    sheet = premium_sheet_open(scope=EVERYTHING, county=at, year=year, by=by)
    premium_sheet_build(sheet_id=sheet.pk, job_id=sheet.job_id)
    sheet.refresh_from_db()
    return sheet


def submitted(at: Region, by: User) -> PremiumSheet:
    """Built and submitted."""
    return premium_sheet_submit(scope=EVERYTHING, sheet_id=built(at, by).pk, by=by)


def lines(sheet: PremiumSheet) -> dict[str, tuple[str, int, dict[str, int]]]:
    """Per class: change, what is applied for, by fund."""
    return {line.row_code: (line.change, line.due_fen, line.due_shares) for line in sheet.lines.all()}


@pytest.mark.parametrize(
    ("code", "shares"),
    [
        ("522732", {"province_assistance": 10_000}),
        ("522702", {"province_assistance": 5_000, "city_assistance": 2_000, "county_assistance": 3_000}),
        ("522701", {"county_assistance": 10_000}),
    ],
)
def test_the_class_of_the_county_says_who_bears_the_hundred_yuan(code, shares, clerk):
    """C35."""
    at = county(code)
    insured(at, "registered_poor")
    sheet = built(at, clerk)
    assert lines(sheet) == {"registered-poor": ("new", 10_000, shares)}
    assert (sheet.number, sheet.status, sheet.line_count, sheet.total_fen) == (
        f"CB{code}-2019-01", "open", 1, 10_000,
    )  # fmt: skip


def test_a_household_with_three_classes_stands_on_one_sheet(clerk):
    """C36: whoever is both gets the higher once; the ordinary resident and the employee get nothing."""
    at = county("522701")
    home = Household.objects.create(
        household_no="H1", county=at, township="青山乡", village="石桥村", head_name="示例户主"
    )
    insured(at, "registered_poor", household=home)
    insured(at, "registered_poor", "extreme_poverty", household=home)
    insured(at, household=home)
    employee = insured(at, "registered_poor", scheme="employees", household=home)
    sheet = built(at, clerk)
    assert lines(sheet) == {
        "registered-poor": ("new", 10_000, {"county_assistance": 10_000}),
        "extreme-poverty": ("new", 22_000, {"county_assistance": 22_000}),
    }
    assert [(row.title, row.heads, row.each_fen, row.total_fen) for row in class_rows(sheet)] == [
        ("资助参保（特困）", 1, 22_000, 22_000), ("资助参保定额（建档立卡）", 1, 10_000, 10_000),
    ]  # fmt: skip
    assert fund_totals(class_rows(sheet)) == {"county_assistance": 32_000}
    assert not sheet.lines.filter(person=employee).exists()
    assert sheet.lines.get(row_code="extreme-poverty").candidates[1]["row"] == "registered-poor"


def test_whoever_is_recognised_after_the_day_of_the_pack_is_aided_next_year(clerk):
    at = county()
    insured(at, "registered_poor", since=date(2019, 8, 31))
    insured(at, "registered_poor", since=date(2019, 9, 1))
    assert built(at, clerk).line_count == 1


def test_built_again_it_is_the_same(clerk):
    at = county()
    for _ in range(3):
        insured(at, "registered_poor")
    first = built(at, clerk)
    again = built(at, clerk)
    assert (first.pk, first.content_hash, first.total_fen) == (again.pk, again.content_hash, 30_000)
    # The job that was replaced, delivered late, changes nothing.
    built_lines = set(PremiumSheetLine.objects.values_list("pk", flat=True))
    job = Job.objects.order_by("pk").first()
    with pytest.raises(JobTakenError):
        premium_sheet_build(sheet_id=first.pk, job_id=job.pk)
    assert set(PremiumSheetLine.objects.values_list("pk", flat=True)) == built_lines


def test_what_changes_after_submission_is_a_supplement(clerk):
    at = county()
    stays, goes, rises = (insured(at, "registered_poor") for _ in range(3))
    first = submitted(at, clerk)
    assert (first.total_fen, first.version) == (30_000, 1)
    Identity.objects.filter(person=goes).delete()
    factories.recognise(rises, "extreme_poverty", since=date(2019, 2, 1))
    comes = insured(at, "registered_poor")
    second = built(at, clerk)
    assert second.version == 2
    found = {line.person_id: (line.change, line.previous_fen, line.due_fen) for line in second.lines.all()}
    assert found == {
        goes.pk: ("left", 10_000, -10_000),
        rises.pk: ("corrected", 10_000, 12_000),
        comes.pk: ("new", 0, 10_000),
    }  # fmt: skip
    assert stays.pk not in found
    assert second.total_fen == 12_000
    assert sum(fund_totals(class_rows(second)).values()) == 12_000
    premium_sheet_submit(scope=EVERYTHING, sheet_id=second.pk, by=clerk)
    third = built(at, clerk)
    assert (third.line_count, third.total_fen) == (0, 0)
    with pytest.raises(PremiumSheetError, match="没有变动"):
        premium_sheet_submit(scope=EVERYTHING, sheet_id=third.pk, by=clerk)
    # All sheets together are what is due now: 2 × 100 and 220.
    due = PremiumSheetLine.objects.filter(sheet__status="submitted").aggregate(Sum("due_fen"))
    assert due == {"due_fen__sum": 42_000}


def test_a_submitted_sheet_is_frozen(clerk):
    at = county()
    person = insured(at, "registered_poor")
    sheet = submitted(at, clerk)
    for change in (
        lambda: PremiumSheet.objects.filter(pk=sheet.pk).update(total_fen=1),
        lambda: sheet.lines.all().delete(),
        lambda: sheet.lines.update(clause="改"),
        lambda: PremiumSheetLine.objects.create(
            sheet=sheet, person=insured(at), change="new", contribution_fen=0, amount_fen=0, due_fen=0
        ),
    ):
        with pytest.raises(DatabaseError, match=r"已报送|只允许新增"), transaction.atomic():
            change()
    with pytest.raises(PremiumSheetError, match="已经报送"):
        premium_sheet_submit(scope=EVERYTHING, sheet_id=sheet.pk, by=clerk)
    assert sheet.lines.get().person == person


def test_a_sheet_whose_total_is_not_that_of_its_people_cannot_be_submitted(clerk):
    at = county()
    insured(at, "registered_poor")
    sheet = built(at, clerk)
    PremiumSheet.objects.filter(pk=sheet.pk).update(total_fen=9_999)
    with pytest.raises(DatabaseError, match="合计与明细不符"), transaction.atomic():
        premium_sheet_submit(scope=EVERYTHING, sheet_id=sheet.pk, by=clerk)


def test_a_class_of_county_that_nobody_entered_ends_the_job_with_what_to_do(clerk):
    at = factories.county("522799", "未分类县", city="522700")
    insured(at, "registered_poor")
    sheet = built(at, clerk)
    assert (sheet.status, sheet.lines.count()) == ("building", 0)
    assert "没有适用于未分类的县区的资金方案" in Job.objects.get(pk=sheet.job_id).message


def test_inability_to_pay_counts_once_it_is_recognised(clerk):
    at = county("410199", city="410100")
    person = insured(at, "registered_poor", year=2018, since=date(2017, 5, 1))
    assert built(at, clerk, year=2018).line_count == 0
    unable_to_pay_record(person=person, year=2018, recognised_by="poverty", evidence="名册第3页", by=clerk)
    sheet = built(at, clerk, year=2018)
    assert lines(sheet) == {
        "registered-poor-unable": ("new", 18_000, {"city_premium_aid": 9_000, "county_premium_aid": 9_000})
    }


def test_the_budget_is_held_against_the_minimum_of_the_roster(clerk):
    at = county("410199", city="410100")
    for _ in range(3):
        insured(at, "registered_poor", year=2018, since=date(2017, 5, 1))
    sheet = built(at, clerk, year=2018)
    held = assistance_budget(sheet)
    assert (held.people, held.each_fen, held.minimum_fen, held.budgeted_fen) == (3, 20_000, 60_000, 0)
    fund = Fund.objects.get(code="county_assistance")
    common = {"county": at, "fund": fund, "year": 2018, "recorded_by": clerk}
    Budget.objects.create(**common, amount_fen=50_000, document="财预〔2018〕1号")
    Budget.objects.create(**common, amount_fen=7_000, document="市财〔2018〕2号", source="supplement")
    held = assistance_budget(sheet)
    assert (held.budgeted_fen, held.supplement_fen) == (50_000, 7_000)


def test_only_the_county_s_own_office_builds_submits_and_sees(clerk):
    at, other = county(), county("522701")
    insured(at, "registered_poor")
    sheet = built(at, clerk)
    stranger = Scope(county_ids=frozenset({other.pk}))
    assert list(premium_sheets(scope=Scope(county_ids=frozenset({at.pk})))) == [sheet]
    for scope in (stranger, NOTHING, Scope(hospital_id=1)):
        assert list(premium_sheets(scope=scope)) == []
        with pytest.raises(PremiumSheetError):
            premium_sheet_open(scope=scope, county=at, year=2019, by=clerk)
        with pytest.raises(PremiumSheetError):
            premium_sheet_submit(scope=scope, sheet_id=sheet.pk, by=clerk)
    assert PremiumSheet.objects.get().status == "open"


CATEGORIES = st.frozensets(st.sampled_from(IdentityCategory.values), max_size=3)


@examples(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    code=st.sampled_from(sorted(COUNTIES)),
    households=st.lists(st.lists(CATEGORIES, min_size=1, max_size=4), min_size=1, max_size=4),
    after=st.lists(CATEGORIES, max_size=4),
)
def test_totals_are_the_people_and_the_shares_the_totals_whatever_happens(clerk, *, code, households, after):
    with transaction.atomic():
        at = county(code)
        people = [insured(at, *member) for home in households for member in home]
        sheets = [built(at, clerk)]
        if sheets[0].line_count:
            premium_sheet_submit(scope=EVERYTHING, sheet_id=sheets[0].pk, by=clerk)
            for person, categories in zip(people, after, strict=False):
                Identity.objects.filter(person=person).delete()
                for category in categories:
                    factories.recognise(person, category, since=date(2018, 5, 1))
            sheets.append(built(at, clerk))
        per_person: dict[int, int] = defaultdict(int)
        for sheet in sheets:
            rows = class_rows(sheet)
            people_fen = sum(line.due_fen for line in sheet.lines.all())
            assert sheet.total_fen == people_fen == sum(row.total_fen for row in rows)
            assert people_fen == sum(fund_totals(rows).values())
            assert sheet.line_count == sum(row.heads for row in rows)
            for line in sheet.lines.all():
                per_person[line.person_id] += line.due_fen
                assert sum(line.due_shares.values()) == line.due_fen
                assert sum(line.shares.values()) == line.amount_fen
        assert set(per_person.values()) <= {0, 10_000, 22_000}
        transaction.set_rollback(True)

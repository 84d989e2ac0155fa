"""Who is to be insured in which year, and who is missing: down to the person, only inside the scope."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from beneficiaries.enrolment_rule import insured_year
from beneficiaries.models import Household, NotInsured, Person, UnableToPay
from beneficiaries.selectors.enrolment_gaps import (
    GapTerms,
    day_of,
    gap_counts,
    group_counts,
    households_missing,
    people_missing,
    villages_missing,
)
from beneficiaries.services.insured_years import (
    YearlyRecordError,
    not_insured_record,
    unable_to_pay_record,
    yearly_record_withdraw,
)
from organizations.models import Region
from organizations.scope import EVERYTHING, NOTHING, Scope
from tests import factories

CASES = yaml.safe_load(
    (Path(__file__).parent.parent / "cases" / "enrolment.yaml").read_text(encoding="utf-8")
)["cases"]
TERMS = GapTerms(
    year=2019, identities=frozenset({"registered_poor", "extreme_poverty"}), last_day=date(2019, 8, 31),
    on=date(2019, 6, 30),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["code"])
def test_a_worked_case_comes_out(case: dict[str, Any]):
    month, _, day = case["cutoff"].partition("-")
    year = insured_year(
        recognised_on=case["recognised"],
        is_insured=case["insured"],
        cutoff=(int(month), int(day)) if day else None,
    )
    assert year == case["year"]


@pytest.fixture
def clerk(db: None) -> User:
    """Who records."""
    return User.objects.create_user("clerk")


def household(at: Region, number: str, village: str) -> Household:
    return Household.objects.create(
        household_no=number, county=at, township="青山乡", village=village, head_name=f"户主{number}"
    )


def poor(
    home: Household | None = None, *, years: tuple[int, ...] = (), since: date = date(2018, 5, 1)
) -> Person:
    """A registered poor person of the example county."""
    person = factories.person(identities=(), years=years)
    person.household = home
    person.save()
    factories.recognise(person, "registered_poor", since=since)
    return person


@pytest.fixture
def county(db: None) -> Region:
    """Seven people: two insured, one excused, four missing in two villages and nowhere."""
    at = factories.county()
    first, second = household(at, "H1", "石桥村"), household(at, "H2", "石桥村")
    poor(first, years=(2019,))
    poor(first)
    poor(second)
    poor(household(at, "H3", "柳林村"), years=(2018, 2019))
    poor(household(at, "H4", "柳林村"))
    poor()
    return at


def test_the_gap_is_counted_by_village_household_and_person(county, clerk, django_assert_num_queries):
    soldier = poor(Household.objects.get(household_no="H4"))
    not_insured_record(person=soldier, year=2019, reason="army", evidence="入伍通知书〔2019〕7号", by=clerk)
    place = {"scope": EVERYTHING, "county_id": county.pk, "terms": TERMS}
    with django_assert_num_queries(3):
        counts = gap_counts(**place)
        villages = [(row.village, row.missing) for row in villages_missing(**place)]
        homes = [
            (row.household_no, row.missing)
            for row in households_missing(**place, township="青山乡", village="石桥村")
        ]
    assert (*counts, counts.missing, counts.insured_bp) == (7, 2, 1, 4, 3_333)
    assert villages == [("柳林村", 1), ("石桥村", 2), ("", 1)]
    assert homes == [("H1", 1), ("H2", 1)]
    assert people_missing(**place).count() == 4


def test_whoever_was_recognised_too_late_died_or_is_no_longer_poor_is_not_missing(county):
    place = {"scope": EVERYTHING, "county_id": county.pk, "terms": TERMS}
    before = people_missing(**place).count()
    dead = poor()
    dead.died_on = date(2019, 3, 1)
    dead.save()
    left = factories.person(identities=(), years=())
    factories.recognise(left, "registered_poor", since=date(2017, 1, 1), until=date(2019, 1, 1))
    other = factories.person(identities=(), years=())
    factories.recognise(other, "low_income")
    assert people_missing(**place).count() == before
    autumn = replace(TERMS, on=date(2019, 10, 1))
    late = poor(since=date(2019, 9, 1))
    on_time = poor(since=date(2019, 8, 31))
    missing = set(people_missing(**{**place, "terms": autumn}))
    assert on_time in missing
    assert late not in missing
    next_year = replace(TERMS, year=2020, last_day=date(2020, 8, 31), on=date(2020, 1, 1))
    assert late in set(people_missing(**{**place, "terms": next_year}))


@pytest.mark.parametrize("scope", [NOTHING, Scope(hospital_id=1), Scope(county_ids=frozenset({0}))])
def test_nothing_is_seen_outside_the_scope(county, scope):
    place = {"scope": scope, "county_id": county.pk, "terms": TERMS}
    assert people_missing(**place).count() == 0
    assert gap_counts(**place).recognised == 0
    assert group_counts(scope=scope, county_id=county.pk, categories=TERMS.identities, on=TERMS.on) == {}


def test_each_group_is_counted_by_itself(county):
    """R212: whoever is in both counts in both."""
    both = poor()
    factories.recognise(both, "low_income")
    factories.recognise(factories.person(identities=()), "low_income")
    counts = group_counts(
        scope=EVERYTHING, county_id=county.pk, categories=("registered_poor", "low_income"), on=TERMS.on
    )
    assert counts == {"registered_poor": 7, "low_income": 2}


def test_a_reason_is_recorded_once_with_evidence_and_can_be_taken_back(county, clerk):
    person = poor()
    common = {"person": person, "year": 2019, "reason": "school", "by": clerk}
    with pytest.raises(YearlyRecordError, match="请填写凭证"):
        not_insured_record(**common, evidence="  ")
    row = not_insured_record(**common, evidence="录取通知书3号")
    with pytest.raises(YearlyRecordError, match="已登记过"):
        not_insured_record(**common, evidence="录取通知书3号")
    with pytest.raises(IntegrityError), transaction.atomic():
        NotInsured.objects.create(
            person=person, year=2019, reason="army", evidence="又一份", recorded_by=clerk
        )
    assert yearly_record_withdraw(record=row, by=clerk).withdrawn_by == clerk
    first = yearly_record_withdraw(record=row, by=clerk).withdrawn_at
    assert first == NotInsured.objects.get().withdrawn_at
    not_insured_record(**common, evidence="录取通知书4号")
    assert NotInsured.objects.count() == 2
    place = {"scope": EVERYTHING, "county_id": county.pk, "terms": TERMS}
    assert person not in set(people_missing(**place))


def test_the_insured_need_no_reason_and_inability_names_its_authority(county, clerk):
    person = poor(years=(2019,))
    with pytest.raises(YearlyRecordError, match="已参保"):
        not_insured_record(person=person, year=2019, reason="army", evidence="入伍通知书", by=clerk)
    assert not NotInsured.objects.exists()
    row = unable_to_pay_record(
        person=person, year=2019, recognised_by="civil_affairs", evidence="民政名册", by=clerk
    )
    assert list(UnableToPay.objects.all()) == [row]


def test_identities_must_hold_today_or_on_the_nearest_day_of_the_year():
    today = date(2019, 6, 30)
    assert [day_of(year=year, today=today) for year in (2018, 2019, 2020)] == [
        date(2018, 12, 31), today, date(2020, 1, 1),
    ]  # fmt: skip

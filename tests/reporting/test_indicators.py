"""Indicators (指标): sums by hand, scope, roll-up, rows behind each number."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from beneficiaries.models import Enrolment, Identity
from organizations.models import Hospital, Region
from organizations.scope import EVERYTHING, NOTHING, Scope, scope_of_hospital
from policies.models import Policy, PolicyParameter, Rule
from reporting.indicators.catalogue import BY_CODE
from reporting.indicators.periods import Period
from reporting.models import IndicatorFigure
from reporting.selectors.indicators import (
    indicator_rows,
    indicator_sums,
    indicator_sums_by,
    indicator_targets,
)
from settlement.models import Payment
from tests.reimbursement.rows import World
from tests.reimbursement.test_verify import without_guards
from tests.reporting.indicator_world import take_back, visit

pytestmark = pytest.mark.django_db
SECOND_QUARTER = Period.of(2019, 2)


@pytest.fixture
def visits(world: World) -> World:
    """清水县: two stays and two visits, one of these taken back; 白石县: one stay at 清水县's hospital."""
    visit(
        world, inpatient=True, total_fen=1_000_000, excluded_fen=100_000, basic_fen=600_000,
        assistance_fen=150_000,
        lines=(("western_medicine", 400_000), ("consumables", 250_000), ("examination", 350_000)),
    )  # fmt: skip
    visit(world, total_fen=100_001, basic_fen=66_667, lines=(("herbal_pieces", 100_001),), on="2019-05-02")
    wrong = visit(world, total_fen=777_777, basic_fen=1, lines=(("other", 777_777),))
    take_back(wrong, on="2019-05-03")
    visit(
        world, inpatient=True, hospital=outside(world), referral="referred", total_fen=200_000,
        excluded_fen=50_000, basic_fen=60_000, lines=(("laboratory", 200_000),),
    )  # fmt: skip
    visit(world, county=world.other_county, inpatient=True, total_fen=500_000, basic_fen=300_000)
    visit(world, on="2019-07-01", total_fen=999, basic_fen=999)
    return world


def outside(world: World) -> Hospital:
    return Hospital.objects.create(
        code="640485000001", name="白石县人民医院", county=world.other_county, level="county_2"
    )


def shown(sums: dict, code: str) -> tuple[int, int, str]:
    above, below = sums[code]
    indicator = BY_CODE[code]
    return above, below, indicator.shown(indicator.value(above, below))


def test_a_county_s_indicators_are_the_sums_worked_out_by_hand(visits: World) -> None:
    sums = indicator_sums(scope=EVERYTHING, period=SECOND_QUARTER, county_id=visits.county.pk)
    assert shown(sums, "reimbursement") == (876_667, 1_300_001, "67.44%")
    assert shown(sums, "inpatient-in-policy") == (660_000, 1_050_000, "62.86%")
    assert shown(sums, "out-of-catalogue") == (150_000, 1_300_001, "11.54%")
    assert shown(sums, "in-county") == (2, 3, "66.67%")
    assert shown(sums, "referred-out") == (1, 2, "50%")
    assert shown(sums, "drugs") == (500_001, 1_300_001, "38.46%")
    assert shown(sums, "consumables") == (250_000, 1_300_001, "19.23%")
    assert shown(sums, "tests") == (550_000, 1_300_001, "42.31%")


def test_what_nothing_is_known_of_has_no_value_instead_of_nought_or_all(visits: World) -> None:
    sums = indicator_sums(scope=EVERYTHING, period=SECOND_QUARTER)
    for code in ("family-doctor", "village-clinic", "major-disease", "catastrophic", "days-to-payment"):
        assert shown(sums, code) == (0, 0, "尚无数据")


def test_catastrophic_assistance_is_a_share_where_the_pack_tells_it_apart(world: World) -> None:
    with without_guards():
        Rule.objects.create(
            policy=world.policy, code="assistance-catastrophic", position=9,
            tier="assistance", funding="county", clause=world.kind.clause,
        )  # fmt: skip
    ordinary = visit(world, assistance_fen=30_000).payments.get()
    catastrophic = visit(world, assistance_fen=10_000).payments.get()
    with without_guards():
        Payment.objects.filter(pk=catastrophic.pk).update(rule="assistance-catastrophic")
    assert ordinary.rule == "assistance"
    sums = indicator_sums(scope=EVERYTHING, period=SECOND_QUARTER)
    assert shown(sums, "catastrophic") == (10_000, 40_000, "25%")


def test_a_prefecture_is_the_sum_of_its_counties_and_never_an_average(visits: World) -> None:
    by_county = indicator_sums_by(scope=EVERYTHING, period=SECOND_QUARTER, by="county")
    assert by_county[visits.county.pk]["reimbursement"] == (876_667, 1_300_001)
    assert by_county[visits.other_county.pk]["reimbursement"] == (300_000, 500_000)
    whole = indicator_sums(scope=EVERYTHING, period=SECOND_QUARTER)
    # The average of 67.44 % and 60 % would be 63.72 %.
    assert shown(whole, "reimbursement") == (1_176_667, 1_800_001, "65.37%")


def test_months_and_hospitals_share_the_same_rows(visits: World) -> None:
    months = indicator_sums_by(
        scope=EVERYTHING, period=Period.of(2019), by="month", codes=["out-of-catalogue"]
    )
    assert {month: sums["out-of-catalogue"] for month, sums in months.items()} == {
        date(2019, 4, 1): (150_000, 2_477_777),
        date(2019, 5, 1): (0, -677_776),
        date(2019, 7, 1): (0, 999),
    }
    hospitals = indicator_sums_by(scope=EVERYTHING, period=SECOND_QUARTER, by="hospital", codes=["drugs"])
    assert hospitals[visits.hospital.pk]["drugs"] == (500_001, 1_100_001)


def test_every_scope_sees_its_own_sums(visits: World) -> None:
    county = Scope(county_ids=frozenset({visits.other_county.pk}))
    assert indicator_sums(scope=county, period=SECOND_QUARTER)["reimbursement"] == (300_000, 500_000)
    own = scope_of_hospital(visits.hospital)
    assert indicator_sums(scope=own, period=SECOND_QUARTER)["reimbursement"] == (1_116_667, 1_600_001)
    assert indicator_sums(scope=own, period=SECOND_QUARTER)["insured"] == (0, 0)
    assert set(indicator_sums(scope=NOTHING, period=SECOND_QUARTER).values()) == {(0, 0)}


@pytest.mark.parametrize("code", ["reimbursement", "in-county", "drugs", "inpatient-in-policy"])
def test_the_rows_behind_a_number_add_up_to_it(visits: World, code: str) -> None:
    rows = indicator_rows(indicator=BY_CODE[code], scope=EVERYTHING, period=SECOND_QUARTER)
    above = sum([row.row_above for row in rows])
    below = sum([row.row_below for row in rows])
    assert (above, below) == indicator_sums(scope=EVERYTHING, period=SECOND_QUARTER)[code]
    stranger = Scope(county_ids=frozenset({visits.county.parent_id}))
    assert not indicator_rows(indicator=BY_CODE[code], scope=stranger, period=SECOND_QUARTER)


def test_the_insured_are_counted_among_the_living_poor_of_the_last_day(world: World) -> None:
    insured, uninsured, left, dead = (world.person() for _ in range(4))
    for person in (insured, uninsured, left, dead):
        until = date(2019, 6, 30) if person is left else None
        Identity.objects.create(
            person=person, category="registered_poor", recognised_by="poverty",
            valid=DateRange(date(2018, 1, 1), until),
        )  # fmt: skip
    dead.died_on = date(2019, 6, 29)
    dead.save()
    Enrolment.objects.create(
        person=insured, year=2019, insurance_type="residents", county=world.county,
        enrolled_on=date(2018, 12, 1),
    )  # fmt: skip
    sums = indicator_sums(scope=EVERYTHING, period=SECOND_QUARTER)
    assert shown(sums, "insured") == (1, 2, "50%")
    assert shown(sums, "family-doctor") == (0, 0, "尚无数据")


def test_the_newest_reported_figure_of_each_county_holds(world: World) -> None:
    by = User.objects.create_user("clerk")
    for county, numerator, denominator in (
        (world.county, 10, 40), (world.county, 39, 40), (world.other_county, 20, 20),
    ):  # fmt: skip
        IndicatorFigure.objects.create(
            code="village-clinic", county=county, year=2019, numerator=numerator, denominator=denominator,
            counted_on=date(2019, 6, 30), source="卫健局", entered_by=by,
        )  # fmt: skip
    sums = indicator_sums(scope=EVERYTHING, period=SECOND_QUARTER)
    assert shown(sums, "village-clinic") == (59, 60, "98.33%")
    assert shown(sums, "village-doctor") == (0, 0, "尚无数据")


def test_targets_are_those_of_the_county_s_pack_with_their_doubts(world: World) -> None:
    draft = Policy.objects.create(
        code="liupan-2020", city_code="640400", city_name="六盘市", title="六盘市", tiers=["basic"],
        valid=DateRange(date(2020, 1, 1), date(2021, 1, 1)), admission_visit_types=["inpatient"],
    )  # fmt: skip
    PolicyParameter.objects.create(
        policy=draft, position=1, code="target-reimbursement", value="90%", provisional=True
    )
    PolicyParameter.objects.create(
        policy=draft, position=2, code="target-in-county", value="九成左右", provisional=True
    )
    draft.confirmed_provisional = ["parameters:target-reimbursement", "parameters:target-in-county"]
    draft.status = "published"
    draft.published_at = timezone.now()
    draft.save()
    counties = list(Region.objects.filter(level="county"))
    targets = indicator_targets(counties=counties, period=Period.of(2020))
    assert targets[world.county.pk] == {"target-reimbursement": (9000, "", True)}
    assert indicator_targets(counties=counties, period=Period.of(2019))[world.county.pk] == {}


def test_nine_queries_whatever_there_is_to_add_up(
    visits: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(9):
        indicator_sums(scope=EVERYTHING, period=SECOND_QUARTER)
    with django_assert_num_queries(5):
        indicator_sums_by(scope=EVERYTHING, period=SECOND_QUARTER, by="county", codes=[
            "insured", "village-clinic", "reimbursement", "drugs", "days-to-payment",
        ])  # fmt: skip

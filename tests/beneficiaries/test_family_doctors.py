"""Family doctors: contracts never overlap, follow-ups are done once, funds are accounted per person."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from beneficiaries.models import DoctorContract, FollowUp, ServiceFee
from beneficiaries.selectors.family_doctors import (
    doctor_contracts,
    family_doctor_coverage,
    fees_per_person,
    follow_ups,
)
from beneficiaries.services.family_doctors import (
    ContractTerms,
    FamilyDoctorError,
    contract_end,
    contract_sign,
    follow_up_done,
    follow_up_plan,
    service_fee_post,
    service_fee_reverse,
)
from organizations.scope import NOTHING, Scope
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(today, django_user_model):
    return django_user_model.objects.create_user("登记员")


def terms(**changes) -> ContractTerms:
    usual = {
        "doctor": "赵医生", "team": "城关一队", "signed_on": date(2019, 1, 2), "since": date(2019, 1, 1),
        "until": date(2020, 1, 1), "package": "健康管理包", "fee_fen": 12_000, "payer": "public_health",
    }  # fmt: skip
    return ContractTerms(**{**usual, **changes})


def sign(who, clerk, **changes) -> DoctorContract:
    return contract_sign(person=who, hospital=factories.hospital(), terms=terms(**changes), by=clerk)


@pytest.fixture
def contract(clerk) -> DoctorContract:
    return sign(factories.person(), clerk)


def test_a_second_contract_in_the_same_time_is_refused(contract, clerk) -> None:
    with pytest.raises(FamilyDoctorError, match="请先终止原签约"):
        sign(contract.person, clerk, since=date(2019, 12, 31), until=None)
    sign(contract.person, clerk, since=date(2020, 1, 1), until=None)
    assert DoctorContract.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"signed_on": date(2019, 7, 1)}, "签约日期不能晚于今天"),
        ({"until": date(2019, 1, 1)}, "止日不能早于起日"),
        ({"fee_fen": -1}, "doctor_contract_fee"),
        ({"doctor": " "}, "不能为空"),
    ],
)
def test_terms_that_cannot_be_are_refused(clerk, changes, sentence) -> None:
    with pytest.raises(FamilyDoctorError, match=sentence):
        sign(factories.person(), clerk, **changes)
    assert not DoctorContract.objects.exists()


def test_the_dead_are_not_signed_on(clerk) -> None:
    who = factories.person()
    who.died_on = date(2018, 12, 31)
    who.save()
    with pytest.raises(FamilyDoctorError, match="已于 2018-12-31 死亡"):
        sign(who, clerk)


def test_a_follow_up_is_written_down_once_and_plans_the_next(contract, clerk) -> None:
    first = follow_up_plan(contract=contract, kind="home", planned_on=date(2019, 6, 10), by=clerk)
    following = follow_up_done(
        follow_up=first,
        done_on=date(2019, 6, 12),
        content="血压 150/95，调药",
        next_on=date(2019, 9, 10),
        by=clerk,
    )
    first.refresh_from_db()
    assert (first.done_on, first.content, first.done_by) == (date(2019, 6, 12), "血压 150/95，调药", clerk)
    assert (following.planned_on, following.kind, following.done_on) == (date(2019, 9, 10), "home", None)
    with pytest.raises(FamilyDoctorError, match="已于 2019-06-12 登记"):
        follow_up_done(follow_up=first, done_on=date(2019, 6, 13), content="又", by=clerk)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"done_on": date(2019, 7, 1)}, "不晚于今天"),
        ({"done_on": date(2018, 12, 31)}, "须在签约服务期内"),
        ({"content": " "}, "请填写随访内容"),
        ({"next_on": date(2019, 6, 12)}, "须晚于本次"),
        ({"next_on": date(2020, 1, 1)}, "须在签约服务期内"),
    ],
)
def test_a_follow_up_that_cannot_be_leaves_it_planned(contract, clerk, changes, sentence) -> None:
    planned = follow_up_plan(contract=contract, kind="home", planned_on=date(2019, 6, 10), by=clerk)
    given = {"done_on": date(2019, 6, 12), "content": "好", **changes}
    with pytest.raises(FamilyDoctorError, match=sentence):
        follow_up_done(follow_up=planned, by=clerk, **given)
    assert FollowUp.objects.get().done_on is None


def test_ending_a_contract_drops_what_was_planned_later(contract, clerk) -> None:
    for on in (date(2019, 6, 10), date(2019, 9, 10)):
        follow_up_plan(contract=contract, kind="home", planned_on=on, by=clerk)
    ended = contract_end(contract=contract, last_day=date(2019, 7, 31), reason="迁出", by=clerk)
    assert ended.valid.upper == date(2019, 8, 1)
    assert ended.ended_because == "迁出（登记员）"
    assert list(FollowUp.objects.values_list("planned_on", flat=True)) == [date(2019, 6, 10)]
    with pytest.raises(FamilyDoctorError, match="须在服务期内"):
        contract_end(contract=contract, last_day=date(2019, 8, 31), reason="迁出", by=clerk)


def test_fees_stop_at_the_years_fee_and_are_taken_back_once(contract, clerk) -> None:
    first = service_fee_post(contract=contract, item="签约服务费", amount_fen=7_000, by=clerk)
    with pytest.raises(FamilyDoctorError, match="超过签约约定的年服务费"):
        service_fee_post(contract=contract, item="签约服务费", amount_fen=5_001, by=clerk)
    back = service_fee_reverse(fee=first, reason="记错人", by=clerk)
    assert (back.amount_fen, back.corrects, back.posted_on) == (-7_000, first, date(2019, 6, 30))
    for fee in (first, back):
        with pytest.raises(FamilyDoctorError, match="不能再冲销"):
            service_fee_reverse(fee=fee, reason="再冲", by=clerk)
    service_fee_post(contract=contract, item="签约服务费", amount_fen=12_000, by=clerk)
    county = Scope(county_ids=frozenset({contract.person.county_id}))
    assert [row["amount_fen"] for row in fees_per_person(scope=county, year=2019)] == [12_000]
    assert ServiceFee.objects.count() == 3


def test_posted_fees_cannot_be_changed(contract, clerk) -> None:
    service_fee_post(contract=contract, item="签约服务费", amount_fen=7_000, by=clerk)
    for statement in (
        "UPDATE beneficiaries_servicefee SET amount_fen = 1",
        "DELETE FROM beneficiaries_servicefee",
    ):
        with (
            pytest.raises(DatabaseError, match="insert_only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_coverage_counts_the_living_poor_of_each_county_in_one_query(
    clerk, django_assert_num_queries
) -> None:
    other = factories.county("410185", "邻县")
    signed, dead, _unsigned = (factories.person() for _ in range(3))
    sign(signed, clerk)
    dead.died_on = date(2019, 2, 1)
    dead.save()
    sign(factories.person(identities=()), clerk)
    factories.person(at=other)
    with django_assert_num_queries(1):
        rows = family_doctor_coverage(Scope(everything=True), date(2019, 6, 30))
    assert [(row.county, row.poor, row.contracted) for row in rows] == [("邻县", 1, 0), ("示例县", 2, 1)]
    assert [row.contracted for row in family_doctor_coverage(Scope(everything=True), date(2020, 1, 1))] == [
        0,
        0,
    ]
    assert family_doctor_coverage(NOTHING, date(2019, 6, 30)) == []


def test_contracts_and_follow_ups_stay_inside_the_scope(contract, clerk) -> None:
    follow_up_plan(contract=contract, kind="home", planned_on=date(2019, 6, 10), by=clerk)
    for scope, number in (
        (Scope(county_ids=frozenset({contract.person.county_id})), 1),
        (Scope(hospital_id=contract.hospital_id), 1),
        (Scope(county_ids=frozenset({factories.county("410185", "邻县").pk})), 0),
        (Scope(hospital_id=factories.hospital().pk), 0),
        (NOTHING, 0),
    ):
        assert doctor_contracts(scope=scope).count() == number
        assert follow_ups(scope=scope).count() == number

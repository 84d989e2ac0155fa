"""A roster from file to effect and back (名单导入)."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User

from beneficiaries.models import Household, Identity, Person, RosterChange, RosterImport, RosterRow
from beneficiaries.services.rosters import (
    RosterError,
    roster_apply,
    roster_check,
    roster_confirm,
    roster_discard,
    roster_undo_ask,
)
from common.models import Job
from organizations.models import Office, Region
from organizations.scope import scope_of_user
from tests import factories
from tests.admin.world import settled_stay
from tests.beneficiaries.rosters import (
    applied,
    as_csv,
    checked,
    clerk,
    confirm,
    differences,
    number_of,
    row_of,
    undo,
    upload,
    xlsx,
)

pytestmark = pytest.mark.django_db

JULY = {"roster_on": date(2019, 7, 1), "received_on": date(2019, 7, 2)}


@pytest.fixture(autouse=True)
def july(settings) -> None:
    settings.BUSINESS_DATE = date(2019, 7, 15)


@pytest.fixture
def county(db: None) -> Region:
    return factories.county()


@pytest.fixture
def officer(county: Region) -> User:
    return clerk("minzheng", county)


def state() -> list[str]:
    """Everything that a roster may change."""
    people = Person.objects.values_list("id_index", "name", "county__code", "household__household_no")
    identities = Identity.objects.values_list("person__id_index", "category", "valid", "recognised_by")
    homes = Household.objects.values_list("household_no", "township", "village", "head_name")
    return [*sorted(map(str, people)), *sorted(map(str, identities)), *sorted(map(str, homes))]


def test_first_roster_registers_people_households_and_open_identities(county: Region, officer: User) -> None:
    roster = checked(officer, county, xlsx([row_of(1), row_of(2), row_of(9, since="2019-03-01")]))
    assert (roster.state, differences(roster)) == ("compared", {"new": 3})
    assert not Person.objects.exists()
    roster = confirm(officer, roster)
    assert (roster.state, roster.confirmed_by) == ("applied", officer)
    person = Person.objects.get(name="示例癸9")
    assert person.id_number == number_of(9)
    assert (person.county, person.household.village) == (county, "石桥村2")
    identity = person.identities.get()
    assert (identity.valid.lower, identity.valid.upper) == (date(2019, 3, 1), None)
    assert (identity.category, identity.recognised_by, identity.roster) == (
        "minimum_living", "civil_affairs", roster,
    )  # fmt: skip
    assert Identity.objects.get(person__name="示例乙1").valid.lower == date(2019, 6, 1)
    assert Household.objects.count() == 2


def test_same_file_again_finds_no_difference_and_changes_nothing(county: Region, officer: User) -> None:
    content = xlsx([row_of(n, since="2019-01-05" if n % 2 else "") for n in range(12)])
    applied(officer, county, content)
    before, changes = state(), RosterChange.objects.count()
    again = applied(officer, county, content)
    assert differences(again) == {"unchanged": 12}
    assert (state(), RosterChange.objects.count()) == (before, changes)


def test_whoever_is_not_named_any_more_leaves_on_the_day_of_the_roster(county: Region, officer: User) -> None:
    applied(officer, county, xlsx([row_of(1), row_of(2)]))
    july = checked(officer, county, xlsx([row_of(1)]), **JULY)
    assert differences(july) == {"unchanged": 1, "left": 1}
    confirm(officer, july)
    left = Identity.objects.get(person__name="示例丙2")
    assert (left.valid.lower, left.valid.upper) == (date(2019, 6, 1), date(2019, 7, 1))


def test_roster_of_changes_touches_only_whom_it_names(county: Region, officer: User) -> None:
    applied(officer, county, xlsx([row_of(1), row_of(2), row_of(3)]))
    rows = [row_of(2, change="退出"), row_of(8, change="新增")]
    july = applied(officer, county, xlsx(rows), kind=RosterImport.Kind.DELTA, **JULY)
    assert differences(july) == {"left": 1, "new": 1}
    held = Identity.objects.filter(valid__contains=date(2019, 7, 1)).values_list("person__name", flat=True)
    assert sorted(held) == ["示例丁3", "示例乙1", "示例壬8"]


def test_what_others_recognised_stays_untouched(county: Region, officer: User) -> None:
    applied(officer, county, xlsx([row_of(1), row_of(2)]))
    person = Person.objects.get(name="示例乙1")
    poor = factories.recognise(person, "registered_poor")
    other = factories.person(identities=(), at=county)
    theirs = factories.recognise(other, "minimum_living")
    july = applied(officer, county, xlsx([row_of(2)]), **JULY)
    assert differences(july) == {"unchanged": 1, "left": 1}
    poor.refresh_from_db()
    theirs.refresh_from_db()
    assert (poor.valid.upper, theirs.valid.upper) == (None, None)


def test_undo_brings_back_every_period_person_and_household(county: Region, officer: User) -> None:
    applied(officer, county, xlsx([row_of(n) for n in range(8)]))
    before = state()
    rows = [
        row_of(0, village="柳沟村"), row_of(1, village="柳沟村"),
        row_of(2, village="柳沟村", since="2019-02-01"), row_of(5, household_no="HU00000000"), row_of(6),
    ]  # fmt: skip
    july = applied(officer, county, xlsx(rows), **JULY)
    assert differences(july) == {"changed": 4, "unchanged": 1, "left": 3}
    assert state() != before
    assert undo(officer, july).state == "undone"
    assert state() == before
    assert july.changes.filter(undoes__isnull=False).count() == july.changes.filter(undoes=None).count() == 6


def test_undo_of_the_first_roster_leaves_people_without_identity(county: Region, officer: User) -> None:
    roster = applied(officer, county, xlsx([row_of(1), row_of(2)]))
    undo(officer, roster)
    assert (Person.objects.count(), Identity.objects.count()) == (2, 0)
    assert differences(applied(officer, county, xlsx([row_of(1), row_of(2)]))) == {"new": 2}
    assert Identity.objects.count() == 2


def test_undo_is_refused_once_a_later_roster_or_change_depends_on_it(county: Region, officer: User) -> None:
    june = applied(officer, county, xlsx([row_of(1), row_of(2)]))
    july = applied(officer, county, xlsx([row_of(1)]), **JULY)
    scope = scope_of_user(officer)
    with pytest.raises(RosterError, match="请先撤销该名单") as refused:
        roster_undo_ask(roster_id=june.pk, scope=scope, user=officer)
    assert refused.value.code == "roster_followed"
    factories.recognise(Person.objects.get(name="示例丙2"), "minimum_living", since=date(2019, 7, 8))
    undo(officer, july)
    july.refresh_from_db()
    # The person was recognised anew: his old period cannot be opened over it.
    assert july.state == "undoing"
    assert Job.objects.latest("pk").state == "failed"


def test_undo_is_refused_once_a_claim_was_settled_by_it(packs: None, county: Region, officer: User) -> None:
    number = number_of(4)
    rows = [row_of(4, id_number=number, since="2019-01-01")]
    roster = applied(officer, county, xlsx(rows))
    person = Person.objects.get()
    factories.enrol(person, year=2019, at=county)
    settled_stay(person, factories.hospital(at=county))
    with pytest.raises(RosterError, match="1 人已据此结算费用") as refused:
        roster_undo_ask(roster_id=roster.pk, scope=scope_of_user(officer), user=officer)
    assert refused.value.code == "roster_depended_on"
    assert Identity.objects.count() == 1


def test_people_move_only_where_whoever_confirms_is_in_charge_of_both_counties(county: Region) -> None:
    other = factories.county("410185", "邻县")
    here, city = clerk("here", county), clerk("city", county.parent)
    applied(clerk("there", other), other, xlsx([row_of(1), row_of(2)]))
    roster = checked(here, county, xlsx([row_of(1)]))
    assert differences(roster) == {"moved": 1}
    assert roster.rows.get().detail == "原在 邻县"
    confirm(here, roster)
    assert Person.objects.get(name="示例乙1").county == other
    again = checked(here, county, xlsx([row_of(1)]))
    confirm(city, again)
    moved = Person.objects.get(name="示例乙1")
    assert (moved.county, moved.identities.count()) == (county, 1)
    assert differences(checked(here, county, xlsx([row_of(1)]))) == {"unchanged": 1}


def test_city_roster_names_the_county_of_each_person(county: Region) -> None:
    other = factories.county("410185", "邻县")
    city = clerk("city", county.parent)
    heads = ("县（市、区）", "姓名", "身份证号", "身份类别")
    rows = [
        {"no": name, "name": f"某{n}", "id_number": number_of(n), "category": "低保"}
        for n, name in enumerate(("示例县", "410185", "外县", ""))
    ]
    roster = applied(city, county.parent, xlsx(rows, headings=heads))
    assert differences(roster) == {"new": 2, "wrong": 2}
    assert {p.name: p.county for p in Person.objects.all()} == {"某0": county, "某1": other}


def test_records_that_moved_on_after_the_comparison_are_compared_and_asked_again(
    county: Region, officer: User
) -> None:
    first, second = (checked(officer, county, xlsx([row_of(1)])) for _ in range(2))
    confirm(officer, first)
    confirm(officer, second)
    second.refresh_from_db()
    assert (second.state, differences(second)) == ("compared", {"unchanged": 1})
    assert Job.objects.get(pk=second.job_id).message == "比对以后人员记录有变化，已重新比对，请再次核对并确认"
    assert Identity.objects.count() == 1


def test_two_confirmations_apply_once(county: Region, officer: User) -> None:
    roster = checked(officer, county, xlsx([row_of(1)]))
    scope = scope_of_user(officer)
    confirmed = roster_confirm(roster_id=roster.pk, scope=scope, user=officer)
    with pytest.raises(RosterError) as refused:
        roster_confirm(roster_id=roster.pk, scope=scope, user=officer)
    assert refused.value.code == "roster_not_waiting"
    for _ in range(2):
        roster_apply(roster_id=roster.pk, job_id=confirmed.job_id)
    assert RosterChange.objects.filter(kind="identity_opened").count() == 1


def test_departments_import_their_own_people_of_their_own_region_only(county: Region, officer: User) -> None:
    neighbour = factories.county("410185", "邻县")
    insurance = clerk("yibao", county, Office.Kind.MEDICAL_INSURANCE)
    content = xlsx([row_of(1)])
    refusals: tuple[tuple[dict[str, Any], str], ...] = (
        ({"source": "poverty", "categories": ["registered_poor"]}, "source_not_entitled"),
        ({"categories": ["registered_poor"]}, "category_not_entitled"),
        ({"categories": []}, "category_not_entitled"),
        ({"received_on": date(2019, 7, 16)}, "dates_impossible"),
        ({"roster_on": date(2019, 6, 4)}, "dates_impossible"),
    )
    for fields, code in refusals:
        with pytest.raises(RosterError) as refused:
            upload(officer, county, content, **fields)
        assert refused.value.code == code
    with pytest.raises(RosterError) as refused:
        upload(officer, neighbour, content)
    assert refused.value.code == "region_not_entitled"
    assert not RosterImport.objects.exists()
    roster = checked(insurance, county, content)
    with pytest.raises(RosterError) as refused:
        roster_confirm(
            roster_id=roster.pk,
            scope=scope_of_user(clerk("stranger", neighbour)),
            user=User.objects.get(username="stranger"),
        )
    assert refused.value.code == "region_not_entitled"
    assert not Person.objects.exists()


def test_older_roster_is_refused_after_a_newer_one(county: Region, officer: User) -> None:
    older = checked(officer, county, xlsx([row_of(1)]))
    applied(officer, county, xlsx([row_of(1)]), **JULY)
    with pytest.raises(RosterError, match="2019-07-01 的名单已生效") as refused:
        upload(officer, county, xlsx([row_of(1)]))
    assert refused.value.code == "roster_out_of_date"
    with pytest.raises(RosterError):
        confirm(officer, older)


def test_file_is_encrypted_and_gone_once_its_rows_are_staged(county: Region, officer: User) -> None:
    content = as_csv([row_of(1)], encoding="utf-8")
    roster = upload(officer, county, content)
    kept = bytes(RosterImport.objects.get().file_encrypted)
    assert "示例乙1".encode() not in kept
    roster_check(roster_id=roster.pk, job_id=roster.job_id)
    assert RosterImport.objects.get().file_encrypted is None
    row = RosterRow.objects.get()
    assert (row.raw_encrypted, number_of(1).encode() in bytes(row.id_encrypted)) == (None, False)


def test_discarded_roster_leaves_no_rows(county: Region, officer: User) -> None:
    roster = checked(officer, county, xlsx([row_of(1)]))
    roster_discard(roster_id=roster.pk, scope=scope_of_user(officer), user=officer)
    roster.refresh_from_db()
    assert (roster.state, RosterRow.objects.count()) == ("discarded", 0)


def test_file_without_the_headings_ends_the_job_with_a_sentence(county: Region, officer: User) -> None:
    roster = checked(officer, county, xlsx([row_of(1)], headings=("序号", "姓名", "住址")))
    assert roster.state == "refused"
    assert "姓名" in roster.message
    job = Job.objects.get(pk=roster.job_id)
    assert (job.state, job.message) == ("failed", roster.message)
    assert RosterImport.objects.get().file_encrypted is None

"""A corrected identity and what was settled on it: shown first, posted once, never behind anybody's back."""

import threading
from dataclasses import replace
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, connections, transaction

from beneficiaries.models import Identity, IdentityChange, Person
from beneficiaries.services.identity_changes import AskedChange, IdentityChangeError
from organizations.models import Hospital, Office
from organizations.scope import EVERYTHING, NOTHING, Scope
from settlement.errors import CorrectionStaleError
from settlement.models import Payment, Settlement
from settlement.selectors.identity_effects import people_with_effects
from settlement.services.identity_corrections import (
    identity_correction_confirm,
    identity_correction_preview,
)
from tests import factories
from tests.reimbursement.database import until, waiting
from tests.settlement.support import findings, paid, reverse, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
SINCE_MARCH = AskedChange(
    kind="recognised", category="registered_poor", since=date(2019, 3, 1),
    recognised_by=Office.Kind.POVERTY, basis="扶贫办〔2019〕5号", reason="3月已认定，6月才收到名单",
)  # fmt: skip
SETTLED = AskedChange(
    kind="settled", category="", recognised_by="", basis="2019年6月名单", reason="名单追溯至3月"
)


@pytest.fixture
def clerk(db: None) -> User:
    """Who confirms."""
    return User.objects.create_user("clerk")


@pytest.fixture
def resident(packs: None) -> Person:
    """Nobody's poor person, as far as the office knew."""
    return factories.person(identities=())


def stay_in(month: int, claim_no: str, who: Person) -> dict[str, object]:
    """A stay of 20,000 in scope; the basic fund's part is given."""
    days = {"admitted_on": f"2019-{month:02}-02", "discharged_on": f"2019-{month:02}-12"}
    return factories.stay(who, claim_no, **days, **factories.bill_of("20000"))


def confirm(person: Person, asked: AskedChange, by: User) -> tuple[IdentityChange, bool]:
    """Look at the list, then confirm it."""
    digest = identity_correction_preview(person=person, asked=asked).digest
    return identity_correction_confirm(person=person, asked=asked, digest=digest, by=by)


def three_months(hospital: Hospital, resident: Person) -> None:
    for month in (2, 4, 5):
        settle(hospital, stay_in(month, f"S{month}", resident))


def test_poor_since_march_learned_in_june_is_shown_first_and_paid_once(hospital, resident, clerk, row_counts):
    three_months(hospital, resident)
    before = {no: paid(no) for no in ("S2", "S4", "S5")}
    counted = row_counts()

    shown = identity_correction_preview(person=resident, asked=SINCE_MARCH)
    assert row_counts() == counted
    assert not Identity.objects.filter(person=resident).exists()
    assert [(year.year, len(year.replaced), len(year.differences)) for year in shown.years] == [(2019, 2, 2)]

    change, made = identity_correction_confirm(
        person=resident, asked=SINCE_MARCH, digest=shown.digest, by=clerk
    )
    assert made
    # What the February stay was settled on does not change.
    assert paid("S2") == before["S2"]
    # 60 % of 20,000; now, of 22,000 less the waived 10 %, 85 % and 70 % of the rest.
    assert before["S4"] == {"basic": 200_000, "critical": 1_200_000}
    assert paid("S4") == {"basic": 200_000, "critical": 1_513_000, "assistance": 186_900}
    assert paid("S5") == {
        "basic": 200_000, "critical": 1_513_000, "assistance": 135_380, "supplementary": 73_600,
    }  # fmt: skip
    assert shown.paid_fen == 1_021_880
    posted = Settlement.objects.filter(kind="adjustment").order_by("id")
    assert sum(row.paid_fen for row in posted) == shown.paid_fen
    assert {row.reason for row in posted} == {f"身份更正第{change.pk}号：3月已认定，6月才收到名单"}
    assert set(Payment.objects.filter(settlement__in=posted).values_list("payee", flat=True)) == {"patient"}
    assert findings() == []

    again = identity_correction_confirm(person=resident, asked=SINCE_MARCH, digest=shown.digest, by=clerk)
    assert again == (change, False)
    assert Settlement.objects.filter(kind="adjustment").count() == 2
    assert IdentityChange.objects.count() == 1


def test_what_is_paid_is_what_the_fold_of_somebody_poor_from_the_start_pays(hospital, resident, clerk):
    three_months(hospital, resident)
    confirm(resident, replace(SINCE_MARCH, since=date(2019, 1, 1)), clerk)
    twin = factories.person()
    for month in (2, 4, 5):
        settle(hospital, stay_in(month, f"T{month}", twin))
    assert [paid(f"S{month}") for month in (2, 4, 5)] == [paid(f"T{month}") for month in (2, 4, 5)]


def test_a_list_is_stale_once_something_was_settled_since(hospital, resident, clerk):
    three_months(hospital, resident)
    shown = identity_correction_preview(person=resident, asked=SINCE_MARCH)
    settle(hospital, stay_in(6, "S6", resident))
    with pytest.raises(CorrectionStaleError):
        identity_correction_confirm(person=resident, asked=SINCE_MARCH, digest=shown.digest, by=clerk)
    assert not IdentityChange.objects.exists()
    assert not Identity.objects.exists()
    assert not Settlement.objects.filter(kind="adjustment").exists()
    _, made = confirm(resident, SINCE_MARCH, clerk)
    assert made
    assert {row.claim.claim_no for row in Settlement.objects.filter(kind="adjustment")} == {"S4", "S5", "S6"}


def test_taking_the_recognition_back_takes_the_money_back(hospital, resident, clerk):
    three_months(hospital, resident)
    before = [paid(no) for no in ("S2", "S4", "S5")]
    confirm(resident, SINCE_MARCH, clerk)
    held = Identity.objects.get(person=resident)
    withdrawn = replace(SINCE_MARCH, kind="withdrawn", identity_id=held.pk, since=None, reason="查无此人")
    change, _ = confirm(resident, withdrawn, clerk)
    assert [paid(no) for no in ("S2", "S4", "S5")] == before
    assert not Identity.objects.exists()
    assert change.before.lower == date(2019, 3, 1)
    assert change.after is None
    assert findings() == []


def test_a_corrected_period_closes_and_another_opens(hospital, clerk, packs):
    poor = factories.person()
    settle(hospital, stay_in(4, "S4", poor))
    held = Identity.objects.get(person=poor)
    asked = replace(
        SINCE_MARCH, kind="corrected", identity_id=held.pk, since=date(2017, 1, 1), until=date(2019, 4, 1),
        lifted_on=date(2018, 12, 31),
    )  # fmt: skip
    shown = identity_correction_preview(person=poor, asked=asked)
    assert shown.paid_fen < 0
    change, _ = identity_correction_confirm(person=poor, asked=asked, digest=shown.digest, by=clerk)
    opened = Identity.objects.get(person=poor)
    assert opened.pk != held.pk
    assert (opened.valid.lower, opened.valid.upper) == (date(2017, 1, 1), date(2019, 4, 1))
    assert (opened.standing_on(date(2018, 12, 30)), opened.standing_on(date(2018, 12, 31))) == (
        "未脱贫", "已脱贫享受政策",
    )  # fmt: skip
    assert (change.before.lower, change.before.upper, change.made_by) == (date(2017, 1, 1), None, clerk)
    with pytest.raises(DatabaseError, match="只允许新增"), transaction.atomic():
        IdentityChange.objects.update(reason="改")


def test_a_reversed_claim_takes_no_part(hospital, resident, clerk):
    settle(hospital, stay_in(4, "S4", resident))
    reverse(hospital, "S4")
    assert identity_correction_preview(person=resident, asked=SINCE_MARCH).claims == 0
    confirm(resident, SINCE_MARCH, clerk)
    assert not Settlement.objects.filter(kind="adjustment").exists()


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (replace(SINCE_MARCH, since=None), "identity_since_missing"),
        (replace(SINCE_MARCH, until=date(2019, 3, 1)), "identity_period_empty"),
        (replace(SINCE_MARCH, kind="corrected", identity_id=0), "identity_gone"),
        (
            replace(SINCE_MARCH, category="low_income", lifted_on=date(2019, 5, 1)),
            "identity_not_registered_poor",
        ),
        (SINCE_MARCH, "identity_overlaps"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(asked, code, packs, clerk):
    poor = factories.person()
    with pytest.raises(IdentityChangeError) as refused:
        identity_correction_confirm(person=poor, asked=asked, digest="", by=clerk)
    assert refused.value.code == code
    assert Identity.objects.count() == 1
    assert not IdentityChange.objects.exists()


def test_people_whose_roster_came_late_are_listed_until_it_is_posted(hospital, resident, clerk):
    three_months(hospital, resident)
    assert people_with_effects(scope=EVERYTHING, limit=10) == []
    confirm(resident, replace(SINCE_MARCH, category="low_income"), clerk)
    # As a roster writes it: the identity alone.
    factories.recognise(resident, "registered_poor", since=date(2019, 3, 1))
    (listed,) = people_with_effects(scope=EVERYTHING, limit=10)
    assert tuple(listed) == (resident.pk, 2, date(2019, 4, 12), date(2019, 5, 12))
    assert people_with_effects(scope=NOTHING, limit=10) == []
    stranger = Scope(county_ids=frozenset({factories.county("410185", "邻县").pk}))
    assert people_with_effects(scope=stranger, limit=10) == []
    confirm(resident, SETTLED, clerk)
    assert people_with_effects(scope=EVERYTHING, limit=10) == []
    assert findings() == []


@pytest.mark.django_db(transaction=True)
def test_confirmed_by_two_at_once_it_is_posted_once(hospital, resident, clerk):
    settle(hospital, stay_in(4, "S4", resident))
    digest = identity_correction_preview(person=resident, asked=SINCE_MARCH).digest
    gate = threading.Barrier(2)
    answers: list[bool] = []

    def act() -> None:
        try:
            gate.wait(timeout=30)
            answers.append(
                identity_correction_confirm(person=resident, asked=SINCE_MARCH, digest=digest, by=clerk)[1]
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False, True]
    assert Settlement.objects.filter(kind="adjustment").count() == 1


def waits() -> bool:
    """Whether somebody waits for a lock now: inside a transaction the first answer would be kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
    return waiting() == 1


@pytest.mark.django_db(transaction=True)
def test_a_claim_settled_meanwhile_makes_the_confirmation_ask_again(hospital, resident, clerk):
    settle(hospital, stay_in(4, "S4", resident))
    digest = identity_correction_preview(person=resident, asked=SINCE_MARCH).digest
    outcome: list[object] = []

    def act() -> None:
        try:
            outcome.append(
                identity_correction_confirm(person=resident, asked=SINCE_MARCH, digest=digest, by=clerk)
            )
        except CorrectionStaleError as error:
            outcome.append(error)
        finally:
            connections.close_all()

    with transaction.atomic():
        settle(hospital, stay_in(5, "S5", resident))
        thread = threading.Thread(target=act)
        thread.start()
        until(waits, "the confirmation waits for the year that the claim holds")
        assert outcome == []
    thread.join()
    assert isinstance(outcome[0], CorrectionStaleError)
    assert not Settlement.objects.filter(kind="adjustment").exists()

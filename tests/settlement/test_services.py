"""Settling one claim: what is decided from which facts, and what is written."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from beneficiaries.models import Person
from common.codes import Designation, HospitalLevel, IdentityCategory
from organizations.models import Hospital
from policies.selectors import policy_in_force
from settlement.api.claim_in import read_claim
from settlement.engine.errors import GivenPaymentError
from settlement.errors import (
    ClaimConflictError,
    ClaimDatesError,
    DiseaseUnknownError,
    NoPolicyError,
    NotEnrolledError,
    PersonDeceasedError,
    PersonNotFoundError,
    VisitBeforeBirthError,
)
from settlement.inputs import inputs_dump, inputs_load
from settlement.models import Claim, ClaimLine, Payment, PersonYear, PoolEntry, Settlement
from settlement.selectors.facts import inputs_of, known_of
from tests import factories
from tests.settlement.support import findings, paid, pools, preview, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def test_chronic_visit_is_paid_by_basic_insurance_and_the_county(hospital: Hospital, poor: Person):
    """C50: in scope 1,000, basic 650, backstop 350, patient 0."""
    factories.certificate(poor)
    answer = settle(hospital, factories.chronic_visit(poor, "V1"))
    assert paid("V1") == {"basic": 65_000, "backstop": 35_000}
    assert answer.figures.patient_fen == 0


def test_second_chronic_visit_of_the_quarter_gets_the_quota_left(hospital: Hospital, poor: Person):
    """Quota 1,200 a quarter: 1,000 is used, 200 are left: basic 130, backstop 70, patient 800."""
    factories.certificate(poor)
    settle(hospital, factories.chronic_visit(poor, "V1"))
    answer = settle(hospital, factories.chronic_visit(poor, "V2"))
    assert paid("V2") == {"basic": 13_000, "backstop": 7_000}
    assert (answer.figures.over_quota_fen, answer.figures.patient_fen) == (80_000, 80_000)


def test_visit_before_the_certificate_gets_no_backstop(hospital: Hospital, poor: Person):
    factories.certificate(poor, since=date(2019, 5, 11))
    settle(hospital, factories.chronic_visit(poor, "V1"))
    assert paid("V1") == {}


@pytest.mark.parametrize(("until", "backstop_fen"), [(date(2019, 5, 10), None), (date(2019, 5, 11), 35_000)])
def test_identity_holds_up_to_the_day_before_its_end(
    hospital: Hospital, until: date, backstop_fen: int | None
):
    person = factories.person(identities=())
    factories.recognise(person, IdentityCategory.REGISTERED_POOR, until=until)
    factories.certificate(person)
    settle(hospital, factories.chronic_visit(person, "V1"))
    assert paid("V1").get("backstop") == backstop_fen


def test_free_items_and_the_tenth_are_waived_in_the_county(hospital: Hospital, poor: Person):
    """C61: bill 10,000, registration 10 and injection 90 free, 10 % of the rest: 1,090."""
    lines = [
        factories.line(1, "10.00") | {"category": "registration"},
        factories.line(2, "90.00") | {"category": "injection"},
        factories.line(3, "9900.00"),
    ]
    answer = settle(hospital, factories.stay(poor, lines=lines))
    assert answer.figures.waived_fen == 109_000


def test_place_is_seen_from_the_county_of_insurance(poor: Person):
    """The tenth is waived in the county and at municipal hospitals of the city, nowhere else."""
    district = factories.county("410198", "示例区")
    elsewhere = factories.county("410298", "外市县", city="410200")
    answers = [
        settle(hospital, factories.stay(poor)).figures.waived_fen
        for hospital in (
            factories.hospital(),
            factories.hospital(at=district),
            factories.hospital(at=district, level=HospitalLevel.CITY_3),
            factories.hospital(at=district.parent, level=HospitalLevel.CITY_3),
            factories.hospital(at=elsewhere, level=HospitalLevel.CITY_3),
            factories.hospital(at=elsewhere, level=HospitalLevel.CITY_3, networked=False),
        )
    ]
    assert answers == [200_000, 0, 200_000, 200_000, 0, 0]
    places = [row.inputs["claim"]["place"] for row in Settlement.objects.order_by("id")]
    assert places == [
        "in_county", "in_city", "in_city", "in_city", "outside_networked", "outside_not_networked",
    ]  # fmt: skip


def test_second_claim_of_the_year_starts_where_the_first_ended(hospital: Hospital, packs: None):
    """C60: bases 8,000, 6,000, 20,000 in one year pay 0, 1,800, 12,000."""
    person = factories.person(identities=())
    for number, base in enumerate(("8000", "6000", "20000"), start=1):
        settle(hospital, factories.stay(person, f"S{number}", **factories.bill_of(base)))
    assert [paid(f"S{number}").get("critical") for number in (1, 2, 3)] == [None, 180_000, 1_200_000]


def test_claims_of_another_year_do_not_count(hospital: Hospital, packs: None):
    person = factories.person(identities=())
    last_year = {"admitted_on": "2018-12-20", "discharged_on": "2018-12-31"}
    settle(hospital, factories.stay(person, "S1", **factories.bill_of("11000"), **last_year))
    settle(hospital, factories.stay(person, "S2", **factories.bill_of("11000")))
    assert paid("S2") == {"basic": 200_000}


def test_catch_up_beyond_the_visit_goes_to_the_patient(hospital: Hospital, poor: Person):
    """Two bases of 2,000 reach the start of 3,000 together.

    Supplementary (4,000 − 3,000) × 30 % = 300; assistance (2,000 + 1,700) × 70 % = 2,590, of which 1,700 are
    left of this bill and 890 go to the patient's account.
    """
    far = factories.hospital(at=factories.county("410298", "外市县", city="410200"))
    settle(far, factories.stay(poor, "S1", **factories.bill_of("2000")))
    answer = settle(far, factories.stay(poor, "S2", **factories.bill_of("2000")))
    rows = Payment.objects.filter(claim__claim_no="S2").order_by("id")
    assert [(row.tier, row.payee, row.amount_fen) for row in rows] == [
        ("basic", "fund", 200_000),
        ("supplementary", "hospital", 30_000),
        ("assistance", "hospital", 170_000),
        ("assistance", "patient", 89_000),
    ]
    assert (answer.figures.account_fen, answer.figures.patient_fen) == (89_000, 0)


def test_what_is_written_adds_up(hospital: Hospital, poor: Person):
    settle(hospital, factories.stay(poor, "S1"))
    claim = Claim.objects.get()
    settlement = Settlement.objects.get()
    assert (claim.benefit_year, claim.total_fen, claim.lines.count()) == (2019, 2_000_000, 1)
    assert sum(row.amount_fen for row in settlement.payments.all()) == settlement.paid_fen
    assert settlement.pools_after == pools()
    assert settlement.posted_on == date(2019, 6, 30)
    assert findings() == []


def test_pools_after_is_the_state_of_the_year(hospital: Hospital, poor: Person):
    for number in range(3):
        settle(hospital, factories.stay(poor, f"S{number}"))
    assert Settlement.objects.latest("id").pools_after == pools()
    assert pools()["admissions"] == 3


def test_preview_is_the_settlement(hospital: Hospital, poor: Person, row_counts):
    settle(hospital, factories.stay(poor))
    before = row_counts()
    first = preview(hospital, factories.stay(poor, "S2"))
    assert row_counts() == before
    second = settle(hospital, factories.stay(poor, "S2"))
    assert (first.figures, first.parts) == (second.figures, second.parts)
    assert first.explanation == second.explanation


def test_preview_of_a_settled_number_answers_the_settlement(hospital: Hospital, poor: Person):
    body = factories.stay(poor, "S1")
    settled = settle(hospital, body)
    again = preview(hospital, body)
    assert (again.status, again.figures) == ("settled", settled.figures)


def test_same_request_twice_is_one_settlement(hospital: Hospital, poor: Person, row_counts):
    body = factories.stay(poor, "S1", lines=[factories.line(1), factories.line(2, "50.00")])
    first = settle(hospital, body)
    before = row_counts()
    again = settle(hospital, body | {"lines": body["lines"][::-1]})
    assert row_counts() == before
    assert (first.created, again.created) == (True, False)
    assert (first.figures, list(first.parts)) == (again.figures, list(again.parts))
    assert first.explanation == again.explanation


def test_other_content_under_the_same_number_is_a_conflict(hospital: Hospital, poor: Person, row_counts):
    settle(hospital, factories.stay(poor, "S1"))
    other = factories.person()
    before = row_counts()
    for changed, fields in (
        ({"diagnosis_code": "I64"}, ("diagnosis_code",)),
        ({"lines": [factories.line(amount="20000.01")]}, ("lines",)),
        ({"id_number": other.id_number}, ("id_number",)),
        ({"discharged_on": "2018-12-31", "admitted_on": "2018-12-21"}, ("admitted_on", "discharged_on")),
        ({"diseases": ["zz-37/1"], "approval_no": "2019-7"}, ("diseases", "approval_no")),
        (factories.bill_of("18000"), ("given",)),
    ):
        with pytest.raises(ClaimConflictError) as refused:
            settle(hospital, factories.stay(poor, "S1") | changed)
        assert refused.value.fields == fields
        assert other.id_number not in str(refused.value)
    assert row_counts() == before


def test_two_hospitals_may_use_the_same_number(hospital: Hospital, poor: Person):
    settle(hospital, factories.stay(poor, "S1"))
    assert settle(factories.hospital(), factories.stay(poor, "S1")).created


def test_the_same_fund_twice_counts_twice(hospital: Hospital, poor: Person):
    """C71: 120 and 80 of one fund are 200."""
    given = [{"tier": "basic", "fund": "residents_pool", "amount": amount} for amount in ("120.00", "80.00")]
    settle(hospital, factories.stay(poor, "S1", given=given))
    assert paid("S1")["basic"] == 20_000
    assert findings() == []


def test_given_payment_above_what_is_left_is_refused(hospital: Hospital, poor: Person, row_counts):
    before = row_counts()
    given = [{"tier": "basic", "fund": "residents_pool", "amount": "20000.01"}]
    with pytest.raises(GivenPaymentError):
        settle(hospital, factories.stay(poor, given=given))
    assert row_counts() == before


def test_refusals_write_nothing(hospital: Hospital, packs: None, row_counts):
    dead = factories.person()
    Person.objects.filter(pk=dead.pk).update(died_on=date(2019, 3, 31))
    cases = [
        (PersonNotFoundError, factories.stay(dead) | {"id_number": factories.unused_id_number()}),
        (PersonDeceasedError, factories.stay(dead)),
        (VisitBeforeBirthError, factories.stay(factories.person(born=date(2019, 4, 2)))),
        (NotEnrolledError, factories.stay(factories.person(years=(2018,)))),
        (NoPolicyError, factories.stay(factories.person(at=factories.county("419998", "无", city="419900")))),
        (DiseaseUnknownError, factories.stay(factories.person(), diseases=["zz-37/99"])),
    ]
    before = row_counts()
    for error, body in cases:
        for act in (preview, settle):
            with pytest.raises(error):
                act(hospital, body)
    assert row_counts() == before


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"discharged_on": "2019-07-01"}, "date_in_future"),
        ({"admitted_on": "2019-04-12"}, "dates_out_of_order"),
        ({"bed_days": 12}, "bed_days_implausible"),
    ],
)
def test_impossible_dates_are_refused(hospital: Hospital, poor: Person, fields: dict, code: str):
    with pytest.raises(ClaimDatesError) as refused:
        settle(hospital, factories.stay(poor, **fields))
    assert refused.value.code == code


def test_death_during_the_stay_is_settled(hospital: Hospital, poor: Person):
    Person.objects.filter(pk=poor.pk).update(died_on=date(2019, 4, 11))
    assert settle(hospital, factories.stay(poor)).created


def test_disease_lists_are_those_of_the_named_diseases(hospital: Hospital, poor: Person):
    settle(hospital, factories.stay(poor, diseases=["zz-37/1"]))
    settle(hospital, factories.stay(poor))
    lists = [row.inputs["claim"]["disease_lists"] for row in Settlement.objects.order_by("id")]
    assert lists == [["zz-37", "zz-37-specified"], []]


def test_policy_read_with_the_facts_is_the_policy_in_force(hospital: Hospital, poor: Person):
    for day in ("2018-01-01", "2018-12-31", "2019-01-01", "2019-06-30"):
        body = factories.stay(poor, admitted_on=day, discharged_on=day, bed_days=1)
        known = known_of(claim=read_claim(body), hospital=hospital)
        assert known.policy_id == policy_in_force(city_code="410100", on=date.fromisoformat(day)).pk


def test_stored_inputs_round_trip(packs: None, poor: Person):
    hospital = factories.hospital(designations=[Designation.PSYCHIATRIC, Designation.CATASTROPHIC])
    factories.certificate(poor)
    body = factories.stay(
        poor,
        diseases=["zz-37/1"],
        drug_lists=["b", "a"],
        approval_no="2019-7",
        referral="referred",
        **factories.bill_of("18000"),
    )
    claim = read_claim(body)
    inputs = inputs_of(claim=claim, hospital=hospital, known=known_of(claim=claim, hospital=hospital))
    assert inputs_load(inputs_dump(inputs), claim.cost_lines({})) == inputs


@pytest.mark.parametrize("lines", [1, 300])
def test_statements_do_not_grow_with_lines_or_earlier_claims(
    hospital: Hospital, poor: Person, lines: int, client_of
):
    """Key, lock, facts, write, call log: BEGIN and COMMIT come on top in production (savepoints here)."""
    api = client_of(hospital)
    rows = [factories.line(no) for no in range(1, lines + 1)]
    counts = []
    for number in range(60):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = api.post(
                "/api/v1/claims/", factories.stay(poor, f"S{number}", lines=rows), format="json"
            )
        assert answer.status_code == 201
        counts.append(len(queries))
    # The first claim of the year creates the lock row: two statements more, and compiles the policy.
    assert counts[1] == 7
    assert set(counts[1:]) == {7}
    assert ClaimLine.objects.count() == 60 * lines


@pytest.mark.parametrize("model", [PersonYear, Claim, ClaimLine, Settlement, Payment, PoolEntry])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_facts_cannot_be_changed(hospital: Hospital, poor: Person, model: type, change: str):
    settle(hospital, factories.stay(poor))
    with (
        pytest.raises(DatabaseError, match="insert_only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(model._meta.db_table))

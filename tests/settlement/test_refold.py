"""Reversals and re-folds: the year always equals the fold of what is left."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from beneficiaries.models import Person
from common.codes import IdentityCategory
from organizations.models import Hospital
from settlement.compiler import compiled_policy
from settlement.engine.settle import fold
from settlement.errors import ClaimNotFoundError
from settlement.figures import ZERO, figures_of
from settlement.models import Claim, Payment, PersonYear, Settlement
from settlement.selectors.claims import figures_in
from settlement.selectors.years import posted_year
from settlement.services import claim_reverse, person_year_refold
from settlement.verify import verify_year
from tests import factories
from tests.settlement.support import findings, paid, pools, postings, reverse, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def resident(packs: None) -> Person:
    """An ordinary resident without any identity."""
    return factories.person(identities=())


def three_stays(hospital: Hospital, person: Person) -> None:
    """C60: bases 8,000, 6,000, 20,000; critical pays 0, 1,800, 12,000."""
    for number, base in enumerate(("8000", "6000", "20000"), start=1):
        settle(hospital, factories.stay(person, f"S{number}", **factories.bill_of(base)))


def test_settle_and_reverse_is_nothing(hospital: Hospital, poor: Person):
    """C74, beyond its figures: the state of the year and each payee net to nothing too."""
    body = factories.stay(poor, "S1")
    first = settle(hospital, body)
    reverse(hospital, "S1")
    assert paid("S1") == {}
    assert pools() == {}
    assert Settlement.objects.latest("id").pools_after == {}
    per_payee: dict[tuple[str, str], int] = defaultdict(int)
    for payment in Payment.objects.all():
        per_payee[payment.fund, payment.payee] += payment.amount_fen
    assert set(per_payee.values()) == {0}
    again = settle(hospital, body | {"claim_no": "S2"})
    assert (again.figures, again.parts) == (first.figures, first.parts)
    assert findings() == []


def test_reversing_the_first_of_three_adjusts_the_other_two(hospital: Hospital, resident: Person):
    """C75: the year is 6,000 + 20,000: critical pays 0 and (26,000 − 11,000) × 60 % = 9,000."""
    three_stays(hospital, resident)
    reverse(hospital, "S1")
    assert paid("S1") == {}
    assert paid("S2") == {"basic": 200_000}
    assert paid("S3") == {"basic": 200_000, "critical": 900_000}
    assert postings("S1") == [("original", 200_000, 800_000), ("reversal", -200_000, -800_000)]
    assert postings("S2") == [("original", 380_000, 420_000), ("adjustment", -180_000, 180_000)]
    assert postings("S3") == [("original", 1_400_000, 800_000), ("adjustment", -300_000, 300_000)]
    assert findings() == []


def test_differences_on_other_claims_never_touch_that_hospitals_money(hospital: Hospital, resident: Person):
    three_stays(hospital, resident)
    reverse(hospital, "S1")
    adjusted = Payment.objects.filter(settlement__kind="adjustment").order_by("id")
    assert [(row.claim.claim_no, row.payee, row.fund, row.amount_fen) for row in adjusted] == [
        ("S2", "patient", "residents_critical", -180_000),
        ("S3", "patient", "residents_critical", -300_000),
    ]
    back = Payment.objects.filter(settlement__kind="reversal")
    assert [(row.payee, row.amount_fen) for row in back] == [("fund", -200_000)]


def test_adjustments_name_the_reversal_and_the_reversal_its_original(hospital: Hospital, resident: Person):
    three_stays(hospital, resident)
    reverse(hospital, "S1", "重复收费")
    original, reversal = Settlement.objects.filter(claim__claim_no="S1").order_by("id")
    adjustments = Settlement.objects.filter(kind="adjustment")
    assert reversal.caused_by == original
    assert {row.caused_by for row in adjustments} == {reversal}
    assert {row.reason for row in (reversal, *adjustments)} == {"重复收费"}


def test_newest_posting_of_a_batch_carries_the_state(hospital: Hospital, resident: Person):
    three_stays(hospital, resident)
    reverse(hospital, "S1")
    assert Settlement.objects.latest("id").pools_after == pools()
    assert pools()["critical.base"] == 2_600_000


def test_reversing_the_last_claim_adjusts_nobody(hospital: Hospital, resident: Person):
    three_stays(hospital, resident)
    reverse(hospital, "S3")
    assert not Settlement.objects.filter(kind="adjustment").exists()
    assert findings() == []


def test_reversing_an_adjusted_claim_takes_all_of_it_back(hospital: Hospital, resident: Person):
    three_stays(hospital, resident)
    reverse(hospital, "S1")
    reverse(hospital, "S3")
    assert postings("S3")[-1] == ("reversal", -1_100_000, -1_100_000)
    assert paid("S3") == {}
    per_payee: dict[str, int] = defaultdict(int)
    for payment in Payment.objects.filter(claim__claim_no="S3", tier="critical"):
        per_payee[payment.payee] += payment.amount_fen
    # Each payee gives back what each got: the hospital 12,000, the patient the −3,000 already recovered.
    assert per_payee == {"hospital": 0, "patient": 0}
    assert findings() == []


def test_reversal_repeated_answers_the_first(hospital: Hospital, poor: Person, row_counts):
    settle(hospital, factories.stay(poor, "S1"))
    first, created = claim_reverse(hospital=hospital, claim_no="S1", reason="甲")
    before = row_counts()
    again, created_again = claim_reverse(hospital=hospital, claim_no="S1", reason="乙")
    assert (created, created_again) == (True, False)
    assert first == again
    assert row_counts() == before


def test_another_hospitals_claim_cannot_be_reversed(hospital: Hospital, poor: Person, row_counts):
    settle(hospital, factories.stay(poor, "S1"))
    before = row_counts()
    with pytest.raises(ClaimNotFoundError):
        reverse(factories.hospital(), "S1")
    assert row_counts() == before


def test_reversed_request_repeated_gets_the_first_answer(hospital: Hospital, poor: Person, row_counts):
    first = settle(hospital, factories.stay(poor, "S1"))
    reverse(hospital, "S1")
    before = row_counts()
    again = settle(hospital, factories.stay(poor, "S1"))
    assert (again.created, again.figures) == (False, first.figures)
    assert row_counts() == before


def test_a_reversal_never_sneaks_in_a_correction(hospital: Hospital, resident: Person):
    """The person is recognised as poor afterwards: the re-fold of S2 still takes its stored inputs."""
    three_stays(hospital, resident)
    factories.recognise(resident, IdentityCategory.REGISTERED_POOR)
    reverse(hospital, "S1")
    assert paid("S3") == {"basic": 200_000, "critical": 900_000}
    assert findings() == []


def test_an_approved_correction_is_folded_and_posted(hospital: Hospital, resident: Person):
    """S2, S3 become a 低保 person's: deductible 5,500, 85 %: 6,000 → 5,100, 20,000 → 17,000; S1 keeps 0."""
    three_stays(hospital, resident)
    year = posted_year(PersonYear.objects.get().pk)
    changed = {
        claim.id: replace(
            claim.inputs, facts=replace(claim.inputs.facts, identities=frozenset({"minimum_living"}))
        )
        for claim in year.claims[1:]
    }
    posted = person_year_refold(person_year_id=year.id, replaced=changed, reason="身份更正")
    assert [row.kind for row in posted] == ["adjustment", "adjustment"]
    assert paid("S1") == {"basic": 200_000}
    assert paid("S2")["critical"] == 510_000
    assert paid("S3")["critical"] == 1_700_000
    assert Payment.objects.filter(settlement__kind="adjustment").exclude(payee="patient").count() == 0
    assert findings() == []
    assert person_year_refold(person_year_id=year.id, replaced=changed, reason="再来一次") == []


def test_new_inputs_are_posted_even_when_they_change_no_amount(hospital: Hospital, resident: Person):
    settle(hospital, factories.stay(resident, "S1", **factories.bill_of("1000")))
    year = posted_year(PersonYear.objects.get().pk)
    inputs = year.claims[0].inputs
    changed = {year.claims[0].id: replace(inputs, facts=replace(inputs.facts, age_years=70))}
    (posted,) = person_year_refold(person_year_id=year.id, replaced=changed, reason="年龄更正")
    assert figures_in(posted) == ZERO
    assert posted_year(year.id).claims[0].inputs.facts.age_years == 70


STEPS = st.lists(
    st.tuples(st.sampled_from(["stay", "stay", "visit", "reverse"]), st.integers(1, 6_000_000)),
    min_size=1,
    max_size=7,
)
IDENTITIES = st.sets(
    st.sampled_from(["registered_poor", "minimum_living", "extreme_poverty", "low_income"]), max_size=2
)


@examples(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, identities=IDENTITIES)
def test_any_course_of_a_year_equals_the_fold_of_what_is_left(
    hospital: Hospital, steps: list[tuple[str, int]], identities: set[str]
):
    person = factories.person(identities=tuple(identities))
    factories.certificate(person)
    open_claims: list[str] = []
    for kind, number in steps:
        if kind == "reverse":
            if open_claims:
                reverse(hospital, open_claims.pop(number % len(open_claims)))
            continue
        open_claims.append(settle(hospital, _body(person, kind, number)).claim_no)

    year = posted_year(PersonYear.objects.get(person=person).pk) if person.claims.exists() else None
    if year is None:
        return
    assert verify_year(year) == []
    left = [claim for claim in year.claims if claim.claim_no in open_claims]
    entries = [
        (claim.inputs.claim, claim.inputs.facts, compiled_policy(claim.inputs.policy_id)) for claim in left
    ]
    assert [claim.figures for claim in left] == [figures_of(result) for result in fold(entries)]
    assert all(claim.figures == ZERO for claim in year.claims if claim.claim_no not in open_claims)
    _check_rows(person)


def _body(person: Person, kind: str, number: int) -> dict[str, Any]:
    yuan = f"{number // 100}.{number % 100:02d}"
    if kind == "stay":
        return factories.stay(person, lines=[factories.line(amount=yuan)])
    return factories.chronic_visit(person, lines=[factories.line(amount=f"{number % 1500}.37")])


def _check_rows(person: Person) -> None:
    """Each posting's payments make its amounts, whatever its sign."""
    for settlement in Settlement.objects.filter(person_year__person=person).prefetch_related("payments"):
        payments = sum(row.amount_fen for row in settlement.payments.all())
        assert payments == settlement.paid_fen + settlement.account_fen
    assert Claim.objects.filter(person=person).count() <= 7

"""One treatment is paid once, to who paid for it, whatever happens between the window and the bank."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from beneficiaries.models import Enrolment, Person
from common.codes import VisitType
from organizations.models import Hospital
from settlement.errors import ClaimConflictError
from settlement.manual_entry import claim_of
from settlement.manual_errors import CountyChangedError, EntryInvalidError, StaySettledError
from settlement.models import ManualClaim, Payment
from settlement.services import claim_settle, payout_batch_confirm, payout_batch_make, payout_item_bounce
from settlement.services.manual import (
    manual_claim_approve,
    manual_claim_first_review,
    manual_claim_reverse,
    outside_institution_register,
)
from tests import factories
from tests.settlement.manual.support import account, approved, receive, staff
from tests.settlement.support import settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("packs", "today")]
DAY = date(2019, 6, 30)


def reviewed(person: Person, hospital: Hospital, **changes: Any) -> ManualClaim:
    manual = receive(person, hospital, **changes)
    return manual_claim_first_review(manual=manual, by=staff("first"))


def days(month: int) -> dict[str, Any]:
    """A stay of that month."""
    return {"admitted_on": date(2019, month, 1), "discharged_on": date(2019, month, 11)}


def test_a_stay_that_the_hospital_settled_meanwhile_is_not_paid_again_unseen(
    poor: Person, hospital: Hospital, row_counts
) -> None:
    manual = reviewed(poor, hospital)
    settle(hospital, factories.stay(poor, "S1", admitted_on="2019-06-01", discharged_on="2019-06-11"))
    before = row_counts()
    with pytest.raises(StaySettledError, match="S1"):
        manual_claim_approve(manual=manual, by=staff("second"), note="同意")
    assert row_counts() == before
    passed = manual_claim_approve(manual=manual, by=staff("second"), note="与 S1 非同一次住院，已核实病历")
    assert passed.status == "settled"


def test_a_stay_looked_into_at_the_window_is_not_asked_about_again(poor: Person, hospital: Hospital) -> None:
    settle(hospital, factories.stay(poor, "S1", admitted_on="2019-06-01", discharged_on="2019-06-11"))
    manual = reviewed(poor, hospital, overlaps_checked=True)
    assert manual_claim_approve(manual=manual, by=staff("second")).status == "settled"


def test_a_hospitals_claim_under_the_number_does_not_pass_for_the_patients(
    poor: Person, hospital: Hospital
) -> None:
    manual = reviewed(
        poor, hospital, visit_type=VisitType.OUTPATIENT, admitted_on=date(2019, 6, 11), bed_days=0
    )
    claim_settle(hospital=hospital, claim=replace(claim_of(manual), from_papers=False))
    with pytest.raises(ClaimConflictError):
        manual_claim_approve(manual=manual, by=staff("second"))
    manual.refresh_from_db()
    assert (manual.status, manual.claim) == ("first_reviewed", None)


def test_a_county_does_not_spend_the_fund_of_the_county_where_the_person_is_insured_now(
    poor: Person, hospital: Hospital, row_counts
) -> None:
    manual = reviewed(poor, hospital)
    Enrolment.objects.filter(person=poor, year=2019).update(county=factories.county("410198", "另一县"))
    before = row_counts()
    with pytest.raises(CountyChangedError, match="不予支付"):
        manual_claim_approve(manual=manual, by=staff("second"))
    assert row_counts() == before


def test_an_institution_registered_with_another_level_is_not_taken_unsaid(packs: None) -> None:
    outside_institution_register(name="北京某医院", province="11", level="province_3", networked=False)
    with pytest.raises(EntryInvalidError, match="级别"):
        outside_institution_register(name="北京某医院", province="11", level="township", networked=False)
    assert Hospital.objects.get(name="北京某医院").level == "province_3"


def test_a_bounced_difference_does_not_make_a_paid_claim_unpaid(poor: Person, hospital: Hospital) -> None:
    taken_back = approved(poor, hospital, "1", **days(4))
    paid = approved(poor, hospital, "2", **days(5))
    account(poor)
    first = payout_batch_make(county=poor.county, by=staff("cashier"))
    payout_batch_confirm(batch=first, on=DAY, bank_reference="B1", by=staff("cashier"))
    manual_claim_reverse(manual=taken_back, by=staff("second"), note="重复")
    # The deductible of the first stay now falls on the second; two more stays outweigh what is to recover.
    assert Payment.objects.filter(claim=paid.claim, settlement__kind="adjustment").exists()
    for number, month in ((3, 3), (4, 2), (5, 1)):
        approved(poor, hospital, str(number), **days(month))
    second = payout_batch_make(county=poor.county, by=staff("cashier"))
    payout_item_bounce(
        item=second.items.get(), on=DAY, bank_reference="B2", reason="账户已销户", by=staff("cashier")
    )
    paid.refresh_from_db()
    assert (paid.status, paid.paid_on) == ("paid", DAY)
    assert ManualClaim.objects.filter(status="settled").count() == 3

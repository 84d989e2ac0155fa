"""Claims from papers: received complete, reviewed by two, settled in the person's year, paid in time."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from beneficiaries.models import Person
from common.codes import HospitalLevel, Place, Tier
from organizations.models import Hospital
from organizations.scope import Scope
from settlement.engine.facts import GivenPayment
from settlement.errors import ClaimNotFoundError, PersonNotFoundError
from settlement.manual_clock import days_used, manual_deadline
from settlement.manual_errors import (
    EntryInvalidError,
    InvoiceUsedError,
    ManualDaysMissingError,
    NoteMissingError,
    OverlappingStayError,
    PapersMissingError,
    SameReviewerError,
    StateError,
)
from settlement.models import Claim, ManualClaim, Payment
from settlement.selectors.manual import manual_claims, manual_counts, manual_handled, manual_terms
from settlement.services import claim_reverse
from settlement.services.manual import (
    manual_claim_approve,
    manual_claim_first_review,
    manual_claim_investigate,
    manual_claim_reject,
    manual_claim_resume,
    manual_claim_return,
    manual_claim_reverse,
    manual_claim_suspend,
    outside_institution_register,
)
from tests import factories
from tests.settlement.manual.support import PAPERS, approved, receive, scope_of, staff
from tests.settlement.support import findings, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("packs", "today")]


def kinds(manual: ManualClaim) -> list[str]:
    return list(manual.steps.order_by("id").values_list("kind", flat=True))


def test_complete_on_24_june_is_due_on_29_july(poor: Person, hospital: Hospital) -> None:
    # C43
    manual = receive(poor, hospital)
    assert (manual.status, manual.due_on) == ("received", date(2019, 7, 29))
    # Zhengzhou's documents give no number of days.
    assert manual.due_provisional


def test_a_claim_goes_from_papers_to_the_patients_money(poor: Person, hospital: Hospital) -> None:
    manual = receive(poor, hospital)
    manual_claim_investigate(manual=manual, by=staff("checker"), note="电话核实住院属实")
    manual_claim_first_review(manual=manual, by=staff("first"))
    done = manual_claim_approve(manual=manual, by=staff("second"), note="同意")
    assert done.status == "settled"
    assert kinds(done) == ["received", "investigated", "first_reviewed", "settled"]
    assert done.claim is not None
    assert done.claim.claim_no == done.number
    payments = Payment.objects.filter(claim=done.claim)
    assert {payment.payee for payment in payments} == {"patient"}
    settled_at_the_window = settle(hospital, factories.stay(factories.person()))
    assert sum(payment.amount_fen for payment in payments) == settled_at_the_window.figures.paid_fen
    assert findings() == []


def test_what_was_settled_there_is_given_and_assistance_is_paid_here(poor: Person, packs: None) -> None:
    # R72: networked outside the prefecture
    outside = outside_institution_register(
        name="外省示例医院", province="31", level=HospitalLevel.PROVINCE_3, networked=True
    )
    given = (
        GivenPayment(tier=Tier.BASIC, fund="residents_pool", amount_fen=900_000),
        GivenPayment(tier=Tier.CRITICAL, fund="residents_critical", amount_fen=0),
    )
    done = approved(poor, outside, given=given)
    rows = Payment.objects.filter(claim=done.claim)
    assert {(row.tier, row.payee) for row in rows if row.tier in {"basic", "critical"}} == {("basic", "fund")}
    assert {row.payee for row in rows if row.tier == "supplementary"} == {"patient"}
    inputs = done.claim.settlements.get().inputs
    assert inputs["claim"]["place"] == Place.OUTSIDE_NETWORKED
    assert findings() == []


def test_an_outside_institution_is_registered_once(packs: None) -> None:
    first, again = (
        outside_institution_register(
            name="外省示例医院", province="31", level=HospitalLevel.PROVINCE_3, networked=False
        )
        for _ in range(2)
    )
    assert first == again
    assert (first.code, first.county.code, first.networked) == ("W31000000001", "310000", False)


def test_incomplete_papers_are_refused_with_all_that_is_missing(
    poor: Person, hospital: Hospital, row_counts
) -> None:
    before = row_counts()
    with pytest.raises(PapersMissingError) as refused:
        receive(poor, hospital, papers=PAPERS - {"出院小结", "费用清单"}, township_signed_by="")
    assert refused.value.missing == (
        "出院小结",
        "费用清单",
        "医疗救助申请审批表上乡镇（街道）扶贫部门的签字盖章",
    )
    assert row_counts() == before


def test_the_application_is_asked_only_of_whom_assistance_is_for(hospital: Hospital) -> None:
    # R105
    ordinary = factories.person(identities=())
    manual = receive(ordinary, hospital, papers=PAPERS - {"医疗救助申请审批表"}, township_signed_by="")
    assert "医疗救助申请审批表" not in manual.papers


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"total_fen": 2_000_001}, "费用明细之和与发票总额不一致"),
        ({"complete_on": date(2019, 7, 1)}, "不能晚于今天"),
        ({"complete_on": date(2019, 6, 10)}, "不能早于出院"),
    ],
)
def test_an_entry_that_cannot_be_is_refused(
    poor: Person, hospital: Hospital, row_counts, changes, said: str
) -> None:
    before = row_counts()
    with pytest.raises(EntryInvalidError, match=said):
        receive(poor, hospital, **changes)
    assert row_counts() == before


def test_an_invoice_is_reimbursed_once(poor: Person, hospital: Hospital, row_counts) -> None:
    first = receive(poor, hospital)
    before = row_counts()
    with pytest.raises(InvoiceUsedError, match=first.number):
        receive(factories.person(), hospital)
    assert row_counts() == before
    manual_claim_reject(manual=first, by=staff("first"), note="录入有误")
    assert receive(factories.person(), hospital).status == "received"


def test_an_invoice_is_not_given_back_by_sql_while_its_claim_stands(poor: Person, hospital: Hospital) -> None:
    manual = receive(poor, hospital)
    with pytest.raises(DatabaseError, match="insert_only"), transaction.atomic():
        manual.invoices.update(released=True)


def test_overlapping_stays_warn_until_they_were_checked(poor: Person, hospital: Hospital) -> None:
    settle(
        hospital, factories.stay(poor, "S1", admitted_on="2019-06-05", discharged_on="2019-06-08", bed_days=3)
    )
    with pytest.raises(OverlappingStayError, match="S1"):
        receive(poor, hospital)
    manual = receive(poor, hospital, overlaps_checked=True)
    assert "重叠已核实" in manual.steps.get().note


def test_a_person_of_another_county_is_not_found(poor: Person, hospital: Hospital, row_counts) -> None:
    stranger = factories.person(at=factories.county("410185", "邻县"))
    before = row_counts()
    with pytest.raises(PersonNotFoundError):
        receive(Person(county_id=poor.county_id, id_encrypted=stranger.id_encrypted), hospital)
    assert row_counts() == before
    receive(poor, hospital)
    assert manual_claims(scope=scope_of(stranger)).count() == 0
    assert manual_claims(scope=Scope(hospital_id=hospital.pk)).count() == 0


def test_the_second_reviewer_is_another_person(poor: Person, hospital: Hospital, row_counts) -> None:
    manual = receive(poor, hospital)
    manual_claim_first_review(manual=manual, by=staff("first"))
    before = row_counts()
    with pytest.raises(SameReviewerError):
        manual_claim_approve(manual=manual, by=staff("first"))
    assert row_counts() == before
    with pytest.raises(IntegrityError, match="manual_claim_two_reviewers"), transaction.atomic():
        ManualClaim.objects.filter(pk=manual.pk).update(second_reviewed_by=staff("first"))


def test_a_step_needs_its_state(poor: Person, hospital: Hospital) -> None:
    manual = receive(poor, hospital)
    with pytest.raises(StateError, match="待初审"):
        manual_claim_approve(manual=manual, by=staff("second"))
    with pytest.raises(NoteMissingError):
        manual_claim_reject(manual=manual, by=staff("first"), note=" ")
    manual_claim_first_review(manual=manual, by=staff("first"))
    manual_claim_return(manual=manual, by=staff("second"), note="诊断与清单不符")
    manual.refresh_from_db()
    assert (manual.status, manual.first_reviewed_by) == ("received", None)


def test_what_was_entered_cannot_be_changed_by_sql(poor: Person, hospital: Hospital) -> None:
    manual = approved(poor, hospital)
    for statement in (
        "UPDATE settlement_manualclaim SET total_fen = 1",
        "UPDATE settlement_manualclaim SET second_reviewed_by_id = received_by_id",
        "UPDATE settlement_manualline SET item_name = ''",
        "UPDATE settlement_manualstep SET note = 'x'",
        "DELETE FROM settlement_manualinvoice",
    ):
        with (
            pytest.raises(DatabaseError, match="insert_only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert manual.status == "settled"


def test_the_days_stand_still_while_suspended(poor: Person, hospital: Hospital, settings) -> None:
    settings.BUSINESS_DATE = date(2019, 6, 28)
    manual = receive(poor, hospital)
    suspended = manual_claim_suspend(manual=manual, by=staff("first"), note="疑问病案，函询就诊医院")
    assert (suspended.status, suspended.due_on) == ("suspended", None)
    settings.BUSINESS_DATE = date(2019, 7, 12)
    resumed = manual_claim_resume(manual=manual, by=staff("first"), note="医院已复函")
    # Four of 25 days were used by Friday 28 June; 21 follow Friday 12 July.
    assert (resumed.status, resumed.due_on) == ("received", date(2019, 8, 12))


def test_a_pause_after_the_last_day_does_not_help() -> None:
    due = manual_deadline(
        complete_on=date(2019, 6, 24), days=2, pauses=[(date(2019, 7, 1), date(2019, 7, 10))]
    )
    assert due.on == date(2019, 6, 26)
    assert (
        days_used(
            complete_on=date(2019, 6, 24),
            until=date(2019, 7, 12),
            pauses=[(date(2019, 7, 1), date(2019, 7, 10))],
        )
        == 7
    )


def test_counts_say_what_waits_and_what_is_late(poor: Person, hospital: Hospital) -> None:
    receive(poor, hospital, fast_track=True)
    counts = manual_counts(scope=scope_of(poor), today=date(2019, 7, 30), soon_on=date(2019, 8, 5))
    assert (counts["received"], counts["overdue"], counts["soon"], counts["urgent"]) == (1, 1, 0, 1)
    counts = manual_counts(scope=scope_of(poor), today=date(2019, 7, 29), soon_on=date(2019, 8, 5))
    assert (counts["overdue"], counts["soon"]) == (0, 1)
    assert manual_handled(scope=scope_of(poor), since=date(2019, 1, 1), until=date(2019, 12, 31)) == []


def test_a_settled_claim_taken_back_is_recovered_and_its_invoice_free(
    poor: Person, hospital: Hospital
) -> None:
    manual = approved(poor, hospital)
    reversed_ = manual_claim_reverse(manual=manual, by=staff("second"), note="发现重复享受")
    assert reversed_.status == "reversed"
    rows = Payment.objects.filter(claim=manual.claim)
    assert sum(row.amount_fen for row in rows) == 0
    assert findings() == []
    assert approved(poor, hospital).status == "settled"


def test_a_hospital_cannot_reach_a_claim_from_papers(poor: Person, hospital: Hospital) -> None:
    manual = approved(poor, hospital)
    with pytest.raises(ClaimNotFoundError):
        claim_reverse(hospital=hospital, claim_no=manual.number, reason="误操作")
    assert Claim.objects.get(manual=manual).settlements.count() == 1


def test_a_pack_without_days_takes_no_claims_from_papers() -> None:
    factories.load_packs(factories.PACKS.parents[1] / "tests" / "cases" / "packs" / "invented-city.yaml")
    county = factories.county("990601", "云溪县", city="990600")
    with pytest.raises(ManualDaysMissingError, match="cloud-creek-2020 没有零星报销的办理时限"):
        manual_terms(county=county, on=date(2020, 6, 24))


def test_days_and_papers_are_those_of_the_pack() -> None:
    names = ("anshan-documents", "qiannan-documents", "qiannan-disease-lists", "qiannan-2019")
    factories.load_packs(*(factories.PACKS / f"{name}.yaml" for name in names))
    qiannan = manual_terms(county=factories.county("522728", "罗甸县", city="522700"), on=date(2019, 7, 1))
    assert (qiannan.days, qiannan.days_provisional, qiannan.papers_provisional) == (25, False, False)
    assert qiannan.days_clause == "黔南医保发〔2019〕36号 二(五)3"
    assert len(qiannan.papers) == 6
    assert qiannan.assistance_papers == ()
    zhengzhou = manual_terms(county=factories.county(), on=date(2019, 6, 24))
    assert (zhengzhou.days, zhengzhou.days_provisional, zhengzhou.papers_provisional) == (25, True, True)
    assert zhengzhou.days_clause == "郑民文〔2017〕131号 四(八)"
    assert zhengzhou.assistance_papers == ("医疗救助申请审批表",)
    assert zhengzhou.papers_clause == "郑民文〔2017〕131号 一(二)"

"""Every kind of ledger lists its rows: payments, exam fees, waivers, visits (台账内容)."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from pytest_django import Settings

from beneficiaries.models import (
    AppliedDisease,
    CertificationApplication,
    CertificationExam,
    DoctorContract,
    ExamAdvance,
    ServiceFee,
)
from policies.models import LedgerKind
from reimbursement.models import LedgerLine, QuarterlyLedger
from reimbursement.services import ledger_build, quarter_build
from reimbursement.verify import verify_ledgers
from settlement.models import Settlement
from tests.reimbursement.rows import World, make_policy, submitted
from tests.reimbursement.test_verify import without_guards

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _after_the_quarters(settings: Settings) -> None:
    settings.BUSINESS_DATE = date(2020, 6, 1)


def kind_of(world: World, code: str, **fields: object) -> LedgerKind:
    """One more ledger of the world's pack, as its document would state it."""
    with without_guards():
        return LedgerKind.objects.create(
            policy=world.policy, code=code, position=9, clause=world.kind.clause, **fields
        )


def build(world: World, kind: LedgerKind, quarter: int = 2) -> QuarterlyLedger:
    return ledger_build(kind=kind, county=world.county, hospital=world.hospital, year=2019, quarter=quarter)


def advance(world: World, fen: int, on: str, corrects: ExamAdvance | None = None) -> ExamAdvance:
    person, day = world.person(), date.fromisoformat(on)
    application = CertificationApplication.objects.create(
        application_no=f"JD{person.pk}", person=person, county=world.county, hospital=world.hospital,
        applied_on=day, received_by=staff(),
    )  # fmt: skip
    applied = AppliedDisease.objects.create(
        application=application, disease="liupan-37/4", disease_name="糖尿病", accepted_because="随时申请"
    )
    exam = CertificationExam.objects.create(
        applied=applied, item="血糖", done_on=day, amount_fen=fen, standing="waived",
        corrects=corrects.exam if corrects else None,
    )  # fmt: skip
    return ExamAdvance.objects.create(
        hospital=world.hospital, county=world.county, application=application, exam=exam, item="血糖",
        amount_fen=fen, posted_on=day, corrects=corrects,
    )  # fmt: skip


def serve(
    world: World, fen: int, on: str, *, identities: tuple[str, ...] = ("registered_poor",)
) -> ServiceFee:
    day = date.fromisoformat(on)
    contract = DoctorContract.objects.create(
        person=world.person(), hospital=world.hospital, doctor="王医生", signed_on=day,
        valid=DateRange(day, date(2020, 1, 1)), package="慢病服务包", fee_fen=fen, payer="county",
        recorded_by=staff(),
    )  # fmt: skip
    return ServiceFee.objects.create(
        contract=contract, hospital=world.hospital, county=world.county, payer="county", item="签约服务费",
        amount_fen=fen, posted_on=day, posted_by=staff(), identities=list(identities),
    )  # fmt: skip


def take_back(fee: ServiceFee, on: str) -> ServiceFee:
    same = {name: getattr(fee, name) for name in ("contract", "hospital", "county", "payer", "item")}
    return ServiceFee.objects.create(
        **same, identities=fee.identities, amount_fen=-fee.amount_fen, corrects=fee, reason="记错人",
        posted_on=date.fromisoformat(on), posted_by=staff(),
    )  # fmt: skip


def staff() -> User:
    return User.objects.get_or_create(username="clerk")[0]


def test_visits_are_listed_with_their_cost_in_every_ledger_that_informs(world: World) -> None:
    everyone = kind_of(world, "visits", source="visits", identities=["registered_poor"])
    chronic = kind_of(world, "chronic-visits", source="visits", disease_lists=["liupan-37"])
    other = kind_of(world, "concentrated", source="visits", disease_lists=["zz-21"])
    payment = world.paid(100, "2019-05-01")
    built = [build(world, kind) for kind in (everyone, chronic, other, world.kind)]
    assert [(ledger.line_count, ledger.total_fen) for ledger in built] == [
        (1, 120_000), (1, 120_000), (0, 0), (1, 100)
    ]  # fmt: skip
    line = built[0].lines.get()
    assert (line.settlement_id, line.payment_id, line.fund) == (payment.settlement_id, None, "")
    assert built[3].lines.get().fund == "liupan_backstop"
    assert list(verify_ledgers()) == []


def test_waivers_are_what_the_hospital_took_off_the_bill(world: World) -> None:
    kind = kind_of(world, "waivers", source="waivers")
    world.paid(100, "2019-05-01")
    with without_guards():
        waived = world.paid(100, "2019-05-02").settlement
        Settlement.objects.filter(pk=waived.pk).update(waived_fen=1_250, patient_fen=53_650)
    ledger = build(world, kind)
    assert [line.settlement_id for line in ledger.lines.all()] == [waived.pk]
    assert ledger.total_fen == 1_250


def test_exam_fees_have_a_ledger_of_their_own_and_corrections_name_what_they_correct(world: World) -> None:
    kind = kind_of(world, "appraisal", source="appraisals", deadline_working_days=5)
    fee = advance(world, 18_000, "2019-05-10")
    first = submitted(build(world, kind))
    back = advance(world, -18_000, "2019-07-03", corrects=fee)
    following = build(world, kind, 3)
    line = following.lines.get()
    assert (first.total_fen, first.due_on) == (18_000, date(2019, 7, 5))
    assert (line.exam_advance_id, line.amount_fen, line.corrects) == (back.pk, -18_000, first.lines.get())
    assert list(verify_ledgers()) == []


def test_services_of_family_doctors_are_listed_for_whom_the_ledger_is(world: World) -> None:
    kind = kind_of(world, "family-doctor", source="services", identities=["registered_poor"])
    fee = serve(world, 12_000, "2019-05-10")
    serve(world, 9_000, "2019-05-11", identities=("low_income",))
    first = submitted(build(world, kind))
    back = take_back(fee, "2019-07-03")
    following = build(world, kind, 3)
    line = following.lines.get()
    assert (first.line_count, first.total_fen, first.lines.get().fund) == (1, 12_000, "")
    assert (line.service_fee, line.amount_fen, line.corrects) == (back, -12_000, first.lines.get())
    assert quarter_build(year=2019, quarter=2, county=world.other_county) == []
    assert list(verify_ledgers()) == []


def test_a_line_says_what_its_fee_says_by_the_database(world: World) -> None:
    kind = kind_of(world, "family-doctor", source="services")
    fee = serve(world, 12_000, "2019-05-10")
    ledger = build(world, kind)
    following = {"ledger": build(world, kind, 3), "kind_code": "family-doctor"}
    with pytest.raises(IntegrityError, match="ledger_line_service_fee_once"), transaction.atomic():
        LedgerLine.objects.create(**following, service_fee=fee, amount_fen=12_000)
    other = serve(world, 9_000, "2019-07-10")
    for wrong in ({"amount_fen": 8_999}, {"amount_fen": 9_000, "fund": "liupan_backstop"}):
        with pytest.raises(IntegrityError, match="ledger_line_wrong"), transaction.atomic():
            LedgerLine.objects.create(**following, service_fee=other, **wrong)
    payment = world.paid(9_000, "2019-07-11")
    for rows in ({}, {"service_fee": other, "payment": payment}):
        with pytest.raises(IntegrityError, match="ledger_line_of_one_row"), transaction.atomic():
            LedgerLine.objects.create(**following, **rows, amount_fen=9_000)
    assert list(LedgerLine.objects.values_list("ledger", "service_fee")) == [(ledger.pk, fee.pk)]


def test_reversals_name_the_line_they_correct_whether_submitted_or_of_the_same_quarter(world: World) -> None:
    earlier, same_quarter = world.paid(100, "2019-05-01"), world.paid(200, "2019-07-02")
    first = submitted(build(world, world.kind))
    world.reverse(earlier, posted_on="2019-07-15")
    world.reverse(same_quarter, posted_on="2019-07-16")
    lines = build(world, world.kind, 3).lines.order_by("pk")
    assert [line.amount_fen for line in lines] == [200, -100, -200]
    assert [line.corrects for line in lines] == [None, first.lines.get(), lines[0]]


def test_a_posting_is_listed_once_in_each_kind_by_the_database(world: World) -> None:
    kind = kind_of(world, "visits", source="visits")
    world.paid(100, "2019-05-01")
    line = build(world, kind).lines.get()
    following = build(world, kind, 3)
    again = {"ledger": following, "kind_code": "visits", "settlement": line.settlement, "amount_fen": 120_000}
    with pytest.raises(IntegrityError, match="ledger_line_settlement_once"), transaction.atomic():
        LedgerLine.objects.create(**again)
    with pytest.raises(IntegrityError, match="ledger_line_wrong"), transaction.atomic():
        LedgerLine.objects.create(**{**again, "kind_code": "other"})
    assert LedgerLine.objects.count() == 1


@pytest.mark.parametrize(
    ("source", "finding"),
    [
        ("visits", "settlement_unclaimed"),
        ("appraisals", "exam_advance_unclaimed"),
        ("services", "service_fee_unclaimed"),
    ],
)
def test_a_removed_line_is_named_for_every_kind(world: World, source: str, finding: str) -> None:
    kind = kind_of(world, source, source=source)
    world.paid(100, "2019-05-01")
    advance(world, 18_000, "2019-05-10")
    serve(world, 12_000, "2019-05-10")
    ledger = submitted(build(world, kind))
    line = ledger.lines.get()
    row = line.settlement_id or line.exam_advance_id or line.service_fee_id
    with without_guards():
        LedgerLine.objects.filter(pk=line.pk).delete()
    findings = {each.code: each.message for each in verify_ledgers()}
    assert set(findings) == {"ledger_total", finding}
    assert f" {row}（清水县人民医院，" in findings[finding]


def test_visits_of_other_places_stand_in_the_ledger_of_their_place(world: World) -> None:
    clause = world.kind.clause
    assert clause is not None
    policy, inside = make_policy(
        code="pack-2020", since="2020-01-01", until="2021-01-01", clause=clause, places=["in_county"]
    )
    with without_guards():
        outside = LedgerKind.objects.create(
            policy=policy, code="outside-refund", position=2, clause=clause, places=["outside_networked"]
        )
        for place in ("in_county", "outside_networked"):
            payment = world.paid(100, "2020-01-05", policy=policy)
            inputs = payment.settlement.inputs
            inputs["claim"]["place"] = place
            Settlement.objects.filter(pk=payment.settlement_id).update(inputs=inputs)
    built = quarter_build(year=2020, quarter=1, county=world.county)
    assert {ledger.kind_code: ledger.total_fen for ledger in built} == {
        inside.code: 100, outside.code: 65_100
    }  # fmt: skip
    assert list(verify_ledgers()) == []

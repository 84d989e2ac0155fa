"""The first page (首页): what each role is shown as due, with which numbers, and quick search."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.models import (
    CertificationApplication,
    FollowUp,
    IdNumberLook,
    Person,
    RegisterEntry,
    RegisterKind,
    RosterImport,
)
from organizations.due_work import desk_of
from organizations.models import Hospital, Office, Region
from organizations.roles import HOSPITAL, INSURER
from organizations.services import roles_apply, staff_member_appoint
from policies.models import LedgerKind, Policy
from reimbursement.models import (
    Approval,
    LedgerLine,
    LedgerPayment,
    LedgerStep,
    PremiumSheet,
    QuarterlyLedger,
    Submission,
    SubmissionItem,
)
from reimbursement.selectors import ledger_totals
from reporting.models import Finding, InspectionPlan, NoticeObjection
from reporting.selectors.desk import KINDS, due_work
from settlement.models import (
    Claim,
    ConsumableApproval,
    Flag,
    FlagStep,
    ManualClaim,
    Payment,
    PayoutItem,
    ReferralRegistration,
    Settlement,
)
from tests import factories
from tests.admin.pages import visible_text
from tests.admin.rows import COLUMNS, Rows, _must_be_filled
from tests.admin.urls import ROLE_LETTERS

pytestmark = pytest.mark.django_db

TODAY = date(2019, 6, 30)
NOON = datetime(2019, 4, 2, 4, tzinfo=UTC)
LATE, SOON = date(2019, 6, 3), date(2019, 7, 4)


class County(Rows):
    """Rows of one county, as many of a table as wanted."""

    def add(self, model: type[Model], **values: Any) -> Any:
        """One more row."""
        given = {**COLUMNS.get(model._meta.label, {}), **values}
        for column in model._meta.concrete_fields:
            if column.name not in given and _must_be_filled(column):
                given[column.name] = self._value(column)
        return model._default_manager.create(**given)


def county_of(code: str, name: str, user: User) -> County:
    """A county with a hospital, a person and the pack; nothing is due there yet."""
    region = factories.county(code, name)
    hospital = factories.hospital(at=region)
    rows = County(mark=name)
    policy = Policy.objects.get(code="zhengzhou-2019")
    rows.give(
        region,
        hospital,
        factories.person(at=region),
        user,
        policy,
        LedgerKind.objects.filter(policy=policy)[0],
    )
    return rows


def work_of(rows: County, other: User) -> None:
    """One of everything that may wait; two of what somebody else's hand decides."""
    county, hospital = rows.of(Region), rows.of(Hospital)
    rows.give(rows.add(Claim, insured_county=county, hospital=hospital, total_fen=1))
    parts = {"paid_fen": 1, "waived_fen": 0, "hospital_borne_fen": 0, "patient_fen": 0}
    rows.give(rows.add(Settlement, posted_on=date(2019, 6, 1), total_fen=1, **parts))
    rows.add(Flag, rule="一")
    decided = rows.add(Flag, rule="二")
    rows.add(FlagStep, flag=decided, number=1, state="dismissed", by=other)
    for model in (ReferralRegistration, ConsumableApproval):
        rows.add(model, insured_county=county, hospital=hospital)
    rows.add(ManualClaim, county=county, due_on=LATE)
    rows.add(ManualClaim, county=county, due_on=SOON, status="first_reviewed", first_reviewed_by=other)
    rows.add(Payment, county=county, payee="patient", amount_fen=500)
    rows.add(PayoutItem)
    rows.add(RosterImport, region=county, source="civil_affairs", state="compared", categories=["orphan"])
    rows.add(
        RosterImport,
        region=county,
        source="poverty",
        state="applied",
        roster_on=LATE,
        received_on=LATE,
        confirmed_by=other,
        categories=["registered_poor"],
    )
    rows.add(CertificationApplication, county=county, hospital=hospital)
    rows.add(CertificationApplication, county=county, hospital=hospital, state="checked")
    rows.add(CertificationApplication, county=county, hospital=hospital, state="reviewed", checked_by=other)
    rows.add(FollowUp, planned_on=LATE)
    rows.add(FollowUp, planned_on=SOON)
    kind = rows.add(RegisterKind, writer_kinds=["poverty"], code=f"k{county.code}")
    rows.add(RegisterEntry, kind=kind, county=county, due_on=LATE, state="open")
    rows.add(QuarterlyLedger, year=2019, quarter=1, kind_code="a", due_on=LATE)
    reviewed = rows.add(QuarterlyLedger, year=2019, quarter=1, kind_code="b", due_on=SOON, content_hash="x")
    rows.add(LedgerStep, ledger=reviewed, step="confirm", content_hash="x", by_hospital=None, by=other)
    rows.add(LedgerStep, ledger=reviewed, step="review", content_hash="x", by_hospital=None, by=other)
    _sent_to_finance(rows)
    rows.add(PremiumSheet, county=county, year=2020)
    rows.add(Finding, county=county, hospital=hospital, due_on=LATE, found_on=LATE)
    rows.add(NoticeObjection)
    rows.add(InspectionPlan, county=county)


def _sent_to_finance(rows: County) -> None:
    """A submission of two funds: one is to be approved, one was paid and is to be acknowledged."""
    place = {"year": 2019, "quarter": 1, "kind_code": "c", "county": rows.of(Region)}
    ledger = rows.add(QuarterlyLedger, **place)
    for fund, fen in (("a", 100), ("b", 1)):
        payment = rows.add(Payment, payee="hospital", amount_fen=fen, fund=fund, hospital=rows.of(Hospital))
        line = {"kind_code": "c", "fund": fund, "payment": payment, "amount_fen": fen}
        rows.add(LedgerLine, ledger=ledger, **line)
    totals = asdict(ledger_totals(ledger_id=ledger.pk))
    kept = QuarterlyLedger.objects.filter(pk=ledger.pk)
    kept.update(**totals)
    kept.update(status="submitted", submitted_at=NOON)
    sent = rows.add(Submission, **place, pays=True, first_due_on=LATE)
    rows.add(SubmissionItem, submission=sent, ledger=ledger, fund="a", applied_fen=100, first_fen=70)
    paid = rows.add(SubmissionItem, submission=sent, ledger=ledger, fund="b", applied_fen=1, first_fen=1)
    rows.add(Approval, item=paid, amount_fen=1)
    rows.add(LedgerPayment, item=paid, amount_fen=1, bank_reference=rows.mark)


@pytest.fixture
def staff(packs: None, today: date) -> dict[str, User]:
    """One account per role, and work in two counties: their own and the neighbours'."""
    roles_apply()
    other = User.objects.create_user("other")
    own, strange = county_of("410199", "本县", other), county_of("410185", "邻县", other)
    users = {}
    for letter, role in ROLE_LETTERS.items():
        user = User.objects.create_user(f"desk-{letter}", is_staff=True)
        kind = Office.Kind.MEDICAL_INSURANCE if role == INSURER else role
        if role == HOSPITAL:
            staff_member_appoint(user=user, at=own.of(Hospital))
        else:
            office, _ = Office.objects.get_or_create(name=f"单位{kind}", kind=kind, region=own.of(Region))
            staff_member_appoint(user=user, at=office, role=role)
        users[letter] = User.objects.get(pk=user.pk)
    for rows in (own, strange):
        work_of(rows, users["M"])
    return users


def shown(user: User) -> dict[str, tuple[int, int]]:
    """Code → how many wait, how many of them overdue."""
    found = due_work(desk_of(user=user, today=TODAY))
    return {due.kind.code: (due.number, due.late) for due in found if due.number}


DUE = {
    "M": {
        "manual-first": (1, 1), "follow-up-overdue": (1, 1), "ledger-confirm": (1, 1), "findings": (1, 1),
        "roster-late-civil_affairs": (1, 1), "roster-late-disabled_federation": (1, 1),
        "ledger-submit": (1, 0), "flags": (1, 0), "referrals": (1, 0), "consumables": (1, 0),
        "people-to-pay": (1, 0), "batches": (1, 0), "roster-compared": (1, 0),
        "certification-papers": (1, 0), "premium-sheets": (1, 0), "objections": (1, 0), "plans": (1, 0),
    },
    "H": {
        "manual-first": (1, 1), "follow-up-overdue": (1, 1), "ledger-confirm": (1, 1), "findings": (1, 1),
        "follow-up-soon": (1, 0), "ledger-submit": (1, 0), "certification-papers": (1, 0),
        "certification-decide": (1, 0), "objections": (1, 0), "plans": (1, 0),
    },
    "C": {"roster-late-civil_affairs": (1, 1), "roster-compared": (1, 0)},
    "P": {"register-entries": (1, 1)},
    "D": {"roster-late-disabled_federation": (1, 1)},
    "F": {"submissions-to-approve": (1, 1)},
    "X": {
        "follow-up-overdue": (1, 1), "ledger-confirm": (1, 1), "follow-up-soon": (1, 0),
        "certification-exam": (1, 0), "payments-to-receive": (1, 0),
    },
    "S": {
        "manual-first": (1, 1), "follow-up-overdue": (1, 1), "register-entries": (1, 1),
        "ledger-confirm": (1, 1), "findings": (1, 1), "plans": (1, 0),
    },
    "I": {"manual-first": (1, 1), "people-to-pay": (1, 0)},
}  # fmt: skip


def test_each_role_is_shown_what_it_may_act_on_in_its_own_county_and_nothing_else(
    staff: dict[str, User],
) -> None:
    assert {letter: shown(user) for letter, user in staff.items()} == DUE


def test_administrators_see_both_counties_and_nobody_without_an_office_sees_anything(
    staff: dict[str, User],
) -> None:
    admin = User.objects.create_superuser("desk-admin")
    assert {code: shown(admin)[code] for code in ("flags", "manual-first", "manual-second", "batches")} == {
        "flags": (2, 0), "manual-first": (2, 2), "manual-second": (2, 0), "batches": (2, 0),
    }  # fmt: skip
    nobody = User.objects.create_user("desk-nobody", is_staff=True)
    nobody.user_permissions.set(staff["M"].groups.get().permissions.all())
    assert shown(User.objects.get(pk=nobody.pk)) == {}
    assert "还没有登记工作单位" in page_of(nobody)


def test_the_second_review_and_the_decision_are_due_for_somebody_else(staff: dict[str, User]) -> None:
    colleague = User.objects.create_user("desk-M2", is_staff=True)
    staff_member_appoint(user=colleague, at=staff["M"].staff_member.office)
    seen = shown(User.objects.get(pk=colleague.pk))
    assert (seen["manual-second"], seen["certification-decide"]) == ((1, 0), (1, 0))
    assert "manual-second" not in DUE["M"]


def test_what_is_due_costs_as_many_queries_for_a_hundred_times_the_work_and_counts_to_99(
    staff: dict[str, User],
) -> None:
    costs = []
    for round_no in range(2):
        for letter in "MFXP":
            with CaptureQueriesContext(connection) as queries:
                due_work(desk_of(user=User.objects.get(pk=staff[letter].pk), today=TODAY))
            costs.append(len(queries))
        if round_no:
            break
        entry = RegisterEntry.objects.get(county__code="410199")
        more = {each.attname: getattr(entry, each.attname) for each in entry._meta.concrete_fields}
        RegisterEntry.objects.bulk_create(RegisterEntry(**{**more, "id": None}) for _ in range(100))
    assert costs[:4] == costs[4:]
    assert max(costs) <= 11
    due = due_work(desk_of(user=staff["P"], today=TODAY))[0]
    assert (due.kind.code, due.number_text, due.late_text) == ("register-entries", "99+", "99+")


def test_the_number_leads_to_a_list_of_as_many_rows(staff: dict[str, User]) -> None:
    compared = {}
    for letter in "MXP":
        client = Client()
        client.force_login(staff[letter])
        for due in due_work(desk_of(user=staff[letter], today=TODAY)):
            if due.number and due.kind.query and not due.watched:
                listed = client.get(due.kind.url).context["cl"].result_count
                compared[f"{letter} {due.kind.code}"] = (due.number, listed)
    assert all(number == listed for number, listed in compared.values()), compared
    assert len(compared) == 18


def test_the_first_page_says_what_is_due_and_by_when(staff: dict[str, User]) -> None:
    page = page_of(staff["M"])
    for words in (
        "待初审的零星报销", "其中逾期 1 件", "待汇总报送的台账", "最近 2019-07-04 到期，还有 4 天",
        "待医疗机构确认的台账（督办）", "没有待办的事项",
    ):  # fmt: skip
        assert words in page, words
    assert "待核定的申报" not in page
    poverty = page_of(staff["P"])
    assert "登记簿待办事项" in poverty
    assert "零星报销" not in poverty


def page_of(user: User, name: str = "admin:index") -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    return visible_text(answer.content.decode())


def test_numbers_are_compared_with_the_same_days_of_the_last_quarter(staff: dict[str, User]) -> None:
    posted = Settlement.objects.get(claim__insured_county__code="410199")
    before = {each.attname: getattr(posted, each.attname) for each in posted._meta.concrete_fields}
    for number in range(4):
        other = {"id": None, "kind": "adjustment", "posted_on": date(2019, 1, 10 + number)}
        Settlement.objects.create(**{**before, **other})
    page = page_of(staff["M"], "desk-numbers")
    for words in ("在册人员", "本季结算（笔）", "本季总费用净额（元）", "0.01", "比上季同期减 75%"):
        assert words in page, words
    assert "本季结算" not in page_of(staff["P"], "desk-numbers")
    assert "在册人员" not in page_of(staff["X"], "desk-numbers")


def test_numbers_cost_seven_queries_beside_who_asks(staff: dict[str, User]) -> None:
    client = Client()
    client.force_login(staff["M"])
    client.get(reverse("desk-numbers"))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("desk-numbers"))
    assert len(queries) <= 13


def search(user: User, term: str) -> str:
    client = Client()
    client.force_login(user)
    answer = client.post(reverse("desk-search"), {"term": term})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_person_is_found_by_name_or_number_and_a_stranger_is_not(staff: dict[str, User]) -> None:
    own, stranger = (Person.objects.get(county__code=code) for code in ("410199", "410185"))
    Person.objects.filter(pk=own.pk).update(name="欧阳晓")
    Person.objects.filter(pk=stranger.pk).update(name="欧阳红")
    link = reverse("admin:beneficiaries_person_change", args=[own.pk])
    for term in ("欧阳", "欧阳晓", own.id_number, f" {own.id_number[:6]} {own.id_number[6:].lower()} "):
        page = search(staff["M"], term)
        assert link in page
        assert "欧阳红" not in page
        assert own.id_number not in page
        assert own.masked_id_number in page
    for term in ("欧阳红", stranger.id_number):
        page = search(staff["M"], term)
        assert "没有找到" in page
        assert reverse("admin:beneficiaries_person_change", args=[stranger.pk]) not in page
        assert stranger.id_number not in page
    assert link not in search(staff["X"], "欧阳晓")


def test_certificates_claims_and_papers_are_found_by_their_number(staff: dict[str, User]) -> None:
    own, stranger = (
        {
            "certificate": factories.certificate(Person.objects.get(county__code=code)).certificate_no,
            "claim": Claim.objects.get(insured_county__code=code).claim_no,
            "papers": ManualClaim.objects.filter(county__code=code).order_by("pk")[0].number,
        }
        for code in ("410199", "410185")
    )
    office, hospital = staff["M"], staff["X"]
    assert ["doudi-table" in search(office, number) for number in own.values()] == [True, True, True]
    assert ["doudi-table" in search(office, number) for number in stranger.values()] == [False, False, False]
    assert ["doudi-table" in search(hospital, number) for number in own.values()] == [False, True, False]
    assert "doudi-table" not in search(staff["P"], own["claim"])


def test_a_full_number_is_shown_on_demand_with_a_reason_and_the_look_is_kept(staff: dict[str, User]) -> None:
    own = Person.objects.get(county__code="410199")
    look = reverse("admin:beneficiaries_person_id_number", args=[own.pk])
    assert look in search(staff["M"], own.id_number)
    assert IdNumberLook.objects.count() == 0
    client = Client()
    client.force_login(staff["M"])
    assert own.id_number in client.post(look, {"reason": "核对申请材料"}).content.decode()
    kept = IdNumberLook.objects.get()
    assert (kept.person, kept.user, kept.reason) == (own, staff["M"], "核对申请材料")


def test_a_search_stands_in_no_address_and_an_id_number_is_not_repeated(staff: dict[str, User]) -> None:
    client = Client()
    client.force_login(staff["M"])
    answer = client.get(reverse("desk-search"), {"term": "欧阳"})
    assert (answer.status_code, "欧阳" in answer.content.decode()) == (200, False)
    assert "校验位" in search(staff["M"], "410101196001010000")
    assert "410101196001010000" not in search(staff["M"], "410101196001010000")


def test_a_persons_page_shows_what_its_reader_may_look_at(staff: dict[str, User]) -> None:
    page = reverse("admin:beneficiaries_person_change", args=[Person.objects.get(county__code="410199").pk])
    seen = {}
    for letter in "MPF":
        client = Client()
        client.force_login(staff[letter])
        text = visible_text(client.get(page).content.decode())
        # Words of the panels, which the navigation does not say.
        seen[letter] = [words in text for words in ("认定部门", "参保日期", "年支付合计", "治疗措施")]
    assert seen == {
        "M": [True, True, True, True], "P": [True, True, False, True], "F": [False, False, True, False],
    }  # fmt: skip


def test_kinds_have_codes_of_their_own() -> None:
    codes = [kind.code for kind in KINDS]
    assert len(codes) == len(set(codes))

"""Advice on claims: what each rule finds and does not find, who is told, what stays of it."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from beneficiaries.models import Person
from organizations.models import Hospital
from organizations.scope import EVERYTHING, Scope
from policies.advice_codes import AdviceKind
from policies.models import AdviceRule, Policy
from policies.pack.reader import read_pack_text
from policies.pack.rows import PackError
from policies.services import policy_clone
from settlement.advice import compiler
from settlement.advice.checks import CHECKS
from settlement.errors import FlagError
from settlement.models import Claim, Flag, FlagStep
from settlement.selectors.flags import flag_state, flags_pending
from settlement.services.flags import flag_record, flag_step
from tests import factories
from tests.settlement.api_support import CLAIMS, PREVIEW, check_problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def drug(no: int = 1, name: str = "苯磺酸氨氯地平片", **fields: Any) -> dict[str, Any]:
    """A line of a drug that high blood pressure is treated with."""
    return factories.line(no, "100.00") | {"item_name": name, **fields}


def visit(who: Person, claim_no: str = "V1", **fields: Any) -> dict[str, Any]:
    """A chronic visit without anything doubtful."""
    return factories.chronic_visit(who, claim_no, lines=[drug()]) | fields


def found(api: APIClient, body: dict[str, Any]) -> dict[str, str]:
    """Evidence by kind; the preview finds the same."""
    preview = api.post(PREVIEW, body, format="json").json()
    answer = api.post(CLAIMS, body, format="json")
    assert answer.status_code == 201, answer.json()
    assert preview["advice"] == answer.json()["advice"]
    return {row["kind"]: row["evidence"] for row in answer.json()["advice"]}


@pytest.fixture
def certified(poor: Person) -> Person:
    """Certified for high blood pressure."""
    factories.certificate(poor)
    return poor


def test_every_kind_has_its_check():
    assert set(CHECKS) == set(AdviceKind)


def test_an_ordinary_visit_is_not_doubted(api: APIClient, certified: Person):
    assert found(api, visit(certified)) == {}
    assert Flag.objects.count() == 0


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        (drug(1, "心电图") | {"category": "examination"}, set()),
        (drug(1, "头颅磁共振平扫") | {"category": "examination"}, {"exam_outside_standard"}),
        (drug(1, "缬沙坦胶囊"), set()),
        (drug(1, "阿莫西林胶囊"), {"drug_outside_disease"}),
        # A sum under the name of its category says nothing of what was given.
        (drug(1, "西药费"), set()),
        # Valid through its last day.
        (drug(expires_on="2019-05-10"), set()),
        (drug(expires_on="2019-05-09"), {"expired_drug"}),
        # The year's limit is 3,650 mg; grams are milligrams.
        (drug(dose="3650", dose_unit="mg"), set()),
        (drug(dose="3.65", dose_unit="g"), set()),
        (drug(dose="3650.0001", dose_unit="mg"), {"yearly_dose"}),
        (drug(dose="4", dose_unit="片"), set()),
    ],
)
def test_a_line_is_doubted_from_its_edge_on(api: APIClient, certified: Person, line: Any, kinds: set[str]):
    assert set(found(api, visit(certified, lines=[line]))) == kinds


def test_the_yearly_dose_counts_earlier_claims_that_stand(api: APIClient, certified: Person):
    half = [drug(dose="2000", dose_unit="mg", drug_code="XC08CAA224A001010100483")]
    assert found(api, visit(certified, "V1", lines=half)) == {}
    assert found(
        api, visit(certified, "V2", lines=half, discharged_on="2019-05-12", admitted_on="2019-05-12")
    ) == {"yearly_dose": "苯磺酸氨氯地平片：本年度已用 2000 mg，本次 2000 mg，合计超过年度总剂量 3650 mg。"}
    for number in ("V1", "V2"):
        api.post(f"{CLAIMS}{number}/reversal/", {"reason": "重复收费"}, format="json")
    assert found(api, visit(certified, "V3", lines=half)) == {}


def test_one_drug_on_one_day_for_five_people_is_doubted_at_the_fifth(api: APIClient, hospital: Hospital):
    line = drug(drug_code="XC08CAA224A001010100483")
    results = []
    for number in range(5):
        person = factories.person()
        factories.certificate(person)
        results.append(found(api, visit(person, f"V{number}", lines=[line])))
    assert results[:4] == [{}] * 4
    assert results[4] == {
        "same_drug_several_names": "本机构同一天同一药品开给多人："
        "苯磺酸氨氯地平片 在 2019-05-10 以 5 人的名义开出。"
    }
    flag = Flag.objects.get()
    assert len(flag.related) == 4
    assert "related" not in api.get(f"{CLAIMS}V4/").json()["advice"][0]


@pytest.mark.parametrize(
    ("day", "doubted"),
    [("2019-04-01", False), ("2019-04-02", True), ("2019-04-10", True), ("2019-04-11", False)],
)
def test_a_visit_within_a_stay_elsewhere_is_doubted(
    api: APIClient, client_of, certified: Person, day: str, doubted: bool
):
    elsewhere = client_of(factories.hospital())
    elsewhere.post(CLAIMS, factories.stay(certified, "S1"), format="json")
    kinds = set(found(api, visit(certified, discharged_on=day, admitted_on=day)))
    assert kinds == ({"inpatient_elsewhere"} if doubted else set())
    if doubted:
        assert Flag.objects.get().related == [Claim.objects.get(claim_no="S1").pk]


def test_a_stay_around_an_earlier_visit_elsewhere_is_doubted(api: APIClient, client_of, certified: Person):
    elsewhere = client_of(factories.hospital())
    elsewhere.post(
        CLAIMS, visit(certified, discharged_on="2019-04-05", admitted_on="2019-04-05"), format="json"
    )
    assert found(api, factories.stay(certified, "S1")) == {
        "inpatient_elsewhere": "本次住院期间，该人员2019-04-05 在其他医疗机构就诊。"
    }


def test_a_reversed_stay_doubts_nobody(api: APIClient, client_of, certified: Person):
    elsewhere = client_of(factories.hospital())
    elsewhere.post(CLAIMS, factories.stay(certified, "S1"), format="json")
    elsewhere.post(f"{CLAIMS}S1/reversal/", {"reason": "重复"}, format="json")
    assert found(api, visit(certified, discharged_on="2019-04-05", admitted_on="2019-04-05")) == {}


@pytest.mark.parametrize(("died_on", "doubted"), [(date(2019, 4, 11), False), (date(2019, 4, 10), True)])
def test_services_after_death_are_doubted(api: APIClient, poor: Person, died_on: date, doubted: bool):
    Person.objects.filter(pk=poor.pk).update(died_on=died_on)
    lines = [factories.line(1, "100.00") | {"serviced_on": "2019-04-11"}]
    assert set(found(api, factories.stay(poor, lines=lines))) == ({"after_death"} if doubted else set())


@pytest.mark.parametrize(("until", "doubted"), [(date(2019, 5, 11), False), (date(2019, 5, 10), True)])
def test_a_visit_after_the_identity_ended_is_doubted(api: APIClient, packs, until: date, doubted: bool):
    person = factories.person(identities=())
    factories.recognise(person, "registered_poor", until=until)
    factories.certificate(person)
    assert set(found(api, visit(person))) == ({"after_removal"} if doubted else set())


@pytest.mark.parametrize(("code", "doubted"), [("I13.9", False), ("I10", False), ("E11.2", True)])
def test_a_diagnosis_outside_the_claimed_disease_is_doubted(
    api: APIClient, certified: Person, code: str, doubted: bool
):
    kinds = set(found(api, visit(certified, diagnosis_code=code)))
    assert kinds == ({"diagnosis_mismatch"} if doubted else set())


def test_the_third_visit_of_a_day_is_doubted(api: APIClient, certified: Person):
    results = [set(found(api, visit(certified, f"V{number}"))) for number in range(3)]
    assert results == [set(), set(), {"several_claims_same_day"}]


# --- rules as data


def rule_of_2019(kind: str, **fields: Any) -> None:
    """A rule in the published pack, put there as only a test may."""
    policy = Policy.objects.get(code="zhengzhou-2019")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE policies_advicerule DISABLE TRIGGER policies_advicerule_guard")
    AdviceRule.objects.create(
        policy=policy, code=f"test-{kind}", position=99, kind=kind, provisional=True, **fields
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE policies_advicerule ENABLE TRIGGER policies_advicerule_guard")
    compiler._kept.pop(policy.pk, None)


@pytest.fixture
def fresh_rules():
    """Whatever a test compiled is forgotten."""
    yield
    compiler._kept.clear()


@pytest.mark.usefixtures("fresh_rules")
@pytest.mark.parametrize(("excluded", "doubted"), [("100.00", False), ("100.01", True)])
def test_a_share_outside_the_catalogue_is_doubted_above_the_limit(
    api: APIClient, poor: Person, excluded: str, doubted: bool
):
    rule_of_2019("out_of_catalogue_share", share_bp=1_000)
    inside = {"100.00": "900.00", "100.01": "899.99"}[excluded]
    lines = [factories.line(1, "1000.00", in_scope=inside, excluded=excluded)]
    kinds = set(found(api, factories.stay(poor, lines=lines)))
    assert kinds == ({"out_of_catalogue_share"} if doubted else set())


@pytest.mark.usefixtures("fresh_rules")
@pytest.mark.parametrize(
    ("quantity", "doubted"), [({}, True), ({"quantity": "2"}, True), ({"quantity": "2.0001"}, False)]
)
def test_costly_consumables_need_an_approval(api: APIClient, poor: Person, quantity: Any, doubted: bool):
    rule_of_2019("consumables_without_approval", amount_fen=100_000)
    lines = [factories.line(1, "2000.00") | {"category": "consumables", "item_name": "支架", **quantity}]
    kinds = set(found(api, factories.stay(poor, lines=lines)))
    assert kinds == ({"consumables_without_approval"} if doubted else set())


@pytest.mark.usefixtures("fresh_rules")
def test_a_blocking_rule_refuses_and_writes_nothing(api: APIClient, certified: Person, row_counts):
    rule_of_2019("expired_drug", severity="block")
    body = visit(certified, lines=[drug(expires_on="2019-05-09")])
    before = row_counts()
    for address in (PREVIEW, CLAIMS):
        problem = check_problem(api.post(address, body, format="json"), 422, "advice_blocked")
        assert "2019-05-09" in problem["detail"]
    assert row_counts() == before


def test_a_rule_without_its_limit_is_refused_with_its_line():
    text = (
        "policy: {code: x, title: x, city_code: '410100', city_name: 甲, from: 2019-01-01,"
        " tiers: [医疗救助]}\n"
        "advice:\n  - {code: a, kind: 同日多次就诊, provisional: true}\n"
    )
    with pytest.raises(PackError, match=r"第 3 行（advice:a）：这种疑点须填写 count。"):
        read_pack_text(text, "x.yaml")


def test_rules_of_a_published_pack_are_locked_and_a_clone_copies_them(packs: None):
    policy = Policy.objects.get(code="zhengzhou-2019")
    with pytest.raises(DatabaseError, match="政策已锁定"), transaction.atomic():
        policy.advicerule_set.filter(code="drug-scope").first().entries.all().delete()
    draft = policy_clone(
        policy=policy, code="next", valid_from=date(2020, 1, 1), valid_to=None, drafted_by=None
    )
    for kind in ("drug-scope", "yearly-dose"):
        entries = [
            list(
                one.advicerule_set.get(code=kind).entries.values_list("disease", "names", "dose", "dose_unit")
            )
            for one in (policy, draft)
        ]
        assert entries[0] == entries[1] != []


# --- flags


def test_flags_are_facts_told_again_and_never_twice(api: APIClient, certified: Person):
    body = visit(certified, lines=[drug(expires_on="2019-05-09")])
    first, again = (api.post(CLAIMS, body, format="json") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert api.get(f"{CLAIMS}V1/").json()["advice"] == first.json()["advice"]
    assert [row["lines"] for row in first.json()["advice"]] == [[1]]
    flag = Flag.objects.get()
    assert (flag.rule, flag.county_id, flag.clause) == (
        "expired-drug", flag.claim.insured_county_id, "郑卫〔2017〕214号 四(三)",
    )  # fmt: skip
    with pytest.raises(DatabaseError, match="insert_only"), transaction.atomic():
        Flag.objects.update(evidence="")


def test_a_refold_raises_no_flag_again(api: APIClient, certified: Person):
    api.post(CLAIMS, factories.stay(certified, "S1"), format="json")
    api.post(CLAIMS, visit(certified, lines=[drug(expires_on="2019-05-09")]), format="json")
    api.post(f"{CLAIMS}S1/reversal/", {"reason": "重复收费"}, format="json")
    assert Flag.objects.count() == 1
    assert FlagStep.objects.count() == 0


def test_a_reversal_closes_open_flags_and_leaves_decided_ones(api: APIClient, certified: Person):
    lines = [drug(expires_on="2019-05-09"), drug(2, "阿莫西林胶囊")]
    api.post(CLAIMS, visit(certified, lines=lines), format="json")
    clerk = User.objects.create_user("clerk")
    expired, outside = Flag.objects.get(kind="expired_drug"), Flag.objects.get(kind="drug_outside_disease")
    flag_step(flag=expired, state="confirmed", note="药盒照片为证", by=clerk)
    flag_step(flag=outside, state="asked", note="请说明用药理由", by=clerk)
    api.post(f"{CLAIMS}V1/reversal/", {"reason": "退药"}, format="json")
    assert flag_state(expired) == ("confirmed", 1)
    assert flag_state(outside) == ("reversed", 2)
    assert outside.steps.get(number=2).note == "退药"


def test_steps_follow_each_other_and_need_a_reason(api: APIClient, certified: Person):
    api.post(CLAIMS, visit(certified, lines=[drug(expires_on="2019-05-09")]), format="json")
    clerk, flag = User.objects.create_user("clerk"), Flag.objects.get()
    for state, note in (("explained", "x"), ("dismissed", " ")):
        with pytest.raises(FlagError):
            flag_step(flag=flag, state=state, note=note, by=clerk)
    assert FlagStep.objects.count() == 0
    for state in ("asked", "explained", "dismissed"):
        flag_step(flag=flag, state=state, note="见说明", by=clerk)
    with pytest.raises(FlagError, match="已排除"):
        flag_step(flag=flag, state="confirmed", note="见说明", by=clerk)
    assert [(step.number, step.state, step.by) for step in flag.steps.all()] == [
        (1, "asked", clerk), (2, "explained", clerk), (3, "dismissed", clerk),
    ]  # fmt: skip


def test_open_flags_are_counted_for_the_county_and_for_no_other(api: APIClient, certified: Person):
    api.post(CLAIMS, visit(certified, lines=[drug(expires_on="2019-05-09")]), format="json")
    flag = Flag.objects.get()
    own, other = (
        Scope(county_ids=frozenset({flag.county_id})),
        Scope(county_ids=frozenset({flag.county_id + 1})),
    )
    assert [flags_pending(scope=scope).count() for scope in (EVERYTHING, own, other)] == [1, 1, 0]
    flag_step(flag=flag, state="dismissed", note="照片为证", by=User.objects.create_user("clerk"))
    assert flags_pending(scope=own).count() == 0


def test_what_the_office_records_is_not_answered_to_the_hospital(api: APIClient, certified: Person):
    api.post(CLAIMS, visit(certified), format="json")
    clerk, claim = User.objects.create_user("clerk"), Claim.objects.get()
    flag_record(claim=claim, kind="false_certificate", evidence="诊断证明无病历支持", by=clerk)
    assert api.get(f"{CLAIMS}V1/").json()["advice"] == []
    with pytest.raises(FlagError):
        flag_record(claim=claim, kind="expired_drug", evidence="x", by=clerk)


# --- cost


def test_plain_claims_take_no_more_statements_and_details_a_constant_number(
    api: APIClient, certified: Person
):
    def statements(body: dict[str, Any]) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert api.post(CLAIMS, body, format="json").status_code == 201
        return len([row for row in queries if "EXECUTE" in row["sql"] or "flag" in row["sql"]])

    api.post(CLAIMS, visit(certified, "V0"), format="json")
    # Lock, facts, disease lists, posting.
    assert statements(visit(certified, "V1", discharged_on="2019-05-11", admitted_on="2019-05-11")) == 4
    for number, lines in enumerate((1, 40), start=2):
        day = f"2019-05-{10 + number}"
        rows = [
            drug(no, dose="1", dose_unit="mg", drug_code=f"X{no}", expires_on="2018-01-01")
            for no in range(1, lines + 1)
        ]
        body = visit(certified, f"V{number}", discharged_on=day, admitted_on=day, lines=rows)
        # With doses, drug days, and the flag. A statement is prepared on first use.
        assert statements(body) == 7


# --- line fields


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"quantity": 2}, ("quantity", "number_invalid")),
        ({"quantity": "0"}, ("quantity", "number_invalid")),
        ({"quantity": "1.00001"}, ("quantity", "number_invalid")),
        ({"dose": "5"}, ("dose_unit", "field_required")),
        ({"expires_on": "2019-02-30"}, ("expires_on", "date_invalid")),
        ({"serviced_on": "2019-05-09"}, ("serviced_on", "serviced_on_outside_visit")),
        ({"drug_code": "甲"}, ("drug_code", "text_invalid")),
    ],
)
def test_a_bad_line_field_is_named(
    api: APIClient, certified: Person, row_counts, fields: Any, refused: tuple[str, str]
):
    pointer, code = refused
    before = row_counts()
    problem = check_problem(
        api.post(CLAIMS, visit(certified, lines=[drug(**fields)]), format="json"), 422, code
    )
    assert [row["pointer"] for row in problem["errors"]] == [f"/lines/0/{pointer}"]
    assert row_counts() == before


def test_line_fields_are_kept_and_tell_claims_apart(api: APIClient, certified: Person):
    fields = {
        "drug_code": "X1", "quantity": "2.50", "unit": "盒", "dose": "140", "dose_unit": "mg",
        "expires_on": "2020-01-31",
    }  # fmt: skip
    assert api.post(CLAIMS, visit(certified, lines=[drug(**fields)]), format="json").status_code == 201
    line = Claim.objects.get().lines.get()
    assert (line.drug_code, str(line.quantity), line.unit) == ("X1", "2.5000", "盒")
    assert (str(line.dose), line.dose_unit) == ("140.0000", "mg")
    assert (line.expires_on, line.serviced_on) == (date(2020, 1, 31), date(2019, 5, 10))
    same = visit(certified, lines=[drug(**fields | {"quantity": "2.5"})])
    assert api.post(CLAIMS, same, format="json").status_code == 200
    other = visit(certified, lines=[drug(**fields | {"quantity": "3"})])
    check_problem(api.post(CLAIMS, other, format="json"), 409, "claim_conflict")

"""What holds of every shipped pack, of whatever city: as data, and over random people and claims."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from policies.audit import Severity, policy_audit
from policies.models import Disease, Policy
from policies.pack.reader import read_pack_text
from policies.pack.tables import row_of_policy
from policies.services import findings_to_confirm, policy_export, policy_load, policy_publish
from settlement.compiler import compile_terms
from settlement.engine.compiled import CompiledPolicy
from settlement.engine.facts import Claim, Facts
from settlement.engine.settle import settle
from settlement.engine.terms import Policy as Terms
from settlement.engine.terms import Rule, ShareLimit, Uplift, Waiver
from tests.policies.packs import PACKS, only_shipped_packs
from tests.settlement.pack_strategies import Lists, identities_of, situations

TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(PACKS.glob("*.yaml"))}
CODES = [code for code, text in TEXTS.items() if "\npolicy:\n" in f"\n{text}"]
RowT = TypeVar("RowT", Rule, Uplift, Waiver, ShareLimit)

each_pack = pytest.mark.parametrize("code", CODES)
thorough = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@dataclass(frozen=True)
class Shipped:
    """A pack for the engine, as it is and without whatever asks for an identity."""

    terms: Terms
    policy: CompiledPolicy
    ordinary: CompiledPolicy
    lists: Lists


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), only_shipped_packs([PACKS]):
        yield


@pytest.fixture
def drafts(loaded: None, db: None) -> dict[str, Policy]:
    return {policy.code: policy for policy in Policy.objects.all()}


@pytest.fixture(scope="module")
def shipped(loaded: None) -> dict[str, Shipped]:
    diseases = Disease.objects.select_related("disease_list").prefetch_related("gathered_in")
    lists = {
        row.key: frozenset({row.disease_list.code, *(other.code for other in row.gathered_in.all())})
        for row in diseases
    }
    return {policy.code: prepare(compile_terms(policy), lists) for policy in Policy.objects.all()}


def prepare(terms: Terms, lists: Lists) -> Shipped:
    asked = {code for rule in terms.rules for code in rule.condition.disease_lists}
    ordinary = replace(
        terms,
        rules=for_everyone(terms.rules),
        uplifts=for_everyone(terms.uplifts),
        waivers=for_everyone(terms.waivers),
        out_of_catalogue=for_everyone(terms.out_of_catalogue),
        overall_ceilings=for_everyone(terms.overall_ceilings),
    )
    used = {key: codes for key, codes in lists.items() if codes & asked} or lists
    return Shipped(terms, CompiledPolicy(terms), CompiledPolicy(ordinary), used)


def for_everyone(rows: tuple[RowT, ...]) -> tuple[RowT, ...]:
    return tuple(row for row in rows if not row.condition.identities)


def test_the_five_documents_are_all_shipped():
    assert {"anshan-2019", "qiannan-2019", "zhengzhou-2017", "zhengzhou-2017-11"} <= set(CODES)
    assert {"zhengzhou-2018", "zhengzhou-2019"} <= set(CODES)


@each_pack
def test_the_audit_finds_nothing_but_provisional_rows(code, drafts):
    assert {finding.severity for finding in policy_audit(drafts[code])} <= {Severity.PROVISIONAL}


@each_pack
def test_export_and_file_say_the_same(code, drafts, tmp_path):
    written = read_pack_text(TEXTS[code], code).policy
    assert row_of_policy(drafts[code]) == written
    exported = policy_export(policy=drafts[code])
    assert read_pack_text(exported, code).policy == written
    path = tmp_path / f"{code}.yaml"
    path.write_text(exported, encoding="utf-8")
    assert policy_load(paths=[path]).unchanged == [code]


def test_loading_twice_changes_nothing(drafts):
    result = policy_load(paths=[PACKS])
    assert (result.created, result.changed) == ([], [])
    assert set(CODES) <= set(result.unchanged)


def test_all_packs_can_be_in_force_together(drafts):
    for policy in drafts.values():
        names = findings_to_confirm(policy_audit(policy))
        assert policy_publish(policy=policy, reviewed_by=None, confirmed_provisional=names)


def own_cost(policy: CompiledPolicy, who: Facts, visit: Claim, year: dict[str, int]) -> int:
    """What the person bears of a visit, fen, once the year-end run has made up for what waited.

    May be negative: the run also pays for the year's earlier visits.
    """
    result = settle(visit, who, year, policy, explain=False)
    pools = dict(year)
    for pool, amount in result.pool_entries:
        pools[pool] = pools.get(pool, 0) + amount
    year_end = replace(visit, visit_type="inpatient", chronic_disease="", lines=(), bed_days=0, year_end=True)
    made_up = settle(year_end, who, pools, policy, explain=False)
    return result.patient_fen - result.account_fen - made_up.account_fen


@each_pack
@thorough
@given(data=st.data())
def test_one_identity_more_never_costs_the_person_a_fen(code, shipped, data):
    pack = shipped[code]
    case = data.draw(situations(pack.terms, pack.lists))
    with_it = own_cost(pack.policy, case.poorer, case.visit, case.year)
    assert with_it <= own_cost(pack.policy, case.who, case.visit, case.year)


@each_pack
@thorough
@given(data=st.data())
def test_a_poor_person_never_bears_more_than_the_same_person_without_identity(code, shipped, data):
    pack = shipped[code]
    case = data.draw(situations(pack.terms, pack.lists))
    ordinary = replace(case.who, identities=frozenset())
    as_poor = own_cost(pack.policy, case.poorer, case.visit, case.year)
    assert as_poor <= own_cost(pack.policy, ordinary, case.visit, case.year)


@each_pack
@thorough
@given(data=st.data())
def test_people_without_identity_get_ordinary_terms(code, shipped, data):
    pack = shipped[code]
    case = data.draw(situations(pack.terms, pack.lists))
    who = replace(case.who, identities=frozenset())
    expected = settle(case.visit, who, case.year, pack.ordinary, explain=False)
    assert settle(case.visit, who, case.year, pack.policy, explain=False) == expected
    # An identity that the pack does not name is none.
    unnamed = replace(who, identities=frozenset({identities_of(pack.terms)[-1]}))
    assert settle(case.visit, unnamed, case.year, pack.policy, explain=False) == expected


@each_pack
@thorough
@given(data=st.data())
def test_parts_make_the_total(code, shipped, data):
    pack = shipped[code]
    case = data.draw(situations(pack.terms, pack.lists))
    result = settle(case.visit, case.poorer, case.year, pack.policy, explain=False)
    parts_fen = result.excluded_fen + result.over_limit_fen + result.upfront_fen + result.in_scope_fen
    assert result.total_fen == sum(line.amount_fen for line in case.visit.lines)
    assert result.total_fen == parts_fen + sum(line.waived_fen for line in result.lines)
    paid_fen = sum(payment.paid_fen for payment in result.payments)
    borne_fen = result.waived_fen + result.hospital_borne_fen + result.patient_fen
    assert (paid_fen + borne_fen, result.patient_fen >= 0) == (result.total_fen, True)
    for payment in result.payments:
        assert sum(part.amount_fen for part in payment.funds) == payment.paid_fen
        assert sum(part.amount_fen for part in payment.account_funds) == payment.account_fen

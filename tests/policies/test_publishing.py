"""Audit, publication, the policy in force."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from policies.audit import Finding, Severity, audit_row, policy_audit
from policies.errors import (
    PolicyLockedError,
    PolicyNotFoundError,
    PolicyNotPublishableError,
    PolicyOverlapError,
    PolicyReviewerError,
)
from policies.models import Policy, Rule
from policies.pack.rows import Row
from policies.pack.tables import row_of_policy
from policies.selectors import disease_list_codes, policy_in_force, policy_parameters, policy_rows
from policies.services import findings_to_confirm, policy_clone, policy_publish, policy_review


@pytest.fixture
def draft(drafts):
    return drafts["zhengzhou-2018"]


@pytest.fixture
def pack(draft) -> Row:
    return row_of_policy(draft)


@pytest.fixture
def two_people(db):
    users = get_user_model()._default_manager
    return users.create(username="drafter"), users.create(username="reviewer")


def publish(policy: Policy, reviewed_by: Any = None, names: list[str] | None = None) -> Policy:
    names = findings_to_confirm(policy_audit(policy)) if names is None else names
    return policy_publish(policy=policy, reviewed_by=reviewed_by, confirmed_provisional=names)


def with_rule(pack: Row, code: str, *, bands: Any = None, caps: Any = None, **values: object) -> Row:
    """The pack with one rule changed."""
    rules = []
    for rule in pack.children["rules"]:
        children, own = dict(rule.children), rule.values
        if rule.text("code") == code:
            own = {**own, **values}
            if bands is not None:
                children["bands"] = [band(*one) for one in bands]
            if caps is not None:
                children["caps"] = [Row(values={"limit_fen": cap, "pool": ""}) for cap in caps]
        rules.append(replace(rule, values=own, children=children))
    return replace(pack, children={**pack.children, "rules": rules})


def band(floor_fen: int, ceiling_fen: int | None, rate_bp: int) -> Row:
    return Row(values={"floor_fen": floor_fen, "ceiling_fen": ceiling_fen, "rate_bp": rate_bp})


def without(pack: Row, section: str, code: str) -> Row:
    rows = [row for row in pack.children[section] if row.text("code") != code]
    return replace(pack, children={**pack.children, section: rows})


def found(pack: Row, kind: str) -> list[Finding]:
    return [finding for finding in audit_row(pack) if finding.kind == kind]


def test_the_shipped_packs_have_only_provisional_findings(drafts):
    for policy in drafts.values():
        assert {finding.severity for finding in policy_audit(policy)} == {Severity.PROVISIONAL}


def test_audit_finds_a_gap_between_bands(pack):
    changed = with_rule(pack, "critical-poor", bands=[(750_000, 1_000_000, 8_000), (1_100_000, None, 8_500)])
    (finding,) = found(changed, "bands_gap")
    assert str(finding) == "rules:critical-poor：分段不连续：10000.00 元至 11000.00 元没有规定比例。"
    assert finding.severity == Severity.ERROR


def test_audit_finds_a_gap_above_the_deductible(pack):
    changed = with_rule(pack, "critical-poor", deductible_amounts_fen=[700_000])
    (finding,) = found(changed, "bands_gap")
    assert "起付线 7000.00 元至首段 7500.00 元" in finding.message


def test_audit_finds_overlapping_bands(pack):
    changed = with_rule(pack, "critical-poor", bands=[(750_000, 1_000_000, 8_000), (999_999, None, 8_500)])
    assert [finding.row for finding in found(changed, "bands_overlap")] == ["rules:critical-poor"]


def test_audit_finds_rates_that_descend(pack):
    changed = with_rule(pack, "critical-poor", bands=[(750_000, 1_000_000, 8_500), (1_000_000, None, 8_000)])
    (finding,) = found(changed, "rates_descend")
    assert "由 85% 降为 80%" in finding.message


def test_audit_finds_a_higher_level_with_better_terms(pack):
    changed = with_rule(pack, "basic-inpatient-city-2", deductible_amounts_fen=[30_000])
    (finding,) = found(changed, "levels_reversed")
    assert "300.00 元，低于400.00 元，见“住院统筹支付（县级）”" in finding.message
    better = with_rule(pack, "basic-inpatient-city-2", bands=[(50_000, None, 8_400)])
    findings = found(better, "levels_reversed")
    assert {finding.row for finding in findings} == {"rules:basic-inpatient-city-2"}
    assert any("自 500.00 元起比例却较高（84% 高于 63%" in finding.message for finding in findings)


def test_audit_finds_a_cap_below_the_deductible(pack):
    (finding,) = found(with_rule(pack, "critical-poor", caps=[750_000]), "cap_below_deductible")
    assert "封顶线 7500.00 元不高于起付线 7500.00 元" in finding.message


def test_audit_finds_a_tier_nobody_grants_or_excludes(pack):
    (finding,) = found(without(pack, "not_granted", "supplementary-low-income"), "tier_not_covered")
    assert "“大病补充保险”没有适用于低收入救助对象的规则" in finding.message
    no_backstop = without(without(pack, "rules", "backstop-chronic"), "rules", "backstop-chronic-legacy")
    (finding,) = found(no_backstop, "tier_not_covered")
    assert "“财政兜底”没有适用于所有人的规则" in finding.message


def test_audit_finds_missing_funds_and_shares(pack):
    (finding,) = found(with_rule(pack, "backstop-chronic", funding="nobody"), "funding_missing")
    assert "没有资金方案“nobody”" in finding.message
    fundings = [replace(row, children={"shares": []}) for row in pack.children["fundings"][:1]]
    changed = replace(
        pack, children={**pack.children, "fundings": [*fundings, *pack.children["fundings"][1:]]}
    )
    assert [finding.row for finding in found(changed, "shares_missing")] == ["fundings:residents-pool"]


def test_audit_finds_what_is_not_entered(pack):
    assert found(with_rule(pack, "critical-poor", deductible_amounts_fen=[]), "deductible_missing")
    assert found(with_rule(pack, "critical-poor", bands=[]), "rule_pays_nothing")
    quotas = [replace(row, values={**row.values, "amount_fen": None}) for row in pack.children["quotas"][:1]]
    changed = replace(pack, children={**pack.children, "quotas": quotas})
    assert [finding.row for finding in found(changed, "quota_missing")] == ["quotas:zz-37/1"]


def test_audit_finds_payments_in_no_ledger(pack):
    (finding,) = found(without(pack, "ledgers", "backstop"), "ledger_not_one")
    assert "“财政兜底”的支付没有列入任何台账" in finding.message


def test_publishing_needs_every_provisional_row_by_name(draft):
    names = findings_to_confirm(policy_audit(draft))
    with pytest.raises(PolicyNotPublishableError, match="须指名确认：rules:critical-poor"):
        publish(draft, names=[name for name in names if name != "rules:critical-poor"])
    with pytest.raises(PolicyNotPublishableError, match="无须确认的条目：rules:nothing"):
        publish(draft, names=[*names, "rules:nothing"])
    policy = publish(draft, names=names)
    assert policy.confirmed_provisional == names
    assert policy.published_at is not None


def test_an_error_of_the_audit_stops_the_publication(draft):
    Rule.objects.get(policy=draft, code="critical-poor").bands.filter(floor_fen=5_000_000).delete()
    with pytest.raises(PolicyNotPublishableError, match=r"50000\.00 元至 100000\.00 元没有规定比例"):
        publish(draft)
    assert Policy.objects.get(pk=draft.pk).status == "draft"


def test_drafter_and_reviewer_are_two_people(draft, two_people):
    drafter, reviewer = two_people
    Policy.objects.filter(pk=draft.pk).update(drafted_by=drafter)
    with pytest.raises(PolicyReviewerError):
        publish(draft, reviewed_by=drafter)
    with pytest.raises(PolicyReviewerError):
        publish(draft, reviewed_by=None)
    with pytest.raises(PolicyReviewerError):
        policy_review(policy=draft, reviewed_by=drafter)
    assert policy_review(policy=draft, reviewed_by=reviewer).status == "reviewed"
    assert publish(draft, reviewed_by=reviewer).reviewed_by == reviewer


def test_publishing_twice_or_over_another_is_refused(published, drafts):
    with pytest.raises(PolicyLockedError):
        publish(published)
    clone = policy_clone(
        policy=published,
        code="zhengzhou-2018b",
        valid_from=date(2018, 7, 1),
        valid_to=date(2019, 1, 1),
        drafted_by=None,
    )
    with pytest.raises(PolicyOverlapError, match="请先停用或提前其截止日"):
        publish(clone)
    assert publish(drafts["zhengzhou-2019"]).status == "published"


def test_the_policy_in_force_is_the_published_one_of_city_and_day(published):
    assert policy_in_force(city_code="410100", on=date(2018, 1, 1)) == published
    assert policy_in_force(city_code="410100", on=date(2018, 12, 31)) == published
    for city, day in (
        ("410100", date(2019, 1, 1)),
        ("410100", date(2017, 12, 31)),
        ("410200", date(2018, 6, 1)),
    ):
        with pytest.raises(PolicyNotFoundError, match=f"{city} 在 {day}"):
            policy_in_force(city_code=city, on=day)


def test_reading_a_policy_takes_ten_queries(published, django_assert_num_queries):
    with django_assert_num_queries(10):
        tables = policy_rows(policy=published)
        assert [str(row.clause) for row in tables.rules if row.code == "backstop-chronic"] == [
            "郑卫〔2017〕214号 三(一)"
        ]
        assert tables.quotas[0].disease.key == "zz-37/1"


def test_a_disease_is_in_its_list_and_in_those_that_gather_it(drafts):
    assert disease_list_codes(key="zz-37/28") == {"zz-37", "zz-37-major"}
    assert disease_list_codes(key="zz-37/27") == {"zz-37", "zz-37-specified"}
    assert disease_list_codes(key="zz-37/38") == frozenset()
    assert disease_list_codes(key="") == frozenset()


def test_the_optional_county_tier_of_2019_is_stated_as_not_run(drafts):
    assert policy_parameters(policy=drafts["zhengzhou-2019"])["county-top-up"].value == "不实行"

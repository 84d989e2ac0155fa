"""What the database itself refuses."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from policies.errors import PolicyLockedError
from policies.models import Band, Funding, FundingShare, Policy, Rule, RuleCap, Uplift, Waiver
from policies.services import policy_close, policy_load, policy_retire
from tests.policies.packs import PACKS


@pytest.fixture
def draft(drafts):
    return drafts["zhengzhou-2018"]


def refuses(change: Callable[[], object], match: str) -> None:
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        change()


def a_rule(policy: Policy, **values: Any) -> Rule:
    plain: dict[str, Any] = {
        "code": "new",
        "position": 99,
        "provisional": True,
        "tier": "basic",
        "funding": "residents-pool",
    }
    return Rule(policy=policy, **plain | values)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"provisional": False}, "policies_rule_cited"),
        ({"measured": "year"}, "policies_rule_year_has_base_pool"),
        ({"accrual": "catch_up"}, "policies_rule_catch_up_has_paid_pool"),
        ({"starts_pool": "critical.base"}, "policies_rule_start_complete"),
        ({"deductible_amounts_fen": [100, -1]}, "policies_rule_deductibles"),
        ({"bed_day_fen": 0}, "policies_rule_bed_day"),
        ({"scale_bp": 10_001}, "policies_rule_scale"),
        ({"funding": ""}, "policies_rule_funding"),
        ({"age_from": 14, "age_below": 14}, "policies_rule_ages"),
        ({"total_from_fen": 200, "total_below_fen": 100}, "policies_rule_totals"),
        ({"code": "backstop-chronic"}, "policies_rule_code_unique"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(draft, values, constraint):
    refuses(a_rule(draft, **values).save, constraint)


@pytest.mark.parametrize(
    ("floor_fen", "ceiling_fen", "rate_bp", "constraint"),
    [
        (100, None, 10_001, "policies_band_rate"),
        (100, 100, 5_000, "policies_band_floor_below_ceiling"),
        (-1, 100, 5_000, "policies_band_floor_below_ceiling"),
        (19_999, 30_000, 5_000, "policies_band_no_overlap"),
        (90_000_00, None, 5_000, "policies_band_no_overlap"),
    ],
)
def test_a_band_that_cannot_be_is_refused(draft, floor_fen, ceiling_fen, rate_bp, constraint):
    rule = Rule.objects.get(policy=draft, code="basic-inpatient-township")
    if constraint != "policies_band_no_overlap":
        rule.bands.all().delete()
    band = Band(rule=rule, floor_fen=floor_fen, ceiling_fen=ceiling_fen, rate_bp=rate_bp)
    if constraint == "policies_band_no_overlap" and ceiling_fen:
        band.ceiling_fen = 20_001
    refuses(band.save, constraint)


def test_a_band_may_begin_where_the_last_ends(draft):
    rule = a_rule(draft)
    rule.save()
    Band(rule=rule, floor_fen=0, ceiling_fen=100, rate_bp=0).save()
    Band(rule=rule, floor_fen=100, ceiling_fen=None, rate_bp=10_000).save()


def test_negative_caps_weightless_shares_and_empty_waivers_are_refused(draft):
    rule = draft.rule_set.first()
    refuses(RuleCap(rule=rule, position=9, limit_fen=-1, pool="x").save, "policies_rulecap_limit")
    share = FundingShare.objects.all()[0]
    refuses(
        FundingShare(funding=share.funding, fund_id=share.fund_id, position=9, weight=1).save, "fund_unique"
    )
    funding = Funding.objects.exclude(shares__fund=share.fund_id)[0]
    refuses(
        FundingShare(funding=funding, fund_id=share.fund_id, position=9, weight=0).save,
        "policies_fundingshare_weight",
    )
    waiver = Waiver(policy=draft, code="w", position=1, provisional=True, rate_bp=0)
    refuses(waiver.save, "policies_waiver_rate")


@pytest.mark.parametrize(
    ("kind", "value_bp", "admissions"),
    [
        ("rate_add", None, None),
        ("no_cap", 500, None),
        ("deductible_waive_first", None, 0),
        ("rate_cut", 10_001, None),
    ],
)
def test_an_uplift_without_what_its_kind_needs_is_refused(draft, kind, value_bp, admissions):
    uplift = Uplift(policy=draft, code="u", position=9, provisional=True, tier="basic", kind=kind)
    uplift.value_bp, uplift.admissions = value_bp, admissions
    refuses(uplift.save, "policies_uplift_value_fits_kind")


def test_published_policies_of_a_city_do_not_overlap(published):
    def publish(**values: Any) -> Callable[[], object]:
        plain: dict[str, Any] = {
            "code": "other",
            "city_code": "410100",
            "city_name": "郑州市",
            "title": "另一个",
            "valid": DateRange(date(2018, 12, 31), date(2020, 1, 1)),
            "tiers": ["basic"],
        }
        draft = Policy.objects.create(**plain | values)
        now = {"status": "published", "published_at": published.published_at}
        return lambda: Policy.objects.filter(pk=draft.pk).update(**now)

    refuses(publish(), "policies_policy_no_overlap")
    publish(code="a", valid=DateRange(date(2019, 1, 1), None))()
    publish(code="b", city_code="410200")()


@pytest.mark.parametrize("status", ["reviewed", "published", "retired"])
def test_a_policy_begins_as_a_draft(published, status):
    made = {field.attname: getattr(published, field.attname) for field in Policy._meta.concrete_fields}
    later = DateRange(date(2030, 1, 1), None)
    policy = Policy(**made | {"id": None, "code": "by-sql", "valid": later, "status": status})
    refuses(policy.save, "政策已锁定：政策包 by-sql 须先作为草稿录入")
    assert not Policy.objects.filter(code="by-sql").exists()


def test_a_policy_without_a_period_or_with_a_wrong_city_is_refused(draft):
    plain = {"code": "x", "city_name": "某市", "title": "x", "tiers": ["basic"]}
    empty = DateRange(date(2018, 1, 1), date(2018, 1, 1))
    refuses(Policy(**plain, city_code="410100", valid=empty).save, "policies_policy_valid")
    whole = DateRange(date(2018, 1, 1), None)
    refuses(Policy(**plain, city_code="zz", valid=whole).save, "policies_policy_city_code")


ROW_TABLES = {
    "policies_rule": "title = 'x'",
    "policies_uplift": "title = 'x'",
    "policies_quota": "amount_fen = 1",
    "policies_funding": "title = 'x'",
    "policies_notgranted": "title = 'x'",
    "policies_ledgerkind": "title = 'x'",
    "policies_policyparameter": "value = 'x'",
    "policies_contribution": "amount_fen = 1",
    "policies_premiumaid": "funding = 'x'",
    "policies_disbursement": "first_working_days = 1",
    "policies_examstandard": "items = '{x}'",
    "policies_applicationrule": "months = '{1}'",
    "policies_band": "rate_bp = 1",
    "policies_rulecap": "limit_fen = 1",
    "policies_fundingshare": "weight = 2",
    "policies_policy": "title = 'x'",
}


@pytest.mark.parametrize("table", ROW_TABLES)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_sql_cannot_change_what_is_published(published, table, verb):
    owner = {
        "policies_policy": "id",
        "policies_band": "rule_id",
        "policies_rulecap": "rule_id",
        "policies_fundingshare": "funding_id",
    }.get(table, "policy_id")
    parent = {"rule_id": "policies_rule", "funding_id": "policies_funding"}.get(owner)
    where = f"{owner} = {published.pk}"
    if parent:
        where = f"{owner} IN (SELECT id FROM {parent} WHERE policy_id = {published.pk})"
    sql = f"UPDATE {table} SET {ROW_TABLES[table]} WHERE {where}"
    if verb == "DELETE":
        sql = f"DELETE FROM {table} WHERE {where}"

    def change():
        with connection.cursor() as cursor:
            cursor.execute(sql)

    refuses(change, "政策已锁定：政策包 zhengzhou-2018 已发布")


def test_nothing_can_be_added_to_what_is_published(published):
    refuses(a_rule(published).save, "政策已锁定")
    rule = Rule.objects.filter(policy=published)[0]
    refuses(Band(rule=rule, floor_fen=0, ceiling_fen=1, rate_bp=0).save, "政策已锁定")


def test_rows_of_a_draft_cannot_be_moved_into_a_published_pack(published, drafts):
    rule = Rule.objects.filter(policy=drafts["zhengzhou-2019"], code="backstop-chronic").get()
    rule.policy, rule.code = published, "moved"
    refuses(rule.save, "政策已锁定")


def test_drafts_stay_open_beside_a_published_pack(published, drafts):
    assert Rule.objects.filter(policy=drafts["zhengzhou-2019"]).update(note="改") > 0


def test_a_published_pack_may_only_be_retired_or_end_earlier(published):
    closed = policy_close(policy=published, to=date(2018, 7, 1))
    assert closed.valid.upper == date(2018, 7, 1)

    def set_valid(start: date, end: date) -> Callable[[], object]:
        return lambda: Policy.objects.filter(pk=published.pk).update(valid=DateRange(start, end))

    refuses(set_valid(date(2018, 1, 1), date(2018, 8, 1)), "政策已锁定")
    refuses(set_valid(date(2018, 2, 1), date(2018, 7, 1)), "政策已锁定")
    refuses(lambda: Policy.objects.filter(pk=published.pk).update(status="draft"), "政策已锁定")
    retired = policy_retire(policy=published)
    assert retired.status == "retired"
    refuses(lambda: Policy.objects.filter(pk=published.pk).update(status="published"), "政策已锁定")


def test_clauses_and_documents_of_a_published_pack_cannot_change(published):
    rule = Rule.objects.get(policy=published, code="backstop-chronic")
    clause = rule.clause
    assert clause is not None
    clause.gist = "改"
    refuses(clause.save, "政策已锁定：条款 三\\(一\\)")
    clause.document.title = "改"
    refuses(clause.document.save, "政策已锁定：文件 郑卫〔2017〕214号")


def test_a_draft_reload_after_publication_is_refused_by_the_service_too(published, tmp_path):
    text = (PACKS / "zhengzhou-2018.yaml").read_text(encoding="utf-8")
    path = tmp_path / "x.yaml"
    path.write_text(text.replace("慢性病门诊兜底保障\n", "改\n"), encoding="utf-8")
    with pytest.raises(PolicyLockedError):
        policy_load(paths=[path])

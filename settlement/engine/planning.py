"""Builds the plan of a situation from a policy; refuses what a matching rule lacks (编制适用方案)."""

from collections.abc import Iterable
from itertools import groupby

from common.money import share_of
from settlement.engine.bands import schedule_for
from settlement.engine.errors import MissingParameterError, PolicyDefectError
from settlement.engine.explained_terms import explain_empty_band, explain_terms
from settlement.engine.matching import Situation, matches
from settlement.engine.plan import OrdinaryTerms, Plan, PlannedBenefit, PlannedWaivers, RuleTerms
from settlement.engine.terms import (
    TIERS,
    Funding,
    Policy,
    Quota,
    Rule,
    ShareLimit,
    Tier,
    Waiver,
    WaiverStage,
)
from settlement.engine.uplifts import Adjustment, adjustment_for


def plan_situation(policy: Policy, situation: Situation) -> Plan:
    """Select and compile all that applies to a situation.

    Raises:
        MissingParameterError: a matching rule lacks a number, a pool or a funding row.
        PolicyDefectError: a matching rule contradicts itself.
    """
    waivers = _plan_waivers(policy, situation)
    return Plan(
        policy_code=policy.code,
        city=policy.city,
        tiers=tuple((tier, _plan_tier(policy, tier, situation)) for tier in TIERS if tier in policy.tiers),
        waivers=waivers,
        waives_bill=bool(waivers.by_category) or waivers.bill is not None,
        # The lowest share of out-of-catalogue cost, and the highest ceiling, are the person's best.
        out_of_catalogue=min(_matching_limits(policy.out_of_catalogue, situation), key=_share, default=None),
        overall_ceiling=max(_matching_limits(policy.overall_ceilings, situation), key=_share, default=None),
        is_admission=situation.admission > 0,
        within_quota=situation.within_quota,
        quotas=dict(policy.quotas),
        stay_quotas=_stay_quotas(policy) if situation.admission else {},
        drug_lists=situation.drug_lists & drug_lists_of(policy),
    )


def _plan_tier(policy: Policy, tier: Tier, situation: Situation) -> tuple[PlannedBenefit, ...]:
    """The tier's benefits that have a matching rule, in the order of their first rule."""
    rules = [rule for rule in policy.rules if rule.tier == tier]
    benefits = dict.fromkeys(rule.benefit for rule in rules)
    planned = [
        _plan_benefit(policy, [rule for rule in rules if rule.benefit == benefit], situation)
        for benefit in benefits
    ]
    return tuple(benefit for benefit in planned if benefit.candidates)


def _plan_benefit(policy: Policy, rules: list[Rule], situation: Situation) -> PlannedBenefit:
    matching = [rule for rule in rules if _rule_matches(rule, situation)]
    candidates = tuple(
        terms_of(policy, rule, adjustment_for(rule, policy.uplifts, situation), situation)
        for rule in matching
    )
    return PlannedBenefit(
        tier=rules[0].tier,
        benefit=rules[0].benefit,
        candidates=candidates,
        base_pools=tuple(dict.fromkeys(terms.base_pool for terms in candidates if terms.base_pool)),
        drug_pools=tuple(dict.fromkeys(terms.drug_pool for terms in candidates if terms.drug_pool)),
        ordinary=_ordinary_terms(policy, rules, candidates, situation),
    )


def _rule_matches(rule: Rule, situation: Situation) -> bool:
    # The year-end run only makes up for what was waited for; it is not a visit.
    if situation.year_end and rule.accrual != "catch_up":
        return False
    if rule.requires_quota and not situation.within_quota:
        return False
    return matches(rule.condition, situation)


def _ordinary_terms(
    policy: Policy, rules: list[Rule], candidates: tuple[RuleTerms, ...], situation: Situation
) -> OrdinaryTerms | None:
    """The same benefit for a person without identities; None where the office has not entered the terms."""
    nobody = situation._replace(identities=frozenset())
    try:
        ordinary = tuple(
            terms_of(policy, rule, adjustment_for(rule, policy.uplifts, nobody), nobody)
            for rule in rules
            if _rule_matches(rule, nobody)
        )
    except MissingParameterError:
        return None
    as_ordinary = [(terms.rule, terms.adjustment) for terms in ordinary]
    return OrdinaryTerms(
        is_actual=as_ordinary == [(terms.rule, terms.adjustment) for terms in candidates],
        candidates=ordinary,
        steps={terms.rule.code: _steps_to(policy, terms, situation, nobody) for terms in candidates},
    )


def _steps_to(
    policy: Policy, terms: RuleTerms, situation: Situation, nobody: Situation
) -> tuple[RuleTerms, RuleTerms, RuleTerms]:
    """A candidate without the identities' uplifts, then with its deductible, then with its rates too."""
    rule = terms.rule
    plain = adjustment_for(rule, policy.uplifts, nobody)
    lowered = plain.with_deductible_of(terms.adjustment)
    raised = lowered.with_rates_of(terms.adjustment)
    made: list[RuleTerms] = []
    for adjustment in (plain, lowered, raised):
        if made and adjustment == made[-1].adjustment:
            made.append(made[-1])
        else:
            made.append(terms_of(policy, rule, adjustment, situation))
    return made[0], made[1], made[2]


def terms_of(policy: Policy, rule: Rule, adjustment: Adjustment, situation: Situation) -> RuleTerms:
    """Compile one matching rule under its uplifts.

    Raises:
        MissingParameterError: bands, pools or funding are missing.
        PolicyDefectError: bands or pools contradict each other.
    """
    _check_parameters(rule)
    limits = () if adjustment.no_cap else rule.caps
    visit_limits = [share_of(cap.limit_fen, rule.scale_bp) for cap in limits if not cap.pool]
    funding = _funding_of(policy.fundings, rule, situation)
    schedule, bands = schedule_for(rule, adjustment, policy.rounding_unit_fen)
    pools = [cap.pool for cap in rule.caps if cap.pool] + [rule.paid_pool]
    return RuleTerms(
        rule=rule,
        adjustment=adjustment,
        schedule=schedule,
        by_visit_bands=rule.measured == "visit" and rule.bed_day_fen is None,
        by_year=rule.measured == "year",
        catch_up=rule.accrual == "catch_up",
        base_pool=rule.base_pool,
        drug_pool=f"{rule.base_pool}:drugs" if rule.base_pool and schedule.drug_slices else "",
        paid_pool=rule.paid_pool,
        forgone_pool=_forgone_pool(policy, rule),
        starts=None if situation.year_end else rule.starts,
        visit_limit_fen=min(visit_limits, default=None),
        pool_limits=tuple((cap.pool, share_of(cap.limit_fen, rule.scale_bp)) for cap in limits if cap.pool),
        drawn_pools=tuple(dict.fromkeys(pool for pool in pools if pool)),
        funds=tuple(share.fund for share in funding.shares),
        weights=tuple(share.weight for share in funding.shares),
        described=explain_terms(rule, adjustment, funding),
        bands=bands,
        described_bands=tuple(explain_empty_band(band) for band in bands),
    )


def _forgone_pool(policy: Policy, rule: Rule) -> str:
    """Where catch-up on the rule's paid pool learns what is not to be made up for; empty without catch-up."""
    caught_up = {other.paid_pool for other in policy.rules if other.accrual == "catch_up"}
    return f"{rule.paid_pool}:forgone" if rule.paid_pool in caught_up else ""


def _stay_quotas(policy: Policy) -> dict[str, Quota]:
    return {disease: quota for disease, quota in policy.quotas.items() if quota.period == "visit"}


def drug_lists_of(policy: Policy) -> frozenset[str]:
    """The lists whose drugs are paid more (药品比例提高)."""
    uplifts = [uplift for uplift in policy.uplifts if uplift.kind == "drug_rate_add"]
    return frozenset().union(*[uplift.condition.drug_lists for uplift in uplifts])


def _check_parameters(rule: Rule) -> None:
    missing = ""
    if not rule.bands and rule.bed_day_fen is None:
        missing = "分段比例"
    elif rule.measured == "year" and not rule.base_pool:
        missing = "年度累计基数池"
    elif rule.accrual == "catch_up" and (rule.measured != "year" or not rule.paid_pool):
        missing = "补算所需的年度累计池"
    if missing:
        raise MissingParameterError(f"待遇规则 {rule.code} 未填写{missing}，请先在政策中补充。")
    if rule.bands and rule.bed_day_fen is not None:
        raise PolicyDefectError(f"待遇规则 {rule.code} 同时规定了分段与床日定额，请更正。")
    if rule.base_pool and rule.base_pool in {rule.paid_pool, *(cap.pool for cap in rule.caps)}:
        raise PolicyDefectError(f"待遇规则 {rule.code} 的基数池与支付池同名，请更正。")


def _funding_of(fundings: Iterable[Funding], rule: Rule, situation: Situation) -> Funding:
    """The first funding row of the rule's code whose condition matches (资金来源)."""
    for funding in fundings:
        if funding.code == rule.funding and matches(funding.condition, situation):
            if min((share.weight for share in funding.shares), default=-1) < 0 or not sum(
                share.weight for share in funding.shares
            ):
                raise PolicyDefectError(f"资金来源 {funding.code} 的分担比例不完整，请更正。")
            return funding
    raise MissingParameterError(
        f"待遇规则 {rule.code} 的资金来源 {rule.funding} 没有适用的分担比例，请补充。"
    )


def _matching_limits(limits: Iterable[ShareLimit], situation: Situation) -> list[ShareLimit]:
    return [limit for limit in limits if matches(limit.condition, situation)]


def _share(limit: ShareLimit) -> int:
    return limit.share_bp


def _plan_waivers(policy: Policy, situation: Situation) -> PlannedWaivers:
    matching = [waiver for waiver in policy.waivers if matches(waiver.condition, situation)]
    items = sorted(
        ((category, waiver) for waiver in matching for category in waiver.categories),
        key=lambda item: item[0],
    )
    return PlannedWaivers(
        by_category={
            category: max((waiver for _, waiver in group), key=_rate)
            for category, group in groupby(items, key=lambda item: item[0])
        },
        bill=_best_waiver(matching, "bill"),
        before_assistance=_best_waiver(matching, "before_assistance"),
        patient_share=_best_waiver(matching, "patient_share"),
    )


def _best_waiver(matching: list[Waiver], stage: WaiverStage) -> Waiver | None:
    of_stage = [waiver for waiver in matching if waiver.stage == stage and not waiver.categories]
    return max(of_stage, key=_rate, default=None)


def _rate(waiver: Waiver) -> int:
    return waiver.rate_bp

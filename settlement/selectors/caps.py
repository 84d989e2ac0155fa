"""What the year's limits leave (年度限额余额): for one person, before it is known what the visit will be."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from common.money import share_of
from settlement.engine.facts import Facts
from settlement.engine.terms import Condition, Policy, Rule


class CapLeft(NamedTuple):
    """A limit on what a tier pays in the year, fen; ``no_cap`` where an uplift may lift it."""

    tier: str
    benefit: str
    pool: str
    limit_fen: int
    used_fen: int
    no_cap: bool


def caps_left(*, policy: Policy, facts: Facts, pools: Mapping[str, int]) -> list[CapLeft]:
    """The limits per year of every rule that may come to apply, each once, in the order of the pack.

    Conditions on the visit are left open: whoever asks does not know the visit yet.
    """
    return list(dict.fromkeys(_caps(policy, facts, pools)))


def _caps(policy: Policy, facts: Facts, pools: Mapping[str, int]) -> Iterator[CapLeft]:
    for rule in policy.rules:
        if not _may_hold(rule.condition, facts):
            continue
        for cap in rule.caps:
            if cap.pool:
                yield CapLeft(
                    tier=rule.tier,
                    benefit=rule.benefit,
                    pool=cap.pool,
                    limit_fen=share_of(cap.limit_fen, rule.scale_bp),
                    used_fen=pools.get(cap.pool, 0),
                    no_cap=_may_be_lifted(policy, rule, facts),
                )


def _may_be_lifted(policy: Policy, rule: Rule, facts: Facts) -> bool:
    return any(
        uplift.kind == "no_cap"
        and uplift.tier == rule.tier
        and (not uplift.rules or rule.code in uplift.rules)
        and _may_hold(uplift.condition, facts)
        for uplift in policy.uplifts
    )


def _may_hold(condition: Condition, facts: Facts) -> bool:
    """Whether what a condition asks of the person holds."""
    return (
        (not condition.identities or not condition.identities.isdisjoint(facts.identities))
        and (not condition.insurance_types or facts.insurance_type in condition.insurance_types)
        and (not condition.county_classes or facts.county_class in condition.county_classes)
        and (condition.age_from is None or facts.age_years >= condition.age_from)
        and (condition.age_below is None or facts.age_years < condition.age_below)
    )

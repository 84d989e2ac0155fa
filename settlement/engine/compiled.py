"""A policy with its plans remembered (政策编译): what applies is worked out once per situation."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

from settlement.engine.errors import PolicyDefectError
from settlement.engine.facts import Claim, Facts, Pools
from settlement.engine.matching import ONE_OF, is_certified, situation_of
from settlement.engine.plan import Plan
from settlement.engine.planning import drug_lists_of, plan_situation
from settlement.engine.terms import Condition, Policy

ADMISSIONS_POOL = "admissions"
MAX_PLANS = 4_096
MAX_POLICIES = 64

_FACT_FIELDS = ("identities", "insurance_type", "county_class")


class CompiledPolicy:
    """A policy and the plans of the situations met so far.

    Two claims share a plan when they agree in everything the policy's conditions ask about: fields no
    condition names are left out of the key, ages and totals count by the brackets the policy draws.
    """

    __slots__ = (
        "_admissions_that_differ", "_ages", "_asks_certified", "_claim_key", "_facts_key", "_plans",
        "_totals", "policy",
    )  # fmt: skip

    def __init__(self, policy: Policy) -> None:
        _check_policy(policy)
        conditions = list(_conditions(policy))
        self.policy = policy
        self._plans: dict[tuple[object, ...], Plan] = {}
        self._ages = _brackets(conditions, "age_from", "age_below")
        self._totals = _brackets(conditions, "total_from_fen", "total_below_fen")
        self._asks_certified = any(condition.certified for condition in conditions)
        self._admissions_that_differ = _admissions_that_differ(policy)
        fields = _fields_asked(conditions)
        if any(uplift.lost_without_referral for uplift in policy.uplifts):
            fields.add("referral")
        self._facts_key = _getter({"identities", "insurance_type"} | fields & set(_FACT_FIELDS))
        self._claim_key = _getter({"visit_type", "year_end"} | fields - set(_FACT_FIELDS))

    def plan_for(self, claim: Claim, facts: Facts, year: Pools, total_fen: int) -> Plan:
        """What of the policy applies to this claim; ``total_fen`` is the bill before waivers.

        Raises:
            MissingParameterError: a matching rule lacks a number, a pool or a funding row.
            PolicyDefectError: a matching rule contradicts itself.
        """
        policy = self.policy
        visit_type = claim.visit_type
        admission = 0
        if visit_type in policy.admission_visit_types and not claim.year_end:
            admission = min(year.get(ADMISSIONS_POOL, 0) + 1, self._admissions_that_differ)
        within_quota = (
            bool(claim.chronic_disease) and visit_type in policy.quota_visit_types and not claim.year_end
        )
        key = (
            self._claim_key(claim),
            self._facts_key(facts),
            admission,
            within_quota,
            bisect_right(self._ages, facts.age_years) if self._ages else 0,
            bisect_right(self._totals, total_fen) if self._totals else 0,
            is_certified(claim, facts) if self._asks_certified else False,
        )
        plan = self._plans.get(key)
        if plan is None:
            situation = situation_of(
                claim, facts, total_fen=total_fen, admission=admission, within_quota=within_quota
            )
            plan = plan_situation(policy, situation)
            if len(self._plans) >= MAX_PLANS:
                self._plans.clear()
            self._plans[key] = plan
        return plan


# A policy cannot be hashed or weakly referenced; it is kept here with its compiled form, so that its id
# cannot pass to another object while the entry stands.
_compiled: dict[int, CompiledPolicy] = {}


def compile_policy(policy: Policy | CompiledPolicy) -> CompiledPolicy:
    """The compiled form of a policy, remembered by the object's identity.

    Raises:
        PolicyDefectError: the policy contradicts itself.
    """
    if isinstance(policy, CompiledPolicy):
        return policy
    found = _compiled.get(id(policy))
    if found is not None and found.policy is policy:
        return found
    compiled = CompiledPolicy(policy)
    if len(_compiled) >= MAX_POLICIES:
        _compiled.clear()
    _compiled[id(policy)] = compiled
    return compiled


def _check_policy(policy: Policy) -> None:
    if policy.rounding_unit_fen < 1:
        raise PolicyDefectError(f"政策 {policy.code} 的取整单位须为正整数（分）。")
    for rule in policy.rules:
        if rule.tier not in policy.tiers:
            raise PolicyDefectError(f"待遇规则 {rule.code} 属于政策 {policy.code} 未设的保障层次，请更正。")
    # One set of lists: otherwise a person whom two uplifts favour might get the worse one's drugs.
    drug_lists = drug_lists_of(policy)
    for uplift in policy.uplifts:
        if uplift.kind == "drug_rate_add" and not drug_lists == uplift.condition.drug_lists != frozenset():
            raise PolicyDefectError(f"倾斜 {uplift.code}：药品比例提高须写明药品目录，全政策为同一份。")
    _check_waivers(policy)


def _check_waivers(policy: Policy) -> None:
    for waiver in policy.waivers:
        if waiver.categories and waiver.stage != "bill":
            raise PolicyDefectError(f"减免 {waiver.code}：按费用类别的减免只能在账单环节进行。")
        if waiver.stage == "before_assistance" and "assistance" not in policy.tiers:
            raise PolicyDefectError(f"减免 {waiver.code}：政策未设医疗救助，无法在救助前减免。")


def _conditions(policy: Policy) -> Iterator[Condition]:
    for rows in (
        policy.rules, policy.uplifts, policy.waivers, policy.fundings, policy.out_of_catalogue,
        policy.overall_ceilings,
    ):  # fmt: skip
        for row in rows:
            yield row.condition


def _brackets(conditions: list[Condition], start: str, below: str) -> list[int]:
    edges = {getattr(condition, name) for condition in conditions for name in (start, below)}
    return sorted(edge for edge in edges if edge is not None)


def _fields_asked(conditions: list[Condition]) -> set[str]:
    fields = {value for name, value in ONE_OF.items() if any(getattr(row, name) for row in conditions)}
    sets = ("identities", "hospital_designations", "disease_lists", "drug_lists")
    return fields | {name for name in sets if any(getattr(row, name) for row in conditions)}


def _admissions_that_differ(policy: Policy) -> int:
    """From this admission on, deductibles no longer change with the ordinal."""
    listed = [len(rule.deductible.amounts_fen) for rule in policy.rules]
    waived = [uplift.value + 1 for uplift in policy.uplifts if uplift.kind == "deductible_waive_first"]
    return max([1, *listed, *waived])


def _getter(fields: set[str]) -> Callable[[Any], object]:
    return attrgetter(*sorted(fields))

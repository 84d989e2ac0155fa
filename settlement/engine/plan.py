"""What of a policy applies to one situation, compiled for computing (适用方案)."""

from dataclasses import dataclass

from settlement.engine.bands import Schedule
from settlement.engine.terms import Band, Quota, Rule, ShareLimit, StartThreshold, Tier, Waiver
from settlement.engine.uplifts import Adjustment


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTerms:
    """One matching rule with the uplifts that hold, its caps and its funds.

    ``visit_limit_fen`` is None without a cap per visit; ``pool_limits`` are ``(pool, limit_fen)`` after
    scale; ``drawn_pools`` are the pools a payment is entered in, each once. ``drug_pool`` counts the year's
    listed drugs within ``base_pool``, empty where they get no more than other cost; ``forgone_pool`` what
    catch-up must not make up for. ``described`` is what an explanation says of the terms themselves.
    """

    rule: Rule
    adjustment: Adjustment
    schedule: Schedule
    by_visit_bands: bool
    by_year: bool
    catch_up: bool
    base_pool: str
    drug_pool: str
    paid_pool: str
    forgone_pool: str
    starts: StartThreshold | None
    visit_limit_fen: int | None
    pool_limits: tuple[tuple[str, int], ...]
    drawn_pools: tuple[str, ...]
    funds: tuple[str, ...]
    weights: tuple[int, ...]
    described: dict[str, object]
    bands: tuple[Band, ...]
    described_bands: tuple[dict[str, object], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdinaryTerms:
    """What the benefit would be without any identity: its rules, and each candidate's steps away from them.

    ``steps[code]`` are a candidate's terms as [ordinary, with its deductible, with its rates too].
    ``is_actual`` says that the person's identities change nothing here.
    """

    is_actual: bool
    candidates: tuple[RuleTerms, ...]
    steps: dict[str, tuple[RuleTerms, RuleTerms, RuleTerms]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBenefit:
    """The rules that compete for one benefit of a tier, as listed in the policy.

    ``ordinary`` is None when an ordinary rule lacks a parameter: the uplift cannot then be stated.
    """

    tier: Tier
    benefit: str
    candidates: tuple[RuleTerms, ...]
    base_pools: tuple[str, ...]
    drug_pools: tuple[str, ...]
    ordinary: OrdinaryTerms | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWaivers:
    """The best waiver of every stage; ``by_category`` holds the free items of the bill."""

    by_category: dict[str, Waiver]
    bill: Waiver | None
    before_assistance: Waiver | None
    patient_share: Waiver | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything of a policy that applies to one situation.

    ``drug_lists`` are the lists whose drugs some rule pays more for; ``stay_quotas`` limit a stay by the
    diseases it is for.
    """

    policy_code: str
    city: str
    tiers: tuple[tuple[Tier, tuple[PlannedBenefit, ...]], ...]
    waivers: PlannedWaivers
    waives_bill: bool
    out_of_catalogue: ShareLimit | None
    overall_ceiling: ShareLimit | None
    is_admission: bool
    within_quota: bool
    quotas: dict[str, Quota]
    stay_quotas: dict[str, Quota]
    drug_lists: frozenset[str]

"""Policy tables into the engine's terms (政策编译): once per version, kept for good."""

from typing import cast

from policies.codes import PolicyStatus
from policies.models import (
    Clause,
    ConditionedRow,
    Funding,
    Policy,
    PolicyRow,
    Quota,
    Rule,
    ShareLimit,
    Uplift,
    Waiver,
)
from policies.selectors import policy_rows
from settlement.engine import terms
from settlement.engine.compiled import CompiledPolicy

# Compiled policies by key. A city has about one a year: nothing is ever thrown out.
_kept: dict[int, CompiledPolicy] = {}

_SETS = (
    "identities", "insurance_types", "visit_types", "hospital_levels", "hospital_designations", "ownerships",
    "places", "referrals", "disease_lists", "drug_lists", "county_classes",
)  # fmt: skip


def compiled_policy(policy_id: int) -> CompiledPolicy:
    """The compiled policy of a key, for settling many claims.

    Published and retired policies cannot change: they are read once per process. Drafts are read each time.
    """
    kept = _kept.get(policy_id)
    if kept is not None:
        return kept
    policy = Policy.objects.get(pk=policy_id)
    compiled = CompiledPolicy(compile_terms(policy))
    if policy.status in (PolicyStatus.PUBLISHED, PolicyStatus.RETIRED):
        _kept[policy_id] = compiled
    return compiled


def compile_terms(policy: Policy) -> terms.Policy:
    """One policy's tables as the engine's terms; ten queries however many rows."""
    rows = policy_rows(policy=policy)
    return terms.Policy(
        code=policy.code,
        city=policy.city_code,
        tiers=tuple(tier for tier in terms.TIERS if tier in policy.tiers),
        rules=tuple(_rule(row) for row in rows.rules),
        fundings=tuple(_funding(row) for row in rows.fundings),
        uplifts=tuple(_uplift(row) for row in rows.uplifts),
        waivers=tuple(_waiver(row) for row in rows.waivers),
        out_of_catalogue=tuple(_share_limit(row) for row in rows.out_of_catalogue),
        overall_ceilings=tuple(_share_limit(row) for row in rows.overall_ceilings),
        quotas={row.disease.key: _quota(row) for row in rows.quotas},
        quota_visit_types=frozenset(policy.quota_visit_types),
        admission_visit_types=frozenset(policy.admission_visit_types),
        rounding_unit_fen=policy.rounding_unit_fen,
    )


def _rule(row: Rule) -> terms.Rule:
    starts = None
    if row.starts_pool:
        starts = terms.StartThreshold(pool=row.starts_pool, reaches_fen=row.starts_reaches_fen or 0)
    return terms.Rule(
        code=row.code,
        tier=_tier(row.tier),
        benefit=row.benefit,
        condition=condition_of(row),
        measured=cast(terms.Measure, row.measured),
        accrual=cast(terms.Accrual, row.accrual),
        base_pool=row.base_pool,
        paid_pool=row.paid_pool,
        starts=starts,
        deductible=terms.Deductible(
            amounts_fen=tuple(row.deductible_amounts_fen), threshold_only=row.deductible_threshold_only
        ),
        bands=tuple(
            terms.Band(floor_fen=band.floor_fen, ceiling_fen=band.ceiling_fen, rate_bp=band.rate_bp)
            for band in row.bands.all()
        ),
        bands_on_excess=row.bands_on_excess,
        bed_day_fen=row.bed_day_fen,
        caps=tuple(terms.Cap(limit_fen=cap.limit_fen, pool=cap.pool) for cap in row.caps.all()),
        scale_bp=row.scale_bp,
        requires_quota=row.requires_quota,
        funding=row.funding,
        citation=_citation(row),
    )


def _uplift(row: Uplift) -> terms.Uplift:
    value = row.value_bp if row.value_bp is not None else row.admissions
    return terms.Uplift(
        code=row.code,
        tier=_tier(row.tier),
        kind=cast(terms.UpliftKind, row.kind),
        value=value or 0,
        condition=condition_of(row),
        rules=frozenset(row.rules),
        lost_without_referral=row.lost_without_referral,
        citation=_citation(row),
    )


def _waiver(row: Waiver) -> terms.Waiver:
    return terms.Waiver(
        code=row.code,
        rate_bp=row.rate_bp,
        categories=frozenset(row.categories),
        stage=cast(terms.WaiverStage, row.stage),
        condition=condition_of(row),
        citation=_citation(row),
    )


def _share_limit(row: ShareLimit) -> terms.ShareLimit:
    return terms.ShareLimit(
        code=row.code, share_bp=row.share_bp, condition=condition_of(row), citation=_citation(row)
    )


def _quota(row: Quota) -> terms.Quota:
    return terms.Quota(
        disease=row.disease.key,
        period=cast(terms.QuotaPeriod, row.period),
        amount_fen=row.amount_fen,
        citation=_citation(row),
    )


def _funding(row: Funding) -> terms.Funding:
    return terms.Funding(
        code=row.group or row.code,
        shares=tuple(
            terms.FundShare(fund=share.fund.code, weight=share.weight) for share in row.shares.all()
        ),
        condition=condition_of(row),
        citation=_citation(row),
    )


def condition_of(row: ConditionedRow) -> terms.Condition:
    """When a row of a pack applies."""
    sets = {name: frozenset(getattr(row, name)) for name in _SETS}
    return terms.Condition(
        **sets,
        certified=row.certified,
        age_from=row.age_from,
        age_below=row.age_below,
        total_from_fen=row.total_from_fen,
        total_below_fen=row.total_below_fen,
    )


def _citation(row: PolicyRow) -> terms.Citation:
    clause: Clause | None = row.clause
    return terms.Citation(clause=str(clause) if clause else "", provisional=row.provisional)


def _tier(code: str) -> terms.Tier:
    return cast(terms.Tier, code)

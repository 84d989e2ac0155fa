"""The table of contents of a settlement (结算): one call per step, in the legal order."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from settlement.engine.bill import check_lines, listed_drugs
from settlement.engine.ceiling import cut_to_ceiling, hospital_borne
from settlement.engine.compiled import ADMISSIONS_POOL, CompiledPolicy, compile_policy
from settlement.engine.explanation import explain_settlement
from settlement.engine.facts import Claim, Facts, Pools
from settlement.engine.funds import split_over_funds
from settlement.engine.invariants import check_settlement
from settlement.engine.plan import Plan
from settlement.engine.quota import QuotaUse, limit_to_quota
from settlement.engine.result import PoolEntry, Settlement
from settlement.engine.terms import Policy
from settlement.engine.tiers import Course, new, pay_tiers
from settlement.engine.waivers import waive_on_bill, waived_by

NOTHING_SO_FAR: Pools = MappingProxyType({})


def settle(
    claim: Claim,
    facts: Facts,
    year: Pools,
    policy: Policy | CompiledPolicy,
    *,
    explain: bool = True,
    given_stands: bool = False,
) -> Settlement:
    """Settle one claim (结算): the same inputs always give the same result.

    Args:
        claim: the visit or stay, or the year-end run.
        facts: who the person is on the day.
        year: what the person's earlier settlements of the benefit year put into pools, fen or counts.
        policy: the terms in force on the claim's day where the person is insured.
        explain: also say why; costs about as much again.
        given_stands: other systems' payments are facts that no change of ours may refuse (重算): our earlier
            tiers leave room for them. Nothing else changes: where they fit, they fit without it.

    Raises:
        LinePartsError: a line's parts do not make its amount.
        MissingParameterError: a matching rule lacks a number the office has not entered.
        GivenPaymentError: another system's payment does not fit.
        PolicyDefectError: the policy contradicts itself.
        YearEndClaimError: a year-end run carries cost.
        InvariantError: the engine found its own result impossible.
    """
    compiled = compile_policy(policy)
    bill = check_lines(claim)
    plan = compiled.plan_for(claim, facts, year, bill.total_fen)
    bill = waive_on_bill(bill, plan)
    quota = limit_to_quota(claim, plan, year, bill.in_scope_fen)
    base_fen = bill.in_scope_fen if quota is None else quota.used_fen
    drugs_fen = listed_drugs(bill, plan) if plan.drug_lists else 0
    course = pay_tiers(
        claim, plan, year, base_fen, drugs_fen=drugs_fen, traced=explain, given_stands=given_stands
    )
    if quota is not None and not course.outcomes:
        # A visit that gets nothing, e.g. before it is certified, leaves the quota as it was.
        quota = quota._replace(used_fen=0)
    cut_to_ceiling(course, plan, bill.total_fen)
    borne_fen = hospital_borne(bill, plan, approved=claim.out_of_catalogue_approved)
    share_fen = bill.total_fen - bill.waived_fen - course.waived_fen - borne_fen - _paid(course)
    forgiven_fen = waived_by(plan.waivers.patient_share, share_fen)
    payments = split_over_funds(course.outcomes)
    settlement = Settlement(
        bill.total_fen,
        bill.waived_fen + course.waived_fen + forgiven_fen,
        bill.excluded_fen,
        bill.over_limit_fen,
        bill.upfront_fen,
        bill.in_scope_fen,
        0 if quota is None else quota.over_fen,
        borne_fen,
        share_fen - forgiven_fen,
        sum([payment.account_fen for payment in payments]),
        payments,
        _pool_entries(course, plan, quota),
        bill.lines,
        None,
    )
    check_settlement(settlement, bill, course.outcomes, year)
    if not explain:
        return settlement
    return settlement._replace(
        explanation=explain_settlement(claim, plan, bill, course, settlement, quota=quota)
    )


def fold(
    entries: Iterable[tuple[Claim, Facts, Policy | CompiledPolicy]],
    opening: Pools = NOTHING_SO_FAR,
    *,
    explain: bool = True,
    given_stands: bool = False,
) -> Iterator[Settlement]:
    """Settle a person's claims of one benefit year in order, each on the pools the earlier ones left.

    Args:
        entries: claim, facts and policy of each settlement, in the order in which they were first settled.
        opening: pools before the first claim; not changed.
        explain: also say why.
        given_stands: as for ``settle``.

    Yields:
        One settlement per entry.
    """
    year: dict[str, int] = dict(opening)
    for claim, facts, policy in entries:
        settlement = settle(claim, facts, year, policy, explain=explain, given_stands=given_stands)
        add_entries(year, settlement.pool_entries)
        yield settlement


def add_entries(year: dict[str, int], pool_entries: Iterable[PoolEntry]) -> None:
    """Add a settlement's entries to the pools of the year, in place."""
    for pool, amount in pool_entries:
        year[pool] = year.get(pool, 0) + amount


def _paid(course: Course) -> int:
    return sum([outcome.paid_fen for outcome in course.outcomes])


def _pool_entries(course: Course, plan: Plan, quota: QuotaUse | None) -> tuple[PoolEntry, ...]:
    entries: Mapping[str, int] = course.entries
    made = [new(PoolEntry, entry) for entry in entries.items() if entry[1]]
    if quota is not None and quota.pool and quota.used_fen:
        made.append(PoolEntry(quota.pool, quota.used_fen))
    if plan.is_admission:
        made.append(PoolEntry(ADMISSIONS_POOL, 1))
    return tuple(made)

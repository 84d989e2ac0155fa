"""The tiers, one after the other (各保障层次依次支付): each sees what the earlier ones left."""

from typing import NamedTuple

from common.money import format_yuan
from settlement.engine.errors import GivenPaymentError
from settlement.engine.facts import Claim, Pools
from settlement.engine.payment import amount_of
from settlement.engine.plan import Plan, PlannedBenefit, RuleTerms
from settlement.engine.result import FundAmount
from settlement.engine.terms import Tier
from settlement.engine.waivers import waived_by

# A named tuple's own constructor takes twice as long; this is done some ten times per settlement.
new = tuple.__new__


class Outcome(NamedTuple):
    """One payment before its split over funds, fen; ``terms`` is None for a given payment no rule matches."""

    tier: Tier
    terms: RuleTerms | None
    base_fen: int
    paid_fen: int
    account_fen: int
    given: tuple[FundAmount, ...] | None


class Trace(NamedTuple):
    """What a benefit was decided on, kept for the explanation.

    ``entries`` is a copy of the claim's pool entries before the payment; ``amounts_fen`` belong to the
    candidates in order; ``outcome`` is the index of the payment, -1 when nothing was paid. ``yielded_fen`` is
    what the best candidate left to payments that another system made.
    """

    tier: Tier
    planned: PlannedBenefit | None
    base_fen: int
    entries: dict[str, int]
    amounts_fen: list[int]
    chosen: RuleTerms | None
    outcome: int
    yielded_fen: int = 0


class Course:
    """The state of one settlement on its way through the tiers; nothing outside keeps it."""

    __slots__ = (
        "cut_fen", "drugs_fen", "entries", "left_fen", "outcomes", "reserved_fen", "traces", "waived_fen",
        "year",
    )  # fmt: skip

    def __init__(self, year: Pools, base_fen: int, drugs_fen: int, *, traced: bool) -> None:
        self.year = year
        self.entries: dict[str, int] = {}
        self.left_fen = base_fen
        self.drugs_fen = drugs_fen
        self.reserved_fen = 0
        self.waived_fen = 0
        self.cut_fen = 0
        self.outcomes: list[Outcome] = []
        self.traces: list[Trace] | None = [] if traced else None

    def drugs_in(self, base_fen: int) -> int:
        """What of a base are listed drugs: ordinary cost is counted as paid first."""
        return self.drugs_fen if self.drugs_fen < base_fen else base_fen

    def forgo(self, terms: RuleTerms, amount_fen: int) -> None:
        """Note what a rule does not pay and must not make up for later (不再补付)."""
        if terms.forgone_pool and amount_fen:
            self.entries[terms.forgone_pool] = self.entries.get(terms.forgone_pool, 0) + amount_fen


def pay_tiers(
    claim: Claim,
    plan: Plan,
    year: Pools,
    base_fen: int,
    *,
    drugs_fen: int = 0,
    traced: bool,
    given_stands: bool = False,
) -> Course:
    """Run the tiers in their legal order on the in-scope cost within quota.

    ``base_fen`` is what is left of the in-scope cost after the bill's waivers and within the quota, of which
    ``drugs_fen`` are listed drugs; ``traced`` keeps what an explanation needs. ``given_stands``: earlier
    tiers leave room for what other systems paid, instead of refusing the claim.

    Raises:
        GivenPaymentError: a given payment exceeds what was left, or its tier is not in the policy.
    """
    course = Course(year, base_fen, drugs_fen, traced=traced)
    if claim.given:
        _check_given_tiers(claim, plan)
        if given_stands:
            course.reserved_fen = sum(given.amount_fen for given in claim.given)
    for tier, benefits in plan.tiers:
        if tier == "assistance" and plan.waivers.before_assistance is not None:
            course.waived_fen = waived_by(plan.waivers.before_assistance, course.left_fen)
            course.left_fen -= course.waived_fen
        if claim.given and any(given.tier == tier for given in claim.given):
            _take_given(course, claim, tier, benefits, stands=given_stands)
            continue
        for planned in benefits:
            _pay_benefit(course, planned, claim.bed_days)
        if not benefits and course.traces is not None:
            course.traces.append(Trace(tier, None, course.left_fen, {}, [], None, -1))
    return course


def _pay_benefit(course: Course, planned: PlannedBenefit, bed_days: int) -> None:
    """Pay one benefit by the candidate that pays most (就高), the first listed among equals."""
    year, entries, base_fen = course.year, course.entries, course.left_fen
    drugs_fen = course.drugs_in(base_fen) if course.drugs_fen else 0
    if planned.base_pools:
        _enter_base(course, planned, base_fen)
    candidates = planned.candidates
    chosen = candidates[0]
    best_fen = amount_of(chosen, base_fen, year, entries, bed_days, drugs_fen=drugs_fen)
    amounts_fen = [best_fen]
    for terms in candidates[1:] if len(candidates) > 1 else ():
        amount_fen = amount_of(terms, base_fen, year, entries, bed_days, drugs_fen=drugs_fen)
        amounts_fen.append(amount_fen)
        if amount_fen > best_fen:
            chosen, best_fen = terms, amount_fen
    paid_fen = best_fen if best_fen < base_fen else base_fen
    yielded_fen = _yielded_to_given(course, paid_fen) if course.reserved_fen else 0
    best_fen -= yielded_fen
    if course.traces is not None:
        index = len(course.outcomes) if best_fen else -1
        course.traces.append(
            Trace(planned.tier, planned, base_fen, dict(entries), amounts_fen, chosen, index, yielded_fen)
        )
    if yielded_fen:
        course.forgo(chosen, yielded_fen)
    if not best_fen:
        return
    paid_fen -= yielded_fen
    for pool in chosen.drawn_pools:
        entries[pool] = entries.get(pool, 0) + best_fen
    course.left_fen = base_fen - paid_fen
    outcome = (planned.tier, chosen, base_fen, paid_fen, best_fen - paid_fen, None)
    course.outcomes.append(new(Outcome, outcome))


def _yielded_to_given(course: Course, paid_fen: int) -> int:
    """What a payment must leave to those that another system made in later tiers, fen."""
    return min(paid_fen, max(0, paid_fen + course.reserved_fen - course.left_fen))


def _enter_base(course: Course, planned: PlannedBenefit, base_fen: int) -> None:
    """Count the base once in every pool a matching rule measures by.

    The pools of rules that do not win count too, so that a person whose identity changes goes on counting.
    """
    for pool in planned.base_pools:
        if pool not in course.entries:
            course.entries[pool] = base_fen
    if course.drugs_fen:
        for pool in planned.drug_pools:
            course.entries.setdefault(pool, course.drugs_in(base_fen))


def _check_given_tiers(claim: Claim, plan: Plan) -> None:
    tiers = {tier for tier, _ in plan.tiers}
    for given in claim.given:
        if given.tier not in tiers:
            raise GivenPaymentError(f"本地政策未设保障层次 {given.tier}，不能接收其他系统的支付。")
        if given.amount_fen < 0:
            raise GivenPaymentError(f"其他系统的支付不能为负：{format_yuan(given.amount_fen)} 元。")


def _take_given(
    course: Course, claim: Claim, tier: Tier, benefits: tuple[PlannedBenefit, ...], *, stands: bool
) -> None:
    """Enter what another system paid; the first matching rule of the tier says which pools it counts in."""
    given = tuple(FundAmount(item.fund, item.amount_fen) for item in claim.given if item.tier == tier)
    paid_fen = sum(part.amount_fen for part in given)
    base_fen = course.left_fen
    if stands:
        course.reserved_fen -= paid_fen
        given = _within(given, base_fen)
        paid_fen = sum(part.amount_fen for part in given)
    if paid_fen > base_fen:
        raise GivenPaymentError(
            f"其他系统已支付 {format_yuan(paid_fen)} 元，"
            f"超过该层次剩余的政策范围内费用 {format_yuan(base_fen)} 元。"
        )
    planned = benefits[0] if benefits else None
    terms = planned.candidates[0] if planned is not None else None
    if planned is not None:
        _enter_base(course, planned, base_fen)
    if course.traces is not None:
        course.traces.append(
            Trace(tier, planned, base_fen, dict(course.entries), [], terms, len(course.outcomes))
        )
    for pool in terms.drawn_pools if terms is not None else ():
        course.entries[pool] = course.entries.get(pool, 0) + paid_fen
    course.left_fen = base_fen - paid_fen
    course.outcomes.append(Outcome(tier, terms, base_fen, paid_fen, 0, given))


def _within(given: tuple[FundAmount, ...], left_fen: int) -> tuple[FundAmount, ...]:
    """What of another system's payments the claim has cost for, first to last; the rest is only reported."""
    parts = []
    for fund, amount_fen in given:
        counted_fen = min(amount_fen, left_fen)
        left_fen -= counted_fen
        parts.append(FundAmount(fund, counted_fen))
    return tuple(parts)

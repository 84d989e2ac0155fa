"""A pack's advice rules into the terms of the checks (疑点规则编译): once per version, kept for good."""

from decimal import Decimal

from policies.advice_codes import AdviceKind
from policies.codes import PolicyStatus
from policies.models import AdviceEntry, AdviceRule, ExamStandard, Policy
from settlement.advice.terms import Entry, Rule
from settlement.compiler import condition_of

# By key of the policy, as the compiled policies themselves.
_kept: dict[int, tuple[Rule, ...]] = {}


def advice_rules(policy_id: int) -> tuple[Rule, ...]:
    """The rules of a policy; read once per process where the policy cannot change, else each time."""
    kept = _kept.get(policy_id)
    if kept is not None:
        return kept
    policy = Policy.objects.get(pk=policy_id)
    rules = compile_rules(policy)
    if policy.status in (PolicyStatus.PUBLISHED, PolicyStatus.RETIRED):
        _kept[policy_id] = rules
    return rules


def compile_rules(policy: Policy) -> tuple[Rule, ...]:
    """One policy's rules, with the exam standards where a rule compares with them; three queries."""
    rows = AdviceRule.objects.filter(policy=policy).select_related("clause__document").order_by("position")
    standards = _standards(policy)
    return tuple(_rule(row, standards) for row in rows.prefetch_related("entries"))


def _standards(policy: Policy) -> tuple[Entry, ...]:
    rows = ExamStandard.objects.filter(policy=policy).select_related("disease__disease_list")
    return tuple(
        Entry(disease=row.disease.key, names=(*row.items, *row.charged_items))
        for row in rows.order_by("position")
    )


def _rule(row: AdviceRule, standards: tuple[Entry, ...]) -> Rule:
    by_standard = row.kind == AdviceKind.EXAM_OUTSIDE_STANDARD
    return Rule(
        code=row.code,
        title=row.title or row.get_kind_display(),
        kind=row.kind,
        severity=row.severity,
        condition=condition_of(row),
        clause=str(row.clause) if row.clause else "",
        provisional=row.provisional,
        share_bp=row.share_bp,
        amount_fen=row.amount_fen,
        count=row.count,
        categories=frozenset(row.categories),
        entries=standards if by_standard else tuple(_entry(entry) for entry in row.entries.all()),
    )


def _entry(row: AdviceEntry) -> Entry:
    return Entry(
        disease=row.disease,
        names=tuple(row.names),
        codes=tuple(row.codes),
        dose=Decimal(row.dose) if row.dose else None,
        dose_unit=row.dose_unit,
    )

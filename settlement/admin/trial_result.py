"""A trial worked out under one or two packs (试算结果): figures and steps side by side. Nothing is stored."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from common.admin_panels import Cell, Table, period, text, yuan
from common.codes import VisitType
from policies.models import Policy
from settlement.admin.explained import Step, explained_steps
from settlement.compiler import compiled_policy
from settlement.engine.compiled import CompiledPolicy
from settlement.engine.errors import EngineError
from settlement.engine.facts import Claim, Facts
from settlement.engine.result import Settlement
from settlement.engine.settle import add_entries, settle
from settlement.wording import TIER_NAMES, Names, names_of

NOT_REACHED = "前面的费用未能试算，本次没有继续。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One claim under one pack: settled, or why not."""

    settlement: Settlement | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A pack with all claims under it."""

    policy: Policy
    names: Names
    tried: Sequence[Tried]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimResult:
    """One claim under all packs; ``steps`` holds, per step, what each pack says of it."""

    title: str
    notes: Sequence[str]
    figures: Table | None
    steps: Sequence[tuple[str, Sequence[Step | None]]]


def trial_results(*, packs: Sequence[Policy], facts: Facts, claims: Sequence[Claim]) -> list[ClaimResult]:
    """Settle the claims in order under each pack, each on what the earlier ones left in the year's pools."""
    sides = [Side(policy=pack, names=names_of(pack.pk), tried=_under(pack, facts, claims)) for pack in packs]
    return [_result(number, claim, sides) for number, claim in enumerate(claims, 1)]


def _under(pack: Policy, facts: Facts, claims: Sequence[Claim]) -> list[Tried]:
    try:
        compiled = compiled_policy(pack.pk)
    except EngineError as error:
        return [Tried(refused=str(error))] * len(claims)
    return list(_try(compiled, facts, claims))


def _try(policy: CompiledPolicy, facts: Facts, claims: Sequence[Claim]) -> Iterable[Tried]:
    years: dict[int, dict[str, int]] = defaultdict(dict)
    refused = False
    for claim in claims:
        if refused:
            yield Tried(refused=NOT_REACHED)
            continue
        year = years[claim.on.year]
        try:
            settlement = settle(claim, facts, year, policy)
        except EngineError as error:
            refused = True
            yield Tried(refused=str(error))
        else:
            add_entries(year, settlement.pool_entries)
            yield Tried(settlement=settlement)


def _result(number: int, claim: Claim, sides: Sequence[Side]) -> ClaimResult:
    tried = [side.tried[number - 1] for side in sides]
    settled = [one.settlement for one in tried if one.settlement is not None]
    visit = "年末救助" if claim.year_end else VisitType(claim.visit_type).label
    return ClaimResult(
        title=f"第{number}次　{visit}　{claim.on.isoformat()}",
        notes=[note for side, one in zip(sides, tried, strict=True) for note in _notes(side, claim, one)],
        figures=_figures(sides, tried) if settled else None,
        steps=_aligned([_steps(side, one) for side, one in zip(sides, tried, strict=True)]),
    )


def _notes(side: Side, claim: Claim, tried: Tried) -> Iterable[str]:
    if claim.on not in side.policy.valid:
        yield f"“{side.policy}”的有效期为{period(side.policy.valid)}，本次日期不在其中，仅供对照。"
    if tried.refused:
        yield f"“{side.policy}”：{tried.refused}"


def _steps(side: Side, tried: Tried) -> list[Step]:
    if tried.settlement is None:
        return []
    return explained_steps(tried.settlement.explanation or {}, side.names)


def _aligned(columns: Sequence[Sequence[Step]]) -> list[tuple[str, list[Step | None]]]:
    """The steps of all packs by title; a step that only one has stands alone in its row."""
    titles: list[str] = []
    for column in columns:
        at = 0
        for step in column:
            if step.title in titles:
                at = titles.index(step.title) + 1
            else:
                titles.insert(at, step.title)
                at += 1
    return [
        (title, [next((step for step in column if step.title == title), None) for column in columns])
        for title in titles
    ]


def _figures(sides: Sequence[Side], tried: Sequence[Tried]) -> Table:
    tiers = [code for code in TIER_NAMES if any(code in side.policy.tiers for side in sides)]
    rows: list[tuple[str, list[int | None]]] = [
        ("总费用", _each(tried, lambda one: one.total_fen)),
        ("减免", _each(tried, lambda one: one.waived_fen)),
        *[(TIER_NAMES[tier], _each(tried, lambda one, tier=tier: _paid(one, tier))) for tier in tiers],
        ("支付合计", _each(tried, _paid)),
        ("其中：高于普通待遇", _each(tried, _gain)),
        ("医疗机构承担", _each(tried, lambda one: one.hospital_borne_fen)),
        ("个人自付", _each(tried, lambda one: one.patient_fen)),
    ]
    account = _each(tried, lambda one: one.account_fen)
    if any(account):
        rows.append(("转个人账户", account))
    two = len(sides) > 1
    return Table(
        title="金额（元）",
        headers=("", *[str(side.policy) for side in sides], *(["差额"] if two else [])),
        rows=[
            (text(label), *[yuan(amount) for amount in amounts], *([_difference(amounts)] if two else []))
            for label, amounts in rows
        ],
        numeric=frozenset(range(1, len(sides) + 2)),
    )


def _each(tried: Sequence[Tried], figure: Any) -> list[int | None]:
    return [None if one.settlement is None else figure(one.settlement) for one in tried]


def _paid(settlement: Settlement, tier: str = "") -> int:
    return sum(
        payment.paid_fen + payment.account_fen
        for payment in settlement.payments
        if tier in {"", payment.tier}
    )


def _gain(settlement: Settlement) -> int | None:
    """What the person gets beyond ordinary terms; None where the ordinary terms are not entered."""
    tiers: Any = (settlement.explanation or {}).get("tiers", ())
    uplifts = [tier["uplift"] for tier in tiers if "uplift" in tier]
    if any("why_unknown" in uplift for uplift in uplifts):
        return None
    return sum(uplift["gain_fen"] for uplift in uplifts)


def _difference(amounts: Sequence[int | None]) -> Cell:
    left, right = amounts
    if left is None or right is None:
        return text("")
    return yuan(right - left) if right != left else Cell(text="—", numeric=True)
